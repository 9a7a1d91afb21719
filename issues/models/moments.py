"""What the database keeps by itself of published entries, so that lists and counts need not read the archive."""

from django.db import models
from django.db.models import F, Q

from papers.models import Work

from .entry import Entry


class EntryMoment(models.Model):
    """What an entry is about and when it appears: its work, and language and moment of its issue.

    The moment is null while the issue is no published one. Triggers keep it, so that the mentions of a work come
    from one index in the order of time. They bound the search only: who is visible is still asked of `published()`.
    """

    entry = models.OneToOneField(
        Entry, primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="moment"
    )
    work = models.ForeignKey(
        Work, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="moments"
    )
    language = models.CharField(max_length=35)
    published_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # A work's page: its mentions in a language, oldest first; other pages: the newest of them.
            models.Index(
                F("work"),
                F("language"),
                F("published_at"),
                F("entry"),
                name="entry_moment_of_work",
                condition=Q(work__isnull=False, published_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.entry_id} at {self.published_at}"


class EntryCount(models.Model):
    """How many entries have a topic, or any at all, in a language and a month, of those whose issue is published.

    `topic` is 0 where all entries are counted, `month` where all months are. Issues that wait for their moment are
    counted, too; who shows a number takes them off (`issues/counting.py`). A number is the sum of its rows: triggers
    add to one that nobody holds, else make another, so that no writer ever waits for a count.
    """

    topic = models.BigIntegerField()
    language = models.CharField(max_length=35)
    month = models.IntegerField(help_text="Months since the year 0, in UTC: twelve times the year, and 0 for January.")
    count = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["topic", "language", "month"], name="entry_count_of_topic")]

    def __str__(self):
        return f"{self.count} of {self.topic} in {self.language} {self.month}"
