"""The public page on which readers suggest links; like all public pages it knows no session and sets no cookie."""

import math

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from common.visitors import comes_from_elsewhere, visitor_key
from issues.naming import issue_name
from issues.public import page_context, public_page, show
from issues.rendering import speak
from issues.site import Site, current_publication
from papers.identifiers import MalformedURL

from . import suggesting
from .repeats import Mention

# People leave this field empty, since they don't see it; programs that fill in every form do not.
TRAP = "website"
MOST_BYTES = 64 * 1024


def suggest_path(site: Site) -> str:
    """The address of the page in the language of the site."""
    prefixed = {"language": site.language} if site.language != site.publication.default_language else {}
    return site.base + reverse("inbox:suggest", kwargs=prefixed)


# There is no session that another site could make use of; whether the form is ours is asked below.
@csrf_exempt
def suggest(request: HttpRequest, *, language: str = "") -> HttpResponse:
    return _take(request, language) if request.method == "POST" else _form(request, language=language)


def _context(site: Site) -> dict:
    paths = {language: suggest_path(site.in_language(language)) for language in site.publication.languages}
    return page_context(site, suggest_path(site), paths) | {
        "section": "suggest",
        # A form is for those who are here, and nothing that somebody searches for.
        "is_listed": False,
        "action": suggest_path(site),
        "trap": TRAP,
    }


@public_page
def _form(request: HttpRequest, site: Site) -> HttpResponse:
    if site.publication.pk is None:
        raise Http404("There is no newsletter yet to which something could be suggested.")
    return show(request, "inbox/suggest.html", _context(site))


def _take(request: HttpRequest, language: str) -> HttpResponse:
    """Take a suggestion, and answer at once; nobody keeps the answer."""
    publication = current_publication()
    if publication.pk is None or (language and language not in publication.languages):
        raise Http404("There is no such page.")
    site = Site(publication, language or publication.default_language)
    with speak(site):
        return _answer(request, site)


def _answer(request: HttpRequest, site: Site) -> HttpResponse:
    if comes_from_elsewhere(request):
        return _page(request, site, "suggest", 403, error="elsewhere")
    try:
        suggesting.admit(visitor_key(request))
    except suggesting.TooMany as refusal:
        minutes = math.ceil(refusal.wait / 60)
        response = _page(request, site, "suggest", 429, error="too-many", minutes=minutes)
        response.headers["Retry-After"] = str(refusal.wait)
        return response
    sent = _sent(request)
    if sent[TRAP]:
        # Who fills in what nobody sees learns nothing from the answer.
        return _page(request, site, "suggested", 200, ran=[], is_passed_on=True)
    if error := _error(sent):
        return _page(request, site, "suggest", 400, error=error, sent=sent)
    try:
        told = suggesting.suggest(
            sent["address"],
            publication=site.publication,
            name=sent["name"],
            words=sent["words"],
            language=site.language,
        )
    except MalformedURL:
        return _page(request, site, "suggest", 400, error="malformed", sent=sent)
    ran = [_mention(site, mention) for mention in told.ran[:3]]
    return _page(request, site, "suggested", 200, ran=ran, is_passed_on=told.is_passed_on)


def _sent(request: HttpRequest) -> dict[str, str]:
    length = request.META.get("CONTENT_LENGTH") or "0"
    is_readable = length.isdecimal() and int(length) <= MOST_BYTES
    posted = request.POST if is_readable else {}
    names = ("address", "name", "words", TRAP)
    return {name: posted.get(name, "").replace("\0", "").strip() for name in names} | {"is_readable": is_readable}


def _error(sent: dict) -> str:
    """Why a suggestion can't be taken, as a word that the template knows; empty where it can."""
    if not sent["is_readable"]:
        return "too-long"
    if not sent["address"]:
        return "no-address"
    longest = {
        "address": suggesting.LONGEST_ADDRESS,
        "name": suggesting.LONGEST_NAME,
        "words": suggesting.LONGEST_WORDS,
    }
    return next((f"long-{name}" for name, most in longest.items() if len(sent[name]) > most), "")


def _mention(site: Site, mention: Mention) -> dict:
    own = site.in_language(mention.issue.language)
    return {
        "name": issue_name(mention.issue),
        "at": mention.issue.published_at,
        "path": own.entry_path(mention.entry),
        "title": mention.entry.title or mention.entry.source_title,
        "language": own.html_language if own != site else "",
    }


def _page(request: HttpRequest, site: Site, template: str, status: int, **more) -> HttpResponse:
    context = _context(site) | {"canonical": ""} | more
    response = render(request, f"inbox/{template}.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
