"""What a row remembers of its import, so that a second import can tell a desk's edit from a changed document."""

from django.db import models


class Imported(models.Model):
    """Two digests, both empty on rows that never came from a document.

    `imported_document` is that of the document's part, `imported_digest` that of the row as the import left it: a
    row whose own digest differs from the latter was edited since, however the edit was made.
    """

    imported_document = models.CharField(max_length=64, blank=True, editable=False)
    imported_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True
