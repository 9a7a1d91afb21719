"""The pages for addresses that lead nowhere or are not for everybody, for faults of ours, and for while the database
is away."""

import re
import sys

from django.conf import settings
from django.contrib import admin
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseForbidden, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext as _

from common.outages import UNAVAILABLE, is_away, is_unavailable
from issues import listing
from issues.languages import html_language, interface_language
from issues.models import Publication
from issues.models.publication import LANGUAGE_PATTERN
from issues.pages import issue_line
from issues.public import page_context, show
from issues.rendering import speak
from issues.site import Site, current_publication

PRIVATE_PREFIXES = (settings.DESK_PREFIX, "/preview/")
_PREFIX = re.compile(rf"/({LANGUAGE_PATTERN})/")
# The embedded database is back within seconds; whoever watches another one starts it again about as fast.
RETRY_AFTER = 5
NEWEST_SHOWN = 3


def _site(path: str) -> Site:
    """The publication in the language of the address, as far as either is known."""
    try:
        publication = current_publication()
    except (DatabaseError, *UNAVAILABLE):
        publication = Publication(name="Akira", languages=["en"])
    match = _PREFIX.match(path)
    language = match[1] if match and match[1] in publication.languages else publication.default_language
    return Site(publication, language)


def _newest(site: Site) -> list:
    """A line about each of the newest issues, as far as the database answers. One query."""
    if site.publication.pk is None:
        return []
    try:
        issues = listing.with_entry_counts(listing.issues_of(site).newest_first())
        return [issue_line(site, issue) for issue in issues[:NEWEST_SHOWN]]
    except (DatabaseError, *UNAVAILABLE):
        return []


def not_found(request, exception=None) -> HttpResponse:
    site = _site(request.path)
    with speak(site):
        context = page_context(site, request.path) | {"canonical": "", "newest": _newest(site)}
        response = show(request, "404.html", context, status=404)
    if request.path.startswith(PRIVATE_PREFIXES):
        response.headers["Cache-Control"] = "private, no-store"
    return response


def forbidden(request, exception=None) -> HttpResponse:
    """What is not for this person: at the desk a page of it, with the way back; to scripts and elsewhere a sentence."""
    is_page = request.path.startswith(settings.DESK_PREFIX) and request.headers.get("HX-Request") != "true"
    user = getattr(request, "user", None)
    if is_page and not _wants_json(request) and user and user.is_authenticated:
        context = admin.site.each_context(request) | {"title": "This is not for you"}
        response = render(request, "admin/403.html", context, status=403)
    else:
        response = HttpResponseForbidden("You may not do this.\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def server_error(request) -> HttpResponse:
    """A page in the language of the address or else of the browser, without the database, which may be what failed.

    Django calls it while it handles what was raised, wherever that was: where it was the database, that is no fault.
    """
    error = sys.exc_info()[1]
    if is_unavailable(error):
        response = unavailable(request)
        # Else Django logs it, with all that led to it, for each request; the middleware does once a minute.
        response._has_been_logged = is_away(error)
        return response
    language = _language(request)
    with translation.override(language):
        return _standing_page("500.html", 500, html_language=html_language(language))


def unavailable(request) -> HttpResponse:
    """The answer while the database is away: 503, in the language of the address or else of the browser.

    Nobody keeps it, and programs get it as JSON.
    """
    language = _language(request)
    with translation.override(language):
        if _wants_json(request):
            words = _("The database does not answer. Ask again in a few seconds.")
            response = JsonResponse({"error": "unavailable", "message": words}, status=503)
        else:
            response = _standing_page(
                "503.html", 503, is_sent=request.method == "POST", html_language=html_language(language)
            )
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response


def _language(request) -> str:
    match = _PREFIX.match(request.path)
    # No page that is kept depends on what the browser prefers; these are kept nowhere.
    return interface_language(match[1]) if match else translation.get_language_from_request(request)


def _wants_json(request) -> bool:
    return request.path.startswith("/api/") or request.headers.get("Accept") == "application/json"


def _standing_page(template: str, status: int, **context) -> HttpResponse:
    """A page that asks the database nothing.

    Where even the stylesheet can't be found, since static files were not collected, a bare sentence is left.
    """
    try:
        response = HttpResponseServerError(loader.get_template(template).render(context), status=status)
    except ValueError:
        words, plain = "This page could not be made.\n", "text/plain; charset=utf-8"
        response = HttpResponseServerError(words, content_type=plain, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
