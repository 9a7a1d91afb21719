"""Browsers in which somebody has logged in before: they are known again, and strangers can't lock them out.

A signed cookie says for which accounts a browser is known. It opens nothing; it only has wrong passwords of that
browser counted apart from those of everybody else (OWASP calls it a device cookie).
"""

import secrets

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core import signing
from django.http import HttpRequest, HttpResponse

KEPT_FOR = 180 * 24 * 3600
# A browser that several people share is known for the latest of them.
MOST_PEOPLE = 5
_SALT = "akira.accounts.devices"


def device_of(request: HttpRequest, user_pk: int | None) -> str:
    """The mark of this browser for an account, or the empty string where nobody logged in to it from here."""
    return _known(request).get(str(user_pk), "")


def remember(request: HttpRequest, response: HttpResponse, user: AbstractBaseUser) -> None:
    """Have the browser known for an account from now on."""
    known = _known(request)
    mark = known.pop(str(user.pk), "") or secrets.token_urlsafe(12)
    kept = dict(list(known.items())[-MOST_PEOPLE + 1 :]) | {str(user.pk): mark}
    response.set_cookie(
        settings.AKIRA_DEVICE_COOKIE_NAME,
        signing.dumps(kept, salt=_SALT),
        max_age=KEPT_FOR,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known(request: HttpRequest) -> dict[str, str]:
    try:
        return signing.loads(request.COOKIES.get(settings.AKIRA_DEVICE_COOKIE_NAME, ""), salt=_SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return {}
