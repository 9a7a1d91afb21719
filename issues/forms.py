"""The forms of the desk: what editors type, checked and worded for them; verbs do the saving."""

import re

from django import forms
from django.contrib.admin import widgets
from django.utils import timezone

from common import images, storing
from common.editing import JoinedHiddenInput, LinesField, NamesField, TextField, WatchedForm
from papers.identifiers import MalformedURL, canonical_url

from . import composing, figures, publishing
from .languages import language_name
from .models import Entry, Erratum, Highlight, Issue, Publication, Section, Topic
from .models.issue import WITH_A_MOMENT
from .models.publication import validate_language
from .slugs import free_slug, slug_stem

LINE = widgets.AdminTextInputWidget


def text_area(rows):
    return widgets.AdminTextareaWidget(attrs={"rows": rows})


def text_field(model, name, widget=LINE, **options):
    """A form field for a text column, with its label and help, and line ends kept as `\\n`."""
    return model._meta.get_field(name).formfield(form_class=TextField, widget=widget, **options)


class LanguagesField(TextField):
    """Languages in order, edited as codes with commas between."""

    def to_python(self, value):
        if isinstance(value, list):
            return value
        return list(dict.fromkeys(re.split(r"[\s,、，]+", super().to_python(value).strip(" ,、，").lower())))

    def run_validators(self, value):
        for language in value:
            try:
                validate_language(language)
            except forms.ValidationError as error:
                raise forms.ValidationError(f"“{language}” is no language. {error.message}") from error

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value


class PublicationForm(WatchedForm):
    languages = LanguagesField(widget=LINE, help_text=Publication._meta.get_field("languages").help_text)
    author_links = LinesField(required=False, label="Author's links", help_text="One address a line.")
    recurring_links = LinesField(
        required=False, help_text=f"{Publication._meta.get_field('recurring_links').help_text} One a line."
    )

    class Meta:
        model = Publication
        fields = "__all__"


