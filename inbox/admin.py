"""Sources at the desk; and the way from Django's lists to the inbox."""

import re
from functools import partial

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import formats
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from common.desk import WatchedAdmin
from common.editing import WatchedForm
from issues.languages import language_name
from issues.models import Publication
from papers.identifiers import MalformedURL, canonical_url

from . import sources
from .models import Candidate, Source, SourceKind
from .rights import may, require

_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.(?:[A-Za-z]+(?:-[A-Za-z]+)*|\*))?", re.ASCII)


class SourceForm(WatchedForm):
    class Meta:
        model = Source
        fields = ["kind", "address", "category", "terms", "name", "language", "every_hours"]
        widgets = {"kind": forms.RadioSelect, "address": admin.widgets.AdminTextInputWidget}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        publication = Publication.objects.first()
        if "language" in self.fields:
            languages = publication.languages if publication else []
            named = [(language, language_name(language)) for language in languages]
            self.fields["language"] = forms.ChoiceField(
                choices=[("", "It differs"), *named], required=False, help_text=self.fields["language"].help_text
            )
        if self.instance._state.adding:
            self.instance.publication = publication

    def clean_address(self):
        address = self.cleaned_data["address"].strip()
        try:
            return canonical_url(address) if address else ""
        except MalformedURL as error:
            raise forms.ValidationError(str(error)) from error

    def clean_category(self):
        category = self.cleaned_data["category"].strip()
        if category and not _CATEGORY.fullmatch(category):
            raise forms.ValidationError("Write the category as arXiv does, such as cs.CL, stat.ML or hep-th.")
        return category

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("kind")
        if kind == SourceKind.FEED:
            cleaned |= {"category": "", "terms": ""}
            if not cleaned.get("address") and "address" not in self.errors:
                self.add_error("address", "Give the address of the feed, or of a page that names its feed.")
        elif kind == SourceKind.ARXIV:
            cleaned["address"] = ""
            if not (cleaned.get("category") or cleaned.get("terms")) and "category" not in self.errors:
                self.add_error("category", "Give a category of arXiv, or terms, or both.")
        self._refuse_double(cleaned)
        return cleaned

    def _refuse_double(self, cleaned):
        asked = {name: cleaned.get(name, "") for name in sources.QUESTION}
        others = Source.objects.filter(publication=self.instance.publication_id, **asked).exclude(pk=self.instance.pk)
        if not self.errors and (other := others.first()):
            raise forms.ValidationError(f"This is a source already: {other}.")

    def write(self):
        changed = None if self.instance._state.adding else self.columns_changed()
        sources.save_source(self.instance, changed=changed)


@admin.register(Source)
class SourceAdmin(WatchedAdmin):
    form = SourceForm
    list_display = ["__str__", "how", "often", "read", "brought", "asked_shown"]
    list_select_related = ["publication"]
    search_fields = ["name", "address", "category", "terms"]
    search_help_text = "Words of the name, the address, a category, a term."
    ordering = ["name", "pk"]
    actions = ["poll_now", "pause"]
    readonly_fields = ["how", "read", "brought"]
    fieldsets = [
        (None, {"fields": ["kind", "address", "category", "terms"]}),
        ("At the desk", {"fields": ["name", "language", "every_hours"]}),
        ("How it goes", {"fields": ["how", "read", "brought"]}),
    ]
    change_form_template = "admin/inbox/source/change_form.html"

    def get_urls(self):
        deeds = {"poll": self.poll_now, "pause": self.pause}
        own = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(require_POST(partial(self._do, deed=deed))),
                name=f"inbox_source_{name}",
            )
            for name, deed in deeds.items()
        ]
        return [*own, *super().get_urls()]

    def _do(self, request, pk, *, deed):
        """What the lists offer for several sources, for one."""
        source = get_object_or_404(Source, pk=pk)
        if not self.has_change_permission(request, source):
            raise PermissionDenied
        deed(request, [source])
        return HttpResponseRedirect(reverse("admin:inbox_source_change", args=[pk]))

    def add_view(self, request, form_url="", extra_context=None):
        if not Publication.objects.exists():
            self.message_user(request, "Name the newsletter first; then it can have sources.", messages.WARNING)
            return HttpResponseRedirect(reverse("admin:issues_publication_add"))
        return super().add_view(request, form_url, extra_context)

    @admin.display(description="what is asked")
    def asked_shown(self, source):
        return source.asked

    @admin.display(description="how it goes")
    def how(self, source):
        if source.paused_at:
            return format_html('<span class="badge">{}</span>', "Paused")
        if source.is_failing:
            when = "given up" if source.is_given_up else f"next try {_moment(source.due_at, source)}"
            return format_html('<span class="badge gone">{}</span> {} ({})', "Fails", source.last_message, when)
        if source.polled_at is None:
            return "Will be read in a moment."
        return format_html('<span class="badge public">{}</span>', "Works")

    @admin.display(description="how often", ordering="every_hours")
    def often(self, source):
        return source.get_every_hours_display()

    @admin.display(description="last read", ordering="polled_at")
    def read(self, source):
        return _moment(source.polled_at, source) if source.polled_at else "never"

    @admin.action(description="Read now", permissions=["change"])
    def poll_now(self, request, queryset):
        for source in queryset:
            sources.poll_soon(source)
        self.message_user(request, f"{_names(queryset)}: will be read in a moment.", messages.SUCCESS)

    @admin.action(description="Pause", permissions=["change"])
    def pause(self, request, queryset):
        for source in queryset:
            sources.pause(source)
        self.message_user(request, f"{_names(queryset)}: paused. “Read now” goes on.", messages.SUCCESS)


def _moment(moment, source):
    return formats.date_format(moment.astimezone(source.publication.zone), "j M, H:i")


def _names(queryset):
    return ", ".join(f"“{source}”" for source in queryset)


@admin.register(Candidate)
class CandidateAdmin(admin.ModelAdmin):
    """Only the way to the inbox, and out of the database for what has to be forgotten."""

    list_display = ["__str__", "url", "state"]
    list_select_related = False
    search_fields = ["title", "url"]
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_view_permission(self, request, obj=None):
        return may(request.user, "view", obj)

    def has_change_permission(self, request, obj=None):
        return obj is None and may(request.user, "decide")

    def has_delete_permission(self, request, obj=None):
        return may(request.user, "delete", obj)

    def changelist_view(self, request, extra_context=None):
        require(request.user, "view")
        return HttpResponseRedirect(reverse("inbox:list"))
