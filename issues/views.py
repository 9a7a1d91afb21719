"""The public pages: what readers browse, without an account and without JavaScript."""

import dataclasses
from functools import wraps

from django.db import DatabaseError, connection
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.outages import UNAVAILABLE
from issues import heads, listing, mentions, pages, rendering, works
from issues import topics as topic_pages
from issues.archive import archive_context, choice_of
from issues.citing import titled
from issues.errors import RETRY_AFTER
from issues.languages import language_name
from issues.models import Entry, Issue, IssueStatus, Topic
from issues.public import in_all_languages, page_context, public_page, show
from issues.search.narrowing import Asked
from issues.search.pages import search_context
from issues.site import Site
from papers.catalogue import known_works
from papers.citations import citation_key
from papers.identifiers import arxiv_id as read_arxiv_id
from papers.models import Work

# As OpenSearch has it.
LONGEST_SEARCH_NAME = 16


def _gone(request, site: Site, here: str) -> HttpResponse:
    return show(request, "issues/gone.html", page_context(site, here), status=410)


def _was_withdrawn(prefix: str = "") -> dict:
    """What was public once and is no more; an issue withdrawn before its moment never was."""
    return {f"{prefix}status": IssueStatus.WITHDRAWN, f"{prefix}appeared_at__isnull": False}


@public_page
def home(request, site):
    context = pages.home_context(site)
    base = page_context(site, site.path("home"), in_all_languages(site, "home"))
    base["head"] = heads.of_home(base)
    if context is None:
        return show(request, "issues/welcome.html", base)
    return show(request, "issues/home.html", base | context)


@public_page(parameters=("year", "month", "kind", "before"))
def archive(request, site):
    choice, before = choice_of(request.GET), request.GET.get("before", "")
    context = archive_context(site, choice, before=before)
    query = choice.query | ({"before": before} if before else {})
    others = in_all_languages(site, "archive") if not query else {}
    return show(request, "issues/issue_list.html", page_context(site, site.path("archive"), others, query) | context)


@public_page
def issue(request, site, slug):
    here = site.path("issue", slug=slug)
    issue = pages.published_issue(site, slug)
    if issue:
        context = pages.issue_context(issue, site)
        context["head"] = heads.of_issue(context, issue)
        return show(request, "issues/issue_detail.html", context)
    found = Issue.objects.filter(publication=site.publication.pk, slug=slug)
    if found.filter(language=site.language, **_was_withdrawn()).exists():
        return _gone(request, site, here)
    elsewhere = found.published().filter(language__in=site.publication.languages).first()
    if elsewhere:
        return HttpResponseRedirect(site.issue_path(elsewhere))
    raise Http404(f"No issue {slug} in {site.language}.")


@public_page
def entry(request, site, public_id):
    here = site.path("entry", public_id=public_id)
    entry = pages.published_entry(site, public_id)
    if entry is None:
        if Entry.objects.filter(public_id=public_id, **_was_withdrawn("section__issue__")).exists():
            return _gone(request, site, here)
        raise Http404(f"No entry {public_id}.")
    own = site.in_language(entry.section.issue.language)
    if own != site and own.language in site.publication.languages:
        return HttpResponsePermanentRedirect(own.entry_path(entry))
    context = page_context(site, here, pages.entry_editions(own, entry)) | pages.entry_context(site, entry)
    context["head"] = heads.of_entry(context, entry)
    return show(request, "issues/entry_detail.html", context)


def _work_page(request, site: Site, work: Work, form: str) -> HttpResponse:
    """The page of a work or, with a form, its citation; in the language asked for if the work is mentioned in it, else
    where it is."""
    family = list(listing.works_merged_into([work.pk]))
    spoken = mentions.spoken(site, family)
    languages = [each.language for each in spoken]
    if not languages:
        raise Http404("No published entry is about this work.")
    if site.language not in languages:
        return HttpResponseRedirect(_place_of_work(site.in_language(languages[0]), work, form))
    if form:
        return _citation(site, work, family, works.FORMS[form])
    after = request.GET.get("after", "")
    editions = {language: site.in_language(language).work_path(work) for language in languages} if not after else {}
    base = page_context(site, site.work_path(work), editions, {"after": after} if after else {})
    context = base | works.work_context(site, work, family, spoken, after=after)
    context["head"] = heads.of_work(context, work, [mention.entry for mention in context["mentions"]])
    return show(request, "issues/work_detail.html", context)


def _place_of_work(site: Site, work: Work, form: str) -> str:
    return works.citation_path(site, work, works.FORMS[form]) if form else site.work_path(work)


def _citation(site: Site, work: Work, family: list[int], form: works.Form) -> HttpResponse:
    """The citation as a file to keep."""
    entries = [] if work.title else mentions.mentions_page(site, family).rows
    cited = titled(work, works.title_of(work, entries))
    headers = {"Content-Disposition": f'attachment; filename="{citation_key(cited)}.{form.extension}"'}
    return HttpResponse(form.of(cited), content_type=form.media_type, headers=headers)


