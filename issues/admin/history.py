"""The history at the desk: of all rows, and behind the “History” button of each."""

from functools import partial

from django.contrib import admin
from django.http import Http404
from django.urls import path

from issues.desk.history import views
from issues.models import Change
from issues.rights import may


class ToldAdmin(admin.ModelAdmin):
    """Answers Django's own “History” with ours, which knows each field, and who changed it by whatever way."""

    def history_view(self, request, object_id, extra_context=None):
        if not (object_id.isascii() and object_id.isdecimal() and len(object_id) < 18):
            raise Http404
        return views.history(request, model_admin=self, model=self.opts.model_name, pk=int(object_id))


@admin.register(Change)
class ChangeAdmin(admin.ModelAdmin):
    """Nothing of it is ever written here: it is a list to read, in pages of its own."""

    list_display = ["model", "row", "field"]
    list_select_related = False
    search_fields = ["field"]

    def get_urls(self):
        pages = [
            ("", "changelist", views.history),
            ("of/<str:model>/<int:pk>/", "of", views.history),
            ("<int:pk>/bring-back/", "bring_back", views.bring_back),
        ]
        return [
            path(address, self.admin_site.admin_view(partial(view, model_admin=self)), name=f"issues_change_{name}")
            for address, name, view in pages
        ]

    def has_view_permission(self, request, obj=None):
        return may(request.user, "history")

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
