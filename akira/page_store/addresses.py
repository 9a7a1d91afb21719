"""Which requests are for one and the same page."""

from collections.abc import Mapping
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

from issues.public import known_parameters

# So many answers of each kind are remembered; made-up hosts and queries must not fill the memory.
_REMEMBERED = 2048
_LONGEST_REMEMBERED = 256
_NOT_SEEN = object()


class Key(NamedTuple):
    """A page. Pages give addresses as AKIRA_BASE_URL has them, so that the host asked for makes no page of its own."""

    is_secure: bool
    path: str
    # The parameters that the page knows, in one order.
    query: str


def kept_page(path: str):
    """The view of a path if its pages are kept."""
    try:
        view = resolve(path).func
    except Resolver404:
        return None
    return view if getattr(view, "is_kept_page", False) else None


class Addresses:
    """Reads requests as Django would, from the WSGI environment alone, since nothing is quicker."""

    def __init__(self):
        self._proxy_header, self._proxy_value = settings.SECURE_PROXY_SSL_HEADER or ("", "")
        self._hosts: dict[str, bool] = {}
        self._queries: dict[tuple[str, str], str | None] = {}

    def key_of(self, environ: Mapping, path: str) -> Key | None:
        """The page that is asked for; None for what the store has no answer to."""
        host = environ.get("HTTP_HOST")
        if host is None:
            # Programs of old name none.
            host = environ["SERVER_NAME"]
        if not self._hosts.get(host) and not self._is_allowed(host):
            return None
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("SCRIPT_NAME"):
            return None
        given = environ.get("QUERY_STRING", "")
        query = self._query(path, given) if given else ""
        return None if query is None else Key(self._is_secure(environ), path, query)

    def _is_secure(self, environ: Mapping) -> bool:
        """As `HttpRequest.scheme` has it."""
        if self._proxy_header and (said := environ.get(self._proxy_header)) is not None:
            return said.partition(",")[0].strip() == self._proxy_value
        return environ["wsgi.url_scheme"] == "https"

    def _is_allowed(self, host: str) -> bool:
        """Whether `HttpRequest.get_host()` would accept the host."""
        if host not in self._hosts:
            domain, _port = split_domain_port(host)
            is_allowed = bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
            if not is_allowed or len(self._hosts) >= _REMEMBERED:
                return is_allowed
            self._hosts[host] = True
        return True

    def _query(self, path: str, given: str) -> str | None:
        # Another thread may empty it at any moment.
        known = self._queries.get((path, given), _NOT_SEEN)
        if known is not _NOT_SEEN:
            return known
        view = kept_page(path)
        try:
            known = None if view is None else self._known(view.known_parameters, given)
        # Too many parameters, or what is no text: Django answers it.
        except (SuspiciousOperation, ValueError):
            return None
        if len(given) <= _LONGEST_REMEMBERED and len(path) <= _LONGEST_REMEMBERED:
            if len(self._queries) >= _REMEMBERED:
                self._queries.clear()
            self._queries[path, given] = known
        return known

    @staticmethod
    def _known(names: frozenset[str], given: str) -> str:
        return known_parameters(QueryDict(given.encode("iso-8859-1")), names).urlencode() if names else ""
