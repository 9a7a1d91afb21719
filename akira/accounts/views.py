"""The pages on which somebody logs in and looks after an account: django-allauth's ways, in the desk's frame."""

import math

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from issues.models import Publication

from . import forms, locking, locks, mails, resetting, sessions

OVERVIEW = reverse_lazy("mfa_index")


def _frame(request, title) -> dict:
    publication = Publication.objects.first()
    zone = publication.time_zone if publication else "UTC"
    return admin.site.each_context(request) | {"title": title, "zone": zone}


class _Page:
    """Mixed into a page of django-allauth: gives it the frame of the desk, and a heading."""

    title = ""

    def get_context_data(self, **kwargs):
        return _frame(self.request, self.title) | super().get_context_data(**kwargs)


# --- Logging in and out ----------------------------------------------------------------------------------------------


class LoginView(_Page, account.LoginView):
    title = gettext_lazy("Log in")
    form_class = forms.LoginForm


class LogoutView(_Page, account.LogoutView):
    title = gettext_lazy("Log out")


class CodeView(_Page, mfa.AuthenticateView):
    title = gettext_lazy("One more step")
    form_class = forms.CodeForm
    webauthn_form_class = forms.PasskeyStepForm


class PasskeyLoginView(webauthn.LoginWebAuthnView):
    """Asked by the script of the login page, and sent to by it."""

    form_class = forms.PasskeyLoginForm


# --- Proving it once more --------------------------------------------------------------------------------------------


class _ConfirmPage(_Page):
    title = gettext_lazy("Is it still you?")

    def get_context_data(self, **kwargs):
        words = {
            "reauthenticate": _("Type your password"),
            "mfa_reauthenticate": _("Type a code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        context = super().get_context_data(**kwargs)
        others = [(other["url"], words[other["id"]]) for other in context["reauthentication_alternatives"]]
        return context | {"others": others}


class ConfirmView(_ConfirmPage, account.ReauthenticateView):
    form_class = forms.ConfirmForm


class ConfirmByCodeView(_ConfirmPage, mfa.ReauthenticateView):
    form_class = forms.ConfirmByCodeForm


class ConfirmByPasskeyView(_ConfirmPage, webauthn.ReauthenticateWebAuthnView):
    form_class = forms.ConfirmByPasskeyForm

    def get_context_data(self, **kwargs):
        # The view of django-allauth leaves out what stands between.
        context = super().get_context_data(**kwargs)
        return context | {"redirect_field_value": self.request.GET.get("next", "")}

    def form_invalid(self, form):
        messages.error(self.request, _("This passkey was not accepted. Try again, or choose another way."))
        return HttpResponseRedirect(self.request.get_full_path())


# --- A new password --------------------------------------------------------------------------------------------------


class ChangePasswordView(_Page, account.PasswordChangeView):
    title = gettext_lazy("Change your password")
    form_class = forms.ChangePasswordForm
    template_name = "account/password_change.html"


class ResetView(_Page, account.PasswordResetView):
    title = gettext_lazy("Set a new password")
    form_class = forms.ResetForm

    def post(self, request, *args, **kwargs):
        if not mails.is_configured():
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except resetting.TooMany as refusal:
            wait = math.ceil(refusal.wait / 60)
            form.add_error(
                None,
                ngettext(
                    "That was asked too often. Ask again in {number} minute.",
                    "That was asked too often. Ask again in {number} minutes.",
                    wait,
                ).format(number=wait),
            )
            return self.render_to_response(self.get_context_data(form=form), status=locking.TOO_MANY_REQUESTS)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"has_mail": mails.is_configured()}


class ResetAskedView(_Page, account.PasswordResetDoneView):
    title = gettext_lazy("Look at your mail")


class NewPasswordView(_Page, account.PasswordResetFromKeyView):
    title = gettext_lazy("Set a new password")
    form_class = forms.NewPasswordForm

    def get_context_data(self, **kwargs):
        until = getattr(self.request, "akira_locked_until", None)
        return super().get_context_data(**kwargs) | {"locked": locking.sentence(until) if until else ""}


class NewPasswordSetView(_Page, account.PasswordResetFromKeyDoneView):
    title = gettext_lazy("The new password is set")


# --- Your account ----------------------------------------------------------------------------------------------------


@require_safe
def overview(request):
    """All that somebody can do about their own account, on one page."""
    authenticators = Authenticator.objects.filter(user_id=request.user.pk).order_by("pk")
    by_kind = {row.type: row for row in authenticators}
    codes = by_kind.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "app": by_kind.get(Authenticator.Type.TOTP),
        "passkeys": [row for row in authenticators if row.type == Authenticator.Type.WEBAUTHN],
        "has_codes": codes is not None,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "is_demanded": settings.AKIRA_REQUIRE_SECOND_FACTOR,
        "sessions": sessions.of(request),
    }
    return TemplateResponse(request, "account/overview.html", _frame(request, _("Your account")) | context)


