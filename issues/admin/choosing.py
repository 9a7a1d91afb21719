"""Choosing an issue, a section or an entry by typing: each is named so that its like can be told apart."""

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect

from issues.models import Entry, Issue, Section

# What the name of a row in full needs beside the row.
NEEDED = {Issue: (), Section: ("issue",), Entry: ("section__issue",)}


def in_full(row) -> str:
    """A row by the issue it stands in: “#26 (en) · Papers”, “26.9 (en) · A headline”."""
    if isinstance(row, Issue):
        return f"{row.name} ({row.language}) · {row.title}" if row.title else f"{row.name} ({row.language})"
    issue = row.issue if isinstance(row, Section) else row.section.issue
    name = getattr(row, "label", "") or issue.name
    return f"{name} ({issue.language}) · {row}"


class ChoicesView(AutocompleteJsonView):
    """Django's answers to autocompletion, with names in full."""

    def get_queryset(self):
        needed = NEEDED.get(self.source_field.remote_field.model)
        return super().get_queryset().select_related(*needed) if needed else super().get_queryset()

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        return result | {"text": in_full(obj)} if type(obj) in NEEDED else result


class Chooser(AutocompleteSelect):
    url_name = "%s:issues_issue_choices"


class ChoosingAdmin(admin.ModelAdmin):
    """An admin whose `autocomplete_fields` to issues, sections and entries offer names in full."""

    def formfield_for_foreignkey(self, db_field, request, **options):
        model = db_field.remote_field.model
        if db_field.name not in self.get_autocomplete_fields(request) or model not in NEEDED:
            return super().formfield_for_foreignkey(db_field, request, **options)
        options["widget"] = Chooser(db_field, self.admin_site, using=options.get("using"))
        field = super().formfield_for_foreignkey(db_field, request, **options)
        field.queryset = model._default_manager.select_related(*NEEDED[model])
        field.label_from_instance = in_full
        return field
