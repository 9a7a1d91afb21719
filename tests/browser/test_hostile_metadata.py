"""Hostile titles, descriptions and abstracts, fetched for real: they are text wherever they are shown.

The strict policy is switched off: what is escaped needs no policy to be harmless.
"""

import html
import json
import re

import pytest
from bs4 import BeautifulSoup
from defusedxml.ElementTree import fromstring
from django.core.cache import cache
from django.urls import reverse

from akira.middleware import ContentSecurityPolicyMiddleware
from common import due
from papers import fetching
from papers.models import Fetch, Work
from papers.recording import request
from tests import stand_ins
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic, make_work
from tests.issues.desk import page as desk_page
from tests.servers import Reply, serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RUN = "window.ran=(window.ran||0)+1;alert(1)"
ATTACKS = [
    f"<script>{RUN}</script>",
    f"<img src=/evil-path onerror='{RUN}'>",
    f'"><svg onload="{RUN}"><a href="javascript:{RUN}">press</a>',
    f"'><iframe src='javascript:{RUN}'></iframe><base href='http://evil.example/'>",
    "<style>@import 'http://evil.example/a.css';</style><link rel=stylesheet href=http://evil.example/b.css>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'><form action=http://evil.example/><button>",
    "{{ 7*7 }} {% include 'admin/base.html' %} ${7*7} #{7*7}",
    f"[words](javascript:{RUN}) ![alt](http://evil.example/c.png) <http://evil.example/> `code` **strong**",
    rf"$\href{{javascript:{RUN}}}{{x}}$ $$\unicode{{<img src=/evil-path onerror={RUN}>}}$$ $<script>{RUN}</script>$",
    "\u202etxet siht snrut\u202c \u2066isolated\u2069 \x00\x08\x1b[31m",
    f"</title></head><body onload='{RUN}'></textarea></pre></script><script>{RUN}</script>",
    f"--><!-- ]]> <![CDATA[<script>{RUN}</script>]]> &lt;script&gt;{RUN}&lt;/script&gt; &#x3C;script>{RUN}",
    f"%3Cscript%3E{RUN}%3C/script%3E \\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
]
LONG = "W" * 100_000
# Few enough in each text that none is cut off.
GROUPS = [" ".join(ATTACKS[start : start + 3]) for start in range(0, len(ATTACKS), 3)] + [LONG]
TEXTS = [f"Evil{number} {group}" for number, group in enumerate(GROUPS)]
ABSTRACT = " ".join(ATTACKS)


def hostile_page(text):
    """A page that says it in every field; as the entities of a page that is well-formed, and raw behind that."""
    said = html.escape(text.replace("\x00", ""))
    fields = ["og:title", "og:description", "description", "og:site_name", "author", "citation_author", "og:locale"]
    fields += [
        "citation_journal_title",
        "article:author",
        "twitter:image:alt",
        "og:image:alt",
        "citation_publication_date",
    ]
    metas = "".join(f'<meta name="{name}" property="{name}" content="{said}">' for name in fields)
    addresses = "".join(f'<meta property="{name}" content="javascript:{RUN}">' for name in ("og:url", "og:image"))
    links = f'<link rel="canonical" href="javascript:{RUN}"><link rel="image_src" href="data:text/html,{said}">'
    return f"<!doctype html><html><head><title>{said}</title>{metas}{addresses}{links}</head><body>{text}</body></html>"


@pytest.fixture
def site(settings):
    """A hostile site: `/<number>` says one of the texts; once `gone` is set, nothing is there any more."""

    def answer(asked):
        number = asked.path.removeprefix("/")
        if not number.isdecimal() or server.gone:
            return Reply(status=404)
        return Reply(hostile_page(TEXTS[int(number)]))

    with serving(answer) as server:
        server.gone = False
        settings.AKIRA_FETCH_ALLOW = [*settings.AKIRA_FETCH_ALLOW, server.host_port]
        yield server


@pytest.fixture
def arxiv(settings):
    """A stand-in of arXiv that knows a paper in which everything is hostile."""
    said = ABSTRACT.replace("\x00", "").replace("\x08", "").replace("\x1b", "")
    paper = stand_ins.Paper(
        "2103.03230",
        title=f"EvilPaper {said}",
        authors=("EvilAuthor " + ATTACKS[0], ATTACKS[2]),
        abstract=f"EvilAbstract {said}",
        comment=said,
        journal_reference=f"EvilVenue {said}",
    )
    with stand_ins.arxiv(paper) as stand_in:
        stand_in.use(settings)
        yield stand_in


def carry_out_all():
    """What the worker does until nothing is due."""
    while claimed := due.claim(Fetch, most=100):
        for key in claimed:
            fetching.carry_out(key)


@pytest.fixture
def newsletter(site, arxiv):
    """An issue about works of which all is fetched from the hostile; entries take over what was read."""
    cache.clear()
    make_publication(name="Akira")
    issue = make_issue(number=26, title="A quiet week")
    section, topic = make_section(issue, title="Papers"), make_topic("video")
    addresses = [f"{site.base}/{number}" for number in range(len(TEXTS))] + ["https://arxiv.org/abs/2103.03230"]
    request([make_work(address) for address in addresses])
    carry_out_all()
    assert not Fetch.objects.failed().exists()
    for address in addresses:
        work = make_work(address)
        said = work.fetch.record
        card = {"card_url": said.url, "card_title": said.title, "card_description": said.description}
        make_entry(
            section,
            url=address,
            title=said.title,
            source_title=work.title,
            card_domain=said.site_name[:300],
            topics=[topic],
            **card,
        )
    return issue


