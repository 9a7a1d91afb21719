"""An issue as readers will get it: page, telephone, feed, mail, plain text; the same for the desk and for reviewers.

Whoever shows previews has looked at the rights before, and says by a `Mount` where they stand and what stands above
them. `show(request, issue, name, mount)` answers for every address below the base of the mount; the bar is handed
`views`, the links between them. Nothing here knows a session or who is asking.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from csp.constants import SELF
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from issues import pages, rendering
from issues.languages import html_language
from issues.mail import CUT_OFF_AT, WARN_FROM, Letter, fill, someone
from issues.mail import render as render_mail
from issues.models import Issue
from issues.preview_parts import darkened, links_beside, own_pictures, read_feed
from issues.site import Site

# The views of the switch, in its order; what they are called stands in `views()`. The first stands at the base itself.
WEB, PHONE, FEED, MAIL, TEXT = SWITCH = ("web", "phone", "feed", "mail", "text")
# What some of them show in a frame.
PAGE, MAIL_HTML, DARK_HTML = "page", "mail-html", "mail-dark-html"
# The mail as it is otherwise seen.
MAIL_PHONE, MAIL_DARK = "mail-phone", "mail-dark"
# The policy under which a mail is shown: it may do nothing, and show pictures of ours.
MAIL_POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex",
    "X-Frame-Options": "SAMEORIGIN",
    # The address may hold a secret, which other sites must not learn.
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True)
class Mount:
    """Where the previews of an issue stand, and the bar above them.

    `base` is a path that ends with a slash. `bar` is the template of the bar; it is rendered in the language that is
    active when `show` is called, with `views`, `issue`, `name` of the view and `context`. `web` is the template of the
    page: it extends `issues/previews/web.html`, and is handed `context` as well.
    """

    base: str
    bar: str
    context: Mapping = field(default_factory=dict)
    web: str = "issues/previews/web.html"

    def path(self, name: str) -> str:
        return self.base if name == WEB else f"{self.base}{name}/"


@dataclass(frozen=True)
class ViewLink:
    """One place of the view switch."""

    name: str
    words: str
    path: str
    is_current: bool


View = Callable[[HttpRequest, Issue, Mount], HttpResponse]


def views(base: str, current: str = "") -> list[ViewLink]:
    """The links of the view switch, in the active language; the base is that of a `Mount`."""
    words = {WEB: _("Web"), PHONE: _("Phone"), FEED: _("Feed"), MAIL: _("Mail"), TEXT: _("Plain text")}
    mount = Mount(base, "")
    family = current.partition("-")[0]
    return [ViewLink(name, words[name], mount.path(name), name == family) for name in SWITCH]


@require_safe
def show(request: HttpRequest, issue: Issue, name: str, mount: Mount) -> HttpResponse:
    """The view of that name; 404 where there is none. Costs a fixed number of queries, whatever is in the issue."""
    if name not in VIEWS:
        raise Http404(f"There is no preview called {name}.")
    return private(VIEWS[name](request, Issue.objects.with_entries().get(pk=issue.pk), mount))


def private(response: HttpResponse) -> HttpResponse:
    """The headers of a preview: kept by nobody, found by nobody, and shown in frames of our own alone."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    if "Content-Security-Policy" not in response.headers:
        response._csp_replace = {"frame-src": [SELF], "frame-ancestors": [SELF]}
    return response


# --- Pieces --------------------------------------------------------------------------------------------------------


def _site(issue: Issue) -> Site:
    return Site(issue.publication, issue.language)


def _bar(request: HttpRequest, issue: Issue, mount: Mount, name: str) -> SafeString:
    context = {**mount.context, "issue": issue, "views": views(mount.base, name), "name": name}
    return render_to_string(mount.bar, context, request=request)


def _shell(
    request: HttpRequest, issue: Issue, mount: Mount, name: str, *, template: str = "", **context
) -> HttpResponse:
    """A page of the preview that is none of readers: the bar, and below it what the template of the view shows."""
    shared = {"bar": _bar(request, issue, mount, name), "issue": issue, "issue_title": str(issue), "mount": mount}
    return HttpResponse(
        render_to_string(f"issues/previews/{template or name}.html", {**shared, "name": name, **context})
    )


def _page_context(issue: Issue, site: Site) -> dict:
    # What is no public page has no address that search engines may know.
    return pages.issue_context(issue, site) | {"canonical": "", "alternates": [], "default_alternate": ""}


# --- The views -----------------------------------------------------------------------------------------------------


def web(request: HttpRequest, issue: Issue, mount: Mount) -> HttpResponse:
    """The page of readers below the bar."""
    site, bar = _site(issue), _bar(request, issue, mount, WEB)
    with rendering.speak(site):
        context = {**mount.context, **_page_context(issue, site), "bar": bar}
        return HttpResponse(render_to_string(mount.web, context, request=request))


def page(request: HttpRequest, issue: Issue, mount: Mount) -> HttpResponse:
    """The page of readers alone, for a frame."""
    site = _site(issue)
    with rendering.speak(site):
        html = render_to_string("issues/previews/page.html", _page_context(issue, site))
    return HttpResponse(links_beside(html))


def phone(request: HttpRequest, issue: Issue, mount: Mount) -> HttpResponse:
    """The page of readers as wide as a telephone."""
    return _shell(request, issue, mount, PHONE, frame=mount.path(PAGE))


def feed(request: HttpRequest, issue: Issue, mount: Mount) -> HttpResponse:
    """The item of the feed as a reader shows it, without our styles, and as it is written."""
    return _shell(request, issue, mount, FEED, item=read_feed(_site(issue), issue))


def mail(request: HttpRequest, issue: Issue, mount: Mount, name: str = MAIL) -> HttpResponse:
    """The mail in a frame, with what a list of mails shows of it, and how heavy it is."""
    shown = render_mail(issue)
    frame = mount.path(DARK_HTML if name == MAIL_DARK else MAIL_HTML)
    ways = {MAIL: _("As on a screen"), MAIL_PHONE: _("Phone"), MAIL_DARK: _("In the dark")}
    return _shell(
        request,
        issue,
        mount,
        name,
        template=MAIL,
        mail=shown,
        frame=frame,
        limit=CUT_OFF_AT,
        warn_from=WARN_FROM,
        ways=[ViewLink(way, words, mount.path(way), way == name) for way, words in ways.items()],
    )


def mail_html(request: HttpRequest, issue: Issue, mount: Mount, *, is_dark: bool = False) -> HttpResponse:
    """The HTML of the mail, as it is sent to somebody who does not exist."""
    html = own_pictures(_letter(issue).html)
    response = HttpResponse(darkened(html) if is_dark else html)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


def text(request: HttpRequest, issue: Issue, mount: Mount) -> HttpResponse:
    """The plain text of the mail."""
    return _shell(request, issue, mount, TEXT, letter=_letter(issue), language=html_language(issue.language))


def _letter(issue: Issue) -> Letter:
    return fill(render_mail(issue), someone(_site(issue), issue))


VIEWS: dict[str, View] = {
    WEB: web,
    PHONE: phone,
    FEED: feed,
    MAIL: mail,
    MAIL_PHONE: partial(mail, name=MAIL_PHONE),
    MAIL_DARK: partial(mail, name=MAIL_DARK),
    TEXT: text,
    PAGE: page,
    MAIL_HTML: mail_html,
    DARK_HTML: partial(mail_html, is_dark=True),
}
