"""Middleware of the desk: sessions that last too long end, and who must have a second factor sets one up first."""

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse

from akira.middleware import is_desk

from . import second_factor, sessions

# What somebody may open who has yet to set up a second factor.
OPEN_WITHOUT = {
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "jsi18n",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_end_session",
    "account_end_other_sessions",
}


class SessionLifetimeMiddleware:
    """Ends a session that has lasted as long as one may, and keeps one alive that is in use."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if is_desk(request) and request.user.is_authenticated:
            if sessions.is_over(request):
                logout(request)
            else:
                sessions.note_use(request)
        return self.get_response(request)


class RequireSecondFactorMiddleware:
    """Where the operator wants one of everybody, leads those who have none to the page on which it is set up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.AKIRA_REQUIRE_SECOND_FACTOR or not is_desk(request) or not request.user.is_authenticated:
            return None
        if request.resolver_match.url_name in OPEN_WITHOUT or second_factor.has_one(request.user):
            return None
        if request.method not in ("GET", "HEAD") or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
            raise PermissionDenied("Set up a second factor first.")
        return HttpResponseRedirect(reverse("mfa_index"))
