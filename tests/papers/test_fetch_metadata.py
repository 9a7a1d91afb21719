"""The command that says what is made of an address."""

import json
import os
import subprocess
import sys

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.failures import Reason
from papers.models import Answer, Fetch, Work
from tests import stand_ins
from tests.conftest import CHECKOUT
from tests.papers.webs import page
from tests.servers import Reply, serving

pytestmark = pytest.mark.django_db

PAPER = stand_ins.Paper("2103.03230", title="Sleeping Networks", abstract="They sleep.", version=2)
PAGE = page("眠るネットワーク", og__description="What the lab says.", og__image="/a.png", og__site_name="The Lab")


@pytest.fixture(autouse=True)
def _no_kept_rules():
    cache.clear()


@pytest.fixture
def arxiv(settings):
    with stand_ins.arxiv(PAPER) as stand_in:
        stand_in.use(settings)
        yield stand_in


@pytest.fixture
def site(settings):
    answers = {
        "/page": Reply(PAGE),
        "/paper": Reply(page("Sleeping Networks", citation_arxiv_id="2103.03230", description="Of the page")),
        "/pdf": Reply(b"%PDF-1.7", media_type="application/pdf"),
        "/hostile": Reply(page("<script>alert(1)</script>\x00‮", description="\x07" * 50 + "{{ 7*7 }}")),
        "/empty": Reply(""),
    }
    with serving(lambda asked: answers.get(asked.path, Reply(status=404))) as server:
        settings.AKIRA_FETCH_ALLOW = [*settings.AKIRA_FETCH_ALLOW, server.host_port]
        yield server


def told(capsys, *urls, status=0):
    """What is printed for the addresses as JSON; it ends with the status."""
    try:
        call_command("fetch_metadata", "--json", "--", *urls)
        ended = 0
    except SystemExit as end:
        ended = end.code
    lines = capsys.readouterr().out.splitlines()
    assert ended == status
    assert len(lines) == len(urls)
    return [json.loads(line) for line in lines]


def test_a_page_is_told_whole(site, capsys):
    [found] = told(capsys, f"{site.base}/page")
    assert found["ok"] is True
    assert (found["title"], found["description"]) == ("眠るネットワーク", "What the lab says.")
    assert (found["image"], found["url"]) == (f"{site.base}/a.png", f"{site.base}/page")
    assert (found["site_name"], found["kind"]) == ("The Lab", "article")
    assert found["identity"] == f"url:{site.host_port}/page"
    assert (found["doi"], found["versions"], found["published_on"], found["withdrawn"]) == ("", [], None, False)


def test_a_paper_is_described_by_its_abstract(arxiv, capsys):
    [found] = told(capsys, "https://arxiv.org/abs/2103.03230")
    assert (found["title"], found["description"]) == ("Sleeping Networks", "They sleep.")
    assert (found["image"], found["published_on"], found["versions"]) == (None, "2021-03-04", ["v1", "v2"])


def test_a_page_of_a_paper_is_the_paper_described_by_the_page(arxiv, site, capsys):
    [found] = told(capsys, f"{site.base}/paper")
    assert (found["identity"], found["description"], found["abstract"]) == (
        "arxiv:2103.03230",
        "Of the page",
        "They sleep.",
    )


def test_each_address_has_its_line_and_one_failure_makes_the_status(site, capsys):
    found = told(capsys, f"{site.base}/page", f"{site.base}/none", f"{site.base}/pdf", status=1)
    assert [each.get("reason") for each in found] == [None, "not-found", "type"]
    assert [each["ok"] for each in found] == [True, False, False]
    assert all(each["message"].endswith(".") for each in found[1:])


@pytest.mark.parametrize(
    "url",
    ["", " ", "nonsense", "-", "x" * 20_000, "http://" + "a" * 20_000, "javascript:alert(1)", "http://127.0.0.1/"]
    + ["http://0x7f.1/", "https://例え。テスト:99999/", "https://" + "眠" * 500, "\udce9", "file:///etc/passwd"],
    ids=lambda url: ascii(url[:20]),
)
def test_whatever_is_no_address_is_refused_in_words(capsys, url):
    [found] = told(capsys, url, status=1)
    assert found.keys() == {"ok", "reason", "message"}
    assert found["reason"] in set(map(str, Reason))
    assert found["reason"] == "refused"
    assert found["message"]


def test_hostile_texts_come_out_as_text(site, capsys):
    [found] = told(capsys, f"{site.base}/hostile")
    assert "\x00" not in found["title"]
    assert "\u202e" not in found["title"]
    assert "{{ 7*7 }}" in found["description"]


def test_a_page_that_says_nothing_is_no_failure(site, capsys):
    [found] = told(capsys, f"{site.base}/empty")
    assert (found["title"], found["description"], found["image"]) == ("", "", None)


def test_nothing_is_written_but_kept_answers(arxiv, site, capsys):
    with CaptureQueriesContext(connection) as captured:
        told(capsys, f"{site.base}/page", "arXiv:2103.03230")
    written = [query["sql"] for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert all(Answer._meta.db_table in sql for sql in written)
    assert (Work.objects.count(), Fetch.objects.count(), Answer.objects.count()) == (0, 0, 1)


def test_people_get_lines(site, capsys):
    call_command("fetch_metadata", f"{site.base}/page")
    shown = capsys.readouterr().out
    assert shown.startswith(f"{site.base}/page\n")
    assert "  title: 眠るネットワーク\n" in shown
    with pytest.raises(SystemExit):
        call_command("fetch_metadata", "nonsense")
    assert capsys.readouterr().out.startswith("nonsense: refused: This is no address.")


def test_a_fault_of_ours_is_told_without_a_traceback_on_the_output(capsys, monkeypatch):
    def fault(url):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("papers.management.commands.fetch_metadata.look_up", fault)
    [found] = told(capsys, "https://example.org/", status=1)
    assert (found["reason"], "ZeroDivisionError" in found["message"]) == ("parse", True)


@pytest.mark.slow
def test_the_command_ends_with_its_status_and_says_nothing_else_on_the_output(site):
    environment = os.environ | {"AKIRA_FETCH_ALLOW": site.host_port, "PYTHONIOENCODING": "ascii"}
    environment |= {"DJANGO_SETTINGS_MODULE": "akira.settings", "AKIRA_HOME": os.environ["AKIRA_TEST_HOME"]}
    command = [sys.executable, "manage.py", "fetch_metadata", "--json"]
    good = subprocess.run(
        [*command, f"{site.base}/page"], cwd=CHECKOUT, env=environment, capture_output=True, text=True
    )
    assert (good.returncode, json.loads(good.stdout)["title"]) == (0, "眠るネットワーク")
    bad = subprocess.run([*command, "http://[::1]:22/"], cwd=CHECKOUT, env=environment, capture_output=True, text=True)
    assert (bad.returncode, json.loads(bad.stdout)["reason"]) == (1, "refused")
    assert "Traceback" not in good.stderr + bad.stderr
