"""Which changes are asked for: those of an issue with all that is in it, of one row, by one person, of one field."""

from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.http import urlencode

from issues.models import Change

from .values import MODELS

ON_A_PAGE = 50
# Who is no person: a command, the worker, somebody at the database itself.
NOBODY = "none"


@dataclass(frozen=True)
class Asked:
    """What the history is asked for. `issue` or `model` and `row` bound it; none of them means all there is."""

    issue: int | None = None
    model: str = ""
    row: int | None = None
    person: str = ""
    field: str = ""
    before: int | None = None

    @classmethod
    def read(cls, given: QueryDict, **bounds) -> "Asked":
        """What a query asks for within bounds; what makes no sense in it is passed over."""
        model, _, row = given.get("row", "").partition(":")
        if "row" not in bounds and model in MODELS and _is_key(row):
            bounds |= {"model": model, "row": int(row)}
        person, before = given.get("person", ""), given.get("before", "")
        return cls(
            **bounds,
            person=person if person == NOBODY or _is_key(person) else "",
            field=given.get("field", "").replace("\0", "")[:100],
            before=int(before) if _is_key(before) else None,
        )

    def changes(self) -> QuerySet[Change]:
        """The changes, the newest first, from the page on."""
        found = self.within()
        if self.person:
            found = found.filter(person=None if self.person == NOBODY else int(self.person))
        if self.field:
            found = found.filter(field=self.field)
        return found if self.before is None else found.filter(pk__lt=self.before)

    def within(self) -> QuerySet[Change]:
        """All changes within the bounds, whatever else is asked for."""
        found = Change.objects.order_by("-pk")
        if self.issue is not None:
            found = found.filter(issue=self.issue)
        return found.filter(model=self.model, row=self.row) if self.model else found

    @property
    def is_narrow(self) -> bool:
        return bool(self.person or self.field)

    @property
    def row_key(self) -> str:
        return f"{self.model}:{self.row}" if self.model else ""

    def query(self, **other) -> str:
        """The same as the query of an address, with some of it set otherwise; pages begin anew."""
        asked = replace(self, **{"before": None, **other})
        values = {"row": asked.row_key, "person": asked.person, "field": asked.field, "before": asked.before or ""}
        return urlencode({name: value for name, value in values.items() if value})


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18
