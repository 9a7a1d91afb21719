"""Finished pages in a Redis that all processes and machines of an installation share; without it they go on."""

import functools
import hashlib
import logging
import math
import time
from pathlib import Path

import redis
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from redis.backoff import NoBackoff
from redis.retry import Retry

from akira.complaints import Complaints
from common.finished import FinishedPage, Unreadable

from .addresses import Key

logger = logging.getLogger(__name__)

# Seconds. A page of an older stamp is never asked for again, and so must not stay for long.
KEPT_FOR = 600
# A page is made in less time than these; a Redis that does not answer is left alone for a while.
_TIMEOUTS = {"socket_connect_timeout": 0.25, "socket_timeout": 0.5}
_PAUSE = 5
# Settings on which pages depend begin with these. Where an installation lies on its machine is no such thing.
_SETTINGS = ("AKIRA_", "CONTENT_", "LANGUAGE", "MEDIA_URL", "PERMISSIONS_", "SECURE_", "STATIC_URL", "X_FRAME_")
_NOT_OF_PAGES = {"AKIRA_HOME", "AKIRA_QUEUE_URL"}
_CODE = {".py", ".html", ".xml", ".txt", ".mo", ".css"}
_NO_CODE = {"var", "tests", "docs", "benchmarks", "deploy"}


@functools.cache
def _code() -> bytes:
    """A digest of all from which pages are made: our code, templates and translations, the versions of packages."""
    found = hashlib.sha256()
    folders = [folder for folder in settings.BASE_DIR.iterdir() if folder.is_dir() and folder.name not in _NO_CODE]
    files = [path for folder in folders if folder.name[0] != "." for path in folder.rglob("*") if path.suffix in _CODE]
    for path in [*sorted(files), Path(settings.BASE_DIR / "requirements.txt")]:
        found.update(f"{path.relative_to(settings.BASE_DIR)}\0".encode() + path.read_bytes())
    return found.digest()


def fingerprint() -> str:
    """By which pages of this code under these settings are told from others."""
    values = {
        name: repr(getattr(settings, name))
        for name in sorted(dir(settings))
        if name.startswith(_SETTINGS) and name not in _NOT_OF_PAGES
    }
    manifest = getattr(staticfiles_storage, "manifest_hash", "")
    return hashlib.sha256(_code() + repr([values, manifest]).encode()).hexdigest()


class SharedPages:
    """Pages in Redis, signed with the secret key: whoever can write there can still show readers nothing."""

    def __init__(self, url: str):
        self._redis = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), **_TIMEOUTS)
        self._away_until = -math.inf
        self._complaints = Complaints(
            logger,
            missing="The Redis of finished pages is out of reach; each process keeps its own",
            back="The Redis of finished pages is back.",
        )
        self._fingerprint = fingerprint()
        self._signing_key = hashlib.sha256(b"page store" + settings.SECRET_KEY.encode()).digest()

    def get(self, stamp: str, key: Key) -> FinishedPage | None:
        name = self._name(stamp, key)
        given = self._ask(self._redis.get, name)
        try:
            return given and FinishedPage.from_bytes(given, name, self._signing_key)
        except Unreadable as error:
            logger.warning("A page in Redis is not one of ours: %s", error)
            return None

    def put(self, stamp: str, key: Key, page: FinishedPage) -> None:
        name = self._name(stamp, key)
        self._ask(self._redis.set, name, page.to_bytes(name, self._signing_key), ex=KEPT_FOR)

    def _name(self, stamp: str, key: Key) -> str:
        return "akira:page:" + hashlib.sha256(repr([self._fingerprint, stamp, *key]).encode()).hexdigest()

    def _ask(self, command, *given, **options):
        """What Redis answers; None while it is out of reach."""
        if time.monotonic() < self._away_until:
            return None
        try:
            answer = command(*given, **options)
        except redis.RedisError as error:
            self._away_until = time.monotonic() + _PAUSE
            self._complaints.note(error)
            return None
        self._complaints.over()
        return answer