@public_page(parameters=("after",))
def paper(request, site, arxiv_id, form=""):
    found = read_arxiv_id(arxiv_id)
    if found is None:
        raise Http404(f"{arxiv_id} is no arXiv id.")
    identity = f"arxiv:{found[0]}"
    work = known_works([identity]).get(identity)
    if work is None:
        raise Http404(f"No paper {arxiv_id} is known.")
    if work.identity != identity:
        return HttpResponseRedirect(_place_of_work(site, work, form))
    if found[0] != arxiv_id:
        return HttpResponsePermanentRedirect(_place_of_work(site, work, form))
    return _work_page(request, site, work, form)


def _work_at(address: str) -> Work:
    """The work whose public id begins the address; ids may hold hyphens, so the longest one wins. One query."""
    parts = address.split("-")
    candidates = ["-".join(parts[:count]) for count in range(1, len(parts) + 1)]
    candidates = [candidate for candidate in candidates if 0 < len(candidate) <= 26]
    found = Work.objects.filter(public_id__in=candidates).select_related("merged_into")
    work = max(found, key=lambda work: len(work.public_id), default=None)
    if work is None:
        raise Http404(f"No work at {address}.")
    return work


@public_page(parameters=("after",))
def work(request, site, work, form=""):
    found = _work_at(work)
    right = _place_of_work(site, found.merged_into or found, form)
    if right != request.path:
        # A title may be corrected, and with it the words in the address: the move is not for ever.
        return HttpResponseRedirect(right)
    return _work_page(request, site, found, form)


@public_page(parameters=("after",))
def topics(request, site):
    after = request.GET.get("after", "")
    others = in_all_languages(site, "topics") if not after else {}
    base = page_context(site, site.path("topics"), others, {"after": after} if after else {})
    return show(request, "issues/topic_list.html", base | topic_pages.index_context(site, after=after))


@public_page(parameters=("before",))
def topic(request, site, slug):
    topic = get_object_or_404(Topic, slug=slug)
    found = topic_pages.span(site, topic)
    languages = found.languages
    if not languages:
        raise Http404(f"No published entry has the topic {slug}.")
    if site.language not in languages:
        return HttpResponseRedirect(site.in_language(languages[0]).topic_path(topic))
    before = request.GET.get("before", "")
    editions = {language: site.in_language(language).topic_path(topic) for language in languages} if not before else {}
    base = page_context(site, site.topic_path(topic), editions, {"before": before} if before else {})
    context = topic_pages.topic_context(site, topic, found, before=before)
    return show(request, "issues/topic_detail.html", base | context)


def _with_any_text(page):
    """Has a page answer text with a NUL, which the database can't be asked for, as it would without it."""

    @wraps(page)
    def answer(request, **arguments):
        given = request.GET.copy()
        for name in given:
            given[name] = given[name].replace("\0", "")
        request.GET = given
        return page(request, **arguments)

    return answer


# Results are not kept in the store of finished pages, where rare searches would drive out what many read.
@_with_any_text
@public_page(is_kept=False)
def search(request, site):
    asked = Asked.read(site, request.GET)
    context = search_context(asked)
    paths = {
        language: dataclasses.replace(asked, site=site.in_language(language)).path(asked.text)
        for language in site.publication.languages
    }
    base = page_context(site, asked.path(asked.text), paths)
    if context["is_asked"]:
        # What was found is no page of its own: programs are led to what stands in it, and get no card of it.
        base |= {"canonical": "", "alternates": [], "default_alternate": "", "head": None}
    return show(request, "issues/search.html", base | context)


@public_page
def open_search(request, site):
    """How browsers add the search of this site to theirs (OpenSearch 1.1)."""
    name = f"{site.name} {site.language_shown}".strip()[:LONGEST_SEARCH_NAME]
    context = {"site": site.absolute(), "search_name": name, "head": None}
    response = show(request, "issues/opensearch.xml", context)
    response.headers["Content-Type"] = "application/opensearchdescription+xml; charset=utf-8"
    return response


@public_page
def about(request, site):
    base = page_context(site, site.path("about"), in_all_languages(site, "about"))
    return show(request, "issues/about.html", base | pages.about_context(site))


@public_page
def feeds(request, site):
    base = page_context(site, site.path("feeds"), in_all_languages(site, "feeds"))
    own = [site.in_language(language).absolute() for language in site.publication.languages]
    context = {
        "feeds": [
            {
                "link": rendering.Link(language_name(other.language), other.path("feed"), other.html_language),
                "is_own": other.language == site.language,
            }
            for other in own
        ],
        "section": "feeds",
    }
    return show(request, "issues/feeds.html", base | context)


@never_cache
@require_safe
def healthz(request):
    """Whether the database answers: 200 or 503, for load balancers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, *UNAVAILABLE):
        headers = {"Retry-After": str(RETRY_AFTER)}
        text = "The database does not answer.\n"
        return HttpResponse(text, status=503, headers=headers, content_type="text/plain; charset=utf-8")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
