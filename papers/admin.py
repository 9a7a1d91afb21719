"""Works and the spellings they are known by, at the desk."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils.html import format_html

from common.desk import WatchedAdmin
from common.editing import LinesField, WatchedForm, WatchedFormSet

from .catalogue import known_works
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


@admin.register(Work)
class WorkAdmin(WatchedAdmin):
    form = WorkForm
    list_display = ["__str__", "identity", "kind", "venue", "published_on", "withdrawn"]
    list_filter = ["kind", "withdrawn", "origin"]
    list_select_related = False
    search_fields = ["title", "identity", "url", "doi", "aliases__identity"]
    search_help_text = "Words of the title, an arXiv id, a DOI, an address."
    ordering = ["-pk"]
    readonly_fields = ["identity", "public_id", "merged_into_link"]
    fieldsets = [
        (None, {"fields": ["url", "title", "kind", "authors", "abstract"]}),
        ("Where it appeared", {"fields": ["venue", "published_on", "doi", "versions", "withdrawn"]}),
        ("Fixed", {"fields": ["identity", "public_id", "merged_into_link"]}),
    ]
    inlines = [AliasInline]

    def get_search_results(self, request, queryset, search_term):
        """As usual; a whole address is also understood by the work it names, however it is spelled."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        try:
            identity = identify(search_term.strip()).identity if search_term.strip() else ""
        except MalformedURL:
            return found, may_repeat
        named = queryset.filter(Q(identity=identity) | Q(aliases__identity=identity))
        return (found | named, True) if identity else (found, may_repeat)

    @admin.display(description="merged into")
    def merged_into_link(self, work):
        if work.merged_into is None:
            return "Not merged."
        return format_html('<a href="../../{}/change/">{}</a>', work.merged_into_id, work.merged_into)


@admin.register(Alias)
class AliasAdmin(WatchedAdmin):
    form = AliasForm
    list_display = ["identity", "work"]
    list_select_related = ["work"]
    search_fields = ["identity", "work__title", "work__identity"]
    autocomplete_fields = ["work"]
    ordering = ["-pk"]
