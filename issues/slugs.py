"""The last part of an issue's address: made once, from what the issue is, in the same way in every language."""

import calendar
import datetime

from django.utils.text import slugify

from .models import Issue, IssueKind

LONGEST = 180


def slug_stem(issue: Issue, *, day: datetime.date | None = None) -> str:
    """The slug an issue should have, before a clash is looked for: its number; else 2021-week-10, 2021-february,
    2020-annual; else its day; else its title in ASCII; else its kind. Months are English in every language."""
    if issue.number is not None:
        return str(issue.number)
    if issue.year and issue.week is not None:
        return f"{issue.year}-week-{issue.week:02}"
    if issue.year and issue.month:
        return f"{issue.year}-{calendar.month_name[issue.month].lower()}"
    if issue.year and issue.kind == IssueKind.ANNUAL:
        return f"{issue.year}-annual"
    if day:
        return day.isoformat()
    return slugify(issue.title.replace("_", "-"))[:LONGEST].strip("-") or issue.kind


def free_slug(issue: Issue, stem: str) -> str:
    """The stem, or with -2, -3 … the first that no other issue of the language has. One query."""
    others = Issue.objects.filter(publication=issue.publication_id, language=issue.language).exclude(pk=issue.pk)
    taken = set(others.filter(slug__startswith=stem).values_list("slug", flat=True))
    number, slug = 2, stem
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
