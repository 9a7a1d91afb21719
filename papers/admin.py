"""Works and the spellings they are known by, at the desk."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator

from common.desk import WatchedAdmin
from common.editing import LinesField, WatchedForm, WatchedFormSet

from . import recording
from .catalogue import known_works
from .fetch_views import fetch
from .fetch_words import fetch_of, requested_in_words, state_in_words
from .identifiers import MalformedURL, canonical_url, identify
from .models import Alias, Work


def _read(reader, given):
    try:
        return reader(given)
    except MalformedURL as error:
        raise forms.ValidationError(str(error)) from error


class WorkForm(WatchedForm):
    url = forms.CharField(
        label="Address",
        widget=admin.widgets.AdminTextInputWidget,
        help_text="Where readers are sent for this work. A new work gets its identity from it.",
    )
    title = forms.CharField(
        required=False, widget=admin.widgets.AdminTextInputWidget, help_text=Work._meta.get_field("title").help_text
    )
    authors = LinesField(required=False, help_text="One name a line, in order.")
    versions = LinesField(required=False, help_text="One a line, such as v1.")

    class Meta:
        model = Work
        fields = ["url", "title", "kind"]

    def clean_url(self):
        url = _read(canonical_url, self.cleaned_data["url"])
        if self.instance._state.adding:
            found = identify(url)
            if work := known_works([found.identity]).get(found.identity):
                raise forms.ValidationError(f"This work is known already: {work} ({work.identity}).")
            self.instance.identity = found.identity
        return url


class AliasForm(WatchedForm):
    identity = forms.CharField(
        label="Known as",
        widget=admin.widgets.AdminTextInputWidget,
        help_text="Any spelling: an address, a DOI, an arXiv id. It is kept as the comparison key.",
    )

    class Meta:
        model = Alias
        fields = ["work", "identity"]

    def clean_identity(self):
        identity = _read(identify, self.cleaned_data["identity"]).identity
        work = known_works([identity]).get(identity)
        if work and not Alias.objects.filter(pk=self.instance.pk, identity=identity).exists():
            raise forms.ValidationError(f"That is how a work is known already: {work} ({identity}).")
        return identity


class AliasInline(admin.TabularInline):
    model = Alias
    form = AliasForm
    formset = WatchedFormSet
    extra = 0


# Enough to recognise a page by.
_SHOWN = 1_000


@admin.register(Work)
class WorkAdmin(WatchedAdmin):
    form = WorkForm
    change_form_template = "admin/papers/work/change_form.html"
    list_display = ["__str__", "identity", "kind", "venue", "published_on", "withdrawn"]
    list_filter = ["kind", "withdrawn", "origin"]
    list_select_related = False
    search_fields = ["title", "identity", "url", "doi", "aliases__identity"]
    search_help_text = "Words of the title, an arXiv id, a DOI, an address."
    ordering = ["-pk"]
    actions = ["fetch_works"]
    readonly_fields = ["identity", "public_id", "merged_into_link", "fetch_state", "what_was_read", "card_picture"]
    fieldsets = [
        (None, {"fields": ["url", "title", "kind", "authors", "abstract"]}),
        ("Where it appeared", {"fields": ["venue", "published_on", "doi", "versions", "withdrawn"]}),
        ("What the page says", {"fields": ["fetch_state", "what_was_read", "card_picture"]}),
        ("Fixed", {"fields": ["identity", "public_id", "merged_into_link"]}),
    ]
    inlines = [AliasInline]

    def get_urls(self):
        view = self.admin_site.admin_view(partial(fetch, model_admin=self))
        return [path("<int:pk>/fetch/", view, name="papers_work_fetch"), *super().get_urls()]

    def get_fieldsets(self, request, obj=None):
        # Of a work that is not there yet, nothing was read.
        return [fieldset for fieldset in self.fieldsets if obj or fieldset[0] != "What the page says"]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            recording.request_new([obj])

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        found = fetch_of(obj) if obj else None
        context["has_failed"] = bool(found and found.last_error)
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.action(description="Fetch what the page says", permissions=["change"])
    def fetch_works(self, request, queryset):
        count = recording.request(queryset.only("pk"))
        self.message_user(request, requested_in_words(count), messages.SUCCESS if count else messages.WARNING)

    @admin.display(description="merged into")
    def merged_into_link(self, work):
        if work.merged_into is None:
            return "Not merged."
        return format_html('<a href="../../{}/change/">{}</a>', work.merged_into_id, work.merged_into)

    @admin.display(description="as it stands")
    def fetch_state(self, work):
        return state_in_words(fetch_of(work))

    @admin.display(description="what was read")
    def what_was_read(self, work):
        found = fetch_of(work)
        said = found.record if found else None
        if said is None:
            return "Nothing yet."
        lines = [said.title, ", ".join(said.authors), said.description or said.abstract, said.site_name]
        shown = [(Truncator(line).chars(_SHOWN),) for line in lines if line]
        return format_html_join("", '<p dir="auto">{}</p>', shown) or "The page says nothing of itself."

    @admin.display(description="its picture")
    def card_picture(self, work):
        found = fetch_of(work)
        if not found or not found.image:
            return "None."
        alt = found.record.image.alt if found.record and found.record.image else ""
        return format_html(
            '<img class="thumbnail" src="{}" alt="{}" width="{}" height="{}">',
            found.image.url,
            alt,
            found.image_width or "",
            found.image_height or "",
        )


@admin.register(Alias)
class AliasAdmin(WatchedAdmin):
    form = AliasForm
    list_display = ["identity", "work"]
    list_select_related = ["work"]
    search_fields = ["identity", "work__title", "work__identity"]
    autocomplete_fields = ["work"]
    ordering = ["-pk"]
