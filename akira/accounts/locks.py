"""The locks that stand, as those see them who look after accounts, and opening one of them."""

import datetime
from dataclasses import dataclass

from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Max, Q, Sum

from issues import audit

from . import tries


@dataclass(frozen=True)
class Lock:
    """An account or a network, or one from the other, that can't try further. What is empty is any."""

    account: str
    network: str
    failures: int
    until: datetime.datetime
    is_of_codes: bool = False
    is_of_links: bool = False
    is_of_browser: bool = False

    @property
    def is_of_nobody(self) -> bool:
        """The name that was tried is nobody's; what stands for it here is a digest."""
        return self.account.startswith("?")


def standing() -> list[Lock]:
    """All locks that stand, latest first, in five queries."""
    most = settings.AXES_FAILURE_LIMIT
    unknown = Q(user_agent="")
    of_codes = Q(username__endswith=tries.Kind.CODE)
    of_links = Q(username=tries.Kind.LINK)
    of_strangers = tries.recent().filter(unknown)
    found = [
        *_locks(tries.recent(), ["username", "ip_address"], most),
        *_locks(tries.recent().exclude(unknown), ["username", "user_agent"], most),
        *_locks(of_strangers, ["ip_address"], tries.MOST_OF_A_NETWORK),
        *_locks(of_strangers.exclude(of_codes | of_links), ["username"], tries.MOST_OF_AN_ACCOUNT),
        *_locks(of_strangers.filter(of_codes), ["username"], most),
    ]
    return sorted(set(found), key=lambda lock: lock.until, reverse=True)


def _locks(attempts, of: list[str], most: int) -> list[Lock]:
    sums = attempts.values(*of).annotate(failures=Sum("failures_since_start"), latest=Max("attempt_time")).order_by()
    return [_lock(row) for row in sums.filter(failures__gte=most)]


def _lock(row: dict) -> Lock:
    account, _, kind = row.get("username", "").partition("#")
    return Lock(
        account=account,
        network=row.get("ip_address", ""),
        failures=row["failures"],
        until=row["latest"] + get_cool_off(),
        is_of_codes=f"#{kind}" == tries.Kind.CODE,
        is_of_links=f"#{kind}" == tries.Kind.LINK,
        is_of_browser="user_agent" in row,
    )


def open_one(account: str, network: str, *, by: AbstractBaseUser | None = None) -> int:
    """Have an account, a network, or an account from a network tried again at once; return how many counts went."""
    if not account and not network:
        return 0
    with transaction.atomic():
        number = tries.unlock(account=account, network=network)
        if number:
            user = get_user_model().objects.filter(username=account).first() if account else None
            audit.note("login.unlocked", user, by=by)
    return number
