"""Answers from the store of finished pages, and fills it: the first middleware, so that a kept page costs no other."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from akira.middleware import is_finished
from common.finished import FinishedPage
from common.outages import UNAVAILABLE

from .addresses import Key, kept_page
from .stamps import Known
from .store import Answer, PageStore, answer_from


@dataclass(frozen=True)
class Made:
    """What came of making a page: the page with the stamp that it belongs to, or an answer that is not kept.

    `is_mixed`: somebody changed something while the answer was made, so that it may show some of both.
    """

    response: HttpResponse | None = None
    page: FinishedPage | None = None
    known: Known | None = None
    is_mixed: bool = False


def _to_response(answer: Answer) -> HttpResponse:
    status, headers, body = answer
    response = HttpResponse(body, status=status)
    del response.headers["Content-Type"]
    for name, value in headers:
        response.headers[name] = value
    return response


def _page_of(response: HttpResponse) -> FinishedPage:
    return FinishedPage(list(response.items()), response.content, response.headers["ETag"])


class PageStoreMiddleware:
    """Gives readers finished pages.

    A page is kept under the stamp that was read before it was made, and only if the stamp was the same afterwards: all
    that it shows was then there at one moment. If not, it is made again, in a transaction that sees one moment only.
    The process thereby knows the new stamp, so that after an answer it never gives one that is older. Addresses that
    lead nowhere are asked of the database each time, so that what a page lists is there.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.store = PageStore.of_settings()
        PageStoreMiddleware.latest = self.store

    @property
    def _ways(self) -> list[tuple[Callable[..., Made], bool]]:
        """How a page is made, one try after the other. Others may bring mixed ones; the last is our own."""
        return [(self._make, True), *[(self._make_in_snapshot, True)] * 4, (self._make_in_snapshot, False)]

    # The store of the handler that was loaded last: in a web server there is but one.
    latest: PageStore | None = None

    def __call__(self, request):
        key = self._key_of(request)
        if key is None:
            return self._finished(request, self.get_response(request))
        response = None
        for make, is_shared in self._ways:
            known = self.store.stamps.current()
            if known is None:
                break
            make = partial(make, request, key, known)
            made = self._joined(key, known, make) if is_shared else make()
            if made.page:
                return _to_response(self.store.answer(key, made.page, made.known, request.META))
            response = made.response or response
            if not made.is_mixed:
                break
        return self._finished(request, response or self.get_response(request))

    def _key_of(self, request: HttpRequest) -> Key | None:
        """The page that is asked for, if it is one that may be kept.

        What a transaction sees that is not at its end is for nobody else.
        """
        key = self.store and self.store.key_of(request.META, request.path_info)
        return key if key and kept_page(request.path_info) and not connection.in_atomic_block else None

    def _joined(self, key: Key, known: Known, make: Callable[[], Made]) -> Made:
        """The page as it is kept, or as another thread makes it at this moment, else as we do."""
        if page := self.store.get(known.stamp, key):
            return Made(page=page, known=known)
        made, is_own = self.store.flights.join((known.stamp, key), lambda: self._made_meanwhile(key, known) or make())
        if is_own:
            return made
        if made and (made.page or made.is_mixed):
            return Made(page=made.page, known=made.known, is_mixed=made.is_mixed)
        # A failure, and what is not kept, are for who asked alone.
        return make()

    def _made_meanwhile(self, key: Key, known: Known) -> Made | None:
        """What came about since the page was looked for: the page, or a newer stamp with which to look again."""
        if page := self.store.get(known.stamp, key) or self.store.get_shared(known.stamp, key):
            return Made(page=page, known=known)
        return None if self.store.stamps.is_latest(known) else Made(is_mixed=True)

    def _make(self, request: HttpRequest, key: Key, known: Known) -> Made:
        response = self.get_response(request)
        # After an answer that shows something new, whatever it is, nobody gets an older one.
        seen = self.store.stamps.since(time.monotonic())
        if not is_finished(response) or seen is None:
            return Made(response)
        if seen.stamp != known.stamp:
            return Made(response, is_mixed=True)
        return self._kept(key, seen, response)

    def _make_in_snapshot(self, request: HttpRequest, key: Key, known: Known) -> Made:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                seen = self.store.stamps.of_snapshot()
                response = self.get_response(request)
        except UNAVAILABLE:
            return Made()
        if response.status_code >= 500:
            # What such a transaction can't do may well be possible in another.
            return Made()
        return self._kept(key, seen, response) if is_finished(response) else Made(response)

    def _kept(self, key: Key, known: Known, response: HttpResponse) -> Made:
        page = _page_of(response)
        self.store.put(known.stamp, key, page)
        return Made(response, page, known)

    @staticmethod
    def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """A page that is not kept has the form, the tag and the conditions of one that is."""
        if not is_finished(response) or request.method not in ("GET", "HEAD"):
            return response
        return _to_response(answer_from(_page_of(response), None, request.META))
