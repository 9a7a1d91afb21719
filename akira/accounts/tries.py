"""Counts tries at passwords and codes, in the tables of django-axes, and says until when further ones are refused.

A try is counted before it is looked at, and taken back when it was right: so many at once get no more tries than so
many one after the other.
"""

import datetime
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import F, Max, Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from common import visitors

from .devices import device_of

# What is wrong this often in all is refused to browsers that are not known: of one network, whatever the account,
# and of one account, wherever from.
MOST_OF_A_NETWORK = 50
MOST_OF_AN_ACCOUNT = 100
# Any number will do, as long as every Akira uses the same.
_LOCK_SPACE = 0x616B6C6F


class Kind(StrEnum):
    """What is tried. Each is counted apart: who knows the password has not earned further tries at the code."""

    PASSWORD = ""
    CODE = "#code"
    # A link by which a password is set anew; it belongs to no account before it was found right.
    LINK = "#link"


@dataclass(frozen=True)
class Asker:
    """Who tries: for which account, from which network, and by which known browser, if it is one."""

    account: str
    network: str
    device: str = ""


def network_of(request: HttpRequest) -> str:
    """The network of a request: an IPv4 address, or the first address of an IPv6 network of 64 bits."""
    return visitors.network_of(request) or "0.0.0.0"


def asker_for(request: HttpRequest, user: AbstractBaseUser) -> Asker:
    """Who tries at an account that is known."""
    return Asker(user.get_username(), network_of(request), device_of(request, user.pk))


def asker_by_name(request: HttpRequest, name: str) -> Asker:
    """Who tries at whatever account a name stands for.

    A name of nobody is kept as a digest: some type their password there.
    """
    users = get_user_model().objects
    pk = users.filter(**{users.model.USERNAME_FIELD: name}).values_list("pk", flat=True).first()
    if pk is not None:
        return Asker(name, network_of(request), device_of(request, pk))
    digest = hmac.new(settings.SECRET_KEY.encode(), name.casefold().encode("utf-8", "replace"), hashlib.sha256)
    return Asker(f"?{digest.hexdigest()[:32]}", network_of(request))


def asker_by_link(request: HttpRequest) -> Asker:
    """Who tries at links by which passwords are set anew."""
    return Asker("", network_of(request))


def begin(asker: Asker, kind: Kind = Kind.PASSWORD) -> datetime.datetime | None:
    """Count a try. Return None, or until when it is refused; it is not counted then, so the lock does end."""
    key = f"{asker.account}{kind}"
    with transaction.atomic():
        _one_at_a_time(key)
        if until := locked_until(asker, kind):
            return until
        _count(key, asker)
    return None


def locked_until(asker: Asker, kind: Kind = Kind.PASSWORD) -> datetime.datetime | None:
    """Until when tries are refused, or None where the next is looked at."""
    of_account = recent().filter(username=f"{asker.account}{kind}")
    if asker.device:
        bounds = [(of_account.filter(user_agent=asker.device), settings.AXES_FAILURE_LIMIT)]
    else:
        # Who gets as far as the code knows the password; the account's owner is at home in a browser that is known.
        of_all = MOST_OF_AN_ACCOUNT if kind == Kind.PASSWORD else settings.AXES_FAILURE_LIMIT
        bounds = [
            (of_account.filter(ip_address=asker.network), settings.AXES_FAILURE_LIMIT),
            (recent().filter(ip_address=asker.network, user_agent=""), MOST_OF_A_NETWORK),
        ]
        if asker.account:
            bounds.append((of_account.filter(user_agent=""), of_all))
    ends = [end for attempts, most in bounds if (end := _end_of_lock(attempts, most))]
    return max(ends, default=None)


def succeed(asker: Asker, kind: Kind = Kind.PASSWORD) -> None:
    """What was tried is right: forget what was wrong before, from this network and this browser."""
    here = Q(ip_address=asker.network)
    if asker.device:
        here |= Q(user_agent=asker.device)
    AccessAttempt.objects.filter(here, username=f"{asker.account}{kind}").delete()


def unlock(*, account: str = "", network: str = "") -> int:
    """Let an account, or a network, try again at once; return how many counts were forgotten."""
    attempts = AccessAttempt.objects.all()
    if account:
        attempts = attempts.filter(username__in=[f"{account}{kind}" for kind in Kind])
    if network:
        attempts = attempts.filter(ip_address=network)
    return attempts.delete()[0]


def forget_passwords(user: AbstractBaseUser) -> None:
    """Forget wrong passwords of an account, wherever from, since it has a new one."""
    AccessAttempt.objects.filter(username=f"{user.get_username()}{Kind.PASSWORD}").delete()


def forget_old() -> int:
    """Delete counts that hold nobody up any more; return how many."""
    return AccessAttempt.objects.filter(attempt_time__lte=threshold()).delete()[0]


def _one_at_a_time(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, key])


def threshold() -> datetime.datetime:
    """What was tried before this moment counts no more."""
    return timezone.now() - get_cool_off()


def recent() -> QuerySet[AccessAttempt]:
    """The counts that still matter."""
    return AccessAttempt.objects.filter(attempt_time__gt=threshold())


def _end_of_lock(attempts: QuerySet[AccessAttempt], most: int) -> datetime.datetime | None:
    found = attempts.aggregate(failures=Sum("failures_since_start"), latest=Max("attempt_time"))
    return found["latest"] + get_cool_off() if (found["failures"] or 0) >= most else None


def _count(key: str, asker: Asker) -> None:
    mine = {"username": key, "ip_address": asker.network, "user_agent": asker.device}
    now = timezone.now()
    if recent().filter(**mine).update(failures_since_start=F("failures_since_start") + 1, attempt_time=now):
        return
    AccessAttempt.objects.filter(**mine).delete()
    # What was sent is not kept: a password may stand in any field of it.
    nothing = {"get_data": "", "post_data": "", "http_accept": "", "path_info": ""}
    attempt = AccessAttempt.objects.create(**mine, **nothing, failures_since_start=1)
    AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=now)
