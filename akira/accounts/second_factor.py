"""The second factor: what counts as one, checking a code, and keeping its secret unreadable in the database."""

import base64
import hashlib
import hmac
import logging

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from issues import audit

logger = logging.getLogger(__name__)

# Recovery codes are the way out when these are lost; alone they are no second factor.
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_one(user: AbstractBaseUser) -> bool:
    """Whether somebody has a second factor. One query."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=KINDS).exists()


def check(user: AbstractBaseUser, code: str) -> Authenticator | None:
    """What the code is of: the app, or the recovery codes; None where it is wrong.

    Each code counts once (RFC 6238, section 5.2), whatever process of whatever machine is asked a second time.
    """
    code = "".join(code.split()).replace("-", "")
    if not code.isascii():
        return None
    with transaction.atomic():
        rows = (
            Authenticator.objects.select_for_update().filter(user_id=user.pk).exclude(type=Authenticator.Type.WEBAUTHN)
        )
        for row in sorted(rows, key=lambda row: row.type != Authenticator.Type.TOTP):
            if _spend(row, code):
                return row
    return None


def remove(user: AbstractBaseUser, *, by: AbstractBaseUser | None = None) -> int:
    """Take all of somebody's second factors away, who has lost them; return how many there were."""
    with transaction.atomic():
        number, _ = Authenticator.objects.filter(user_id=user.pk).delete()
        if number:
            audit.note("second_factor.removed", user, by=by, kind="all", reason="lost")
    return number


def encrypt(text: str) -> str:
    """A secret as it is stored: a stolen database alone gives no codes."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """A secret as it was before; InvalidToken where it was stored under another secret key."""
    return _cipher().decrypt(text.encode()).decode()


def _spend(row: Authenticator, code: str) -> bool:
    try:
        return _spend_step(row, code) if row.type == Authenticator.Type.TOTP else row.wrap().validate_code(code)
    except InvalidToken:
        logger.error("Authenticator %s was stored under another secret key; its owner needs a new one.", row.pk)
        return False


def _spend_step(row: Authenticator, code: str) -> bool:
    secret = decrypt(row.data["secret"])
    for step in yield_hotp_counters_from_time():
        expected = format_hotp_value(hotp_value(secret, step))
        if step > row.data.get("last_step", 0) and hmac.compare_digest(expected.encode(), code.encode()):
            row.data["last_step"] = step
            row.save(update_fields=["data"])
            return True
    return False


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"akira.accounts.second_factor" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
