"""The verbs that remove entries, sections, highlights and issues, and bring back what was removed from an issue."""

import datetime
from collections.abc import Iterable

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from .audit import note
from .labels import assign_labels
from .models import Entry, Highlight, Issue, Removal, Section, TaggedEntry, Topic
from .models.issue import WITH_A_MOMENT
from .moving import hold, number
from .refusals import ComposingError, Gone, in_words, refuse_when_published

# What was removed longer ago can no longer be brought back.
KEPT_FOR = datetime.timedelta(days=30)
_MODELS = {model._meta.model_name: model for model in (Entry, Highlight, Section)}
_encoder = DjangoJSONEncoder()


class NoPlace(ComposingError):
    """An entry can't be brought back while the issue has no section."""


# --- Removing ------------------------------------------------------------------------------------------------------


@transaction.atomic
def remove_entry(entry: Entry, *, by=None) -> Removal:
    """Remove an entry of an issue that was never published, and return what brings it back.

    Raises FixedByPublication for a published one, Gone where it is removed already.
    """
    issue = _held(entry.section.issue_id, entry)
    fresh = _fresh(Entry.objects.select_related("section"), entry)
    removal = _keep(issue, fresh, [fresh], by)
    fresh.delete()
    number(fresh.section.entries.all())
    return removal


@transaction.atomic
def remove_section(section: Section, *, by=None) -> Removal:
    """Remove a section with its entries from an issue that was never published; else like `remove_entry`."""
    issue = _held(section.issue_id, section)
    fresh = _fresh(Section.objects, section)
    removal = _keep(issue, fresh, [fresh, *fresh.entries.all()], by)
    fresh.delete()
    number(issue.sections.all())
    return removal


@transaction.atomic
def remove_highlight(highlight: Highlight, *, by=None) -> Removal:
    """Remove a highlight, also from an issue that was published: nothing in the world points to it."""
    issue = hold(highlight.issue_id)[highlight.issue_id]
    fresh = _fresh(Highlight.objects, highlight)
    removal = _keep(issue, fresh, [fresh], by)
    fresh.delete()
    number(issue.highlights.all())
    return removal


@transaction.atomic
def remove_issue(issue: Issue, *, by=None) -> None:
    """Remove an issue, with all in it, that was never published; else raise FixedByPublication.

    It can't be brought back; the history keeps what stood in it.
    """
    _held(issue.pk, issue)
    note("issue.removed", issue, by=by, entries=Entry.objects.filter(section__issue=issue).count())
    issue.delete()


def _held(key: int, row) -> Issue:
    """The issue, held, so that a publication that happens at this very moment waits, or is seen."""
    issue = hold(key).get(key)
    if issue is None:
        raise Gone(f"{in_words(row)} was removed by somebody else.")
    refuse_when_published(issue, row, "deleted")
    return issue


def _fresh(rows, row):
    fresh = rows.filter(pk=row.pk).first()
    if fresh is None:
        raise Gone(f"{in_words(row)} was removed by somebody else.")
    return fresh


# The verb that removes a part of an issue, by what the part is.
REMOVERS = {Entry: remove_entry, Highlight: remove_highlight, Section: remove_section}


# --- What is kept --------------------------------------------------------------------------------------------------


def _keep(issue: Issue, row, rows: list, by) -> Removal:
    """Write down what is about to be removed; what was removed long ago is given up."""
    Removal.objects.filter(removed_at__lt=timezone.now() - KEPT_FOR).delete()
    written = [_written(each) for each in rows]
    return Removal.objects.create(issue=issue, what=row._meta.model_name, name=str(row), rows=written, removed_by=by)


def _written(row) -> dict:
    """A row as JSON, with what points to it and lets go of it when it is removed."""
    columns = {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields}
    written = {
        "model": row._meta.model_name,
        "pk": row.pk,
        "columns": {name: _plain(value) for name, value in columns.items()},
        "referrers": [found for relation in row._meta.related_objects if (found := _referrers(relation, row))],
    }
    if isinstance(row, Entry):
        written["topics"] = list(TaggedEntry.objects.filter(content_object=row).values_list("tag", flat=True))
    return written


def _plain(value):
    if isinstance(value, models.fields.files.FieldFile):
        return value.name or ""
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    return _encoder.default(value)


