"""What happened, at the desk: the history of all rows, behind the “History” button of each, and the audit trail."""

from functools import partial

from django.contrib import admin
from django.http import Http404
from django.urls import path

from issues.desk.audit import trail
from issues.desk.history import views
from issues.models import AuditRecord, Change
from issues.rights import may


class ToldAdmin(admin.ModelAdmin):
    """Answers Django's own “History” with ours, which knows each field, and who changed it by whatever way."""

    def history_view(self, request, object_id, extra_context=None):
        if not (object_id.isascii() and object_id.isdecimal() and len(object_id) < 18):
            raise Http404
        return views.history(request, model_admin=self, model=self.opts.model_name, pk=int(object_id))


class ReadOnlyAdmin(admin.ModelAdmin):
    """Nothing of it is ever written here: it is a list to read, in pages of its own. `verb` is what rights call it."""

    verb = ""
    list_select_related = False

    def has_view_permission(self, request, obj=None):
        return may(request.user, self.verb)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def pages(self):
        """Address below the list's, name, and view of each page."""
        raise NotImplementedError

    def get_urls(self):
        label = f"issues_{self.opts.model_name}"
        return [
            path(address, self.admin_site.admin_view(partial(view, model_admin=self)), name=f"{label}_{name}")
            for address, name, view in self.pages()
        ]


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    verb = "history"
    list_display = ["model", "row", "field"]
    search_fields = ["field"]

    def pages(self):
        return [
            ("", "changelist", views.history),
            ("of/<str:model>/<int:pk>/", "of", views.history),
            ("<int:pk>/bring-back/", "bring_back", views.bring_back),
        ]


@admin.register(AuditRecord)
class AuditRecordAdmin(ReadOnlyAdmin):
    verb = "audit"
    list_display = ["deed", "happened_at"]
    search_fields = ["deed"]

    def pages(self):
        return [("", "changelist", trail)]
