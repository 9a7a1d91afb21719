"""Topics: tags with a language-free slug, names per language, and real foreign keys to entries."""

from django.db import models
from django.db.models import F, Q
from taggit.models import ItemBase, TagBase

from papers.models import Origin


class Topic(TagBase):
    """`name` is the fallback; `names` holds what readers of each language see."""

    names = models.JSONField(default=dict, blank=True, help_text='Names per language: {"en": "Video", "ja": "動画"}.')
    description = models.TextField(blank=True, help_text="One or two sentences at the top of the topic's page.")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.DESK, editable=False)

    class Meta:
        ordering = ["slug"]
        verbose_name = "topic"
        constraints = [models.CheckConstraint(name="topic_slug_not_empty", condition=~Q(slug=""))]

    def name_in(self, language: str) -> str:
        """The name for readers of a language, else the topic's own name."""
        return self.names.get(language) or self.name


class TaggedEntry(ItemBase):
    """A topic on an entry.

    `language` and `published_at` repeat those of the entry's issue (null while it is no published issue), kept by
    database triggers, so that a topic's newest entries come from one index however large the archive is. They
    bound the search only: who is visible is still asked of `published()`.
    """

    tag = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="tagged")
    # The constraint below has an index that begins with it; another one would only cost whoever writes.
    content_object = models.ForeignKey("issues.Entry", on_delete=models.CASCADE, related_name="tagged", db_index=False)
    language = models.CharField(max_length=35, editable=False, default="")
    published_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "topic of an entry"
        verbose_name_plural = "topics of entries"
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="tagged_entry_once_per_topic"),
        ]
        indexes = [
            # A topic's page: its newest entries in a language.
            models.Index(
                F("tag"),
                F("language"),
                F("published_at").desc(),
                F("content_object"),
                name="tagged_entry_newest_first",
                condition=Q(published_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.tag_id} on {self.content_object_id}"