def _referrers(relation, row) -> list | None:
    """Model, field and keys of the rows that forget this one when it goes: earlier mentions, candidates …"""
    if relation.on_delete is not models.SET_NULL:
        return None
    field, model = relation.field, relation.related_model
    keys = list(model._base_manager.filter(**{field.name: row}).values_list("pk", flat=True))
    return [model._meta.label, field.name, keys] if keys else None


def find_removal(issue: Issue, model: str, key: int) -> Removal | None:
    """The newest removal from the issue with which this row went: an entry may have gone with its section."""
    return issue.removals.filter(rows__contains=[{"model": model, "pk": key}]).first()


# --- Bringing back -------------------------------------------------------------------------------------------------


@transaction.atomic
def restore(removal: Removal) -> Entry | Section | Highlight:
    """Bring back what was removed, with its public id, topics, figure and place; what points to it does so again.

    An entry whose section is gone goes to the end of the last one; NoPlace is raised where there is none. Raises Gone
    where it was brought back before, by whomever.
    """
    issue = hold(removal.issue_id).get(removal.issue_id)
    removal = Removal.objects.select_for_update().filter(pk=removal.pk).first()
    if issue is None or removal is None:
        raise Gone("This was brought back already, or is no longer kept.")
    first = _bring_back(issue, removal.rows)
    removal.delete()
    return first


@transaction.atomic
def restore_rows(issue: Issue, rows: list[dict]) -> Entry | Section | Highlight:
    """Like `restore`, of rows in the same form from elsewhere; those that are there already are left as they are.

    Raises Gone where the first of them is.
    """
    issue = hold(issue.pk).get(issue.pk)
    there = {
        model: _MODELS[model].objects.in_bulk([row["pk"] for row in rows if row["model"] == model]) for model in _MODELS
    }
    if issue is None or rows[0]["pk"] in there[rows[0]["model"]]:
        raise Gone("This was brought back already, or the issue is gone.")
    return _bring_back(issue, [row for row in rows if row["pk"] not in there[row["model"]]])


def _bring_back(issue: Issue, rows: list[dict]) -> Entry | Section | Highlight:
    first, *others = [_built(row) for row in rows]
    section = _section_for(first, issue) if isinstance(first, Entry) else None
    _insert([first, *others])
    for written, row in zip(rows, [first, *others], strict=True):
        _reconnect(written, row)
    _put_back(first, section or issue)
    if issue.status in WITH_A_MOMENT:
        assign_labels(issue)
    return first


def _built(written: dict):
    """The row as it was, as far as today's columns go and what it points to is still there."""
    model = _MODELS[written["model"]]
    row = model(pk=written["pk"])
    for field in model._meta.concrete_fields:
        if field.attname in written["columns"]:
            setattr(row, field.attname, field.to_python(written["columns"][field.attname]))
    for field in model._meta.concrete_fields:
        if field.null and field.is_relation and not _is_there(field, row):
            setattr(row, field.attname, None)
    return row


def _is_there(field, row) -> bool:
    key = getattr(row, field.attname)
    return key is None or field.related_model._base_manager.filter(pk=key).exists()


def _section_for(entry: Entry, issue: Issue) -> Section:
    sections = list(issue.sections.all())
    own = next((section for section in sections if section.pk == entry.section_id), None)
    if own is None:
        if not sections:
            raise NoPlace("Add a section first: the issue has none to which the entry could be brought back.")
        own, entry.position = sections[-1], 0
        entry.section = own
    return own


def _insert(rows: Iterable) -> None:
    for row in rows:
        row.save(force_insert=True)


def _reconnect(written: dict, row) -> None:
    for label, field, keys in written["referrers"]:
        referrers = apps.get_model(label)._base_manager
        referrers.filter(pk__in=keys, **{f"{field}__isnull": True}).update(**{field: row})
    if topics := written.get("topics"):
        row.topics.add(*Topic.objects.filter(pk__in=topics))


def _put_back(row, parent: Issue | Section) -> None:
    """Number the siblings anew, the row at the place that it had, or at the end where it knows none."""
    siblings = {Entry: "entries", Section: "sections", Highlight: "highlights"}[type(row)]
    others = [other for other in getattr(parent, siblings).all() if other.pk != row.pk]
    place = row.position - 1 if row.position else len(others)
    number([*others[:place], row, *others[place:]])
