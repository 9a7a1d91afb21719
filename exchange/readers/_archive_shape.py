"""The shape of an archive's JSON: which keys each object may have, and what stands under them."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable

Check = Callable[[object], object]

KINDS = ("weekly", "monthly", "annual", "special")
SECTION_KINDS = ("feature", "use_case", "paper", "article", "other")
STATUSES = ("draft", "in_review", "approved", "published", "withdrawn")
ORIGINS = ("desk", "import", "sample")
WORK_KINDS = ("paper", "article", "repository", "video", "other")


class WrongShape(Exception):
    """A value that an archive can't have. `place` leads to it: `sections[0].entries[2].title`."""

    def __init__(self, message: str, place: str = ""):
        super().__init__(f"{place}: {message}" if place else message)
        self.message = message
        self.place = place

    def inside(self, outer: str) -> WrongShape:
        between = "" if not self.place or self.place.startswith("[") else "."
        return WrongShape(self.message, f"{outer}{between}{self.place}")


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def text(value: object) -> str:
    if value is None:
        return ""
    if type(value) is not str:
        raise WrongShape(f"expected a text, found {_shown(value)}")
    return value


def text_or_none(value: object) -> str | None:
    return None if value is None else text(value)


def integer(value: object) -> int | None:
    if value is None:
        return None
    if type(value) is not int:
        raise WrongShape(f"expected a whole number, found {_shown(value)}")
    return value


def boolean(value: object) -> bool | None:
    if value is not None and type(value) is not bool:
        raise WrongShape(f"expected true or false, found {_shown(value)}")
    return value


def ignored(value: object) -> None:
    """What is written for other programs and follows from the rest, so that it is not read."""


def one_of(*words: str) -> Check:
    def check(value: object) -> str:
        if value is None:
            return ""
        if value not in words:
            raise WrongShape(f"expected one of {', '.join(words)}, found {_shown(value)}")
        return value

    return check


def matching(pattern: str, what: str) -> Check:
    matches = re.compile(pattern, re.ASCII).fullmatch

    def check(value: object) -> str:
        if value and not matches(text(value)):
            raise WrongShape(f"expected {what}, found {_shown(value)}")
        return text(value)

    return check


def key(value: object) -> str:
    """A translation key: a UUID in any spelling, as its usual one."""
    if not value:
        return text(value)
    try:
        return str(uuid.UUID(text(value)))
    except ValueError:
        raise WrongShape(f"expected a UUID, found {_shown(value)}") from None


def day(value: object) -> datetime.date | None:
    if not value:
        return text(value) or None
    try:
        return datetime.date.fromisoformat(text(value))
    except ValueError:
        raise WrongShape(f"expected a day such as 2021-08-02, found {_shown(value)}") from None


def moment(value: object) -> datetime.datetime | None:
    if not value:
        return text(value) or None
    try:
        found = datetime.datetime.fromisoformat(text(value))
        if found.tzinfo is None:
            raise ValueError
        return found.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise WrongShape(f"expected a moment such as 2021-08-02T09:00:00Z, found {_shown(value)}") from None


def required(check: Check) -> Check:
    def present(value: object) -> object:
        if value is None or value == "":
            raise WrongShape("is missing and must be there")
        return check(value)

    return present


def many(check: Check) -> Check:
    def each(value: object) -> list:
        if value is None:
            return []
        if type(value) is not list:
            raise WrongShape(f"expected a list, found {_shown(value)}")
        done = []
        try:
            for item in value:
                done.append(check(item))
        except WrongShape as error:
            raise error.inside(f"[{len(done)}]") from None
        return done

    return each


def mapping(check: Check) -> Check:
    def each(value: object) -> dict:
        if value is None:
            return {}
        if type(value) is not dict:
            raise WrongShape(f"expected an object, found {_shown(value)}")
        done = {}
        for name, item in value.items():
            try:
                done[name] = check(item)
            except WrongShape as error:
                raise error.inside(name) from None
        return done

    return each


