"""By which it is known whether anything changed that readers see."""

from django.db import models


class Stamp(models.Model):
    """A place for the mark of whoever changed last what public pages show; all marks together are the stamp.

    Triggers on the tables that public pages read write a new mark into a place that nobody else holds, and make a
    further place where all are held: as many as there were ever writers at once. So no writer waits for another.
    Marks are random, since numbers would come again when a backup is restored, and mean something else.
    """

    mark = models.UUIDField()

    def __str__(self):
        return str(self.mark)
