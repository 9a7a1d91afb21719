"""Which issue a document is: by language and source address, else by language and slug."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Q

from exchange.parts import PreparedIssue
from exchange.run import Run, Unsaveable
from issues.models import Issue, Publication
from issues.slugs import slug_stem


@dataclass(frozen=True)
class Found:
    """The issue that a document is, if it is here already; else the slug it gets. `sibling` is another edition."""

    issue: Issue | None
    slug: str
    sibling: Issue | None = None


def find(prepared: PreparedIssue, publication: Publication, language: str, run: Run) -> Found:
    """Look the issue up in one query; a second one is needed where its slug is taken by another issue."""
    values, document = prepared.own.values, prepared.document
    stem = document.slug or _derived_stem(prepared)
    if len(stem) > Issue._meta.get_field("slug").max_length:
        raise Unsaveable(f"The slug “{stem[:40]}…” is too long; 200 characters are the most.")
    issues = Issue.objects.filter(publication=publication)
    wanted = Q(language__in={*publication.languages, language}, slug=stem)
    if values["source_url"]:
        wanted |= Q(language=language, source_url=values["source_url"])
    near = list(issues.filter(wanted).order_by("pk"))
    here = [issue for issue in near if issue.language == language]
    if same := [issue for issue in here if values["source_url"] and issue.source_url == values["source_url"]]:
        return Found(same[0], same[0].slug)
    taken = [issue for issue in here if issue.slug == stem]
    if taken and not document.slug:
        taken = _family(issues.filter(language=language), stem)
    possible = [issue for issue in taken if _may_be(issue, prepared, run)]
    exactly = [issue for issue in possible if issue.imported_document == prepared.digest]
    if possible:
        issue = (exactly or possible)[0]
        return Found(issue, issue.slug)
    if taken and document.slug:
        raise Unsaveable(f"The slug “{stem}” belongs to another issue in this language, “{taken[0]}”; choose another.")
    slug = _free(stem, {issue.slug for issue in taken})
    # Where nothing but the kind was left to make a slug of, the same slug says nothing.
    says_which = slug == stem and (document.slug or stem != values["kind"])
    return Found(None, slug, _sibling(near, publication, language, values["kind"]) if says_which else None)


def _derived_stem(prepared: PreparedIssue) -> str:
    return slug_stem(_as_issue(prepared), day=prepared.document.stated_on)


def _as_issue(prepared: PreparedIssue) -> Issue:
    names = ("kind", "number", "year", "week", "month", "title")
    return Issue(**{name: prepared.own.values[name] for name in names})


def _family(issues, stem: str) -> list[Issue]:
    """The issues whose slugs are the stem or the stem with a number for a clash, in order of that number."""
    number = re.compile(rf"{re.escape(stem)}(?:-(\d+))?")
    found = [(number.fullmatch(issue.slug), issue) for issue in issues.filter(slug__startswith=stem).order_by("pk")]
    return [issue for _, issue in sorted(((int(m[1] or 1), i) for m, i in found if m), key=lambda pair: pair[0])]


def _may_be(issue: Issue, prepared: PreparedIssue, run: Run) -> bool:
    """Whether the document may be that issue of the same slug, or must be another one that has to step aside."""
    values = prepared.own.values
    # The same document twice in one import is still one issue.
    if issue.imported_document == prepared.digest:
        return True
    if issue.source_url and values["source_url"] or issue.pk in run.met:
        return False
    # A slug made of nothing but the title, or not even that, names the same issue only with the same title.
    says_which = prepared.document.slug or prepared.document.stated_on or _is_numbered(values)
    return bool(says_which) or issue.title == values["title"]


def _is_numbered(values: dict[str, object]) -> bool:
    in_year = values["week"] is not None or values["month"] or values["kind"] == "annual"
    return values["number"] is not None or bool(values["year"] and in_year)


def _free(stem: str, taken: set[str]) -> str:
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug


def _sibling(near: list[Issue], publication: Publication, language: str, kind: str) -> Issue | None:
    """An edition of the same slug and kind in another language, the one of the earliest language first."""
    others = [issue for issue in near if issue.language != language and issue.kind == kind]
    order = publication.languages
    return min(others, key=lambda issue: order.index(issue.language) if issue.language in order else 99, default=None)
