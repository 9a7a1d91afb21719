"""Whatever a document holds, no page rendered from it carries a script, an event handler or an address that runs."""

import json
import os
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from issues.models import Entry, Issue
from papers.models import Work

from .archives import bring_in

pytestmark = pytest.mark.django_db

CHECKOUT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("AKIRA_CORPUS") or CHECKOUT.parent / "shared" / "corpus")
OURS = sorted(path for path in CHECKOUT.glob("tests/samples/*/*.md"))
THEIRS = sorted(CORPUS.glob("issues/*.md")) + sorted(CORPUS.glob("others/*/*.md"))

VENOM = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[words](javascript:alert(1))",
    "[words](  JaVaScRiPt&#58;alert(1))",
    "![alt](data:text/html,<script>alert(1)</script>)",
    "[x]: javascript:alert(1)\n\n[x]",
    '"><a href="vbscript:x" onclick="alert(1)">',
    "</div></article><style>*{}</style><iframe srcdoc='<script>'>",
    "$\\href{javascript:alert(1)}{x}$",
    "$<script>alert(1)</script>$",
    "`<script>`",
    "<!-- <script>",
    "]]><script>alert(1)</script>",
    '[words](entry:"><script>)',
]
RUNS = ("javascript:", "vbscript:", "data:")
HOLDS_ADDRESSES = {"href", "src", "srcset", "action", "formaction", "xlink:href", "poster", "data", "cite"}

LITTLE_TIME = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Inspector(HTMLParser):
    """Collects what must not be in a page."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []
        self.holds_data = False

    def handle_starttag(self, tag, attrs):
        # Data for programs, which no browser runs; it has to be whole, or a text of it ended the element.
        self.holds_data = tag == "script" and attrs == [("type", "application/ld+json")]
        if self.holds_data:
            return
        if tag in {"script", "style", "iframe", "object", "embed", "base", "form"}:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            address = "".join((value or "").split()).lower()
            if name.startswith("on") or name in {"style", "srcdoc"}:
                self.found.append(f"<{tag} {name}>")
            elif name in HOLDS_ADDRESSES and address.startswith(RUNS):
                self.found.append(f"<{tag} {name}={value!r}>")

    def handle_data(self, data):
        if self.holds_data:
            json.loads(data)
            self.holds_data = False


def dangers(html):
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.found


def pages():
    """The addresses of every page that shows what was imported."""
    yield from map(reverse, ["issues:home", "issues:archive", "issues:topics", "issues:about", "issues:sitemap"])
    yield from (reverse("issues:issue", args=[slug]) for slug in Issue.objects.values_list("slug", flat=True))
    yield from (reverse("issues:entry", args=[key]) for key in Entry.objects.values_list("public_id", flat=True)[:5])
    yield from (
        reverse("issues:paper", args=[work.arxiv_id]) for work in Work.objects.filter(identity__startswith="arxiv:")[:3]
    )


def check_pages(client):
    for address in pages():
        response = client.get(address, follow=True)
        assert response.status_code == 200, address
        assert dangers(response.content.decode()) == [], address
    feed = ElementTree.fromstring(client.get(reverse("issues:feed")).content)
    for element in feed.iter():
        if element.tag.endswith(("}encoded", "description")):
            assert dangers(element.text or "") == []


def bring_in_and_check(client, tmp_path, data):
    Issue.objects.all().delete()
    Work.objects.all().delete()
    path = tmp_path / "any.md"
    path.write_bytes(data)
    _, outcomes = bring_in(path, publish=True)
    assert outcomes
    assert all(outcome.message.strip() for outcome in outcomes if outcome.outcome == "failed")
    if Issue.objects.exists():
        check_pages(client)


def test_inspector_sees_what_must_not_be_there():
    assert dangers("<p onclick='x'><script></script><a href=' java\tscript:x'>") == [
        "<p onclick>",
        "<script>",
        "<a href=' java\\tscript:x'>",
    ]
    assert dangers("<p><a href='/x'>javascript:</a></p>") == []


def poisoned(line, place):
    """The line with venom at its end, or in its last cell where it is a row of a table."""
    venom = VENOM[place % len(VENOM)]
    if not line.startswith("|"):
        return f"{line} {venom}" if line.strip() else line
    is_ruler = not line.strip("|-: ")
    return line if is_ruler else f"{line.rstrip().removesuffix('|')} {venom} |".replace("\n", " ")


@pytest.mark.parametrize("document", OURS, ids=[f"{path.parent.name}/{path.stem}" for path in OURS])
def test_venom_on_every_line_of_a_document_runs_nowhere(client, tmp_path, document):
    lines = document.read_text(encoding="utf-8").split("\n")
    text = "\n".join(poisoned(line, place) for place, line in enumerate(lines))
    bring_in_and_check(client, tmp_path, text.encode())
    assert Entry.objects.exists()


SPLICES = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 200),
        st.sampled_from(VENOM) | st.text(max_size=20) | st.sampled_from(["\n", ""]),
    ),
    min_size=1,
    max_size=4,
)


def spliced(text, splices, end):
    """The text with pieces cut out and put in at parts of its length, and then cut short."""
    for part, cut, insert in splices:
        start = int(part * len(text))
        text = text[:start] + insert + text[start + cut :]
    return text[: int(end * len(text)) + 1].encode("utf-8", "surrogatepass")


@LITTLE_TIME
@given(st.sampled_from(OURS), SPLICES, st.floats(0, 1))
@example(OURS[0], [(0.0, 0, "<script>alert(1)</script>")], 1.0)
def test_any_splice_or_truncation_of_our_documents_runs_nowhere(client, tmp_path, document, splices, end):
    bring_in_and_check(client, tmp_path, spliced(document.read_text(encoding="utf-8"), splices, end))


@pytest.mark.corpus
@LITTLE_TIME
@given(st.integers(0, 10_000), SPLICES, st.floats(0, 1))
def test_any_splice_or_truncation_of_real_documents_runs_nowhere(client, tmp_path, place, splices, end):
    document = THEIRS[place % len(THEIRS)]
    bring_in_and_check(client, tmp_path, spliced(document.read_text(encoding="utf-8"), splices, end))


@LITTLE_TIME
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300) | st.lists(st.sampled_from(VENOM)).map("\n\n".join))
def test_any_text_behind_a_title_runs_nowhere(client, tmp_path, text):
    bring_in_and_check(client, tmp_path, f"---\ntitle: Any\n---\n\n{text}\n".encode("utf-8", "surrogatepass"))
