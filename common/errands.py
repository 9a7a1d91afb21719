"""One errand to the web: an address and its redirects, each checked, resolved once, and asked one at a time."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ssl import SSLContext

from common import addresses, connecting, decoding, failures
from common.addresses import Destination
from common.asking import PAGES, REDIRECTS, Answer, Wanted, ask
from common.connecting import Connector, Deadline, Queues, Resolver

MOST_REDIRECTS = 5
_VALIDATORS = {"if-none-match", "if-modified-since"}


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
class Network:
    """What all errands share: what may be reached, who asks, and how."""

    allowed: frozenset[tuple[str, int]]
    user_agent: str
    resolver: Resolver
    connector: Connector
    given_tls: SSLContext | None = None
    queues: Queues = field(default_factory=Queues)

    @cached_property
    def tls(self) -> SSLContext:
        """What certificates must satisfy; reading the authorities takes a moment, so it is done when first needed."""
        return self.given_tls or connecting.tls_context()


@dataclass
class Errand:
    """What is wanted, until when, and what was found out about hosts on the way.

    `check` is asked before each page on the way, and raises FetchFailed against it.
    """

    network: Network
    deadline: Deadline
    wanted: Wanted
    headers: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[Destination], None] | None = None
    # Each host is resolved once, so that a resolver which answers differently the second time is not asked.
    resolved: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def follow(self, url: str) -> Fetched:
        """What an address and its redirects lead to; FetchFailed where that is nothing."""
        destination = addresses.read(url)
        headers = self.headers
        redirects: list[Redirect] = []
        visited = {destination.without_fragment}
        while True:
            addresses.check(destination, self.network.allowed)
            if self.check:
                self.check(destination)
            answer = self._ask(destination, headers)
            if answer.status not in REDIRECTS:
                return _fetched(destination, answer, headers, tuple(redirects))
            there = _next(destination, answer, len(redirects), visited)
            is_downgrade = destination.scheme == "https" and there.scheme == "http"
            redirects.append(Redirect(answer.status, there.url, is_downgrade))
            if there.origin != destination.origin:
                headers = {}
            destination = there

    def _ask(self, destination: Destination, headers: Mapping[str, str]) -> Answer:
        """The answer of one destination, over a connection of its own, while no other is open to its host."""
        network = self.network
        said = {"User-Agent": network.user_agent, "Accept": _accept(self.wanted.accept), **headers}
        try:
            found = self._resolve(destination)
            with (
                network.queues.alone_at(destination.host, self.deadline),
                connecting.connection(
                    destination, found, network.connector, lambda: network.tls, self.deadline
                ) as stream,
            ):
                return ask(stream, destination, said, self.wanted)
        except TimeoutError as error:
            raise failures.too_slow(destination.host, destination.url, self.deadline.seconds) from error
        except OSError as error:
            raise failures.no_connection(destination.host, destination.url) from error

    def _resolve(self, destination: Destination) -> tuple[str, ...]:
        host, allowed = destination.host, self.network.allowed
        if host not in self.resolved:
            self.resolved[host] = connecting.resolve(destination, self.network.resolver, self.deadline, allowed)
        # Again for what was resolved before: this port of the host may not be an allowed one.
        addresses.check_resolved(destination, self.resolved[host], allowed)
        return self.resolved[host]


def _accept(kinds: Collection[str]) -> str:
    return ", ".join(kinds if "*/*" in kinds else [*kinds, "*/*;q=0.1"])


def _next(destination: Destination, answer: Answer, steps: int, visited: set[str]) -> Destination:
    """Where a redirect leads, which is added to what was visited; FetchFailed where it leads nowhere."""
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
    raise failures.misleading(destination.host, destination.url, what, answer.status)


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
