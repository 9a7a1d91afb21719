"""Who asks for a public page that takes a form: from which address, and whether the form was one of ours."""

import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


def address_of(request: HttpRequest) -> str:
    """The address of the network from which a request came.

    Behind proxies it is the one that the outermost of ours was asked from: each adds to X-Forwarded-For whom it was
    asked by, so that, counted from the end, what a visitor wrote there himself is never reached.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    if not settings.AKIRA_PROXIES:
        return direct
    chain = request.headers.get("X-Forwarded-For", "").split(",")
    return chain[-settings.AKIRA_PROXIES].strip() if len(chain) >= settings.AKIRA_PROXIES else direct


def network_of(request: HttpRequest) -> str:
    """The network from which a request came; the empty string where it says nothing that is an address."""
    return network(address_of(request))


def network(address: str) -> str:
    """The network that an address belongs to; the empty string where it is none.

    All addresses of one IPv6 network of 64 bits are one, named by the first of them, since a household has so many.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if ip.version == 6 and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, 64), strict=False).network_address)
    return str(getattr(ip, "ipv4_mapped", None) or ip)


def visitor_key(request: HttpRequest) -> str:
    """A digest by which a visitor is known again today, and from which the address can't be had."""
    address = network_of(request) or address_of(request)
    # Another key each day, so that no visitor can be followed from one to the next.
    key = f"{settings.SECRET_KEY}{timezone.now().date().isoformat()}"
    return hmac.new(key.encode(), address.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


def comes_from_elsewhere(request: HttpRequest) -> bool:
    """Whether a browser says that a form was sent from another site.

    Browsers say so by Sec-Fetch-Site, older ones by Origin. Who says neither is no browser, or a very old one: it can't
    be made to send what its owner did not mean to.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site != "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and origin not in (settings.AKIRA_BASE_URL, f"{request.scheme}://{request.get_host()}")
