"""Where django-allauth asks us: who may log in, where to go next, what to tell and to whom, and what is kept secret."""

import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from issues import audit
from issues.models import Publication

from . import devices, mails, second_factor, sessions, trail, tries

# What happened to an account: the deed for the audit trail, and the sentence for its owner.
NOTICES = {
    "account/email/password_changed": ("password.changed", "Your password was changed."),
    "account/email/password_reset": ("password.reset", "A new password was set by a link that was mailed to you."),
    "mfa/email/totp_activated": ("second_factor.added", "An authenticator app was set up."),
    "mfa/email/totp_deactivated": ("second_factor.removed", "The authenticator app was removed."),
    "mfa/email/webauthn_added": ("second_factor.added", "A passkey was added."),
    "mfa/email/webauthn_removed": ("second_factor.removed", "A passkey was removed."),
    "mfa/email/recovery_codes_generated": ("second_factor.codes_made", "New recovery codes were made."),
}


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def is_safe_url(self, url):
        """Nobody is sent to another host after logging in, be it another of ours."""
        request = self.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def get_client_ip(self, request):
        return tries.network_of(request)

    def pre_login(self, request, user, **kwargs):
        """A passkey tells who somebody is, and not that they may still come to the desk."""
        if user.is_active and user.is_staff:
            return None
        messages.error(request, _("This passkey is not valid here."))
        return HttpResponseRedirect(reverse("account_login"))

    def login(self, request, user):
        super().login(request, user)
        methods = [record.get("type", record["method"]) for record in get_authentication_records(request, user)]
        trail.logged_in(request, user, methods)

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        devices.remember(request, response, user)
        return response

    def logout(self, request):
        audit.note("login.ended", request.user, by=request.user)
        super().logout(request)

    def is_reauthentication_required(self, *, app, **kwargs):
        """Whoever has just logged in need not prove it once more."""
        records = get_authentication_records(self.request, self.request.user)
        return not records or time.time() - records[-1]["at"] > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_password_change_redirect_url(self, request):
        return reverse("mfa_index")

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Note what happened to an account, and tell its owner, who may not have done it."""
        deed, said = NOTICES[template_prefix]
        audit.note(deed, user, by=user, kind=template_prefix.rpartition("/")[2])
        if user.email and mails.is_configured():
            context = {"user": user, "said": said, "account": settings.AKIRA_BASE_URL + reverse("mfa_index")}
            mails.send(mails.write("account/email/notice", user.email, context), about=user.pk)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "This is not valid. A code of the app is good for about a minute; try the next."
        ),
        "cannot_generate_recovery_codes": gettext_lazy("Set up an app or a passkey first."),
    }

    def encrypt(self, text):
        return second_factor.encrypt(text)

    def decrypt(self, encrypted_text):
        return second_factor.decrypt(encrypted_text)

    def get_totp_label(self, user):
        return user.get_username()

    def get_totp_issuer(self):
        return self._get_site_name()

    def _get_site_name(self):
        """The name under which codes and passkeys of the desk are kept by apps and browsers."""
        publication = Publication.objects.first()
        return publication.name if publication else "Akira"

    def generate_authenticator_name(self, user, type):
        return sessions.browser_in_words(self.request.headers.get("User-Agent", ""))
