"""Setting a password anew by mail: asking for the link, and the answer that is the same whether or not one goes out."""

import datetime
import time
from urllib.parse import quote

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest
from django.urls import reverse

from common.visitors import visitor_key
from inbox.limits import count
from issues import audit

from . import mails

# How often one visitor may ask, and how often one account gets a mail.
OF_ONE_VISITOR = (10, datetime.timedelta(hours=1))
OF_ONE_ACCOUNT = (3, datetime.timedelta(hours=1))
# The answer comes after so many seconds, so that the time tells nothing about whether a mail was written.
TAKES = 0.3


class TooMany(Exception):
    """Somebody asks too often; `wait` is after how many seconds they may ask again."""

    def __init__(self, wait: int):
        super().__init__(f"Ask again in {wait} seconds.")
        self.wait = wait


def ask(request: HttpRequest, address: str) -> None:
    """Mail a link to everybody who has this address. Raises TooMany; tells in no other way what it found."""
    began = time.monotonic()
    most, per = OF_ONE_VISITOR
    if wait := count(f"reset:{visitor_key(request)}", most=most, per=per):
        raise TooMany(wait)
    for user in _users_with(address):
        _send_link(user)
    time.sleep(max(0.0, TAKES - (time.monotonic() - began)))


def link_for(user: AbstractBaseUser) -> str:
    """The address, on the site's own host, at which a new password is set once."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return settings.AKIRA_BASE_URL + path.replace("UID-KEY", quote(key))


def _users_with(address: str) -> list[AbstractBaseUser]:
    """Who may log in and has the address; letters that only look alike are not the same."""
    users = get_user_model().objects.filter(email__iexact=address, is_active=True, is_staff=True)
    return [user for user in users if user.email.lower() == address.lower() and user.has_usable_password()]


def _send_link(user: AbstractBaseUser) -> None:
    most, per = OF_ONE_ACCOUNT
    if count(f"reset-of:{user.pk}", most=most, per=per):
        return
    audit.note("password.reset_asked", user)
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    context = {"user": user, "link": link_for(user), "hours": hours}
    mails.send(mails.write("account/email/reset", user.email, context), about=user.pk)
