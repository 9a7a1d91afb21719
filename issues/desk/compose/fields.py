"""The fields of the composer: what can be typed of an issue, section, highlight or entry, each saved by itself."""

from django import forms
from django.core.validators import RegexValidator

from common.editing import KeepingForm, TextField
from common.markdown import LONGEST_TEXT
from issues.arriving import WITH_FETCH, proposals
from issues.forms import EntryForm, IssueForm, is_fixed
from issues.models import Entry, Highlight, Issue, Publication, Section
from issues.site import Site
from issues.slugs import free_slug, slug_stem
from papers.identifiers import MalformedURL, canonical_url

from .topics import TopicsField

LONGEST_LINE = 1_000
LONGEST_NOTE = 10_000
LONGEST_ADDRESS = 4_000

# Licences under which figures are met, by their SPDX ids; others can be typed.
LICENCES = (
    *("CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-NC-ND-4.0"),
    *("CC-BY-3.0", "CC-BY-SA-3.0", "CC0-1.0", "MIT", "Apache-2.0", "BSD-3-Clause", "GPL-3.0-only", "GFDL-1.3-only"),
)

validate_licence = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9.+-]*\Z",
    "Write the licence by its SPDX id, such as CC-BY-4.0: letters, digits, dots, hyphens.",
)


def _text(rows: int = 1, *, longest: int = LONGEST_LINE, hint: str = "", **options) -> TextField:
    """A text in a box that grows with it."""
    widget = forms.Textarea(attrs={"rows": rows, "cols": 60, "placeholder": hint})
    return TextField(required=False, max_length=longest, widget=widget, **options)


def _line(*, longest: int = LONGEST_LINE, required: bool = False, **options) -> TextField:
    return TextField(required=required, max_length=longest, widget=forms.TextInput, **options)


def _address(**options) -> TextField:
    widget = forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"})
    return TextField(required=False, max_length=LONGEST_ADDRESS, widget=widget, **options)


def _checked_address(value: str) -> str:
    """The address as typed; it has to be one of the web, since readers may follow it."""
    try:
        return value and canonical_url(value) and value
    except MalformedURL as error:
        raise forms.ValidationError(str(error)) from error


def _topics(site: Site, may_add: bool, is_watched: bool) -> TopicsField:
    return TopicsField(
        site=site,
        may_add=may_add,
        required=False,
        max_length=LONGEST_NOTE,
        show_hidden_initial=is_watched,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        label="Topics",
        help_text="Names in any language, with commas between.",
    )


class IssueFields(KeepingForm, IssueForm):
    title = _text(label="Title of the issue", hint="A title for this issue")
    intro = _text(2, longest=LONGEST_TEXT, label="Introduction, in Markdown", hint="Stands before the highlights.")
    number = forms.IntegerField(required=False, min_value=0, max_value=2_000_000_000)
    year = forms.IntegerField(required=False, min_value=1, max_value=9999)
    week = forms.IntegerField(required=False, min_value=0, max_value=53)
    month = forms.IntegerField(required=False, min_value=1, max_value=12)
    language = leftovers = source_url = None

    class Meta:
        model = Issue
        fields = ["title", "intro", "kind", "number", "year", "week", "month", "slug"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if is_fixed(self.instance):
            self.fields.pop("slug", None)
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.widget.attrs["inputmode"] = "numeric"
        self._stem = slug_stem(self.instance)

    def _get_validation_exclusions(self):
        # The language is not typed here, but the slug has to be the only one in it.
        return super()._get_validation_exclusions() - {"language"}

    def write(self):
        if "slug" not in self.changed_data:
            self._follow_slug()
        super().write()

    def _follow_slug(self):
        """An address that was made of the number or the dates is made anew when these change, until it is published."""
        issue, stem = self.instance, slug_stem(self.instance)
        own = issue.slug.removeprefix(self._stem)
        if is_fixed(issue) or stem == self._stem or not (own == "" or own.startswith("-") and own[1:].isdigit()):
            return
        Publication.objects.select_for_update(no_key=True).get(pk=issue.publication_id)
        issue.slug = free_slug(issue, stem)
        self.changed_data.append("slug")


class SectionFields(KeepingForm):
    title = _line(label="Title of the section")

    class Meta:
        model = Section
        fields = ["title", "kind"]


class HighlightFields(KeepingForm):
    text = TextField(
        max_length=LONGEST_NOTE, label="Highlight, in Markdown", widget=forms.Textarea(attrs={"rows": 2, "cols": 60})
    )
    group_title = _line(longest=500, label="Heading above the group", help_text="Empty: the usual one of the group.")

    class Meta:
        model = Highlight
        fields = ["text", "group", "group_title"]


class EntryFields(KeepingForm, EntryForm):
    title = _text(label="Title")
    summary = _text(5, longest=LONGEST_TEXT, label="Summary, in Markdown")
    source_title = _text(label="Title of the original")
    url = _address(label="Link")
    one_liner = _text(label="One line for posts elsewhere", longest=LONGEST_NOTE)
    figure_alt = _text(label="What it shows, for those who can’t see it", longest=LONGEST_NOTE)
    figure_credit = _line(label="Whose it is")
    figure_source_url = _address(label="Where it comes from")
    figure_license = _line(
        label="Licence", longest=100, help_text="SPDX id, such as CC-BY-4.0.", validators=[validate_licence]
    )
    card_url = _address(label="Address of the page")
    card_title = _line(label="Its title")
    card_description = _text(2, label="Its description", longest=LONGEST_NOTE)
    card_domain = _line(label="Its site", longest=300)

    class Meta:
        model = Entry
        fields = [
            *("title", "url", "summary", "source_title", "one_liner", "starred", "topics"),
            *("figure_alt", "figure_credit", "figure_source_url", "figure_license"),
            *("card_url", "card_title", "card_description", "card_domain"),
        ]
        labels = {"starred": "Star for the monthly and annual round-ups"}

    def __init__(self, *args, site: Site, may_add_topics: bool = False, only=None, **kwargs):
        super().__init__(*args, only=only, **kwargs)
        if "topics" in self.fields:
            self.fields["topics"] = _topics(site, may_add_topics, self.fields["topics"].show_hidden_initial)
        if "figure_license" in self.fields:
            self.fields["figure_license"].widget.attrs["list"] = "licences"

    def clean_figure_alt(self):
        described = self.cleaned_data["figure_alt"]
        if not described and self.instance.figure:
            raise forms.ValidationError("Say what the figure shows: some readers hear it instead of seeing it.")
        return described

    def clean_figure_source_url(self):
        return _checked_address(self.cleaned_data["figure_source_url"])

    def clean_card_url(self):
        return _checked_address(self.cleaned_data["card_url"])

    def _yields(self, name, base, stored, row):
        """What was filled in from outside, into a field that was empty, gives way to what an editor typed there."""
        if base or not isinstance(stored, str):
            return False
        entry = Entry.objects.select_related(*WITH_FETCH).get(pk=row.pk)
        return proposals(entry).get(name, "").strip() == stored
