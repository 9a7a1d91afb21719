"""The one way to the outside: fetches an address of the public web, safely, politely and within bounds."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from ssl import SSLContext

import stamina
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from common import addresses, connecting, failures, robots
from common.addresses import Destination
from common.asking import Wanted
from common.connecting import Connector, Deadline, Resolver
from common.errands import Errand, Fetched, Network, Redirect
from common.failures import FetchFailed, Reason

__all__ = ["HTML", "MOST_BYTES", "Client", "FetchFailed", "Fetched", "Reason", "Redirect", "client", "fetch"]

HTML = ("text/html", "application/xhtml+xml")
MOST_BYTES = 5 * 1024 * 1024
MOST_TRIES = 3
# Pauses between tries, in seconds: at first about half of one, then twice as long.
FIRST_PAUSE, JITTER, LONGEST_PAUSE = 0.3, 0.4, 2.0
# Rules of a site are asked for again after so many seconds (RFC 9309, 2.4, allows a day).
ROBOTS_KEPT = 60 * 60

# What a caller may not say, since the client says it, or since it would tell who somebody is.
_OURS = {"accept-encoding", "connection", "content-length", "cookie", "host", "referer", "transfer-encoding"}
_RULES = Wanted(("text/plain", "*/*"), robots.MOST_BYTES, cut=True)
# With these a site says that it has no rules (RFC 9309, 2.3.1.3), or that they can't be found (2.3.1.2).
_NO_RULES = {Reason.NOT_FOUND, Reason.GONE, Reason.BLOCKED, Reason.REDIRECT}
# With these it does not say, and must be left alone (RFC 9309, 2.3.1.4).
_UNREACHABLE = {Reason.DNS, Reason.TIMEOUT, Reason.TLS, Reason.SERVER_ERROR}


class Client:
    """Fetches addresses; holds what is shared between fetches, and may be used by many threads.

    `allow` are the `host:port` pairs that may be reached wherever they are; `resolver` and `connector` stand between
    it and the network; `tls` replaces the authorities that certificates are checked against.
    """

    def __init__(
        self,
        *,
        allow: Collection[str] = (),
        user_agent: str,
        resolver: Resolver = connecting.resolve_by_system,
        connector: Connector = connecting.connect_directly,
        tls: SSLContext | None = None,
    ):
        # A base address may have letters that a header can't carry.
        said = "".join(letter for letter in user_agent if " " <= letter <= "~")
        self._network = Network(addresses.allowed_pairs(allow), said, resolver, connector, tls)

    def fetch(
        self,
        url: str,
        *,
        accept: Collection[str] = HTML,
        max_bytes: int = MOST_BYTES,
        deadline: float = 20.0,
        robots: bool = True,
        headers: Mapping[str, str] | None = None,
        tries: int = MOST_TRIES,
    ) -> Fetched:
        """What the address gives, after at most five redirects; FetchFailed with a reason and a sentence if nothing.

        Costs at most `deadline` seconds, names, waits and further tries included, and a few times `max_bytes` of
        memory, whatever the other side does. `accept` are kinds of content (`text/html`, `image/*`); `robots` says
        whether robots.txt is asked first, which pages deserve and interfaces for programs do not. `headers` go to the
        first site alone. Troubles that pass are met with up to so many `tries`; one, where an interface wants its
        requests spaced out.
        """
        if forbidden := _OURS & {name.lower() for name in headers or ()}:
            raise ValueError(f"The client sets {', '.join(sorted(forbidden))} itself.")
        errand = Errand(self._network, Deadline(deadline), Wanted(tuple(accept), max_bytes), dict(headers or {}))
        if robots:
            errand.check = lambda destination: self._check_robots(destination, errand)
        before: FetchFailed | None = None
        for attempt in stamina.retry_context(
            on=lambda error: _pause_before_next(error, errand.deadline),
            attempts=tries,
            timeout=None,
            wait_initial=FIRST_PAUSE,
            wait_jitter=JITTER,
            wait_max=LONGEST_PAUSE,
        ):
            with attempt:
                try:
                    return errand.follow(url)
                except FetchFailed as failed:
                    if before and failed.reason == Reason.TIMEOUT:
                        # The time is up only because something else went wrong before.
                        raise before from failed
                    before = failed
                    raise
        raise AssertionError("The last try returns or raises.")

    def _check_robots(self, destination: Destination, errand: Errand) -> None:
        """FetchFailed where the robots.txt of the site does not let us read the address, or can't be asked for."""
        key = f"robots:{sha256(destination.origin.encode()).hexdigest()}"
        rules = cache.get(key)
        if rules is None:
            rules = self._rules_of(destination, errand)
            if rules is None:
                return
            cache.set(key, rules, ROBOTS_KEPT)
        if not robots.allows(rules, destination.url):
            raise failures.forbidden_by_robots(destination.host, destination.url)

    def _rules_of(self, destination: Destination, errand: Errand) -> str | None:
        """What the robots.txt of a site says to us: "" where it has none, None where the site is at fault as a whole.

        In the last case nothing is forbidden, and the page will tell what is wrong better than the rules can.
        """
        asking = replace(errand, wanted=_RULES, headers={}, check=None)
        try:
            return robots.rules_for_us(asking.follow(f"{destination.origin}/robots.txt").body)
        except FetchFailed as failed:
            if failed.reason in _NO_RULES and not failed.is_passing:
                return ""
            if failed.reason not in _UNREACHABLE:
                return None
            if failed.status is None and addresses.read(failed.url).host == destination.host:
                # Neither can the page be reached, and why says more to an editor than that the rules can't.
                failed.url = destination.url
                raise
            raise failures.unknown_rules(destination.host, destination.url, failed) from failed


def _pause_before_next(error: Exception, deadline: Deadline) -> bool | float:
    """Whether to try again, or in how many seconds: as long as the site asks for, if that ends before the deadline."""
    if not isinstance(error, FetchFailed) or not error.is_fleeting:
        return False
    if error.retry_after is None:
        return deadline.leaves(LONGEST_PAUSE)
    pause = max(error.retry_after, FIRST_PAUSE)
    return pause if deadline.leaves(pause + FIRST_PAUSE) else False


@lru_cache(maxsize=4)
def _client(allow: tuple[str, ...], user_agent: str) -> Client:
    try:
        return Client(allow=allow, user_agent=user_agent)
    except ValueError as error:
        raise ImproperlyConfigured(f"AKIRA_FETCH_ALLOW: {error}") from error


def client() -> Client:
    """The client of this process, as the settings AKIRA_FETCH_ALLOW and AKIRA_USER_AGENT want it."""
    return _client(tuple(settings.AKIRA_FETCH_ALLOW), settings.AKIRA_USER_AGENT)


def fetch(url: str, **options) -> Fetched:
    """What an address gives, by the client of this process; see `Client.fetch`."""
    return client().fetch(url, **options)
