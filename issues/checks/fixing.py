"""Applying what a finding proposes, through the verbs of composing, and undoing it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core import signing
from django.db import transaction

from .. import composing, removing
from ..models import Entry, Highlight, Issue, Removal, Section
from ..moving import hold
from ..refusals import ComposingError, Gone, in_words
from .finding import Change, Finding, Fix, Value, fix_from_json

_MODELS = {model._meta.model_name: model for model in (Entry, Highlight, Section, Issue)}
# What fixes may change. A sealed fix comes back from a browser, and rules grow: nothing else is ever written.
_FIELDS = {
    "entry": {
        *("title", "url", "url_given", "summary", "source_title", "source_arxiv_id", "repeats", "figure_alt"),
        *(
            "card_url",
            "card_url_given",
            "domain_shown",
            "card_title",
            "card_description",
            "card_domain",
            "figure_source_url",
        ),
    },
    "highlight": {"text"},
    "section": {"title"},
    "issue": {"title", "intro", "number", "year", "week", "month"},
}
_SALT = "issues.checks.fixing"


class FixRefused(ComposingError):
    """The fix can't be applied any more, or there is none; the text says why."""


@dataclass(frozen=True)
class Fixed:
    """What was done, in words, and what undoes it: a fix the other way round, or what brings a row back."""

    said: str
    undo: Fix | None = None
    removal: Removal | None = field(default=None, compare=False)

    @property
    def token(self) -> str:
        """What a browser sends back to undo it; nobody can make one but the site."""
        undo = {"removal": self.removal.pk} if self.removal else {"fix": self.undo.as_json()}
        return signing.dumps(undo, salt=_SALT, compress=True)


@transaction.atomic
def apply_fix(issue: Issue, finding: Finding, by=None) -> Fixed:
    """Do what a finding proposes, and return what was done and what undoes it.

    Raises FixRefused where it proposes nothing, or where the row is no longer what it was when this was found; Gone
    where somebody removed the row; FixedByPublication for removing what was published.
    """
    if finding.fix is None:
        raise FixRefused("There is no fix that can be applied by itself: this has to be mended by hand.")
    return _apply(issue, finding.fix, by)


@transaction.atomic
def undo_fix(issue: Issue, done: Fixed | str, by=None) -> Fixed:
    """Undo what `apply_fix` did, by what it returned or by the token of it; that can be undone, too.

    Raises FixRefused where the row changed since, Gone where there is nothing to bring back.
    """
    undo = _read(done) if isinstance(done, str) else {"removal": done.removal and done.removal.pk, "fix": done.undo}
    if undo.get("removal"):
        removal = issue.removals.filter(pk=undo["removal"]).first()
        if removal is None:
            raise Gone("This was brought back already, or is no longer kept.")
        row = removing.restore(removal)
        again = Fix("Remove it again", f"{row._meta.model_name}:{row.pk}", removes=True)
        return Fixed(f"{in_words(row)} is back.", undo=again)
    return _apply(issue, undo["fix"], by)


def _read(token: str) -> dict:
    try:
        undo = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        raise FixRefused("This can't be undone from here. Mend it by hand, or look into the history.") from error
    return undo | ({"fix": fix_from_json(undo["fix"])} if "fix" in undo else {})


def _apply(issue: Issue, fix: Fix, by) -> Fixed:
    if issue.pk not in hold(issue.pk):
        raise Gone(f"{in_words(issue)} was removed by somebody else.")
    kind, _, key = fix.row.partition(":")
    row = _locked(issue, kind, int(key))
    if any(_value(row, change.field) != change.before for change in fix.changes):
        raise FixRefused(f"{in_words(row)} has changed since this was found. Look at it again.")
    if fix.removes:
        removal = removing.REMOVERS[type(row)](row, by=by)
        return Fixed(f"{in_words(row)} was removed.", removal=removal)
    if not all(change.field in _FIELDS[kind] for change in fix.changes):
        raise FixRefused("This can't be changed by a fix. Mend it by hand.")
    _write(row, {change.field: change.after for change in fix.changes})
    back = tuple(Change(change.field, change.after, change.before) for change in fix.changes)
    return Fixed(f"{fix.label}: done.", undo=Fix("Undo", fix.row, back))


def _locked(issue: Issue, kind: str, key: int):
    """The row as it is now, locked; it has to be one of the issue."""
    path = {"entry": "section__issue", "highlight": "issue", "section": "issue", "issue": "pk"}[kind]
    rows = _MODELS[kind].objects.select_for_update(no_key=True, of=("self",))
    row = rows.filter(**{path: issue.pk}).filter(pk=key).first()
    if row is None:
        raise Gone("What this was found in was removed by somebody else.")
    return row


def _value(row, name: str) -> Value:
    return getattr(row, row._meta.get_field(name).attname)


def _write(row, values: dict[str, Value]) -> None:
    fields = set(values)
    link = values.pop("url", None)
    if link is not None:
        before, waits = row.work_id, row.awaits_record
        composing.link_entry(row, link)
        # What was taken over from the page of the same work is not asked for once more.
        row.awaits_record = waits if row.work_id == before else row.awaits_record
        fields |= {"url", "url_given", "work", "awaits_record"}
    for name, value in values.items():
        setattr(row, row._meta.get_field(name).attname, value)
    if isinstance(row, Entry):
        composing.save_entry(row, changed=fields)
    else:
        row.save(update_fields=[*fields, *(["updated_at"] if isinstance(row, Issue) else [])])
