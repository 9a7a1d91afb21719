"""The pages for addresses that lead nowhere and for faults of ours."""

import re

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseServerError
from django.template import loader

from issues.models import Publication
from issues.models.publication import LANGUAGE_PATTERN
from issues.public import page_context, show
from issues.rendering import speak
from issues.site import Site, current_publication

PRIVATE_PREFIXES = (settings.DESK_PREFIX, "/preview/")
_PREFIX = re.compile(rf"/({LANGUAGE_PATTERN})/")


def _site(path: str) -> Site:
    """The publication in the language of the address, as far as either is known."""
    try:
        publication = current_publication()
    except DatabaseError:
        publication = Publication(name="Akira", languages=["en"])
    match = _PREFIX.match(path)
    language = match[1] if match and match[1] in publication.languages else publication.default_language
    return Site(publication, language)


def not_found(request, exception=None) -> HttpResponse:
    site = _site(request.path)
    with speak(site):
        context = page_context(site, request.path) | {"canonical": ""}
        response = show(request, "404.html", context, status=404)
    if request.path.startswith(PRIVATE_PREFIXES):
        response.headers["Cache-Control"] = "private, no-store"
    return response


def server_error(request) -> HttpResponse:
    """A page that needs neither database nor language, since either may be what failed.

    Where even the stylesheet can't be found, since static files were not collected, a bare sentence is left.
    """
    try:
        response = HttpResponseServerError(loader.get_template("500.html").render())
    except ValueError:
        response = HttpResponseServerError("This page could not be made.\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
