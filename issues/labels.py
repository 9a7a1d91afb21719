"""Labels of entries, such as 26.9: given once, when an issue is published, and never changed afterwards."""

import re
from collections.abc import Iterable

from django.db import transaction

from .models import Entry, Issue

NUMBER_AT_THE_END = re.compile(r"\.([0-9]+)\Z")


def next_labels(stem: str, taken: Iterable[str], count: int) -> list[str]:
    """The next `count` labels after those taken: 26.1, 26.2 … A number that stands anywhere in `taken` or below the
    highest of them is not given again, so that a label in a letter never comes to mean another entry."""
    numbers = [int(found[1]) for label in taken if (found := NUMBER_AT_THE_END.search(label))]
    first = max(numbers, default=0) + 1
    return [f"{stem}.{number}" for number in range(first, first + count)]


@transaction.atomic
def assign_labels(issue: Issue) -> int:
    """Give each entry of an issue that has no label the next free one, in reading order; return how many got one.

    Labels that are set stay as they are. Calls for the same issue wait for each other, so that no label is given
    twice. Three queries, whatever the number of entries.
    """
    Issue.objects.select_for_update(no_key=True).only("pk").get(pk=issue.pk)
    entries = Entry.objects.filter(section__issue=issue).only("pk", "label")
    entries = list(entries.order_by("section__position", "section_id", "position", "pk"))
    unlabelled = [entry for entry in entries if not entry.label]
    taken = [entry.label for entry in entries if entry.label]
    for entry, label in zip(unlabelled, next_labels(issue.label_stem, taken, len(unlabelled)), strict=True):
        entry.label = label
    Entry.objects.bulk_update(unlabelled, ["label"])
    return len(unlabelled)
