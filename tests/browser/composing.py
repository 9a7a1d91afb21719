"""What the browser tests of the composer share: stand-ins of the world, the worker, two editors at their desks."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Page, expect

from common import due
from papers import fetching
from papers.models import Fetch
from tests import stand_ins
from tests.common.pictures import drawing, packed
from tests.papers.webs import page as web_page
from tests.servers import Asked, LoopbackServer, Reply, serving

PAPERS = [
    stand_ins.Paper("2109.01652", title="Finetuned Networks Are Patient Learners"),
    stand_ins.Paper("2108.10904", title="Simple Pretraining With Weak Words"),
    stand_ins.Paper("2111.12763", title="Sparse Is Enough"),
    stand_ins.Paper("2012.12556", title="A Map of Seeing Machines"),
]
DOI = "10.5555/sleep.2021"
POSTS = ["shrink", "churn", "factory", "retired", "slow"]


@contextmanager
def world(given) -> Iterator[LoopbackServer]:
    """arXiv, Crossref and a site of posts, all on loopback; the site is yielded. `/slow` answers when it is told to."""

    def answer(asked: Asked) -> Reply | str:
        name = asked.path.strip("/")
        if name == "chart.png":
            return Reply(packed(drawing()), media_type="image/png")
        if name == "missing" or name not in POSTS:
            return Reply("Not here.", status=404)
        body = (
            f'<article><p>Words.</p><img src="/chart.png" alt="A chart of {name}" width="600" height="400"></article>'
        )
        values = {"og__description": f"What {name} says.", "og__site_name": "Posts"}
        return Reply(web_page(f"The post on {name}", body, **values))

    with stand_ins.arxiv(*PAPERS) as arxiv, stand_ins.crossref() as crossref, serving(answer) as site:
        crossref.know(DOI, title=["Sleep and Learning"])
        arxiv.use(given)
        crossref.use(given)
        given.AKIRA_FETCH_ALLOW = [arxiv.host_port, crossref.host_port, site.host_port]
        yield site


def work() -> None:
    """What the worker does: everything that is due, at once."""
    while keys := due.claim(Fetch, most=50):
        for key in keys:
            fetching.carry_out(key)


def log_in(page: Page, name="mika") -> Page:
    """Make the browser of this page known as somebody's; the form that does so is tested with the accounts."""
    client = Client()
    client.force_login(get_user_model().objects.get(username=name))
    key, path = settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_PATH
    cookie = {"name": key, "value": client.cookies[key].value, "path": path, "httpOnly": True, "sameSite": "Lax"}
    page.context.add_cookies([cookie | {"domain": host} for host in ("localhost", "127.0.0.1")])
    return page


def log_in_by_form(page: Page, name="mika", password="a long password") -> Page:
    page.goto("/admin/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="The desk")).to_be_visible()
    return page


def compose(page: Page, issue, **asked) -> Page:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    page.goto(f"/admin/issues/issue/{issue.pk}/compose/{'?' + query if query else ''}")
    expect(page.locator("#work")).to_be_visible()
    return page


def paste(page: Page, text: str, into: str = "body") -> None:
    """Paste as from the clipboard, which a browser without a head does not have."""
    page.locator(into).first.evaluate(
        """(element, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
            if (element.dispatchEvent(event) && "value" in element) {
                element.value = text;
                element.dispatchEvent(new Event("input", {bubbles: true}));
            }
        }""",
        text,
    )


def titles(page: Page, section: int) -> list[str]:
    return page.locator("#sections > section").nth(section - 1).locator(".entries h3").all_inner_texts()


def row(page: Page, title: str):
    return page.locator("li.ent", has=page.get_by_role("heading", name=title, exact=True))


def drag(page: Page, grip, target, *, below: bool = True) -> None:
    """Drag by the mouse, as a hand does: in steps, and not before the target can be seen."""
    # What closes above moves what lies below; a hand waits until that is over.
    expect(page.locator("form.edit")).to_have_count(0)
    grip.scroll_into_view_if_needed()
    start = None
    while start != (start := grip.bounding_box()):
        page.wait_for_timeout(100)
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    end = target.bounding_box()
    height = end["height"] * (0.8 if below else 0.2)
    page.mouse.move(start["x"] + 20, start["y"] + 20, steps=3)
    page.mouse.move(end["x"] + 60, end["y"] + height, steps=6)
    expect(page.locator(".drop")).to_be_visible()
    page.wait_for_timeout(60)
    page.mouse.up()


def spoken(page: Page, words: str) -> None:
    expect(page.locator("#said")).to_contain_text(re.compile(re.escape(words)))


def order_shown(page: Page) -> list:
    """The keys of the entries as they stand in the page, by section."""
    return json.loads(
        page.evaluate(
            """() => JSON.stringify([...document.querySelectorAll(".entries")].map((list) =>
                [...list.children].map((row) => Number(row.dataset.row.split(":")[1]))))"""
        )
    )
