"""Sections and highlights at the desk."""

from django.contrib import admin
from django.db.models import Count

from common.desk import WatchedAdmin
from issues.forms import EntryForm, HighlightForm, SectionForm, is_fixed
from issues.models import Entry, Highlight, Section
from issues.removing import remove_section

from .choosing import ChoosingAdmin
from .history import ToldAdmin
from .parts import KeptAdmin, RemovingFormSet, language_filter, link_to
from .permitted import PermittedAdmin, PermittedInline


class EntryInline(PermittedInline, admin.StackedInline):
    """The entries of a section, with what is written most; the rest is on each entry's own page."""

    verbs = "arrange", "change_entry"
    model = Entry
    form = EntryForm
    formset = RemovingFormSet
    fields = ["title", "url", "summary", "position"]
    extra = 0
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("section__issue")

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and is_fixed(obj.issue))


@admin.register(Section)
class SectionAdmin(KeptAdmin):
    adding = changing = removing = "arrange"
    form = SectionForm
    change_form_template = "admin/issues/section/change_form.html"
    remove = remove_section
    list_display = ["__str__", "kind", "issue_link", "language", "entry_count"]
    list_filter = [language_filter("issue__language"), "kind"]
    list_select_related = ["issue"]
    search_fields = ["title", "issue__title", "=issue__slug"]
    autocomplete_fields = ["issue"]
    ordering = ["-pk"]
    fields = ["issue", ("position", "kind"), "title"]
    inlines = [EntryInline]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(entry_count=Count("entries"))

    def get_readonly_fields(self, request, obj=None):
        return ["issue"] if obj else []

    def save_formset(self, request, form, formset, change):
        for added in formset.extra_forms:
            if isinstance(added.instance, Entry):
                added.instance.added_by = request.user
        super().save_formset(request, form, formset, change)

    @admin.display(description="issue", ordering="issue__slug")
    def issue_link(self, section):
        return link_to(section.issue)

    @admin.display(description="language", ordering="issue__language")
    def language(self, section):
        return section.issue.language

    @admin.display(description="entries", ordering="entry_count")
    def entry_count(self, section):
        return section.entry_count


@admin.register(Highlight)
class HighlightAdmin(ToldAdmin, PermittedAdmin, ChoosingAdmin, WatchedAdmin):
    adding = changing = removing = "arrange"
    form = HighlightForm
    list_display = ["__str__", "group", "issue"]
    list_filter = [language_filter("issue__language"), "group"]
    list_select_related = ["issue"]
    search_fields = ["text", "group_title", "issue__title"]
    autocomplete_fields = ["issue"]
    ordering = ["-pk"]
    fields = ["issue", ("position", "group"), "group_title", "text"]
