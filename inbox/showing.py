"""What the desk shows of a candidate: where its work stands already, who sent it, what the outside says of it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.safestring import SafeString

from common.markdown import to_html
from issues.languages import html_language, language_of_title
from issues.models import Publication
from issues.naming import work_name
from issues.site import Site
from papers.models import Fetch, Work

from .models import Arrival, Candidate, CandidateState, Way
from .repeats import Mention, Standing, families, mentions
from .rights import may

# So many badges of a kind are shown; of more only the number is told.
MENTIONS_SHOWN = 3
SENDERS_SHOWN = 3
LONGEST_ABSTRACT = 280
LONGEST_ADDRESS = 90
_SHARED = ("csrfmiddlewaretoken", "section", "state", "q", "from", "hide", "pane", "starred")


@dataclass(frozen=True)
class Badge:
    """A word about a candidate; `level` is w (look before you place it), i (good to know) or e (something is wrong)."""

    level: str
    words: str
    address: str = ""


@dataclass(frozen=True)
class Shown:
    """A candidate as the desk shows it."""

    candidate: Candidate
    title: str
    title_language: str
    is_titled: bool
    whence: str
    kind: str
    abstract: str
    note: SafeString
    badges: list[Badge] = field(default_factory=list)
    said: list[Arrival] = field(default_factory=list)
    reading: str = ""
    failure: str = ""
    decided: str = ""
    may_change: bool = False

    @property
    def parameters(self) -> str:
        """The fields of the list that belong to a decision about this candidate; the others need not be sent."""
        own = (f"{name}-{self.candidate.pk}" for name in ("seen", "note", "note-was"))
        return ",".join([*_SHARED, *own])


def shown(candidates: Iterable[Candidate], publication: Publication, user) -> list[Shown]:
    """The candidates, loaded `with_all_shown()`, as the desk shows them to a person. Four queries for any number."""
    candidates = list(candidates)
    family = families(candidate.work_id for candidate in candidates)
    ran = mentions(family, publication.languages)
    doubles = _doubles(family, publication)
    return [
        _shown(one, publication, ran.get(family[one.work_id], []), doubles.get(family[one.work_id], []), user)
        for one in candidates
    ]


def _doubles(family: dict[int, int], publication: Publication) -> dict[int, list[Candidate]]:
    """The candidates about each of the works, by what the work is now."""
    found: dict[int, list[Candidate]] = {}
    for candidate in Candidate.objects.filter(publication=publication, work__in=family.keys()).order_by("-pk"):
        found.setdefault(family[candidate.work_id], []).append(candidate)
    return found


def _shown(candidate: Candidate, publication: Publication, ran: list[Mention], doubles: list[Candidate], user) -> Shown:
    work = candidate.work.merged_into or candidate.work
    title = work.title or candidate.title
    arrivals = list(candidate.arrivals.all())
    fetch = getattr(work, "fetch", None) or getattr(candidate.work, "fetch", None)
    elsewhere = [mention for mention in ran if mention.entry.pk != candidate.entry_id]
    return Shown(
        candidate=candidate,
        title=title or shortened_address(candidate.url),
        title_language=html_language(candidate.language) if candidate.language else language_of_title(title, "ja"),
        is_titled=bool(title),
        whence=_whence(candidate, arrivals[:1], publication),
        kind=_kind(work, candidate),
        abstract=_shortened(work.abstract or (fetch.said.get("description", "") if fetch else "")),
        note=to_html(candidate.note),
        badges=[*_mentioned(elsewhere, publication), *_doubled(candidate, doubles), *_sent(arrivals)],
        said=[arrival for arrival in arrivals if arrival.words],
        reading=_reading(fetch),
        failure=fetch.last_message if fetch and fetch.last_error else "",
        decided=_decided(candidate, publication),
        may_change=may(user, "decide", candidate),
    )


def shortened_address(address: str) -> str:
    """An address as a heading: without its scheme, its end left out where it is long."""
    shown = address.partition("://")[2].removeprefix("www.").rstrip("/")
    return shown if len(shown) <= LONGEST_ADDRESS else shown[: LONGEST_ADDRESS - 1] + "…"


def _kind(work: Work, candidate: Candidate) -> str:
    return work_name(work) if work.arxiv_id else candidate.host


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_ABSTRACT else text[:LONGEST_ABSTRACT].rsplit(" ", 1)[0] + " …"


def _reading(fetch: Fetch | None) -> str:
    """Whether what the outside says of the work is `pending`, has `failed`, was `never` asked for, or is there."""
    if fetch is None:
        return "never"
    if fetch.last_error:
        return "failed"
    return "pending" if fetch.due_at else ""


# --- Where it stands already -----------------------------------------------------------------------------------------


def _mentioned(ran: list[Mention], publication: Publication) -> list[Badge]:
    badges = [_mention_badge(mention, publication) for mention in ran[:MENTIONS_SHOWN]]
    more = len(ran) - len(badges)
    return (
        [*badges, Badge("w", f"and in {more} more issues" if more > 1 else "and in one more issue")] if more else badges
    )


def _mention_badge(mention: Mention, publication: Publication) -> Badge:
    issue, name = mention.issue, mention.issue.name
    if mention.standing == Standing.PUBLIC:
        site = Site(publication, issue.language)
        words = f"Already run in {name}, {formats.date_format(site.day(issue.published_at), 'j F Y')}"
        return Badge("w", words, site.entry_path(mention.entry))
    address = reverse("admin:issues_issue_change", args=[issue.pk])
    if mention.standing == Standing.SCHEDULED:
        return Badge("w", f"Scheduled in {name}", address)
    if mention.standing == Standing.WITHDRAWN:
        return Badge("i", f"Was in {name}, which is withdrawn", address)
    return Badge("w", f"Already in draft {name}", address)


def _doubled(candidate: Candidate, doubles: list[Candidate]) -> list[Badge]:
    """That the same work is in the inbox another time: open, since two works became one; or decided about before."""
    others = [other for other in doubles if other.pk != candidate.pk and not other.entry_id]
    open_ones = [other for other in others if other.stands in (CandidateState.NEW, CandidateState.KEPT)]
    if open_ones:
        other = open_ones[0]
        return [Badge("i", f"Twice in the inbox, also as “{other}”", place_in_list(other))]
    dropped = [other for other in others if other.stands == CandidateState.DROPPED]
    if dropped and candidate.is_open:
        day = formats.date_format(dropped[0].changed_at.astimezone(candidate.publication.zone), "j F Y")
        return [Badge("i", f"Dropped before, {day}", place_in_list(dropped[0]))]
    return []


def place_in_list(candidate: Candidate) -> str:
    """Where a candidate stands in the list: on top of the page that begins with it."""
    return f"{reverse('inbox:list')}?state={candidate.stands}&before={candidate.pk + 1}#c{candidate.pk}"


# --- Who sent it -----------------------------------------------------------------------------------------------------


def sender(arrival: Arrival) -> str:
    """Who sent it, in few words."""
    if arrival.way == Way.SOURCE:
        return str(arrival.source) if arrival.source else "a source"
    if arrival.way == Way.SUGGESTION:
        return arrival.name or "a reader"
    who = (arrival.by.get_short_name() or arrival.by.get_username()) if arrival.by else "an editor"
    return f"{who}, by a program" if arrival.way == Way.API else who


def _sent(arrivals: list[Arrival]) -> list[Badge]:
    """Who else sent it, and how often the first did."""
    first, *others = arrivals or [None]
    badges = []
    if first and first.times > 1:
        badges.append(Badge("i", f"Came {first.times} times from {sender(first)}"))
    for arrival in others[:SENDERS_SHOWN]:
        verb = "suggested" if arrival.way == Way.SUGGESTION else "came" if arrival.way == Way.SOURCE else "sent"
        link = "from" if verb == "came" else "by"
        badges.append(Badge("i", f"Also {verb} {link} {sender(arrival)}"))
    if more := len(others) - SENDERS_SHOWN:
        badges += [Badge("i", f"and by {more} more")] if more > 0 else []
    return badges


def _whence(candidate: Candidate, first: list[Arrival], publication: Publication) -> str:
    day = day_in_words(candidate.created_at, publication)
    return f"{day}, {'from' if first[0].way == Way.SOURCE else 'by'} {sender(first[0])}" if first else day


def day_in_words(moment: datetime.datetime, publication: Publication, *, now: datetime.datetime | None = None) -> str:
    """The day of a moment in the publication's zone: today, yesterday, 2 September, 2 September 2021."""
    day, today = (when.astimezone(publication.zone).date() for when in (moment, now or timezone.now()))
    if day == today:
        return "today"
    if day == today - datetime.timedelta(days=1):
        return "yesterday"
    return formats.date_format(day, "j F" if day.year == today.year else "j F Y")


def _decided(candidate: Candidate, publication: Publication) -> str:
    """Who decided about it and when, or where it was placed."""
    if candidate.changed_by is None:
        return ""
    who = candidate.changed_by.get_short_name() or candidate.changed_by.get_username()
    return f"{candidate.get_stands_display()} by {who}, {day_in_words(candidate.changed_at, publication)}"
