"""Forms of the desk that notice when somebody else saved the same row meanwhile, and fields that suit editors."""

import unicodedata
from dataclasses import dataclass

from django import forms
from django.contrib.admin import widgets
from django.core.exceptions import NON_FIELD_ERRORS

OTHERS_SAVED = (
    "Somebody else saved this after you opened it. Nothing of yours is lost: what you typed stands below, and what "
    "they changed is named or filled in. Look at it, then save again."
)
OTHERS_REMOVED = "Somebody else deleted this after you opened it. Copy your text from here to keep it."

OTHERS_REMOVED_A_PART = (
    "Somebody else deleted a part after you opened this page. Copy what you typed there from below, open the page "
    "anew, and enter it again."
)


def same_lines(text):
    """Text with line ends as `\\n` (browsers send `\\r\\n`), so that saving what nobody touched changes no byte."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


class TextField(forms.CharField):
    """Text of any length, with line ends as `\\n`, without blank ends."""

    def to_python(self, value):
        return super().to_python(same_lines(value))


class LinesField(TextField):
    """A list of texts, edited as one line for each."""

    widget = widgets.AdminTextareaWidget(attrs={"rows": 4})

    def to_python(self, value):
        if isinstance(value, list):
            return value
        return [line.strip() for line in super().to_python(value).split("\n") if line.strip()]

    def prepare_value(self, value):
        return "\n".join(map(str, value)) if isinstance(value, list) else value


class NamesField(TextField):
    """Names by language, edited as lines such as `ja: 動画`."""

    widget = widgets.AdminTextareaWidget(attrs={"rows": 4})

    def to_python(self, value):
        if isinstance(value, dict):
            return value
        names = {}
        for line in filter(None, map(str.strip, super().to_python(value).split("\n"))):
            # An input method for Japanese or Chinese types the wide colon.
            language, colon, name = line.replace("：", ":", 1).partition(":")
            language = unicodedata.normalize("NFKC", language).strip().lower()
            if not (colon and language and name.strip()):
                raise forms.ValidationError(f"Write each line as “language: name”, such as “ja: 動画”, not “{line}”.")
            names[language] = name.strip()
        return names

    def prepare_value(self, value):
        return "\n".join(f"{key}: {name}" for key, name in value.items()) if isinstance(value, dict) else value


class JoinedHiddenInput(forms.HiddenInput):
    """Several values in one hidden input, which is sent even when there are none."""

    def format_value(self, value):
        return ",".join(str(item) for item in value or [])

    def value_from_datadict(self, data, files, name):
        return [item for item in (data.get(name) or "").split(",") if item]


class WatchedForm(forms.ModelForm):
    """A form that knows three versions of each field: what it was opened with, what was typed, what is stored now.

    Only fields that were touched are written, so that two editors who change different fields don't undo each other.
    Where the row was changed by another meanwhile, the form refuses once: it keeps what was typed, names the other
    text where both changed the same field, and takes over what only the other changed.

    Used inside a transaction (as the admin does), it locks the row until the save is done.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            for name, field in self.fields.items():
                field.show_hidden_initial = self._can_be_watched(name, field)

    def clean(self):
        cleaned = super().clean()
        if not self.instance._state.adding and self.changed_data:
            self._meet_others()
        return cleaned

    def save(self, commit=True):
        super().save(commit=False)
        if commit:
            self.write()
            self._save_m2m()
        return self.instance

    def write(self):
        """Save the row: all of a new one, else the fields that were touched."""
        self.instance.save(update_fields=None if self.instance._state.adding else self.columns_changed())

    def columns_changed(self) -> list[str]:
        """The columns to write, with the row's moments of change where there are any."""
        columns = self.instance._meta.concrete_fields
        names = [column.name for column in columns if column.name in self.changed_data]
        return names + [column.name for column in columns if names and getattr(column, "auto_now", False)]

    def _save_m2m(self):
        for name in set(self.cleaned_data) - set(self.changed_data):
            del self.cleaned_data[name]
        super()._save_m2m()

    def _can_be_watched(self, name, field):
        # A file can't be sent back. What posts the fields alone, without a page, has nothing to compare with.
        if name not in self._columns or isinstance(field, forms.FileField):
            return False
        return not self.is_bound or self.add_initial_prefix(name) in self.data

    @property
    def _columns(self):
        return {field.name for field in self._meta.model._meta.get_fields()}

    def _meet_others(self):
        rows = type(self.instance)._base_manager.select_for_update(no_key=True)
        row = rows.filter(pk=self.instance.pk).first()
        if row is None:
            self.add_error(None, OTHERS_REMOVED)
            return
        moved = [bound for bound in self if self._was_changed_by_others(bound, row)]
        if moved:
            self.data = self.data.copy()
            self._answer_others(moved, row)
        for bound in moved:
            self._take_over(bound, row)

    def _answer_others(self, moved, row):
        """What to do about fields that others changed meanwhile: refuse, once."""
        self.add_error(None, OTHERS_SAVED)
        for bound in moved:
            if _both_changed(bound, row):
                words = _words(bound.field, row, bound.name, _stored(row, bound))
                self.add_error(bound.name, f"Somebody else changed this to: {words or '(nothing)'}")

    def _was_changed_by_others(self, bound, row):
        return bound.field.show_hidden_initial and bound.field.has_changed(_stored(row, bound), _opened_with(bound))

    def _take_over(self, bound, row):
        """Show their value where it was not touched here, else say it; a second save is then a decision."""
        stored = _stored(row, bound)
        if bound.name not in self.changed_data:
            _fill_in(self.data, bound.html_name, bound.field, stored)
        hidden = bound.field.hidden_widget()
        self.data[bound.html_initial_name] = hidden.format_value(bound.field.prepare_value(stored)) or ""


