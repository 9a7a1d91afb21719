"""Issues, their highlights and sections, and corrections."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from papers.models import PUBLIC_ID_PATTERN, Origin, new_public_id

from .imported import Imported
from .publication import Publication, validate_language

# `\Z` means the very end to Python and PostgreSQL alike; Python's `$` would let a line end pass.
SLUG_PATTERN = r"^[0-9a-z]+(?:-[0-9a-z]+)*\Z"

validate_slug = RegexValidator(
    SLUG_PATTERN, "Use small letters, digits and single hyphens, such as 26 or 2021-week-10.", code="slug"
)


class IssueKind(models.TextChoices):
    WEEKLY = "weekly", "Weekly"
    MONTHLY = "monthly", "Monthly"
    ANNUAL = "annual", "Annual"
    SPECIAL = "special", "Special"


class IssueStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class SectionKind(models.TextChoices):
    FEATURE = "feature", "Feature"
    USE_CASE = "use_case", "Use case"
    PAPER = "paper", "Paper"
    ARTICLE = "article", "Article"
    OTHER = "other", "Other"


# What of an issue no reader sees.
NOT_SHOWN = ("leftovers", "contents_lines", "past_issues", "imported_document", "imported_digest")
WITH_A_MOMENT = [IssueStatus.PUBLISHED, IssueStatus.WITHDRAWN]


def published(at=None, *, prefix: str = "", now=None) -> Q:
    """The one rule of visibility: public now, or at the moment `at`.

    An issue is public from its moment on, and what once was so stays so: where the clock was put back, it is told by
    `appeared_at`. `prefix` leads to the issue from other rows, such as `section__issue__`. `now` is for queries that
    are put into words before they are asked.
    """
    has_come = Q(**{f"{prefix}published_at__lte": at or now or timezone.now()})
    if at is None:
        has_come |= Q(**{f"{prefix}appeared_at__isnull": False})
    return Q(**{f"{prefix}status": IssueStatus.PUBLISHED}) & has_come


class IssueQuerySet(models.QuerySet):
    _with_entries = False

    def published(self, at=None, *, now=None):
        return self.filter(published(at, now=now))

    def newest_first(self):
        """By (published_at, number, pk), the order in which "earlier" is meant everywhere; served by an index."""
        return self.order_by("-published_at", Coalesce("number", 0).desc(), "-pk")

    def earlier_than(self, issue):
        """Issues of the same language before this one, newest first."""
        return self._beside(issue, "lt").newest_first()

    def later_than(self, issue):
        """Issues of the same language after this one, oldest first."""
        return self._beside(issue, "gt").newest_first().reverse()

    def _beside(self, issue, way):
        issues = self.filter(publication=issue.publication_id, language=issue.language).alias(
            order_number=Coalesce("number", 0)
        )
        number = issue.number or 0
        # The first condition repeats what follows from the rest, so that the index bounds the search.
        return issues.filter(**{f"published_at__{way}e": issue.published_at}).filter(
            Q(**{f"published_at__{way}": issue.published_at})
            | Q(**{f"order_number__{way}": number})
            | Q(order_number=number, **{f"pk__{way}": issue.pk})
        )

    def with_entries(self):
        """Everything that a full issue page shows, in a fixed number of queries; see `issues/gathering.py`."""
        issues = self.select_related("publication").defer(*NOT_SHOWN)
        issues._with_entries = True
        return issues

    def _clone(self):
        clone = super()._clone()
        clone._with_entries = self._with_entries
        return clone

    def _fetch_all(self):
        is_asked = self._result_cache is None
        super()._fetch_all()
        if is_asked and self._with_entries:
            # It loads rows of models that are defined below.
            from issues.gathering import gather

            gather(self._result_cache)


class Issue(Imported, models.Model):
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="issues")
    language = models.CharField(max_length=35, validators=[validate_language])
    slug = models.CharField(
        max_length=200, validators=[validate_slug], help_text="The last part of the address; never changed afterwards."
    )
    translation_key = models.UUIDField(
        default=uuid.uuid4, help_text="The same for all editions of this issue in other languages."
    )
    kind = models.CharField(max_length=10, choices=IssueKind, default=IssueKind.WEEKLY)
    number = models.PositiveIntegerField(null=True, blank=True, help_text="Empty where the issue has no number.")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    week = models.PositiveSmallIntegerField(null=True, blank=True)
    month = models.PositiveSmallIntegerField(null=True, blank=True)
    title = models.TextField(blank=True, help_text="Shown large at the top of the issue, in feeds and as mail subject.")
    date_text = models.CharField(max_length=500, blank=True, help_text="The date as an imported document words it.")
    intro = models.TextField(blank=True, help_text="Markdown. Stands before the highlights.")
    leftovers = models.TextField(blank=True, help_text="What an import could not place. Never shown to readers.")
    contents_stated_count = models.PositiveIntegerField(null=True, blank=True)
    contents_lines = ArrayField(models.TextField(), default=list, blank=True)
    past_issues = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=10, choices=IssueStatus, default=IssueStatus.DRAFT, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_at_exact = models.BooleanField(default=True, editable=False)
    appeared_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When it was first noted that its moment has come: from then on no clock takes it back.",
    )
    mail_on_publication = models.BooleanField(
        default=False, help_text="When ticked, the issue goes out by mail once, at the moment of publication."
    )
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.DESK, editable=False)
    source_url = models.TextField("first published at", blank=True, help_text="Shown to readers as a link.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-number", "-pk"]
        # What the verbs demand beyond Django's own permissions; `issues/rights.py` says which demands what.
        permissions = [
            ("publish_issue", "Can publish, schedule, take back and withdraw issues"),
            ("review_issue", "Can submit and approve issues, invite reviewers and answer them"),
            ("waive_finding", "Can let a finding of the checks stand"),
            ("correct_issue", "Can note corrections of published issues"),
            ("see_history", "Can see who changed what"),
            ("export_archive", "Can export the archive"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["publication", "language", "slug"], name="issue_slug_unique"),
            models.UniqueConstraint(
                fields=["publication", "translation_key", "language"], name="issue_one_edition_per_language"
            ),
            models.CheckConstraint(name="issue_slug_form", condition=Q(slug__regex=SLUG_PATTERN)),
            models.CheckConstraint(
                name="issue_moment_iff_published_or_withdrawn",
                condition=Q(status__in=WITH_A_MOMENT, published_at__isnull=False)
                | (~Q(status__in=WITH_A_MOMENT) & Q(published_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="issue_appeared_only_with_a_moment",
                condition=Q(appeared_at=None) | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(name="issue_status_known", condition=Q(status__in=IssueStatus.values)),
            models.CheckConstraint(name="issue_kind_known", condition=Q(kind__in=IssueKind.values)),
            models.CheckConstraint(name="issue_week_range", condition=Q(week=None) | Q(week__range=(0, 53))),
            models.CheckConstraint(name="issue_month_range", condition=Q(month=None) | Q(month__range=(1, 12))),
        ]
        indexes = [
            # Home, archive, feed and the neighbours of an issue: the newest of a language first.
            models.Index(
                F("publication"),
                F("language"),
                F("published_at").desc(),
                Coalesce("number", 0).desc(),
                F("id").desc(),
                name="issue_newest_first",
                condition=Q(status=IssueStatus.PUBLISHED),
                # Whether it is public is told by the index alone.
                include=["appeared_at"],
            ),
            # The archive of one kind, and how many issues of each kind there are.
            models.Index(
                F("publication"),
                F("language"),
                F("kind"),
                F("published_at").desc(),
                Coalesce("number", 0).desc(),
                F("id").desc(),
                name="issue_newest_of_kind",
                condition=Q(status=IssueStatus.PUBLISHED),
                include=["appeared_at"],
            ),
            # Has the moment of one come since somebody looked? Asked with each public page; few rows, as a rule none.
            models.Index(
                fields=["published_at"],
                name="issue_to_appear",
                condition=Q(status=IssueStatus.PUBLISHED, appeared_at=None),
            ),
            # The importer finds a document again by where it was first published.
            models.Index(fields=["language", "source_url"], name="issue_by_source", condition=~Q(source_url="")),
        ]

    def __str__(self):
        return self.title or self.name

    @property
    def name(self) -> str:
        """How the issue is called where there is little room: #26, 2021 W10, 2021-02, 2020, or its slug."""
        if self.number is not None:
            return f"#{self.number}"
        return self.label_stem

    @property
    def label_stem(self) -> str:
        """What stands before the dot in the labels of its entries: 26, 2021-W10, 2021-02, 2020 or the slug."""
        if self.number is not None:
            return str(self.number)
        if self.year and self.week is not None:
            return f"{self.year}-W{self.week:02}"
        if self.year and self.month:
            return f"{self.year}-{self.month:02}"
        return str(self.year) if self.kind == IssueKind.ANNUAL and self.year else self.slug

    @property
    def is_public(self) -> bool:
        """Whether readers see it at this moment; the same rule as `published()`."""
        return self.status == IssueStatus.PUBLISHED and self._has_come

    @property
    def is_waiting(self) -> bool:
        """Whether it is set for a moment that lies ahead."""
        return self.status == IssueStatus.PUBLISHED and not self._has_come

    @property
    def _has_come(self) -> bool:
        return self.published_at <= timezone.now() or self.appeared_at is not None


