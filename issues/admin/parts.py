"""Pieces that several pages of the desk share: filters, badges, thumbnails, the refusal to delete what is public."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html

from common.desk import WatchedAdmin
from common.editing import WatchedFormSet
from issues.languages import language_name
from issues.models import IssueStatus, Publication, issue_of, note_presence
from issues.moving import hold
from issues.publishing import PublishingError
from issues.refusals import ComposingError, why_kept
from issues.removing import REMOVERS

from .choosing import ChoosingAdmin
from .history import ToldAdmin
from .permitted import PermittedAdmin

STATE_CLASSES = {
    IssueStatus.DRAFT: "draft",
    IssueStatus.IN_REVIEW: "review",
    IssueStatus.APPROVED: "review",
    IssueStatus.PUBLISHED: "public",
    IssueStatus.WITHDRAWN: "gone",
}


def language_filter(path: str) -> type[admin.SimpleListFilter]:
    """A filter by the publication's languages; `path` leads to the issue's language."""

    class LanguageFilter(admin.SimpleListFilter):
        title = "language"
        parameter_name = "language"

        def lookups(self, request, model_admin):
            publication = Publication.objects.first()
            return [(code, language_name(code)) for code in publication.languages] if publication else []

        def queryset(self, request, queryset):
            return queryset.filter(**{path: self.value()}) if self.value() else queryset

    return LanguageFilter


def link_to(row, text=None):
    """A link to the page of the desk on which a row is edited."""
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, str(row) if text is None else text)


def state_badge(issue):
    """The state in a word: scheduled where the moment lies ahead."""
    if issue.is_waiting:
        return format_html('<span class="badge scheduled">{}</span>', "Scheduled")
    return format_html('<span class="badge {}">{}</span>', STATE_CLASSES[issue.status], issue.get_status_display())


def moment(issue):
    """The moment of publication in the publication's zone, short enough for a list."""
    if not issue.published_at:
        return ""
    return formats.date_format(issue.published_at.astimezone(issue.publication.zone), "j M Y, H:i")


class RemovingFormSet(WatchedFormSet):
    """Rows on the page of another, which can be brought back in the composer when they were removed here."""

    def delete_existing(self, obj, commit=True):
        if commit:
            REMOVERS[type(obj)](obj)


class KeptAdmin(ToldAdmin, PermittedAdmin, ChoosingAdmin, WatchedAdmin):
    """Refuses to delete what was published, with a sentence that says what to do instead; remembers who was here."""

    refusals = (ComposingError, PublishingError)
    remove = None

    def log_addition(self, request, obj, message):
        note_presence(obj, request.user)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        note_presence(obj, request.user)
        return super().log_change(request, obj, message)

    def get_object(self, request, object_id, from_field=None):
        """The row; who is about to save or delete it holds its issue first, as whoever arranges the issue does."""
        row = super().get_object(request, object_id, from_field)
        if row is not None and request.method == "POST":
            hold(issue_of(row).pk)
        return row

    def get_deleted_objects(self, objs, request):
        objs = list(objs)
        deleted, counts, permissions, protected = super().get_deleted_objects(objs, request)
        if permissions and request.POST.get("post"):
            raise PermissionDenied
        return deleted, counts, permissions, [*protected, *filter(None, map(why_kept, objs))]

    def delete_view(self, request, object_id, extra_context=None):
        row = self.get_object(request, object_id)
        if row is not None and self.has_delete_permission(request, row) and (sentence := why_kept(row)):
            self.message_user(request, sentence, messages.ERROR)
            return HttpResponseRedirect(
                reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
            )
        try:
            return super().delete_view(request, object_id, extra_context)
        except ComposingError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:index"))

    def delete_model(self, request, obj):
        type(self).remove(obj, by=request.user)

    def delete_queryset(self, request, queryset):
        for row in queryset:
            type(self).remove(row, by=request.user)
