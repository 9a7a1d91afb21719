"""The door for web servers that speak WSGI. Pages that are kept are answered here, before Django is asked."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akira.settings")

_django = get_wsgi_application()

# Settings are there only now.
from akira.page_store.middleware import PageStoreMiddleware  # noqa: E402

_store = PageStoreMiddleware.latest
_STATUS = {200: "200 OK", 304: "304 Not Modified", 412: "412 Precondition Failed"}


def application(environ, start_response):
    answer = _store.answer_at_once(environ) if _store else None
    if answer is None:
        return _django(environ, start_response)
    status, headers, body = answer
    start_response(_STATUS[status], headers)
    return [body] if body else []
