"""By what a history can be narrowed: who changed something, in what, and which field."""

from dataclasses import dataclass, field

from .asking import NOBODY, Asked
from .lines import REPEATING
from .values import MODELS, Names, field_name, kind_name

MOST = 300


@dataclass
class Choices:
    """Pairs of a value and its words; `rows` are named when the page has loaded them."""

    people: list[tuple[str, str]] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    rows: list[tuple[str, int]] = field(default_factory=list)

    def named_rows(self, names: Names) -> list[tuple[str, str]]:
        found = [
            (f"{model}:{key}", f"{kind_name(model)}: {names.name(MODELS[model], key)}") for model, key in self.rows
        ]
        return sorted(found, key=lambda choice: choice[1].casefold())


def choices(asked: Asked) -> Choices:
    """What occurs within the bounds. Two queries, three for an issue; none where nothing bounds it."""
    if asked.issue is None and not asked.model:
        return Choices()
    within = Asked(issue=asked.issue, model="" if asked.issue else asked.model, row=asked.row).within().order_by()
    people = within.values_list("person", "person_name").distinct()[:MOST]
    named = sorted({(str(key), name) for key, name in people if key is not None}, key=lambda pair: pair[1].casefold())
    if any(key is None for key, _ in people):
        named.append((NOBODY, "Nobody: commands and the like"))
    told = within.exclude(field="").exclude(field__in=REPEATING).values_list("field", "model").distinct()[:MOST]
    fields = {name: field_name(model, name) for name, model in told}
    rows = within.values_list("model", "row").distinct()[:MOST] if asked.issue else []
    return Choices(
        people=named,
        fields=sorted(fields.items(), key=lambda choice: choice[1].casefold()),
        rows=[(model, row) for model, row in rows if model in MODELS],
    )
