"""The forms by which somebody logs in and looks after an account. Whatever can be guessed in them is counted."""

import struct

from allauth.account.forms import UserTokenForm
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import SetPasswordForm, UsernameField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.texts import one_line

from . import locking, resetting, second_factor, trail, tries

LONGEST_NAME = 100
# What reading and checking an answer raises that is none, or that another key has signed.
_MISSHAPEN = (
    AttributeError,
    LookupError,
    OverflowError,
    TypeError,
    ValueError,
    struct.error,
    InvalidSignature,
    UnsupportedAlgorithm,
)


def _check_password(request, username: str, password: str, otherwise: str):
    """Who has this name and password. Raises ValidationError: `otherwise`, or until when tries are refused."""
    user = authenticate(request, username=username, password=password)
    if user is not None:
        return user
    if until := getattr(request, "akira_locked_until", None):
        raise locking.lock(request, until)
    raise forms.ValidationError(otherwise, code="wrong")


class _PasswordField(forms.CharField):
    def __init__(self, label, *, autocomplete="current-password"):
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(label=label, strip=False, widget=widget)


class LoginForm(forms.Form):
    username = UsernameField(
        label=gettext_lazy("Username"),
        max_length=150,
        widget=forms.TextInput(attrs={"autofocus": True, "spellcheck": "false"}),
    )
    password = _PasswordField(gettext_lazy("Password"))

    def __init__(self, *args, request, **kwargs):
        self.request = request
        super().__init__(*args, **kwargs)

    def clean(self):
        if not self.errors:
            self.user = _check_password(
                self.request,
                self.cleaned_data["username"],
                self.cleaned_data["password"],
                _("User name and password do not belong together. Capital and small letters matter in both."),
            )
        return self.cleaned_data

    def login(self, request, redirect_url=None):
        login = Login(user=self.user, redirect_url=redirect_url)
        return perform_password_login(request, {"username": self.user.get_username()}, login)


class ConfirmForm(forms.Form):
    """The password once more, before something that a borrowed browser must not do."""

    password = _PasswordField(gettext_lazy("Password"))

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs["autofocus"] = True

    def clean_password(self):
        given = self.cleaned_data["password"]
        _check_password(context.request, self.user.get_username(), given, _("This is not your password."))
        return given


class ChangePasswordForm(SetPasswordForm):
    old_password = _PasswordField(gettext_lazy("Password until now"))
    field_order = ["old_password", "new_password1", "new_password2"]

    def clean_old_password(self):
        given = self.cleaned_data["old_password"]
        otherwise = _("This is not your password until now.")
        _check_password(context.request, self.user.get_username(), given, otherwise)
        return given


class ResetForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def save(self, request):
        resetting.ask(request, self.cleaned_data["email"])


class LinkForm(UserTokenForm):
    """The link that was mailed; those that are none are counted for the network they come from."""

    def clean(self):
        asker = tries.asker_by_link(context.request)
        if until := tries.begin(asker, tries.Kind.LINK):
            raise locking.lock(context.request, until)
        cleaned = super().clean()
        if not (self.reset_user.is_active and self.reset_user.is_staff):
            raise forms.ValidationError(_("This account may not come to the desk any more."))
        tries.succeed(asker, tries.Kind.LINK)
        return cleaned


class NewPasswordForm(SetPasswordForm):
    def __init__(self, *args, temp_key, **kwargs):
        super().__init__(*args, **kwargs)

    def save(self, commit=True):
        user = super().save(commit)
        tries.forget_passwords(user)
        return user


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code: the second step of a login."""

    is_confirmation = False
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_code(self):
        request, given = context.request, self.cleaned_data["code"]
        asker = tries.asker_for(request, self.user)
        if until := tries.begin(asker, tries.Kind.CODE):
            raise locking.lock(request, until)
        self.authenticator = second_factor.check(self.user, given)
        if self.authenticator is None:
            self._refuse(request, asker)
        tries.succeed(asker, tries.Kind.CODE)
        return given

    def _refuse(self, request, asker):
        until = tries.locked_until(asker, tries.Kind.CODE)
        trail.failed(request, self.user, is_locked=until is not None)
        if until:
            raise locking.lock(request, until)
        raise forms.ValidationError(
            _("This code is not valid. A code of the app is good for about a minute, each code only once."),
            code="wrong",
        )

    def save(self):
        post_authentication(context.request, self.authenticator, reauthenticated=self.is_confirmation)


class ConfirmByCodeForm(CodeForm):
    is_confirmation = True


class AppForm(ActivateTOTPForm):
    """The first code of an authenticator app, which shows that it holds the secret."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.max_length = _("Code that the app shows"), 40
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


class _PasskeyAnswer(forms.Form):
    """Mixed into a form that takes what a browser says of a passkey: whatever it is that was sent, it may be refused.

    The readers of django-allauth and fido2 take it for granted that the parts of an answer are there and fit.
    """

    def clean_credential(self):
        return self._refusing(super().clean_credential)

    def _refusing(self, clean):
        try:
            return clean()
        except forms.ValidationError:
            raise
        except _MISSHAPEN as error:
            raise get_adapter().validation_error("incorrect_code") from error


class PasskeyLoginForm(_PasskeyAnswer, LoginWebAuthnForm):
    pass


class PasskeyStepForm(_PasskeyAnswer, AuthenticateWebAuthnForm):
    pass


class ConfirmByPasskeyForm(_PasskeyAnswer, ReauthenticateWebAuthnForm):
    pass


class _PasskeyName(forms.Form):
    """Mixed into a form in which a passkey gets its name."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].widget.attrs["maxlength"] = LONGEST_NAME

    def clean_name(self):
        clean = getattr(super(), "clean_name", lambda: self.cleaned_data["name"])
        return one_line(clean(), longest=LONGEST_NAME)


class PasskeyForm(_PasskeyName, _PasskeyAnswer, AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("So that you know it again in the list, such as “phone”.")
        alone = self.fields["passwordless"]
        alone.label, alone.initial = _("Logs in alone, without a password"), True
        alone.help_text = _("The device then asks for its own PIN, finger or face. Otherwise it is a second step.")

    def clean_credential(self):
        return self.cleaned_data["credential"]

    def clean(self):
        return self._refusing(self._clean)

    def _clean(self):
        cleaned = super().clean()
        if credential := cleaned.get("credential"):
            # It is kept as it is, and the page of the account has to be able to read it.
            kept = Authenticator(type=Authenticator.Type.WEBAUTHN, data={"credential": credential}).wrap()
            if kept.is_passwordless not in (True, False, None):
                raise TypeError("Whether a passkey logs in alone is a yes or a no.")
        return cleaned


class RenamePasskeyForm(_PasskeyName, EditWebAuthnForm):
    pass
