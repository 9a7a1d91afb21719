"""Addresses of logging in and of accounts. django-allauth knows them by these names; none leads to a sign-up."""

from allauth.mfa.recovery_codes.views import download_recovery_codes
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.urls import path, re_path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from . import views


def _open(view):
    return never_cache(view)


def _own(view):
    """For whoever is logged in."""
    return never_cache(login_required(view))


urlpatterns = [
    path("login/", _open(views.LoginView.as_view()), name="account_login"),
    path("login/code/", _open(views.CodeView.as_view()), name="mfa_authenticate"),
    path("login/passkey/", _open(views.PasskeyLoginView.as_view()), name="mfa_login_webauthn"),
    path("logout/", _open(views.LogoutView.as_view()), name="account_logout"),
    path("password/reset/", _open(views.ResetView.as_view()), name="account_reset_password"),
    path("password/reset/asked/", _open(views.ResetAskedView.as_view()), name="account_reset_password_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        _open(views.NewPasswordView.as_view()),
        name="account_reset_password_from_key",
    ),
    path("password/reset/set/", _open(views.NewPasswordSetView.as_view()), name="account_reset_password_from_key_done"),
    path("account/", _own(views.overview), name="mfa_index"),
    path("account/password/", _own(views.ChangePasswordView.as_view()), name="account_change_password"),
    # Django's own page asks for the old password as often as one likes.
    path("password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("password_change/done/", RedirectView.as_view(pattern_name="mfa_index")),
    path("account/confirm/", _own(views.ConfirmView.as_view()), name="account_reauthenticate"),
    path("account/confirm/code/", _own(views.ConfirmByCodeView.as_view()), name="mfa_reauthenticate"),
    path("account/confirm/passkey/", _own(views.ConfirmByPasskeyView.as_view()), name="mfa_reauthenticate_webauthn"),
    path("account/app/", _own(views.SetUpAppView.as_view()), name="mfa_activate_totp"),
    path("account/app/remove/", _own(views.RemoveAppView.as_view()), name="mfa_deactivate_totp"),
    path("account/codes/", _own(views.CodesView.as_view()), name="mfa_view_recovery_codes"),
    path("account/codes/new/", _own(views.NewCodesView.as_view()), name="mfa_generate_recovery_codes"),
    path("account/codes/download/", _own(download_recovery_codes), name="mfa_download_recovery_codes"),
    path("account/passkeys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("account/passkeys/add/", _own(views.AddPasskeyView.as_view()), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/rename/", _own(views.RenamePasskeyView.as_view()), name="mfa_edit_webauthn"),
    path("account/passkeys/<int:pk>/remove/", _own(views.RemovePasskeyView.as_view()), name="mfa_remove_webauthn"),
    path("account/sessions/<int:pk>/end/", _own(views.end_session), name="account_end_session"),
    path("account/sessions/end/", _own(views.end_other_sessions), name="account_end_other_sessions"),
    path("account/sessions/", RedirectView.as_view(pattern_name="mfa_index"), name="usersessions_list"),
    path("locks/", admin.site.admin_view(views.locked), name="account_locks"),
]
