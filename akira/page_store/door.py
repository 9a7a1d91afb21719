"""Answers kept pages before Django is asked: a page that is kept then costs little more than the web server itself."""

from collections.abc import Callable

from .middleware import PageStoreMiddleware

_STATUS = {200: "200 OK", 304: "304 Not Modified", 412: "412 Precondition Failed"}


def in_front_of(django: Callable) -> Callable:
    """A WSGI application that answers from the store of a Django, and hands it whatever is not at hand."""
    store = PageStoreMiddleware.latest
    if store is None:
        return django

    def application(environ, start_response):
        answer = store.answer_at_once(environ)
        if answer is None:
            return django(environ, start_response)
        status, headers, body = answer
        start_response(_STATUS[status], headers)
        return [body] if body else []

    return application
