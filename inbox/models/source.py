"""Sources: what an editor subscribes to, polled by the worker."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from common.due import DueQuerySet, DueRow
from issues.models import Publication
from issues.models.publication import validate_language

LONGEST_PAUSE = 24 * 7


class SourceKind(models.TextChoices):
    FEED = "feed", "Feed (RSS, Atom, JSON)"
    ARXIV = "arxiv", "arXiv query"


class Interval(models.IntegerChoices):
    HOURLY = 1, "Every hour"
    THREE_HOURS = 3, "Every 3 hours"
    SIX_HOURS = 6, "Every 6 hours"
    DAILY = 24, "Every day"
    WEEKLY = 168, "Every week"


class Source(DueRow):
    """A feed, or a query of arXiv, whose new items become candidates.

    `due_at` is empty where an editor paused it, and where it was given up.
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="sources")
    kind = models.CharField(max_length=10, choices=SourceKind, default=SourceKind.FEED)
    name = models.CharField(max_length=200, blank=True, help_text="How it is called in the inbox.")
    address = models.CharField(
        max_length=2000, blank=True, help_text="The address of the feed, or of a page that names its feed."
    )
    category = models.CharField(max_length=40, blank=True, help_text="A category of arXiv, such as cs.CL or stat.ML.")
    terms = models.CharField(
        max_length=300,
        blank=True,
        help_text="Phrases with commas between: instruction tuning, zero-shot. A paper with any of them is taken.",
    )
    language = models.CharField(
        max_length=35,
        blank=True,
        validators=[validate_language],
        help_text="The language of what it brings, such as ja. Empty where it differs.",
    )
    every_hours = models.PositiveSmallIntegerField("how often", choices=Interval, default=Interval.SIX_HOURS)
    etag = models.TextField(blank=True, editable=False)
    last_modified = models.TextField(blank=True, editable=False)
    # Marks of the items that were read already, newest first; bounded.
    seen = ArrayField(models.CharField(max_length=32), default=list, blank=True, editable=False)
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    polled_at = models.DateTimeField(null=True, blank=True, editable=False)
    brought = models.PositiveIntegerField(default=0, editable=False, help_text="How many candidates it has brought.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DueQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            # Of another kind there is none that could hold this.
            models.CheckConstraint(
                name="source_asks_what_its_kind_asks",
                condition=(Q(kind=SourceKind.FEED, category="", terms="") & ~Q(address=""))
                | (Q(kind=SourceKind.ARXIV, address="") & ~Q(category="", terms="")),
            ),
            models.CheckConstraint(name="source_interval_range", condition=Q(every_hours__range=(1, LONGEST_PAUSE))),
            models.UniqueConstraint(
                fields=["publication", "address"], name="source_feed_once", condition=Q(kind=SourceKind.FEED)
            ),
            models.UniqueConstraint(
                fields=["publication", "category", "terms"],
                name="source_query_once",
                condition=Q(kind=SourceKind.ARXIV),
            ),
        ]
        indexes = [
            # The tick of the worker asks for what is due.
            models.Index(fields=["due_at"], name="source_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self):
        return self.name or self.asked

    @property
    def asked(self) -> str:
        """What is asked, in few words: the address without its scheme, or category and terms."""
        if self.kind == SourceKind.FEED:
            return self.address.partition("://")[2] or self.address
        return "arXiv: " + ", ".join(filter(None, [self.category, self.terms]))

    @property
    def is_given_up(self) -> bool:
        """Whether it failed so that nobody polls it until an editor asks."""
        return self.is_failing and self.due_at is None

    @property
    def is_failing(self) -> bool:
        return bool(self.last_error)