class Highlight(Imported, models.Model):
    """A line of "this week's features", with links inside its text."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="highlights")
    public_id = models.CharField(max_length=26, default=new_public_id, unique=True, editable=False)
    translation_key = models.UUIDField(default=uuid.uuid4, editable=False)
    group = models.CharField(max_length=10, choices=SectionKind, default=SectionKind.FEATURE)
    group_title = models.CharField(max_length=500, blank=True, help_text="The heading above this group of highlights.")
    text = models.TextField(help_text="Markdown. Link to an entry of this issue as [words](entry:ID).")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(name="highlight_group_known", condition=Q(group__in=SectionKind.values)),
            models.CheckConstraint(name="highlight_public_id_form", condition=Q(public_id__regex=PUBLIC_ID_PATTERN)),
        ]

    def __str__(self):
        return self.text[:80]


class Section(Imported, models.Model):
    """A numbered part of an issue."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="sections")
    translation_key = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=SectionKind, default=SectionKind.OTHER)
    title = models.TextField(blank=True, help_text="The heading that readers see.")
    number_given = models.IntegerField(null=True, blank=True, editable=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(name="section_kind_known", condition=Q(kind__in=SectionKind.values))]

    def __str__(self):
        return self.title or self.get_kind_display()


class Erratum(models.Model):
    """A dated correction of a published issue or entry; shown on the page and as `updated` in the feed."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="errata")
    entry = models.ForeignKey("Entry", null=True, blank=True, on_delete=models.SET_NULL, related_name="errata")
    noted_on = models.DateField(help_text="The day of the correction. Readers see it.")
    text = models.TextField(help_text="Markdown. Say what was wrong and what is right.")

    class Meta:
        verbose_name_plural = "errata"
        ordering = ["noted_on", "pk"]
        constraints = [models.CheckConstraint(name="erratum_text_not_empty", condition=~Q(text=""))]

    def __str__(self):
        return f"{self.noted_on}: {self.text[:60]}"
