"""Middleware that treats readers and editors apart: public pages are the same for everybody and set no cookie."""

import logging

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import connection
from django.middleware.gzip import GZipMiddleware
from django.middleware.http import ConditionalGetMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from akira.complaints import Complaints
from common.acting import acting
from common.outages import is_away, is_unavailable
from issues.errors import unavailable

logger = logging.getLogger(__name__)


def is_desk(request) -> bool:
    """Whether the request is an editor's: its path lies under the desk's prefix."""
    return request.path_info.startswith(settings.DESK_PREFIX)


def is_finished(response) -> bool:
    """Whether the response is a public page, and the same for everybody: the store compresses it, and leaves out what
    need not be sent."""
    headers = response.headers
    is_for_all = headers.get("Vary") == "Accept-Encoding" and headers.get("Cache-Control", "").startswith("public")
    return getattr(response, "is_finished_page", False) and is_for_all and not response.cookies


class OutageMiddleware:
    """Answers 503 while the database is away, and says so in the log once a minute instead of with each request.

    What is raised outside of a view, as where a session is saved, becomes the same answer in `issues.errors`.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self._complaints = Complaints(
            logger, missing="The database is out of reach", back="The database is within reach again"
        )

    def __call__(self, request):
        response = self.get_response(request)
        # Answers that need no database, or come from another thread's connection, tell nothing of it.
        if response.status_code < 500 and connection.health_check_done:
            self._complaints.over()
        return response

    def process_exception(self, request, exception):
        if not is_unavailable(exception):
            return None
        if is_away(exception):
            self._complaints.note(exception)
        else:
            logger.error("Gave up %s %s", request.method, request.path, exc_info=exception)
        response = unavailable(request)
        # Django would log each of them.
        response._has_been_logged = True
        return response


class _DeskOnly:
    """Mixed into a middleware of Django: outside the desk, requests pass it by."""

    def __call__(self, request):
        return super().__call__(request) if is_desk(request) else self.get_response(request)


class _PublicOnly:
    """Mixed into a middleware of Django: requests of the desk pass it by."""

    def __call__(self, request):
        return self.get_response(request) if is_desk(request) else super().__call__(request)


class DeskSessionMiddleware(_DeskOnly, SessionMiddleware):
    pass


class DeskAuthenticationMiddleware(_DeskOnly, AuthenticationMiddleware):
    pass


class DeskMessageMiddleware(_DeskOnly, MessageMiddleware):
    pass


class DeskActingMiddleware:
    """Says to the database who writes at the desk, for its history. Readers pass it by: nothing is said of them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not is_desk(request):
            return self.get_response(request)
        with acting(by=request.user, via="desk"):
            return self.get_response(request)


class DeskLocaleMiddleware(_DeskOnly, LocaleMiddleware):
    """The desk speaks the editor's language; a public page starts in the default one and is set by its address.

    A thread keeps its active language between requests, so that without the second part
    a reader would get the language of the editor whom the same thread served before.
    """

    def __call__(self, request):
        if not is_desk(request):
            translation.activate(settings.LANGUAGE_CODE)
        return super().__call__(request)


class _NotFinished:
    """Mixed into a middleware of Django: pages that the store finishes pass it by."""

    def process_response(self, request, response):
        return response if is_finished(response) else super().process_response(request, response)


class PublicGZipMiddleware(_PublicOnly, _NotFinished, GZipMiddleware):
    """Compresses public answers. Pages of the desk hold secrets, which compression could betray (BREACH)."""


class PublicConditionalGetMiddleware(_PublicOnly, _NotFinished, ConditionalGetMiddleware):
    """Answers 304 to a reader or feed reader that has the answer already."""


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Sends the policy of the public pages, or the desk's wider one."""

    def get_policy_parts(self, request, response, report_only=False) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if is_desk(request) and not report_only and parts.config is None:
            parts.config = settings.DESK_CONTENT_SECURITY_POLICY
        return parts


class HeadersMiddleware:
    """Adds the headers of safety for which Django has no setting."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        if is_desk(request):
            # Says to old browsers what `frame-ancestors` says to the others: the desk may show its pages in frames.
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        # Pictures may be shown elsewhere (feed readers do); pages may not be pulled in by other sites.
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class HeadMiddleware:
    """Leaves the body out of answers to HEAD; Django counts on the web server for it, which grumbles at each one."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "HEAD" and not is_finished(response):
            if response.streaming:
                response.streaming_content = []
            else:
                response.content = b""
        return response