class IssueForm(WatchedForm):
    language = forms.ChoiceField(help_text="The language of all texts of this issue.")
    title = text_field(Issue, "title")
    intro = text_field(Issue, "intro", text_area(6))
    leftovers = text_field(Issue, "leftovers", text_area(6))
    source_url = text_field(Issue, "source_url")
    slug = text_field(Issue, "slug", required=False)

    class Meta:
        model = Issue
        fields = ["publication"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.publication_id is None:
            self.instance.publication = Publication.objects.first()
        if "language" in self.fields:
            spoken = [*self.instance.publication.languages, self.instance.language]
            self.fields["language"].choices = [(code, language_name(code)) for code in dict.fromkeys(spoken) if code]
        if "slug" in self.fields:
            self.fields["slug"].help_text = "The last part of the address, such as 26. Leave empty to have it made."

    def clean(self):
        cleaned = super().clean()
        # Where the language was not sent, there is nothing among which an address could be free.
        may_be_made = "slug" not in self.errors and "language" not in self.errors
        if "slug" in self.fields and not cleaned.get("slug") and may_be_made:
            likeness = {name: cleaned.get(name) for name in ("number", "year", "week", "month", "language")}
            issue = Issue(**likeness, pk=self.instance.pk, publication=self.instance.publication)
            issue.title, issue.kind = cleaned.get("title") or "", cleaned.get("kind")
            cleaned["slug"] = free_slug(issue, slug_stem(issue))
        return cleaned

    def _get_validation_exclusions(self):
        # The publication is set here, not typed; without it the rule of unique slugs would not be checked.
        return super()._get_validation_exclusions() - {"publication"}


class PlacedForm(WatchedForm):
    """A row with a place among its like; a new one with no place goes to the end."""

    siblings = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "position" in self.fields:
            self.fields["position"].required = False
            self.fields["position"].widget.attrs["class"] = "place"
        if self.instance._state.adding:
            self.initial["position"] = None

    def clean_position(self):
        position = self.cleaned_data["position"]
        return self.instance.position if position is None else position

    def write(self):
        if self.instance._state.adding and not self.instance.position:
            self.instance.position = self._last_place() + 1
        super().write()

    def _last_place(self):
        places = self._siblings().values_list("position", flat=True)
        return max(places, default=0)


class HighlightForm(PlacedForm):
    text = text_field(Highlight, "text", text_area(2))

    class Meta:
        model = Highlight
        fields = ["position", "group", "group_title", "text"]

    def _siblings(self):
        return self.instance.issue.highlights


class SectionForm(PlacedForm):
    title = text_field(Section, "title")

    class Meta:
        model = Section
        fields = ["position", "kind", "title"]

    def _siblings(self):
        return self.instance.issue.sections

    def clean_issue(self):
        issue = self.cleaned_data["issue"]
        if not self.instance._state.adding and issue.pk != self.initial.get("issue"):
            raise forms.ValidationError("A section stays in its issue. Move its entries instead.")
        return issue


class EntryForm(PlacedForm):
    """An entry. Its link is checked here and becomes canonical; `link` keeps the address as typed."""

    title = text_field(Entry, "title")
    url = text_field(Entry, "url")
    summary = text_field(Entry, "summary", text_area(8))

    class Meta:
        model = Entry
        fields = ["section"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.picture, self.stored = None, figures.NOTHING
        if "topics" in self.fields:
            self.fields["topics"].hidden_widget = JoinedHiddenInput

    def clean_url(self):
        self.link = self.cleaned_data["url"]
        try:
            return canonical_url(self.link) if self.link else ""
        except MalformedURL as error:
            raise forms.ValidationError(str(error)) from error

    def clean_section(self):
        section = self.cleaned_data["section"]
        if self.instance._state.adding or section.pk == self.initial.get("section"):
            return section
        if section.issue_id != Section.objects.get(pk=self.initial["section"]).issue_id and self.instance.label:
            raise forms.ValidationError("What was published stays in its issue: choose a section of the same issue.")
        return section

    def clean_figure(self):
        """The picture, checked by its bytes and not stored yet; False where the figure is taken away."""
        figure = self.cleaned_data["figure"]
        if "figure" in self.changed_data and figure:
            try:
                self.picture = images.check(figure.read(images.LARGEST_BYTES + 1))
            except images.ImageRefused as refusal:
                raise forms.ValidationError(f"This figure can't be taken: {refusal}") from refusal
        return figure

    def clean(self):
        cleaned = super().clean()
        # An imported figure without a description doesn't block other work; a new one needs it at once.
        described = (cleaned.get("figure_alt") or "").strip()
        if cleaned.get("figure") and not described and {"figure", "figure_alt"} & set(self.changed_data):
            self.add_error("figure_alt", "Say what the figure shows: some readers hear it instead of seeing it.")
        if self.picture and not self.errors:
            self._store_figure(cleaned)
        return cleaned

    def _store_figure(self, cleaned):
        """Put the figure into the store before any row names it; where it can't be stored nothing is saved."""
        try:
            self.stored = storing.store(self.picture, figures.FOLDER, for_mails=True)
        except storing.CannotStore as error:
            self.add_error("figure", str(error))
        else:
            cleaned["figure"] = self.stored.name

    def columns_changed(self):
        measured = ["figure_sha256", "figure_width", "figure_height", "figure_widths"]
        return [*super().columns_changed(), *(measured if "figure" in self.changed_data else [])]

    def write(self):
        entry, is_new = self.instance, self.instance._state.adding
        if "figure" in self.changed_data:
            stored = self.stored
            entry.figure_sha256, entry.figure_widths = stored.sha256, list(stored.widths)
            entry.figure_width, entry.figure_height = stored.width, stored.height
        if is_new and not entry.position:
            entry.position = self._last_place() + 1
        link = self.link if "url" in self.changed_data else None
        changed = [name for name in self.columns_changed() if name != "section"]
        target = entry.section
        if "section" in self.changed_data and not is_new:
            entry.section_id = self.initial["section"]
        composing.save_entry(entry, link=link, changed=None if is_new else changed)
        if entry.section_id != target.pk:
            composing.move_entry(entry, target)

    def _siblings(self):
        return self.instance.section.entries


class ErratumForm(WatchedForm):
    # Who notes it; the page of the desk says so.
    by = None
    text = text_field(Erratum, "text", text_area(3))

    class Meta:
        model = Erratum
        fields = ["issue", "entry", "noted_on", "text"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "noted_on" in self.fields:
            self.fields["noted_on"].required = False
            self.fields["noted_on"].help_text = "Readers see it. Leave empty for today."

    def clean_noted_on(self):
        return self.cleaned_data["noted_on"] or self.instance.noted_on or timezone.localdate()

    def clean(self):
        cleaned = super().clean()
        issue, entry = cleaned.get("issue") or getattr(self.instance, "issue", None), cleaned.get("entry")
        if issue and not issue.is_public and self.instance._state.adding:
            raise forms.ValidationError("Only a public issue is corrected. Change the text of this one instead.")
        if issue and entry and entry.section.issue_id != issue.pk:
            self.add_error("entry", "Choose an entry of this issue.")
        return cleaned

    def write(self):
        erratum = self.instance
        if not erratum._state.adding:
            return super().write()
        noted_on = erratum.noted_on if "noted_on" in self.changed_data else None
        made = publishing.correct(erratum.issue, erratum.text, entry=erratum.entry, noted_on=noted_on, by=self.by)
        erratum.pk, erratum.noted_on, erratum._state.adding = made.pk, made.noted_on, False


class TopicForm(WatchedForm):
    names = NamesField(
        required=False, help_text="What readers of each language see, one a line: “en: Video”, “ja: 動画”."
    )
    description = text_field(Topic, "description", text_area(3))

    class Meta:
        model = Topic
        fields = ["name", "slug", "names", "description"]

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        if not slug.isascii():
            raise forms.ValidationError(
                "The slug is the same in every language: use Latin letters, digits and hyphens, such as video."
            )
        return slug


def is_fixed(issue) -> bool:
    """Whether the issue's address is in the world, so that nothing of it may change."""
    return issue is not None and issue.status in WITH_A_MOMENT
