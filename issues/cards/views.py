"""The addresses of pictures: only what is public has one, and each says by its digest what it shows."""

from django.http import Http404, HttpResponse, HttpResponseRedirect

from issues.cards import card as cards
from issues.cards.drawing import Busy, NotDrawn, picture_of
from issues.models import Entry, Issue, IssueStatus
from issues.public import page_context, public_page, show, with_caching
from issues.site import Site

# What an address with a digest shows never changes; where letters were missing, the machine may get them some day.
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"
TRY_AGAIN_AFTER = 10


def _answer(card: cards.Card, right: str, request) -> HttpResponse:
    """The picture at its right address, to which every older address of it leads."""
    if request.path != right:
        return HttpResponseRedirect(right)
    try:
        picture = picture_of(card)
    except (Busy, NotDrawn) as error:
        response = HttpResponse(f"{error}\n", status=503, content_type="text/plain; charset=utf-8")
        response.headers["Retry-After"] = str(TRY_AGAIN_AFTER)
        response.headers["Cache-Control"] = "no-store"
        return response
    response = HttpResponse(picture.data, content_type="image/png")
    response.headers["ETag"] = f'"{picture.digest[:32]}"'
    response.headers["Cache-Control"] = FOR_EVER if picture.is_whole else FOR_A_DAY
    return with_caching(response)


def _gone(request, site: Site) -> HttpResponse:
    return show(request, "issues/gone.html", page_context(site, request.path), status=410)


@public_page(is_kept=False)
def publication(request, site, digest):
    card = cards.of_publication(site)
    return _answer(card, site.path("card", digest=card.digest), request)


@public_page(is_kept=False)
def issue(request, site, slug, digest):
    issues = Issue.objects.filter(publication=site.publication.pk, language=site.language, slug=slug)
    found = issues.published().first()
    if found is None:
        if issues.filter(status=IssueStatus.WITHDRAWN, appeared_at__isnull=False).exists():
            return _gone(request, site)
        raise Http404(f"No issue {slug} in {site.language}.")
    card = cards.of_issue(site, found)
    return _answer(card, site.path("issue_card", slug=slug, digest=card.digest), request)


@public_page(is_kept=False)
def entry(request, site, public_id, digest):
    entries = Entry.objects.filter(public_id=public_id)
    found = entries.published().select_related("section__issue", "work__merged_into").first()
    if found is None:
        withdrawn = {"status": IssueStatus.WITHDRAWN, "appeared_at__isnull": False}
        if entries.filter(**{f"section__issue__{name}": value for name, value in withdrawn.items()}).exists():
            return _gone(request, site)
        raise Http404(f"No entry {public_id}.")
    language = found.section.issue.language
    own = site.in_language(language if language in site.publication.languages else site.language)
    if own != site:
        return HttpResponseRedirect(own.path("entry_card", public_id=public_id, digest=digest))
    card = cards.of_entry(site, found)
    return _answer(card, site.path("entry_card", public_id=public_id, digest=card.digest), request)