@pytest.fixture
def _no_policy(monkeypatch):
    monkeypatch.setattr(ContentSecurityPolicyMiddleware, "process_response", lambda self, request, response: response)


@pytest.fixture
def visit(open_page, client, editor, settings, site_url, _no_policy):
    """Opens an address as an editor would, and looks for anything that came alive."""
    shown = open_page()
    client.force_login(editor)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "domain": "127.0.0.1", "path": settings.DESK_PREFIX}
    shown.context.add_cookies([cookie | {"domain": re.sub(r"^https?://|:\d+$", "", site_url)}])
    dialogs, requested = [], []
    shown.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    shown.on("request", lambda asked: requested.append(asked.url))

    def open_one(address, expected):
        response = shown.goto(address)
        assert response.status == 200, address
        assert "content-security-policy" not in response.headers, address
        text = shown.locator("body").inner_text() + " ".join(shown.evaluate(FIELDS))
        assert expected in text, address
        assert "\u202e" not in text, address
        assert shown.evaluate(ALIVE) == [], address
        for said in shown.locator('script[type="application/ld+json"]').all_text_contents():
            json.loads(said)
        shown.wait_for_timeout(50)
        assert shown.evaluate("window.ran") is None, address
        assert dialogs == [], address
        assert [url for url in requested if url.endswith("/evil-path") or not url.startswith(site_url)] == [], address
        return shown

    return open_one


# What stands in fields of forms is no part of the text.
FIELDS = "[...document.querySelectorAll('input,textarea')].map(field => field.value)"
# What can only have come from outside: handlers, scripts of no file of ours, addresses that act, foreign parts. What we
# tell machines about a page (JSON-LD) is no script that anything runs.
ALIVE = """[...document.querySelectorAll('*')].flatMap(element => {
  const leads = /^(href|src|action|formaction|data|xlink:href)$/, acting = /^\\s*(javascript|vbscript|data:text)/i;
  const acts = ({name, value}) => name.startsWith('on') || (leads.test(name) && acting.test(value));
  const isForeign = element.matches(
    'script:not([src^="/static/"], [src="/admin/jsi18n/"], [type="application/ld+json"]), style, base,'
    + 'iframe, object, embed, meta[http-equiv=refresh i], link[rel=stylesheet]:not([href^="/static/"]),'
    + 'img[src*=evil], form[action*=evil]');
  return isForeign || [...element.attributes].some(acts) ? [element.outerHTML.slice(0, 300)] : [];
})"""


def test_nothing_comes_alive_on_the_pages_of_readers(newsletter, visit):
    entries = [entry for section in newsletter.sections.all() for entry in section.entries.all()]
    for number, entry in enumerate(entries[:-1]):
        visit(f"/entries/{entry.public_id}/", f"Evil{number} ")
        visit(reverse("issues:work", args=[f"{entry.work.public_id}-x"]), f"Evil{number} ")
    visit(f"/entries/{entries[-1].public_id}/", "EvilPaper")
    paper = visit("/papers/2103.03230/", "EvilPaper")
    paper.get_by_text("Abstract", exact=True).click()
    assert "EvilAbstract" in paper.locator("body").inner_text()
    for address in ("/", "/issues/26/", "/topics/video/"):
        visit(address, "Evil0 ")


def test_nothing_comes_alive_in_a_feed_reader(newsletter, visit):
    visit("/feed/", "Evil0")
    feed = visit("/feed/", "Evil0").request.get("/feed/")
    content = fromstring(feed.body()).findtext(".//{http://purl.org/rss/1.0/modules/content/}encoded")
    shown = BeautifulSoup(content, "html.parser")
    assert "Evil0" in shown.text
    assert shown.find_all(["script", "style", "base", "iframe", "svg", "form", "meta", "link"]) == []
    alive = [name for tag in shown.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert alive == []
    assert not [a for a in shown.find_all(href=True) if not a["href"].startswith(("http:", "https:", "/", "#"))]


def test_nothing_comes_alive_at_the_desk(newsletter, site, visit):
    entries = [entry for section in newsletter.sections.all() for entry in section.entries.all()]
    for number, entry in enumerate(entries[:-1]):
        visit(desk_page(Work, "change", entry.work_id), f"Evil{number} ")
        visit(desk_page(type(entry), "change", entry.pk), f"Evil{number} ")
    visit(desk_page(Work, "change", entries[-1].work_id), "EvilAbstract")
    visit(desk_page(Work, "changelist"), "Evil0 ")
    visit(desk_page(Work, "changelist") + "?q=Evil0", "Evil0 ")
    visit(desk_page(type(entries[0]), "changelist"), "Evil0 ")
    visit(desk_page(type(newsletter.sections.get()), "change", newsletter.sections.get().pk), "Evil0 ")
    visit(reverse("admin:issues_issue_preview", args=[newsletter.pk]), "Evil0 ")
    visit(desk_page(Work, "delete", make_work().pk), "delete")

    site.gone = True
    request(Work.objects.exclude(fetch=None))
    carry_out_all()
    assert Fetch.objects.given_up().count() == len(TEXTS)
    visit(reverse("desk:background"), "Evil0 ")
    visit(desk_page(Work, "change", entries[0].work_id), "404")


def test_what_was_fetched_is_kept_bounded(newsletter):
    assert all(len(text) < 480 for text in TEXTS[:-1])
    for work in Work.objects.all():
        assert len(work.title) <= 500
        assert len(work.venue) <= 500
        assert len(str(work.fetch.said)) < 60_000
    assert Work.objects.filter(title__startswith="Evil").count() == len(TEXTS) + 1
