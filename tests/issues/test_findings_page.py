"""The pane and the page of findings: what is shown, and fixing, undoing and waiving from there."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group

from issues.models import Entry, Preflight, Waiver
from tests.factories import make_entry, make_highlight, make_issue, make_section

pytestmark = pytest.mark.django_db

PAPER = "https://arxiv.org/abs/2103.03230"


@pytest.fixture
def draft():
    """A draft in which a version is pinned, a title is missing and a highlight has no link."""
    issue = make_issue(published=False, number=27, title="The letter")
    section = make_section(issue, title="Papers")
    make_entry(section, title="Pinned", url=f"{PAPER}v2", summary="It pins a version of the paper.")
    make_entry(section, title="", url="", summary="It has no title at all, sadly.", position=2)
    make_highlight(issue, text="Nothing is linked.")
    return issue


def address(issue, deed=""):
    return f"/admin/issues/issue/{issue.pk}/findings/{deed}"


def pane(client, issue):
    return read(client.get(address(issue), headers={"HX-Request": "true"}))


def send(client, issue, deed, **values):
    return read(client.post(address(issue, deed), values, headers={"HX-Request": "true"}))


def read(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def line(soup, title):
    """The finding with this heading."""
    return next(each for each in soup.select(".found > li") if title in each.h3.get_text())


def key(soup, title):
    return line(soup, title).select_one("[name=finding]")["value"]


def headings(soup):
    return [each.h3.get_text(" ", strip=True) for each in soup.select(".found > li")]


def test_the_pane_tells_the_gravest_first_and_leads_to_the_field(editor_client, draft):
    soup = pane(editor_client, draft)
    assert headings(soup)[:2] == ["Error: No link", "Error: No title"]
    untitled = Entry.objects.get(title="")
    link = line(soup, "No title").select_one("a[data-jump]")
    assert (link["data-jump"], link["data-field"]) == (f"entry:{untitled.pk}", f"entry-{untitled.pk}-title")
    assert f"?open=entry:{untitled.pk}" in link["href"]
    assert "27.2" in link.get_text()
    assert soup.select_one("#findings")["data-counts"].split()[0] == "2"


def test_meters_tell_reading_time_and_the_weight_of_the_mail(editor_client, draft):
    reading, mail = pane(editor_client, draft).select("meter")
    assert reading.get_text() == "1 min"
    assert 5 < int(mail["value"]) < 102
    assert mail["max"] == "102"


def test_what_is_found_is_kept_for_the_list(editor_client, draft):
    pane(editor_client, draft)
    kept = Preflight.objects.get(issue=draft)
    assert kept.errors == 2
    assert {finding["code"] for finding in kept.findings} >= {"no-title", "no-link"}


def test_the_page_without_the_script_tells_the_same(editor_client, draft):
    response = editor_client.get(address(draft))
    assert headings(read(response)) == headings(pane(editor_client, draft))
    assert "issues/desk/findings.html" in [template.name for template in response.templates]


def test_a_fix_is_one_click_and_can_be_undone(editor_client, draft):
    entry = Entry.objects.get(title="Pinned")
    soup = send(editor_client, draft, "fix/", finding=key(pane(editor_client, draft), "version is pinned"))
    entry.refresh_from_db()
    assert entry.url == PAPER
    assert "A version is pinned" not in " ".join(headings(soup))
    soup = send(editor_client, draft, "fix/", undo=soup.select_one("[name=undo]")["value"])
    entry.refresh_from_db()
    assert entry.url == f"{PAPER}v2"


def test_a_fix_without_the_script_leads_back_with_a_word(editor_client, draft):
    finding = key(pane(editor_client, draft), "version is pinned")
    response = editor_client.post(address(draft, "fix/"), {"finding": finding}, follow=True)
    assert response.redirect_chain == [(address(draft), 302)]
    assert [str(message) for message in response.context["messages"]]


def test_a_fix_of_what_changed_meanwhile_is_refused_with_a_word(editor_client, draft):
    finding = key(pane(editor_client, draft), "version is pinned")
    Entry.objects.filter(title="Pinned").update(url="https://arxiv.org/abs/2103.03230v3")
    soup = send(editor_client, draft, "fix/", finding=finding)
    assert "changed meanwhile" in soup.select_one("[role=alert]").get_text()
    assert Entry.objects.get(title="Pinned").url.endswith("v3")


@pytest.mark.parametrize("value", ["", "nonsense", "no-title:entry:0:title:0", "\x00", "a" * 10_000])
def test_a_key_that_names_nothing_is_answered_calmly(editor_client, draft, value):
    assert "changed meanwhile" in send(editor_client, draft, "fix/", finding=value).get_text()
    assert "changed meanwhile" in send(editor_client, draft, "waive/", finding=value, reason="x").get_text()


def test_a_forged_undo_is_refused(editor_client, draft):
    assert "can't be undone" in send(editor_client, draft, "fix/", undo="forged:token").get_text()


def test_a_waiver_keeps_its_reason_and_lapses_with_the_text(editor_client, draft):
    soup = pane(editor_client, draft)
    finding = key(soup, "highlight without a link")
    assert "Say why" in send(editor_client, draft, "waive/", finding=finding, reason="  ").get_text()
    soup = send(editor_client, draft, "waive/", finding=finding, reason="It is <b>only</b> a word.")
    assert "“It is <b>only</b> a word.” mika" in soup.select_one(".let").get_text()
    assert not any("highlight" in heading for heading in headings(soup))
    draft.highlights.update(text="Still nothing is linked.")
    assert any("highlight" in heading for heading in headings(pane(editor_client, draft)))


def test_a_waived_finding_can_count_again(editor_client, draft):
    finding = key(pane(editor_client, draft), "highlight without a link")
    send(editor_client, draft, "waive/", finding=finding, reason="So be it.")
    soup = send(editor_client, draft, "waive/", finding=finding, again="1")
    assert line(soup, "highlight without a link")
    assert not Waiver.objects.exists()


def test_what_harms_readers_can_not_be_waived(editor_client, draft):
    entry = Entry.objects.get(title="Pinned")
    Entry.objects.filter(pk=entry.pk).update(url="http://10.0.0.1/")
    soup = pane(editor_client, draft)
    found = line(soup, "An address that harms")
    assert found.select_one(".waiving") is None


def in_group(django_user_model, name):
    user = django_user_model.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=name))
    return user


def test_a_contributor_fixes_what_is_their_own_and_waives_nothing(client, django_user_model, draft):
    contributor = in_group(django_user_model, "contributor")
    client.force_login(contributor)
    soup = pane(client, draft)
    assert soup.select("form") == []
    finding = next(each["key"] for each in Preflight.objects.get(issue=draft).findings if each["fix"])
    headers = {"HX-Request": "true"}
    assert client.post(address(draft, "fix/"), {"finding": finding}, headers=headers).status_code == 403
    assert client.post(address(draft, "waive/"), {"finding": finding}, headers=headers).status_code == 403
    Entry.objects.filter(title="Pinned").update(added_by=contributor)
    assert len(pane(client, draft).select("form")) == 1
    send(client, draft, "fix/", finding=finding)
    assert Entry.objects.get(title="Pinned").url == PAPER


def test_a_stranger_sees_nothing(client, stranger, draft):
    client.force_login(stranger)
    assert client.get(address(draft)).status_code in (302, 403)
    assert client.post(address(draft, "fix/"), {"finding": "x"}).status_code in (302, 403)


@pytest.mark.parametrize("deed", ["fix/", "waive/"])
def test_deeds_are_posted(editor_client, draft, deed):
    assert editor_client.get(address(draft, deed)).status_code == 405


def test_an_empty_issue_and_one_in_order_say_so(editor_client):
    issue = make_issue(published=False, number=1, title="The letter")
    make_entry(make_section(issue), title="In order", url="https://example.org/a", summary="It is in order, all of it.")
    soup = pane(editor_client, issue)
    assert not any(heading.startswith("Error") for heading in headings(soup))
    assert headings(pane(editor_client, make_issue(published=False, title="")))


def test_the_pane_costs_the_same_for_many_entries(
    editor_client, django_assert_num_queries, django_assert_max_num_queries
):
    def make(entries):
        section = make_section(make_issue(published=False, title="The letter"))
        for number in range(entries):
            make_entry(section, title="", summary="x", url=f"https://example.org/{number}?utm_campaign=other")
        return section.issue

    few, many = make(3), make(40)
    pane(editor_client, few), pane(editor_client, many)
    with django_assert_max_num_queries(100) as first:
        pane(editor_client, few)
    with django_assert_num_queries(len(first)):
        pane(editor_client, many)
