"""The verbs that bring back what the history knows: an earlier value of a field, or a row that was removed."""

import hashlib
import json

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.forms import BooleanField, Form, modelform_factory
from django.http import QueryDict

from common.acting import acting
from common.editing import KeepingForm
from issues import removing
from issues.desk.compose import editors
from issues.models import (
    Change,
    Deed,
    Entry,
    Erratum,
    Highlight,
    Issue,
    Publication,
    Section,
    Topic,
    issue_of,
    note_presence,
)
from issues.refusals import ComposingError, Gone, in_words
from issues.rights import may
from issues.site import Site
from papers.models import Work

from .values import MODELS, TOPICS, column_of, field_name

# Which verb of `issues.rights` brings back a field of a row.
_VERBS = {
    Issue: "arrange",
    Section: "arrange",
    Highlight: "arrange",
    Entry: "change_entry",
    Erratum: "correct",
    Topic: "change_topic",
    Publication: "change_publication",
}
# Beside what the composer's forms hold; what follows from something else, or moves a row, is not among them.
_FURTHER_FIELDS = {
    Erratum: ("text", "noted_on"),
    Topic: ("name", "description"),
    Work: ("title", "authors", "abstract", "venue", "published_on", "doi"),
    Publication: ("name", "tagline", "about", "author_name", "imprint", "sender"),
}
_IN_ISSUES = (Issue, Section, Highlight, Entry)
REMOVABLE = ("entry", "highlight", "section")


class Changed(ComposingError):
    """Somebody changed the field after the page was opened on which it should be brought back."""


class NotRestored(ComposingError):
    """The value can't stand there any more; the text says why."""


def may_restore(user, change: Change, row: models.Model | None) -> bool:
    """Whether somebody may bring back what stood there before, where it can be brought back at all."""
    if change.deed == Deed.REMOVED:
        # Of a row that is gone nobody can say whose it was.
        return change.model in REMOVABLE and row is None and may(user, "arrange")
    if row is None or not _name_in_form(change):
        return False
    if isinstance(row, Work):
        return may(user, "change_work")
    return type(row) in _VERBS and may(user, _VERBS[type(row)], row)


def _name_in_form(change: Change) -> str:
    """The field of a form by which the change is undone; empty where there is none."""
    model = MODELS.get(change.model)
    known = editors.FORMS[model].base_fields if model in editors.FORMS else _FURTHER_FIELDS.get(model, ())
    return change.field if change.field in known else ""


def current(row: models.Model, name: str):
    """The value of a field of a row as the history would tell it. For topics a query, unless they were prefetched."""
    if name == TOPICS:
        return sorted(topic.slug for topic in row.topics.all())
    column = column_of(row._meta.model_name, name)
    value = column.value_from_object(row)
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder, default=str))


def seen(row: models.Model, name: str) -> str:
    """By what is told that a field is still as somebody saw it."""
    return hashlib.sha256(json.dumps(current(row, name), sort_keys=True).encode()).hexdigest()[:16]


# --- A value ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def restore_value(change: Change, value, *, by, as_seen: str) -> models.Model:
    """Bring back a value of a field, by the form in which it would be typed, and return the row.

    `as_seen` is what `seen` said when the editor looked. Raises Changed where it is another value by now, Gone where
    the row was removed, NotRestored where the form refuses, PermissionDenied.
    """
    row = _held(change)
    if row is None:
        raise Gone("This was removed meanwhile. Bring it back first.")
    if not may_restore(by, change, row):
        raise PermissionDenied
    if seen(row, change.field) != as_seen:
        name = field_name(change.model, change.field).lower()
        raise Changed(f"Somebody changed the {name} of {in_words(row)[:80]} meanwhile. Look at it, then choose again.")
    with acting(deed=Deed.RESTORED):
        form = _form(row, change.field, value, by)
        if not form.is_valid():
            raise NotRestored("It can't be brought back: " + " ".join(sum(form.errors.values(), [])))
        form.keep()
    if isinstance(row, _IN_ISSUES):
        note_presence(issue_of(row) if not isinstance(row, Highlight) else row.issue, by)
    return row