@dataclass(frozen=True)
class Conflict:
    """A field that two changed at once: the text that both began with, and what each made of it."""

    name: str
    label: str
    base: str
    mine: str
    theirs: str


class KeepingForm(WatchedForm):
    """A watched form for saving while one writes: each field for itself, and whatever can be kept is kept.

    It never refuses as a whole: fields that both changed become `conflicts`, fields with errors wait for better text,
    and all others are saved. Call `is_valid()`, then `keep()`. `only` names the fields that were sent.
    """

    def __init__(self, *args, only=None, **kwargs):
        self.conflicts = []
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(self.fields if only is None else only):
            del self.fields[name]

    @property
    def is_gone(self) -> bool:
        """Whether somebody else deleted the row meanwhile."""
        return OTHERS_REMOVED in self.non_field_errors()

    def keep(self) -> list[str]:
        """Save what was touched and is sound, and return the names of what was saved."""
        unsound = {conflict.name for conflict in self.conflicts} | set(self.errors)
        whole = NON_FIELD_ERRORS not in self.errors
        self.changed_data = [name for name in self.changed_data if whole and name not in unsound]
        if self.changed_data:
            self.write()
            self._save_m2m()
        return self.changed_data

    def _answer_others(self, moved, row):
        for bound in moved:
            if _both_changed(bound, row) and not self._yields(
                bound.name, _opened_with(bound), _stored(row, bound), row
            ):
                self.conflicts.append(
                    Conflict(
                        name=bound.name,
                        label=str(bound.label),
                        base=same_lines(_opened_with(bound) or ""),
                        mine=same_lines(bound.data or ""),
                        theirs=_words(bound.field, row, bound.name, _stored(row, bound)),
                    )
                )

    def _yields(self, name, base, stored, row):
        """Whether what is stored gives way to what was typed, without a question."""
        return False


class WatchedFormSet(forms.BaseInlineFormSet):
    """Rows on the page of another. What was typed into a row that somebody else deleted is shown once more."""

    def clean(self):
        super().clean()
        gone = [form for form in self.initial_forms if form.instance._state.adding]
        texts = [str(form[name].data) for form in gone for name in form.changed_data if form[name].data]
        if gone:
            raise forms.ValidationError([OTHERS_REMOVED_A_PART, *texts])


def _stored(row, bound):
    value = row._meta.get_field(bound.name).value_from_object(row)
    return same_lines(value).strip() if isinstance(value, str) else value


def _both_changed(bound, row):
    return bound.name in bound.form.changed_data and bound.field.has_changed(_stored(row, bound), bound.data)


def _opened_with(bound):
    return bound.field.hidden_widget().value_from_datadict(bound.form.data, None, bound.html_initial_name)


def _fill_in(data, name, field, value):
    if isinstance(field, forms.ModelMultipleChoiceField):
        data.setlist(name, [str(key) for key in field.prepare_value(value)])
    elif not isinstance(field, forms.BooleanField):
        shown = field.prepare_value(value)
        data[name] = "" if shown is None else str(shown)
    elif value:
        data[name] = "on"
    else:
        data.pop(name, None)


def _words(field, row, name, value):
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(str(item) for item in value)
    if isinstance(field, forms.ModelChoiceField):
        return str(getattr(row, name) or "")
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))
    return str(field.prepare_value(value) if value is not None else "")
