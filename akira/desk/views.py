"""The page of the desk about background work: how it stands, what failed and why, and another try."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from akira.background import standing
from akira.background.kinds import KINDS
from akira.background.words import in_words
from issues.models import Publication

ON_A_PAGE = 50


def _kinds(user, action):
    """What somebody may view or change; PermissionDenied where that is nothing."""
    kinds = [kind for kind in KINDS if kind.permits(user, action)]
    if not kinds:
        raise PermissionDenied
    return kinds


@require_http_methods(["GET", "HEAD", "POST"])
def background(request):
    """How background work stands. A POST has one failed row tried again (`row`), or all of a reason (`all`)."""
    if request.method == "POST":
        return _try_again(request)
    kinds = _kinds(request.user, "view")
    numbers = standing.reasons(kinds)
    reason = request.GET.get("reason", "")
    pages = Paginator(standing.failures(kinds, reason), ON_A_PAGE)
    # It is known already, and need not be asked for.
    pages.count = numbers[reason] if reason else numbers.total()
    page = pages.get_page(request.GET.get("page"))
    publication = Publication.objects.first()
    context = {
        "title": "Background work",
        "counts": [standing.counts(kind) for kind in kinds],
        "reasons": [(name, in_words(name), number) for name, number in numbers.most_common()],
        "total": numbers.total(),
        "reason": reason,
        "reason_in_words": in_words(reason),
        "page": page,
        "failures": standing.rows_of(kinds, page),
        "may_retry": {kind.key for kind in kinds if kind.permits(request.user, "change")},
        "zone": publication.zone if publication else "UTC",
    }
    return TemplateResponse(request, "akira/background.html", admin.site.each_context(request) | context)


def _try_again(request):
    kinds = _kinds(request.user, "change")
    reason = request.POST.get("reason", "")
    if "row" in request.POST:
        number = standing.retry_one(kinds, request.POST["row"])
    else:
        number = standing.retry_all(kinds, reason)
    if number:
        messages.success(request, f"{number} will be tried again now." if number > 1 else "It will be tried again now.")
    else:
        messages.info(request, "Nothing to try again: it is in work, or was done meanwhile.")
    # What failed for the reason may all be on its way now.
    query = {"reason": reason} if reason and "row" in request.POST else {}
    return HttpResponseRedirect(f"{reverse('desk:background')}{'?' if query else ''}{urlencode(query)}")