@require_POST
def end_session(request, pk):
    row = get_object_or_404(UserSession.objects.select_related("user"), pk=pk, user_id=request.user.pk)
    if row.session_key == request.session.session_key:
        get_adapter(request).logout(request)
        return HttpResponseRedirect(reverse("account_login"))
    sessions.end([row], by=request.user)
    messages.success(request, _("That browser is logged out."))
    return HttpResponseRedirect(f"{OVERVIEW}#sessions")


@require_POST
def end_other_sessions(request):
    rows = UserSession.objects.filter(user_id=request.user.pk).exclude(session_key=request.session.session_key)
    number = sessions.end(list(rows.select_related("user")), by=request.user)
    if number:
        said = ngettext("One other browser is logged out.", "{number} other browsers are logged out.", number)
        messages.success(request, said.format(number=number))
    else:
        messages.info(request, _("You are logged in nowhere else."))
    return HttpResponseRedirect(f"{OVERVIEW}#sessions")


class SetUpAppView(_Page, totp.ActivateTOTPView):
    title = gettext_lazy("Set up an authenticator app")
    form_class = forms.AppForm

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        # In fours it can be typed.
        secret = context["form"].secret
        return context | {"secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))}


class RemoveAppView(_Page, totp.DeactivateTOTPView):
    title = gettext_lazy("Remove the authenticator app?")


class CodesView(_Page, recovery_codes.ViewRecoveryCodesView):
    title = gettext_lazy("Recovery codes")


class NewCodesView(_Page, recovery_codes.GenerateRecoveryCodesView):
    title = gettext_lazy("Make new recovery codes?")


class AddPasskeyView(_Page, webauthn.AddWebAuthnView):
    title = gettext_lazy("Add a passkey")
    form_class = forms.PasskeyForm


class RenamePasskeyView(_Page, webauthn.EditWebAuthnView):
    title = gettext_lazy("Rename a passkey")
    form_class = forms.RenamePasskeyForm
    success_url = OVERVIEW


class RemovePasskeyView(_Page, webauthn.RemoveWebAuthnView):
    title = gettext_lazy("Remove this passkey?")
    success_url = OVERVIEW


# --- For those who look after others' accounts -----------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def locked(request):
    """Which accounts and networks are locked, until when; a POST unlocks one of them."""
    if not request.user.has_perm("auth.change_user"):
        raise PermissionDenied
    if request.method == "POST":
        number = locks.open_one(request.POST.get("account", ""), request.POST.get("network", ""), by=request.user)
        said = _("Unlocked. The next try is looked at.") if number else _("This was not locked any more.")
        messages.success(request, said)
        return HttpResponseRedirect(reverse("account_locks"))
    return TemplateResponse(
        request, "account/locks.html", _frame(request, _("Locked logins")) | {"locks": locks.standing()}
    )
