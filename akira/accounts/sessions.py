"""Sessions of the desk: how long they last, where somebody is logged in, and ending them."""

import time
from dataclasses import dataclass
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from issues import audit

BEGUN_AT = "akira_begun_at"
SEEN_AT = "akira_seen_at"
# A session that is in use is written down as such so often, in seconds, and not with each request.
NOTED_EVERY = 300


def begin(request: HttpRequest) -> None:
    """A login is complete: the lifetimes of its session count from now."""
    request.session[BEGUN_AT] = request.session[SEEN_AT] = time.time()


def is_over(request: HttpRequest) -> bool:
    """Whether a session has lasted as long as one may, however much it is used."""
    return time.time() - request.session.get(BEGUN_AT, 0) > settings.AKIRA_SESSION_LONGEST


def note_use(request: HttpRequest) -> None:
    """Have the session last on, and note where it is in use; now and then, since it costs queries."""
    now = time.time()
    if now - request.session.get(SEEN_AT, 0) < min(NOTED_EVERY, settings.SESSION_COOKIE_AGE / 10):
        return
    request.session[SEEN_AT] = now
    UserSession.objects.create_from_request(request)


@dataclass(frozen=True)
class Shown:
    """A session as its owner sees it."""

    row: UserSession
    browser: str
    is_here: bool


def of(request: HttpRequest) -> list[Shown]:
    """The sessions of who asks, this one first, then the latest used."""
    here = request.session.session_key
    rows = sorted(UserSession.objects.purge_and_list(request.user), key=lambda row: row.last_seen_at, reverse=True)
    shown = [Shown(row, browser_in_words(row.user_agent), row.session_key == here) for row in rows]
    return sorted(shown, key=lambda each: not each.is_here)


def end(rows: list[UserSession], *, by: AbstractBaseUser) -> int:
    """Log out wherever these sessions are; return how many."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    with transaction.atomic():
        for row in rows:
            store.delete(row.session_key)
            row.delete()
        if rows:
            audit.note("login.ended_elsewhere", rows[0].user, by=by, number=len(rows))
    return len(rows)


def end_all(user: AbstractBaseUser, *, by: AbstractBaseUser) -> int:
    """Log somebody out everywhere; return in how many browsers."""
    return end(list(UserSession.objects.filter(user_id=user.pk).select_related("user")), by=by)


def forget_ended() -> int:
    """Delete what is known of sessions that are over; return how many."""
    keys = Session.objects.values("session_key")
    return UserSession.objects.exclude(session_key__in=keys).delete()[0]


# In this order: most programs name others that they want to be taken for.
_PROGRAMS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
]
_SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
]


def browser_in_words(user_agent: str) -> str:
    """What a browser calls itself, short: “Firefox, Linux”."""
    found = [next((name for mark, name in marks if mark in user_agent), "") for marks in (_PROGRAMS, _SYSTEMS)]
    return ", ".join(filter(None, found)) or user_agent[:40] or "unknown"
