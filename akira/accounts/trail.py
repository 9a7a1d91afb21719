"""What becomes of logins, for the audit trail. Names that nobody bears are not kept: some type their password there."""

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from issues import audit

# What somebody was about when a password or a code was asked for, by the name of the address.
_WAYS = {
    "account_login": "login",
    "account_reauthenticate": "confirmation",
    "account_change_password": "password change",
    "account_reset_password_from_key": "password reset",
    "mfa_authenticate": "login, second step",
    "mfa_reauthenticate": "confirmation by code",
    "mfa_login_webauthn": "passkey",
}


def way(request: HttpRequest) -> str:
    """On which way in a request is."""
    match = getattr(request, "resolver_match", None)
    return _WAYS.get(match.url_name if match else "", "elsewhere")


def logged_in(request: HttpRequest, user: AbstractBaseUser, methods: list[str]) -> None:
    audit.note("login.succeeded", user, by=user, way=way(request), by_means_of=methods)


def failed(request: HttpRequest, user: AbstractBaseUser | None, *, is_locked: bool) -> None:
    """A wrong password or code; with the one that reaches the limit, the lock is noted as well."""
    audit.note("login.failed", user, way=way(request))
    if is_locked:
        audit.note("login.locked", user, way=way(request))


def user_named(name: str) -> AbstractBaseUser | None:
    users = get_user_model().objects
    return users.filter(**{users.model.USERNAME_FIELD: name}).first()