def _held(change: Change) -> models.Model | None:
    model = MODELS[change.model]
    held = model._base_manager.select_for_update(no_key=True).filter(pk=change.row).first()
    if held is None or model not in _IN_ISSUES:
        return held
    return editors.find(_issue(held), f"{change.model}:{change.row}")


def _issue(row) -> Issue:
    if isinstance(row, Highlight):
        return row.issue
    return issue_of(row)


def _form(row: models.Model, name: str, value, by) -> Form:
    if isinstance(row, _IN_ISSUES):
        issue = _issue(row)
        site = Site(issue.publication, issue.language)
        may_add_topics = may(by, "add_topic")

        def make(data=None):
            return editors.make_form(row, site, data, only={name}, may_add_topics=may_add_topics)
    else:
        form_class = modelform_factory(type(row), form=KeepingForm, fields=[name])

        def make(data=None):
            return form_class(data, instance=row, only={name})

    if name not in make().fields:
        raise NotRestored("This is fixed since the issue was published.")
    data = QueryDict(mutable=True)
    _fill_in(data, make().fields[name], name, value)
    return make(data)


def _fill_in(data: QueryDict, field, name: str, value) -> None:
    if isinstance(field, BooleanField):
        data.update({name: "on"} if value else {})
    elif name == TOPICS:
        data[name] = ", ".join(value)
    else:
        shown = field.prepare_value(value)
        data[name] = "" if shown is None else str(shown)


# --- A row -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def restore_row(change: Change, *, by):
    """Bring back an entry, section or highlight that was removed, by whatever way and however long ago.

    Within thirty days it is what was kept then that comes back, with all that went with it; later, or where it was
    removed in SQL, it is what the history kept. Raises Gone where it is back already or the issue is gone, NoPlace,
    PermissionDenied.
    """
    issue = Issue.objects.filter(pk=change.issue).first()
    if issue is None:
        raise Gone("The issue in which it stood is gone.")
    removal = removing.find_removal(issue, change.model, change.row)
    if not may(by, "restore", removal or issue):
        raise PermissionDenied
    with acting(deed=Deed.RESTORED):
        row = removing.restore(removal) if removal else removing.restore_rows(issue, _rows_of(change))
    note_presence(issue, by)
    return row


def _rows_of(change: Change) -> list[dict]:
    """What was removed, in the form in which removals keep it: the row, and the entries that went with a section."""
    together = Change.objects.filter(deed=Deed.REMOVED, transaction_at=change.transaction_at, issue=change.issue)
    entries = together.filter(model="entry", old__section_id=change.row) if change.model == "section" else []
    return [_written(each) for each in (change, *entries)]


def _written(change: Change) -> dict:
    written = {"model": change.model, "pk": change.row, "columns": change.old, "referrers": _referrers(change)}
    if change.model == "entry":
        written["topics"] = list(Topic.objects.filter(slug__in=_topics(change)).values_list("pk", flat=True))
    return written


def _topics(change: Change) -> list[str]:
    """The topics that an entry lost just before it went."""
    lost = Change.objects.filter(
        model="entry", row=change.row, field=TOPICS, transaction_at=change.transaction_at, pk__lt=change.pk
    ).first()
    return (lost.old or []) if lost else []


def _referrers(change: Change) -> list:
    """Which rows let go of this one when it went, as far as the history tells of them."""
    found = []
    for relation in MODELS[change.model]._meta.related_objects:
        if relation.on_delete is models.SET_NULL and relation.related_model in MODELS.values():
            field = relation.field
            let_go = Change.objects.filter(
                model=relation.related_model._meta.model_name,
                field=field.attname,
                transaction_at=change.transaction_at,
                old=change.row,
            )
            if keys := list(let_go.values_list("row", flat=True)):
                found.append([relation.related_model._meta.label, field.name, keys])
    return found
