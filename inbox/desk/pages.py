"""What the pages of the inbox have in common: who may see and do what, and where one goes on."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import parse_qsl, urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from inbox.rights import require
from issues.models import Publication


def desk_page(verb: str) -> Callable:
    """Makes `view(request, publication, …)` a page of the desk for whoever may do this with some candidate at least.

    Without a publication there is nothing to collect for: the page leads to where one is named.
    """

    def decorate(view):
        @wraps(view)
        def page(request, *arguments, **named):
            require(request.user, verb)
            publication = Publication.objects.first()
            if publication is None:
                return HttpResponseRedirect(reverse("admin:issues_publication_add"))
            return view(request, publication, *arguments, **named)

        return admin.site.admin_view(page)

    return decorate


def key_in(text: str) -> int:
    """The key of a row that a form or an address names; 0, which no row has, where it names none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def show(request: HttpRequest, template: str, context: dict, *, status: int = 200) -> HttpResponse:
    """A whole page of the desk, or a piece of one."""
    site = {} if is_piece(request) else admin.site.each_context(request)
    response = TemplateResponse(request, template, site | context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def is_piece(request: HttpRequest) -> bool:
    """Whether a script asks for a piece of a page, and not a browser for the page."""
    return request.headers.get("HX-Request") == "true"


def back(request: HttpRequest, **more: str) -> HttpResponseRedirect:
    """To where the editor came from, an address of ours that the form names, else to the list; `more` is its query."""
    given = request.POST.get("next", "")
    is_ours = given.startswith("/") and url_has_allowed_host_and_scheme(given, allowed_hosts=None)
    path, _, query = (given if is_ours else reverse("inbox:list")).partition("#")[0].partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name not in ("undo", *more)]
    query = urlencode([*kept, *((name, value) for name, value in more.items() if value)])
    place = request.GET.get("at", "")
    anchor = f"#c{place}" if place.isascii() and place.isdecimal() else ""
    return HttpResponseRedirect(f"{path}{'?' if query else ''}{query}{anchor}")
