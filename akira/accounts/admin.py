"""The accounts at the desk: Django's pages of them, and what those who look after accounts may do to whom."""

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issues import audit

from . import locks, second_factor, sessions, tries

# What makes somebody mightier; only a superuser, who has all of it, may give it.
MIGHT = ("is_superuser", "groups", "user_permissions")

admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(UserAdmin):
    list_display = ("username", "email", "is_staff", "is_active", "has_second_factor", "last_login")
    actions = ("unlock", "log_out", "remove_second_factor")
    change_list_template = "account/users.html"

    def get_queryset(self, request):
        factors = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=second_factor.KINDS)
        return super().get_queryset(request).annotate(has_factor=Exists(factors))

    @admin.display(description="second factor", boolean=True, ordering="has_factor")
    def has_second_factor(self, user):
        return user.has_factor

    def has_change_permission(self, request, obj=None):
        """Whoever could set a superuser's password would be one."""
        may = super().has_change_permission(request, obj)
        return may and (request.user.is_superuser or obj is None or not obj.is_superuser)

    def has_delete_permission(self, request, obj=None):
        may = super().has_delete_permission(request, obj)
        return may and (request.user.is_superuser or obj is None or not obj.is_superuser)

    def get_readonly_fields(self, request, obj=None):
        might = () if request.user.is_superuser else MIGHT
        return (*super().get_readonly_fields(request, obj), *might)

    def user_change_password(self, request, id, form_url=""):
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            user = self.get_object(request, id)
            tries.forget_passwords(user)
            audit.note("password.set_by_another", user, by=request.user)
        return response

    @admin.action(description="Unlock the selected accounts", permissions=["change"])
    def unlock(self, request, queryset):
        number = sum(bool(locks.open_one(user.username, "", by=request.user)) for user in queryset)
        said = ngettext("One account is unlocked.", "{number} accounts are unlocked.", number) if number else ""
        messages.success(request, said.format(number=number) or _("None of them was locked."))

    @admin.action(description="Log the selected out everywhere", permissions=["change"])
    def log_out(self, request, queryset):
        number = sum(sessions.end_all(user, by=request.user) for user in self._in_reach(request, queryset))
        said = ngettext("One browser is logged out.", "{number} browsers are logged out.", number) if number else ""
        messages.success(request, said.format(number=number) or _("They were logged in nowhere."))

    @admin.action(description="Remove the second factor of the selected, who have lost it", permissions=["change"])
    def remove_second_factor(self, request, queryset):
        users = self._in_reach(request, queryset)
        number = sum(bool(second_factor.remove(user, by=request.user)) for user in users)
        said = (
            ngettext("One person has none any more.", "{number} people have none any more.", number) if number else ""
        )
        messages.success(request, said.format(number=number) or _("None of them had one."))

    def _in_reach(self, request, queryset):
        return [user for user in queryset if self.has_change_permission(request, user)]