def record(**checks: Check) -> Check:
    """An object with these keys, each of which may be missing; None for null."""
    known = checks.keys()

    def check(value: object) -> dict | None:
        if value is None:
            return None
        if type(value) is not dict:
            raise WrongShape(f"expected an object, found {_shown(value)}")
        if not value.keys() <= known:
            raise WrongShape(f"unknown key {min(value.keys() - known)!r}; known are {', '.join(known)}")
        done = {}
        get = value.get
        for name, check_value in checks.items():
            try:
                done[name] = check_value(get(name))
            except WrongShape as error:
                raise error.inside(name) from None
        return done

    return check


public_id = matching(r"[0-9a-z-]{1,26}", "an id of up to 26 small letters, digits and hyphens")
language = matching(r"(?=.{1,35}\Z)[a-z]{2,3}(?:-[a-z0-9]{2,8})*", "a language such as en, ja or zh-hans")
slug = matching(r"[0-9a-z]+(?:-[0-9a-z]+)*", "a slug such as 26 or 2021-week-10")
checksum = matching(r"[0-9a-f]{64}", "a SHA-256 in 64 small hexadecimal digits")
work_identity = matching(r"[!-~]{1,2300}", "an identity such as arxiv:2103.00430")

PUBLICATION = record(
    name=required(text),
    tagline=text,
    about=text,
    author=record(name=text, links=many(required(text))),
    imprint=text,
    languages=many(required(language)),
    time_zone=text,
    sender=text,
    campaign=mapping(mapping(text)),
    recurring_links=many(required(text)),
)
WORK = record(
    identity=required(work_identity),
    id=public_id,
    kind=one_of(*WORK_KINDS),
    title=text,
    authors=many(required(text)),
    abstract=text,
    url=text,
    doi=text,
    venue=text,
    published_on=day,
    versions=many(required(text)),
    withdrawn=boolean,
    aliases=many(required(work_identity)),
    merged_into=work_identity,
    origin=one_of(*ORIGINS),
)
TOPIC = record(
    slug=required(text),
    name=text,
    names=mapping(text),
    description=text,
    origin=one_of(*ORIGINS),
)
CARD = record(url=text, url_given=text, title=text, description=text, domain=text)
ENTRY = record(
    id=public_id,
    translation_key=key,
    position=integer,
    label=text,
    title=text,
    url=text,
    url_given=text,
    domain=ignored,
    domain_shown=text_or_none,
    arxiv_id=ignored,
    arxiv_version=ignored,
    work=work_identity,
    source_title=text,
    source_arxiv_id=text,
    summary=text,
    one_liner=text,
    starred=boolean,
    repeats=public_id,
    figure=text,
    figure_sha256=checksum,
    figure_alt=text,
    figure_credit=text,
    figure_source_url=text,
    figure_license=text,
    card=CARD,
    topics=many(required(text)),
)
SECTION = record(
    kind=one_of(*SECTION_KINDS),
    title=text,
    position=integer,
    number_given=integer,
    translation_key=key,
    entries=many(required(ENTRY)),
)
HIGHLIGHT = record(
    id=public_id,
    translation_key=key,
    group=one_of(*SECTION_KINDS),
    group_title=text,
    text=required(text),
    links=ignored,
)
WAIVER = record(
    code=required(text),
    entry=public_id,
    highlight=public_id,
    section=key,
    field=text,
    text_sha256=required(checksum),
    reason=required(text),
    by=text,
    at=moment,
)
ISSUE = record(
    slug=slug,
    language=language,
    translation_key=key,
    kind=one_of(*KINDS),
    number=integer,
    year=integer,
    week=integer,
    month=integer,
    title=text,
    date_text=text_or_none,
    intro=text,
    leftovers=text,
    contents=record(stated_count=integer, lines=many(text)),
    status=one_of(*STATUSES),
    published_at=moment,
    published_at_exact=boolean,
    origin=one_of(*ORIGINS),
    source_url=text,
    highlights=many(required(HIGHLIGHT)),
    sections=many(required(SECTION)),
    errata=many(required(record(noted_on=required(day), entry=public_id, text=required(text)))),
    waivers=many(required(WAIVER)),
    past_issues=many(required(record(title=text, url=text, url_given=text))),
)
TOP_LEVEL = ("format", "publication", "issues", "works", "topics")
