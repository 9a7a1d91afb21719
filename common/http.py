"""The one way to the outside: fetches an address of the public web, safely, politely and within bounds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from hashlib import sha256
from ssl import SSLContext

import stamina
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from common import addresses, connecting, decoding, failures, robots
from common.addresses import Destination
from common.asking import PAGES, REDIRECTS, Answer, Wanted, ask
from common.connecting import Connector, Deadline, Queues, Resolver
from common.failures import FetchFailed, Reason

__all__ = ["HTML", "MOST_BYTES", "Client", "FetchFailed", "Fetched", "Reason", "Redirect", "client", "fetch"]

HTML = ("text/html", "application/xhtml+xml")
MOST_BYTES = 5 * 1024 * 1024
MOST_REDIRECTS = 5
MOST_TRIES = 3
# Pauses between tries, in seconds: at first about half of one, then twice as long.
FIRST_PAUSE, JITTER, LONGEST_PAUSE = 0.3, 0.4, 2.0
# Rules of a site are asked for again after so many seconds (RFC 9309, 2.4, allows a day).
ROBOTS_KEPT = 60 * 60

# What a caller may not say, since the client says it, or since it would tell who somebody is.
_OURS = {"accept-encoding", "connection", "content-length", "cookie", "host", "referer", "transfer-encoding"}
_VALIDATORS = {"if-none-match", "if-modified-since"}
# With these a site does not tell whether it has rules, and must be left alone (RFC 9309, 2.3.1.4).
_UNREACHABLE = {Reason.DNS, Reason.TIMEOUT, Reason.TLS, Reason.SERVER_ERROR}


@dataclass(frozen=True)
class Redirect:
    """One step on the way: the status of the answer, the address it led to, and whether that gave up https."""

    status: int
    url: str
    is_downgrade: bool = False


@dataclass(frozen=True)
class Fetched:
    """What an address gave. `url` is the one it came from in the end; `status` is 304 only if validators were sent."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    redirects: tuple[Redirect, ...] = ()
    media_type: str = ""
    declared_charset: str = ""

    def text(self) -> str:
        """The body as text: its encoding as declared, else as the page states it, else guessed; never an error."""
        return decoding.text(self.body, self.declared_charset)


@dataclass
class _Errand:
    """One call of `fetch`: what is wanted, until when, and what was found out about hosts on the way."""

    deadline: Deadline
    wanted: Wanted
    headers: Mapping[str, str]
    obeys_robots: bool
    # Each host is resolved once, so that a resolver which answers differently the second time is not asked.
    resolved: dict[str, tuple[str, ...]] = field(default_factory=dict)


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
        self._allowed = addresses.allowed_pairs(allow)
        # A base address may have letters that a header can't carry.
        self._user_agent = "".join(letter for letter in user_agent if " " <= letter <= "~")
        self._resolver = resolver
        self._connector = connector
        self._given_tls = tls
        self._queues = Queues()

    @cached_property
    def _tls(self) -> SSLContext:
        return self._given_tls or connecting.tls_context()

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
        errand = _Errand(Deadline(deadline), Wanted(tuple(accept), max_bytes), dict(headers or {}), obeys_robots=robots)
        for attempt in stamina.retry_context(
            on=lambda error: _pause_before_next(error, errand.deadline),
            attempts=tries,
            timeout=None,
            wait_initial=FIRST_PAUSE,
            wait_jitter=JITTER,
            wait_max=LONGEST_PAUSE,
        ):
            with attempt:
                return self._follow(url, errand)
        raise AssertionError("The last try returns or raises.")

    def _follow(self, url: str, errand: _Errand) -> Fetched:
        """What an address and its redirects lead to."""
        destination = addresses.read(url)
        headers = errand.headers
        redirects: list[Redirect] = []
        visited = {destination.without_fragment}
        while True:
            addresses.check(destination, self._allowed)
            if errand.obeys_robots:
                self._check_robots(destination, errand)
            answer = self._ask(destination, headers, errand.wanted, errand)
            if answer.status not in REDIRECTS:
                return _fetched(destination, answer, headers, tuple(redirects))
            there = _next(destination, answer, len(redirects), visited)
            redirects.append(
                Redirect(answer.status, there.url, destination.scheme == "https" and there.scheme == "http")
            )
            if there.origin != destination.origin:
                headers = {}
            destination = there

    def _ask(self, destination: Destination, headers: Mapping[str, str], wanted: Wanted, errand: _Errand) -> Answer:
        """The answer of one destination, over a connection of its own, while no other is open to its host."""
        said = {"User-Agent": self._user_agent, "Accept": _accept(wanted.accept), **headers}
        deadline = errand.deadline
        try:
            if destination.host not in errand.resolved:
                found = connecting.resolve(destination, self._resolver, deadline, self._allowed)
                errand.resolved[destination.host] = found
            # Again for what was resolved before: another port of the same host may not be an allowed one.
            addresses.check_resolved(destination, errand.resolved[destination.host], self._allowed)
            with (
                self._queues.alone_at(destination.host, deadline),
                connecting.connection(
                    destination,
                    errand.resolved[destination.host],
                    self._connector,
                    lambda: self._tls,
                    deadline,
                    may_receive=0,
                ) as stream,
            ):
                return ask(stream, destination, said, wanted)
        except TimeoutError as error:
            raise _too_slow(destination, deadline) from error
        except OSError as error:
            raise _no_connection(destination) from error

    def _check_robots(self, destination: Destination, errand: _Errand) -> None:
        """FetchFailed where the robots.txt of the site does not let us read the address, or can't be asked for."""
        key = f"robots:{sha256(destination.origin.encode()).hexdigest()}"
        rules = cache.get(key)
        if rules is None:
            rules = self._rules_of(destination, errand)
            cache.set(key, rules, ROBOTS_KEPT)
        if not robots.allows(rules, destination.url):
            sentence = (
                f"{destination.host} asks programs not to read this page (robots.txt). Enter what it says by hand."
            )
            raise FetchFailed(Reason.ROBOTS, sentence, destination.url)

    def _rules_of(self, destination: Destination, errand: _Errand) -> str:
        """What the robots.txt of a site says to us; "" where there is none (RFC 9309, 2.3.1)."""
        wanted = Wanted(("text/plain", "*/*"), robots.MOST_BYTES, cut=True)
        try:
            found = self._follow(
                f"{destination.origin}/robots.txt", replace(errand, wanted=wanted, headers={}, obeys_robots=False)
            )
        except FetchFailed as failed:
            if failed.reason not in _UNREACHABLE:
                # There are no rules that could be read; if the site is at fault as a whole, the page will tell.
                return ""
            if failed.status is None and addresses.read(failed.url).host == destination.host:
                # Neither can the page be reached, and why says more to an editor than that the rules can't.
                failed.url = destination.url
                raise
            raise _no_rules(destination, failed) from failed
        return robots.rules_for_us(found.body)


