"""Which candidates the desk lists: by state, by what they came from, by words; newest first, page by page."""

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.http import urlencode

from issues.models import Publication, Section
from issues.publishing import READY_FOR_PUBLICATION
from issues.search.desk import narrow

from .models import Arrival, Candidate, CandidateState, Source, Way

ON_A_PAGE = 40
LONGEST_SEARCH = 500
# Sections to choose from: those of the drafts that were worked on last.
DRAFTS_OFFERED = 8

# Beside the states: all about which nobody has decided for good.
OPEN = "open"
STATES = [*CandidateState.values, OPEN]

FROM_EDITORS, FROM_READERS = "editors", "readers"
_WAYS = {FROM_EDITORS: [Way.PASTE, Way.BOOKMARKLET, Way.API], FROM_READERS: [Way.SUGGESTION]}


@dataclass(frozen=True)
class Filters:
    """What of the inbox is wanted. `sender` is empty, `editors`, `readers` or the key of a source."""

    state: str = CandidateState.NEW
    search: str = ""
    sender: str = ""
    hides_run: bool = False
    before: int | None = None

    @classmethod
    def read(cls, given: QueryDict) -> "Filters":
        """The filters that a query names; what makes no sense in it is passed over."""
        state, sender, before = (given.get(name, "") for name in ("state", "from", "before"))
        known = sender in _WAYS or _is_key(sender)
        return cls(
            state=state if state in STATES else CandidateState.NEW,
            search=given.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH],
            sender=sender if known else "",
            hides_run=given.get("hide") == "1",
            before=int(before) if _is_key(before) else None,
        )

    @property
    def is_narrow(self) -> bool:
        """Whether something beside the state is asked for."""
        return bool(self.search or self.sender or self.hides_run)

    def query(self, **other) -> str:
        """The filters as the query of an address, with some of them set otherwise; pages begin anew."""
        values = {"state": self.state, "q": self.search, "from": self.sender, "hide": "1" if self.hides_run else ""}
        values |= {"before": ""} | other
        if values["state"] == CandidateState.NEW:
            values["state"] = ""
        return urlencode({name: value for name, value in values.items() if value})


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


@dataclass(frozen=True)
class Slice:
    """Some candidates of a longer list, and the key behind which it goes on; None at its end."""

    candidates: list[Candidate] = field(default_factory=list)
    next_key: int | None = None


def candidates_page(publication: Publication, filters: Filters, *, size: int = ON_A_PAGE) -> Slice:
    """The candidates that the filters ask for, newest first, with all that a list shows of each but where they ran."""
    candidates = Candidate.objects.filter(publication=publication)
    candidates = candidates.that_wait() if filters.state == OPEN else candidates.that_stand(filters.state)
    candidates = _matching(candidates, filters)
    if filters.before is not None:
        candidates = candidates.filter(pk__lt=filters.before)
    found = list(with_all_shown(candidates).order_by("-pk")[: size + 1])
    return Slice(found[:size], found[size - 1].pk if len(found) > size else None)


def with_all_shown(candidates: QuerySet) -> QuerySet:
    """The candidates with their works, what was read of these, their entries, and who sent them."""
    related = ("work__fetch", "work__merged_into__fetch", "changed_by", "entry__section__issue", "publication")
    return candidates.select_related(*related).prefetch_related("arrivals__source", "arrivals__by")


def _matching(candidates: QuerySet, filters: Filters) -> QuerySet:
    if filters.sender:
        sent = {"way__in": _WAYS[filters.sender]} if filters.sender in _WAYS else {"source": int(filters.sender)}
        candidates = candidates.filter(Exists(Arrival.objects.filter(candidate=OuterRef("pk"), **sent)))
    if filters.search:
        candidates = narrow(candidates, filters.search)
    return candidates.that_did_not_run() if filters.hides_run else candidates


def open_counts(publication: Publication) -> dict[str, int]:
    """How many candidates are new, and how many are kept. One query."""
    waiting = Candidate.objects.filter(publication=publication).that_wait()
    is_new = Q(state=CandidateState.NEW)
    return waiting.aggregate(new=Count("pk", filter=is_new), kept=Count("pk", filter=~is_new))


def sources_to_choose(publication: Publication) -> list[Source]:
    """The sources by which the list can be narrowed, by name. One query."""
    return list(Source.objects.filter(publication=publication).only("name", "kind", "address", "category", "terms"))


def sections_to_choose(publication: Publication) -> list[Section]:
    """The sections into which a candidate can be placed: those of the latest drafts, in order. Two queries."""
    drafts = publication.issues.filter(status__in=READY_FOR_PUBLICATION).order_by("-updated_at")[:DRAFTS_OFFERED]
    issues = {issue.pk: issue for issue in drafts}
    order = {key: place for place, key in enumerate(issues)}
    sections = list(Section.objects.filter(issue__in=issues).order_by("position", "pk"))
    for section in sections:
        section.issue = issues[section.issue_id]
    return sorted(sections, key=lambda section: order[section.issue_id])
