"""What the tests of accounts share: logging in by the form, the code of an app, the sessions and notes of somebody."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

from akira.accounts.second_factor import decrypt
from issues.models import AuditRecord

LOGIN = "/admin/login/"
CODE = "/admin/login/code/"
ACCOUNT = "/admin/account/"
RIGHT = "a long password"
ADDRESS, ANOTHER = "203.0.113.9", "198.51.100.7"


def log_in(client, name="mika", password=RIGHT, *, address=ADDRESS, **fields):
    return client.post(LOGIN, {"username": name, "password": password, **fields}, REMOTE_ADDR=address)


def is_logged_in(client) -> bool:
    return client.get(ACCOUNT).status_code == 200


def fail_to_log_in(client, times=10, name="mika", **options):
    for number in range(times):
        response = log_in(client, name, f"wrong {number}", **options)
        assert response.status_code in (200, 429)
    return response


def give_app(user) -> str:
    """An authenticator app for somebody; its secret is returned."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def give_recovery_codes(user) -> list[str]:
    return RecoveryCodes.activate(user).get_unused_codes()


def code_of(secret, steps=0) -> str:
    """What the app shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def wrong_code(user) -> str:
    """Six digits that are no code of the app now, nor soon."""
    row = Authenticator.objects.get(user=user, type="totp")
    right = {code_of(decrypt(row.data["secret"]), steps) for steps in range(-3, 4)}
    return next(
        code
        for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
        if code not in right
    )


def deeds(*which) -> list[str]:
    """What the audit trail tells, oldest first; of these deeds only. That accounts were made is no news here."""
    told = AuditRecord.objects.exclude(deed__regex=r"^(account|rights)\.").order_by("pk")
    found = list(told.values_list("deed", flat=True))
    return [deed for deed in found if not which or deed in which]