def _pause_before_next(error: Exception, deadline: Deadline) -> bool | float:
    """Whether to try again, or in how many seconds: as long as the site asks for, if that ends before the deadline."""
    if not isinstance(error, FetchFailed) or not error.is_fleeting:
        return False
    if error.retry_after is None:
        return deadline.leaves(LONGEST_PAUSE)
    pause = max(error.retry_after, FIRST_PAUSE)
    return pause if deadline.leaves(pause + FIRST_PAUSE) else False


def _accept(kinds: Collection[str]) -> str:
    return ", ".join(kinds if "*/*" in kinds else [*kinds, "*/*;q=0.1"])


def _next(destination: Destination, answer: Answer, steps: int, visited: set[str]) -> Destination:
    """Where a redirect leads, which is added to what was visited; FetchFailed where it leads nowhere."""
    host = destination.host
    if steps == MOST_REDIRECTS:
        what = f"leads on and on, more than {MOST_REDIRECTS} times"
    elif len(answer.locations) != 1:
        what = "leads on without saying where"
    else:
        there = addresses.read(answer.locations[0], destination)
        if there.without_fragment not in visited:
            visited.add(there.without_fragment)
            return there
        what = "leads in a circle"
    sentence = f"{host} {what}. Open the address in a browser, and copy the one where it ends."
    raise FetchFailed(Reason.REDIRECT, sentence, destination.url, status=answer.status)


def _fetched(
    destination: Destination, answer: Answer, headers: Mapping[str, str], redirects: tuple[Redirect, ...]
) -> Fetched:
    is_unchanged = answer.status == 304 and not _VALIDATORS.isdisjoint(map(str.lower, headers))
    if answer.status not in PAGES and not is_unchanged:
        raise failures.of_status(answer.status, destination.host, destination.url, answer.retry_after)
    return Fetched(
        destination.url,
        answer.status,
        answer.headers,
        answer.body,
        redirects,
        answer.media_type,
        answer.charset,
    )


def _too_slow(destination: Destination, deadline: Deadline) -> FetchFailed:
    sentence = f"{destination.host} did not answer within {deadline.seconds:g} seconds. Try again later."
    return FetchFailed(Reason.TIMEOUT, sentence, destination.url)


def _no_connection(destination: Destination) -> FetchFailed:
    sentence = f"No connection to {destination.host} came about, or it broke off. Try again later."
    return FetchFailed(Reason.SERVER_ERROR, sentence, destination.url, is_fleeting=True)


def _no_rules(destination: Destination, failed: FetchFailed) -> FetchFailed:
    sentence = f"{destination.host} can't tell at the moment what programs may read (robots.txt). Try again later."
    return FetchFailed(
        Reason.ROBOTS,
        sentence,
        destination.url,
        status=failed.status,
        retry_after=failed.retry_after,
        is_passing=True,
        is_fleeting=failed.is_fleeting,
    )


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
