"""The publication at the desk: one row, which is made once and never deleted."""

from django.contrib import admin

from common.desk import WatchedAdmin
from issues.forms import PublicationForm
from issues.models import Publication

from .history import ToldAdmin
from .permitted import PermittedAdmin


@admin.register(Publication)
class PublicationAdmin(ToldAdmin, PermittedAdmin, WatchedAdmin):
    adding = changing = "change_publication"
    form = PublicationForm
    list_display = ["name", "tagline", "languages", "time_zone"]
    list_select_related = False
    search_fields = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "tagline", "about", "languages", "time_zone"]}),
        ("Review", {"fields": ["review_required"]}),
        ("Who makes it", {"fields": ["author_name", "author_links", "imprint"]}),
        ("Mail and links", {"fields": ["sender", "campaign", "recurring_links"]}),
    ]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not Publication.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False
