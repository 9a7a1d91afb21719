"""What all public pages have in common: language by address, the same bytes for everybody, headers for caches."""

import hashlib
from collections.abc import Callable, Collection
from functools import partial, wraps
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from issues import heads
from issues.languages import html_language, language_name
from issues.rendering import Link, speak
from issues.site import Site, current_publication

CACHE_CONTROL = "public, max-age=0, must-revalidate, s-maxage=10, stale-while-revalidate=30, stale-if-error=86400"
CACHE_CONTROL_MISSING = "public, max-age=0, must-revalidate, s-maxage=1"


def with_caching(response: HttpResponse) -> HttpResponse:
    """The headers by which browsers, proxies and feed readers keep a public answer; the middleware answers 304.

    The tag follows from the bytes alone, so that every process and machine gives the same one. There is no
    Last-Modified: a page shows many rows, and a moment taken from some of them would call a changed page unchanged.
    """
    missing = response.status_code in (404, 410)
    response.headers.setdefault("Cache-Control", CACHE_CONTROL_MISSING if missing else CACHE_CONTROL)
    if response.status_code == 200 and "ETag" not in response.headers:
        response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def known_parameters(given: QueryDict, names: Collection[str]) -> QueryDict:
    """Of the parameters of an address those that a page knows, each once (the last one counts), always in one order."""
    known = QueryDict(mutable=True)
    for name in sorted(names):
        if name in given:
            known[name] = given[name]
    return known


def public_page(
    view: Callable[..., HttpResponse] | None = None, *, parameters: Collection[str] = (), is_kept: bool = True
) -> Callable:
    """Makes `view(request, site, …)` a public page in the language that its address names.

    A language that the publication does not have is a 404; the default language, named, moves to its own address.

    `parameters` names what the page reads from its query. The view finds those in `request.GET` and no others, so that
    addresses which differ in something else (utm_source …) are one page to the store of finished pages. With
    `is_kept=False` the page is made anew for each request, and its `request.GET` is whole.
    """
    if view is None:
        return partial(public_page, parameters=parameters, is_kept=is_kept)

    @require_safe
    @wraps(view)
    def page(request: HttpRequest, *, language: str = "", **arguments) -> HttpResponse:
        if is_kept:
            request.GET = known_parameters(request.GET, parameters)
        # The database can't be asked for text with a NUL, and nothing here has one in its address.
        if "\0" in request.path or any("\0" in value for value in request.GET.values()):
            raise Http404("There is no such address.")
        publication = current_publication()
        if language and language not in publication.languages:
            raise Http404(f"There is no edition in {language}.")
        if language == publication.default_language:
            unprefixed = request.path.removeprefix(f"/{language}")
            query = request.META.get("QUERY_STRING")
            return with_caching(HttpResponsePermanentRedirect(f"{unprefixed}?{query}" if query else unprefixed))
        site = Site(publication, language or publication.default_language)
        with speak(site):
            response = with_caching(view(request, site, **arguments))
        response.is_finished_page = response.status_code == 200
        return response

    # By these the store knows, from the address alone, what it may keep.
    page.is_kept_page, page.known_parameters = is_kept, frozenset(parameters)
    return page


def page_context(site: Site, here: str, editions: dict[str, str] | None = None, query: dict | None = None) -> dict:
    """What `base.html` needs: canonical address, editions in other languages, language switch.

    `editions` maps each language in which this very page exists to its path; from the others the switch leads home.
    """
    editions = {site.language: here} | (editions or {})
    languages = site.publication.languages
    switch = [
        {
            "link": Link(language_name(language), editions.get(language) or site.in_language(language).path("home")),
            "html_language": html_language(language),
            "is_current": language == site.language,
        }
        for language in languages
    ]
    in_order = [language for language in languages if language in editions]
    absolute = settings.AKIRA_BASE_URL
    return {
        "site": site,
        "canonical": absolute + here + (f"?{urlencode(query)}" if query else ""),
        "languages": switch if len(switch) > 1 else [],
        "alternates": [
            {"html_language": html_language(language), "address": absolute + editions[language]}
            for language in in_order
        ]
        if len(in_order) > 1
        else [],
        "default_alternate": absolute + editions[in_order[0]] if len(in_order) > 1 else "",
        "feed_path": site.path("feed"),
        "feed_address": absolute + site.path("feed"),
        # Where a further page of a list begins changes with the list, and those of a kind stand in the whole list, too:
        # search engines should follow the links there, and show the pages themselves to nobody.
        "is_listed": not {"before", "after", "kind"} & set(query or ()),
    }


def in_all_languages(site: Site, page: str) -> dict[str, str]:
    """The paths of a page that every language has."""
    return {language: site.in_language(language).path(page) for language in site.publication.languages}


def show(request: HttpRequest, template: str, context: dict, *, status: int = 200) -> HttpResponse:
    """A public page. What its head tells programs follows from its context, unless the view says more."""
    if status == 200 and "head" not in context:
        context = context | {"head": heads.of_page(context)}
    return with_caching(render(request, template, context, status=status))
