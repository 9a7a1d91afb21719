"""Candidates: links that may become entries, and each of their arrivals."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from issues.models import Entry, Publication
from issues.models.publication import validate_language
from issues.search.desk import Sought, works_found
from papers.models import Work

from .source import Source


class CandidateState(models.TextChoices):
    NEW = "new", "New"
    KEPT = "kept", "Kept"
    DROPPED = "dropped", "Dropped"
    PLACED = "placed", "Placed"


# What an editor still has to decide about.
OPEN = [CandidateState.NEW, CandidateState.KEPT]


class Way(models.TextChoices):
    """How a link reached the inbox."""

    PASTE = "paste", "Pasted"
    BOOKMARKLET = "bookmarklet", "Bookmarklet"
    API = "api", "Sent by a program"
    SOURCE = "source", "Source"
    SUGGESTION = "suggestion", "Suggested by a reader"


class CandidateQuerySet(models.QuerySet):
    def open(self):
        """Candidates about which nobody has decided for good."""
        return self.filter(state__in=OPEN)

    def that_stand(self, state):
        """Candidates that stand so at the desk; see `Candidate.stands`."""
        if state == CandidateState.PLACED:
            return self.filter(entry__isnull=False)
        states = [CandidateState.KEPT, CandidateState.PLACED] if state == CandidateState.KEPT else [state]
        return self.filter(entry=None, state__in=states)

    def that_wait(self):
        """Candidates that stand as new or as kept."""
        return self.filter(entry=None).exclude(state=CandidateState.DROPPED)

    def with_root(self):
        """Adds `root`, the key of the candidate's work or of what that became by merging."""
        return self.annotate(root=Coalesce("work__merged_into", "work"))

    def sought(self, sought: Sought):
        """Candidates whose title, note or address holds it, or whose work is known by it. Three indexes bound it."""
        works, given = works_found(sought)
        sql = (
            "SELECT id FROM inbox_candidate WHERE inbox_candidate_lexemes(title, note, url) @@ %s::tsquery"
            f" UNION ALL SELECT id FROM inbox_candidate WHERE work_id IN ({works})"
        )
        return self.filter(pk__in=RawSQL(sql, [sought.loosely, *given]))

    def that_did_not_run(self):
        """Candidates whose work is in no issue that readers see."""
        entries = Entry.objects.published()
        # Two probes of an index each, instead of one search that neither of the two indexes could serve.
        ran = Q(models.Exists(entries.filter(work=models.OuterRef("root")))) | Q(
            models.Exists(entries.filter(work__merged_into=models.OuterRef("root")))
        )
        return self.with_root().filter(~ran)


class Candidate(models.Model):
    """A link in the inbox. While it is open, there is one for each work; who sends it again adds an arrival to it."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="candidates")
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="candidates")
    url = models.TextField(help_text="The address, without trackers.")
    url_given = models.TextField(help_text="The address as it came first.")
    title = models.TextField(blank=True, help_text="The title as whoever sent it gave it.")
    language = models.CharField(max_length=35, blank=True, validators=[validate_language])
    note = models.TextField(blank=True, help_text="Markdown. Becomes the draft of the summary when it is placed.")
    starred = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=CandidateState, default=CandidateState.NEW, editable=False)
    # What it was before it was dropped, so that taking it back loses nothing.
    before = models.CharField(max_length=10, choices=CandidateState, blank=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    entry = models.OneToOneField(
        Entry, null=True, blank=True, on_delete=models.SET_NULL, related_name="candidate", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Who sent it first. Contributors decide about what they added; what a source or a reader brought is nobody's.
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "work"], name="candidate_one_open_per_work", condition=Q(state__in=OPEN)
            ),
            models.CheckConstraint(name="candidate_state_known", condition=Q(state__in=CandidateState.values)),
            models.CheckConstraint(name="candidate_url_not_empty", condition=~Q(url="")),
            models.CheckConstraint(
                name="candidate_before_iff_dropped",
                condition=Q(state=CandidateState.DROPPED, before__in=OPEN)
                | (~Q(state=CandidateState.DROPPED) & Q(before="")),
            ),
        ]
        indexes = [
            # The list at the desk: those of a state, newest first.
            models.Index(F("publication"), F("state"), F("id").desc(), name="candidate_newest_first"),
            # The search box of the inbox.
            GinIndex(
                Func(F("title"), F("note"), F("url"), function="inbox_candidate_lexemes"), name="candidate_found_by"
            ),
        ]

    def __str__(self):
        return self.title or self.url

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def stands(self) -> str:
        """How it stands at the desk: placed as long as its entry is there. Once that was removed, it is kept."""
        if self.entry_id:
            return CandidateState.PLACED
        return CandidateState.KEPT if self.state == CandidateState.PLACED else self.state

    def get_stands_display(self) -> str:
        return CandidateState(self.stands).label

    @property
    def host(self) -> str:
        """The site that the address leads to, as readers are shown it."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")


class Arrival(models.Model):
    """That a link came in, on which way and by whom. Who sends the same again is counted; a reader's words are kept."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="arrivals")
    way = models.CharField(max_length=20, choices=Way)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.SET_NULL, related_name="arrivals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=100, blank=True, help_text="How the reader who suggested it is called.")
    words = models.TextField(blank=True, help_text="What the reader who suggested it says about it.")
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="arrival_way_known", condition=Q(way__in=Way.values)),
            models.CheckConstraint(name="arrival_came_at_least_once", condition=Q(times__gte=1)),
            models.CheckConstraint(name="arrival_source_only_of_sources", condition=Q(source=None) | Q(way=Way.SOURCE)),
            models.CheckConstraint(
                name="arrival_words_only_of_readers", condition=Q(name="", words="") | Q(way=Way.SUGGESTION)
            ),
            models.UniqueConstraint(fields=["candidate", "source"], name="arrival_once_per_source"),
            models.UniqueConstraint(fields=["candidate", "way", "by"], name="arrival_once_per_person_and_way"),
        ]

    def __str__(self):
        return f"{self.get_way_display()}: {self.candidate_id}"
