"""The finished pages of a process, and the answers that are given from them."""

from collections.abc import Mapping

from django.conf import settings
from django.core.handlers.wsgi import get_path_info

from common.bounded import Bounded
from common.conditions import status_by_conditions
from common.finished import FinishedPage, Headers
from common.flights import Flights
from common.negotiating import accepted_codings

from .addresses import Addresses, Key
from .sharing import SharedPages
from .stamps import Known, Stamps

# For so many seconds somebody waits for a page that another thread makes.
_PATIENCE = 10

Answer = tuple[int, Headers, bytes]


def answer_from(page: FinishedPage, known: Known | None, environ: Mapping) -> Answer:
    """Status, headers and body for a GET or HEAD; `known` says of when the page is, where it is kept."""
    variant = page.variant(accepted_codings(environ.get("HTTP_ACCEPT_ENCODING")))
    last_modified = known.last_modified if known is not None else None
    status = status_by_conditions(environ, variant.etag, last_modified)
    if status == 200:
        form = page.form(variant.coding)
        dated = [("Last-Modified", known.date)] if last_modified is not None else []
        return 200, form.headers + dated, b"" if environ["REQUEST_METHOD"] == "HEAD" else form.body
    if status == 304:
        return 304, variant.headers_not_modified.copy(), b""
    return status, [*variant.headers_not_modified, ("Content-Length", "0")], b""


class PageStore:
    """Pages by stamp and key, up to a number of bytes, in this process and, if there is one, in a Redis."""

    def __init__(self, capacity: int, age: float, shared: SharedPages | None = None):
        # Parameters can be made up without end; pages that have some must not push out those that have none.
        self._with_parameters = Bounded(capacity // 4)
        self._pages = Bounded(capacity - capacity // 4)
        self._shared = shared
        self._addresses = Addresses()
        self.flights = Flights(_PATIENCE)
        self.stamps = Stamps(age, self._clear)

    @classmethod
    def of_settings(cls) -> "PageStore | None":
        """The store as the settings want it; None where they want none, as while somebody works on the templates."""
        if settings.DEBUG or not settings.AKIRA_PAGE_STORE:
            return None
        shared = SharedPages(settings.CACHES["default"]["LOCATION"]) if settings.AKIRA_SHARES_PAGES else None
        return cls(settings.AKIRA_PAGE_STORE * 2**20, settings.AKIRA_STAMP_AGE, shared)

    def key_of(self, environ: Mapping, path: str) -> Key | None:
        return self._addresses.key_of(environ, path)

    def get(self, stamp: str, key: Key) -> FinishedPage | None:
        """A page that this process keeps."""
        return self._part(key).get((stamp, key))

    def get_shared(self, stamp: str, key: Key) -> FinishedPage | None:
        """A page that another process made; from now on this one keeps it, too."""
        page = self._shared and self._shared.get(stamp, key)
        if page:
            self._part(key).put((stamp, key), page)
        return page

    def put(self, stamp: str, key: Key, page: FinishedPage) -> None:
        self._part(key).put((stamp, key), page)
        if self._shared:
            self._shared.put(stamp, key, page)

    def answer(self, key: Key, page: FinishedPage, known: Known, environ: Mapping) -> Answer:
        """The answer from a page of the store; a form of it that is new is kept as well."""
        size = page.size
        answer = answer_from(page, known, environ)
        if page.size != size:
            self._part(key).grown((known.stamp, key), page)
            if self._shared:
                self._shared.put(known.stamp, key, page)
        return answer

    def answer_at_once(self, environ: Mapping) -> Answer | None:
        """The answer to a request if it is there and known to be fresh, without asking anybody."""
        known = self.stamps.at_hand()
        if known is None:
            return None
        path = environ["PATH_INFO"]
        key = self.key_of(environ, path if path.isascii() else get_path_info(environ))
        page = key and self.get(known.stamp, key)
        return self.answer(key, page, known, environ) if page else None

    def _part(self, key: Key) -> Bounded:
        return self._with_parameters if key.query else self._pages

    def _clear(self) -> None:
        """What belongs to an older stamp is never asked for again."""
        self._pages.clear()
        self._with_parameters.clear()
