"""Which addresses the safe client may reach: the public web on its usual ports, and what the operator allows."""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from ada_url import join_url, parse_url

from common.failures import FetchFailed, Reason
from common.urls import LONGEST_ADDRESS

PORTS = {"http": 80, "https": 443}

# Networks beside those that `ipaddress` knows not to be public, which differ between versions of Python: what the
# registries of IANA (iana-ipv4-special-registry, iana-ipv6-special-registry) set aside, and every form of IPv6 that
# carries an IPv4 address within, since a router may pass it on to that one.
_SET_ASIDE = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20",
        ),
    )
)
# All public addresses of IPv6 begin so (RFC 4291); the rest is loopback, local, multicast, mapped or not given out.
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")

# Names that mean this machine or this network: RFC 6761, 6762 (with appendix G), 7686 and 8375, and the one that ICANN
# keeps for private use. None of them is ever a site of the web, whatever a resolver makes of it.
_PRIVATE_NAME = re.compile(
    r"(?:.*\.)?(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa|onion)"
)
_NAME = re.compile(r"(?=.{1,253}\Z)(?:[^.]{1,63}\.)+[^.]{1,63}")


@dataclass(frozen=True)
class Destination:
    """Where to ask for what. `host` has no brackets, `target` is path and query, `url` may end in a fragment."""

    url: str
    scheme: str
    host: str
    port: int
    target: str

    @property
    def netloc(self) -> str:
        """Host and port as the Host header has them: without the port where it is the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.netloc}"

    @property
    def without_fragment(self) -> str:
        return self.origin + self.target

    @cached_property
    def ip(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        """The address of the network that stands in place of a name, if one does."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None


def refused(message: str, url: str) -> FetchFailed:
    """The failure of an address that is never asked."""
    return FetchFailed(Reason.REFUSED, message, url)


def read(given: str, base: Destination | None = None) -> Destination:
    """The destination that a whole address names, or a redirect from `base`; FetchFailed where it is none of the web.

    Read as browsers read it (WHATWG): decimal, octal, hexadecimal, percent-encoded and full-width spellings of an
    address of the network come out as what they mean. Nothing is asked of the network, and nothing is said yet about
    whether the destination may be reached; see `check`.
    """
    if len(given) > LONGEST_ADDRESS:
        raise refused(f"The address is longer than {LONGEST_ADDRESS} characters. Look for a shorter one.", given[:200])
    try:
        href = join_url(base.url, given) if base else given
        parts = parse_url(href, ("href", "protocol", "username", "password", "hostname", "port", "pathname", "search"))
    except ValueError:
        raise refused("The address can't be read. Copy it again from the browser.", given) from None
    url = parts["href"]
    scheme = parts["protocol"].removesuffix(":")
    if scheme not in PORTS:
        raise refused(f"“{scheme[:40]}:” is no address of the web. Give one that begins with https://.", url)
    if parts["username"] or parts["password"]:
        raise refused("The address carries a user name or password. Remove what stands before @.", url)
    host = parts["hostname"].strip("[]")
    if base and "#" in base.url and "#" not in url:
        # RFC 9110, 10.2.2: a redirect that names no place within the page keeps the one that was asked for.
        url += base.url[base.url.index("#") :]
    return Destination(url, scheme, host, int(parts["port"] or PORTS[scheme]), parts["pathname"] + parts["search"])


def allowed_pairs(entries: Collection[str]) -> frozenset[tuple[str, int]]:
    """Host and port of each `host:port`, spelled as addresses are; ValueError for an entry that is none."""
    return frozenset(_pair(entry) for entry in entries)


def _pair(entry: str) -> tuple[str, int]:
    problem = f"{entry!r} is no host and port. Write it as intranet.example.org:8080 or [fd00::1]:8080."
    if not re.fullmatch(r"[^/?#@\\\s]+:\d{1,5}", entry):
        raise ValueError(problem)
    try:
        # Of the two schemes, one keeps the port that the other leaves out.
        parts = parse_url(f"http://{entry}/", ("hostname", "port"))
    except ValueError:
        raise ValueError(problem) from None
    return parts["hostname"].strip("[]"), int(parts["port"] or 80)


def is_public(address: str) -> bool:
    """Whether an address of the network is one of the public internet, that any machine may reach."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if ip.version == 6 and (ip.scope_id or ip not in _GLOBAL_UNICAST):
        return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _SET_ASIDE)


def is_allowed(destination: Destination, allowed: Collection[tuple[str, int]]) -> bool:
    """Whether the operator lets this host and port be reached, wherever they are."""
    return (destination.host, destination.port) in allowed


def check(destination: Destination, allowed: Collection[tuple[str, int]] = ()) -> None:
    """Refuse with FetchFailed what can be seen without asking a resolver: port, private names, private addresses."""
    if is_allowed(destination, allowed):
        return
    host, url = destination.host, destination.url
    if destination.port not in PORTS.values():
        raise refused(f"Port {destination.port} is not one that websites use. Give an address without it.", url)
    if destination.ip is not None:
        check_resolved(destination, (host,), allowed)
    elif not _NAME.fullmatch(host):
        raise refused(f"“{host[:80]}” is no name of a public website. Check the address.", url)
    elif _PRIVATE_NAME.fullmatch(host):
        raise refused(f"“{host}” is a name for private networks. Link to a public website.", url)


def check_resolved(
    destination: Destination, addresses: Collection[str], allowed: Collection[tuple[str, int]] = ()
) -> None:
    """Refuse with FetchFailed a destination of whose addresses any is not public."""
    if is_allowed(destination, allowed):
        return
    if not all(map(is_public, addresses)):
        raise refused(f"{destination.host} lies in a private network. Link to a public website.", destination.url)
