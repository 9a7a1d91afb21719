"""The composer of a contributor: one's own entries to write, the rest to read; and who is remembered to have added."""

import pytest

from inbox import triage
from issues import pasting, removing
from issues.composing import add_entry
from issues.models import Entry
from papers.addresses import addresses
from tests.factories import make_entry, make_highlight, make_issue, make_section
from tests.inbox.factories import make_candidate
from tests.people import make_person

from .composer import Composer, key, soup, state
from .desk import opened, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def contributor():
    return make_person("contributor")


@pytest.fixture
def issue():
    return make_issue(published=False, title="A draft", intro="Beginning *here*.")


@pytest.fixture
def section(issue):
    return make_section(issue, title="Papers of the week")


@pytest.fixture
def own(section, contributor):
    return make_entry(section, title="My own", added_by=contributor)


@pytest.fixture
def theirs(section, editor):
    return make_entry(section, title="Not mine", added_by=editor)


@pytest.fixture
def composer(client, contributor, issue):
    client.force_login(contributor)
    return Composer(client, issue)


def _buttons(line):
    return [" ".join(each.get_text(" ", strip=True).split()) for each in line.select(".acts a, .acts button")]


def test_ones_own_entries_can_be_edited_and_moved_others_be_read(composer, own, theirs):
    shown = composer.soup()
    mine, other = shown.find(id=f"entry-{own.pk}"), shown.find(id=f"entry-{theirs.pk}")
    assert _buttons(mine)[-2:] == ["Move to …", "Edit"]
    assert mine.select_one(".grip")
    assert _buttons(other) == ["Read"]
    assert not other.select_one(".grip")
    assert other.select_one(".acts a")["href"] == page(Entry, "change", theirs.pk)
    assert composer.client.get(page(Entry, "change", theirs.pk)).status_code == 200


def test_what_belongs_to_the_issue_is_shown_without_fields(composer, own):
    make_highlight(composer.issue, text="Something new.")
    shown = composer.soup()
    work = shown.find(id="work")
    assert "A draft" in work.get_text()
    assert work.find("em").get_text() == "here"
    assert "Papers of the week" in work.get_text()
    assert not shown.select("[data-save^='issue:'], [data-save^='section:'], #highlights .acts a, #highlights button")
    for words in ("Add a section", "Add a highlight", "Publish …"):
        assert words not in work.get_text()
    assert work.find(id="add")


def test_an_address_opens_only_what_is_ones_own(composer, own, theirs):
    assert composer.soup(open=key(own)).find(id=f"f-entry-{own.pk}")
    assert not composer.soup(open=key(theirs)).find(id=f"f-entry-{theirs.pk}")
    assert not composer.soup(open=key(theirs), move=key(theirs)).find(class_="placing")


def test_an_open_entry_offers_neither_a_highlight_nor_what_else_is_not_ones_own(composer, own):
    form = composer.soup(open=key(own)).find(id=f"f-entry-{own.pk}")
    assert "Remove entry" in form.get_text()
    assert "Make a highlight of it" not in form.get_text()


def test_editors_find_everything(editor_client, own, theirs, issue):
    shown = Composer(editor_client, issue).soup()
    assert all(_buttons(shown.find(id=f"entry-{entry.pk}"))[-1] == "Edit" for entry in (own, theirs))
    for words in ("Add a section", "Add a highlight", "Publish …"):
        assert words in shown.find(id="composer").get_text()


def test_the_script_gets_new_lines_as_the_person_may_use_them(composer, own, theirs):
    told = composer.ask("add", text="https://example.org/new", known="e0")
    new = {row["data-row"]: _buttons(row) for row in soup(told).select("li.ent")}
    added = Entry.objects.get(url="https://example.org/new")
    assert new[key(theirs)] == ["Read"]
    assert new[key(added)][-1] == new[key(own)][-1] == "Edit"


def test_fields_of_others_are_not_sent_along(composer, own, theirs):
    fresh = state(composer.piece("state", known="e0", open=f"e{own.pk}.{theirs.pk}"))["fresh"]
    assert {name.rsplit("-", 1)[0] for name in fresh} == {f"entry-{own.pk}"}


def test_only_what_one_removed_oneself_is_offered_to_be_brought_back(composer, own, theirs, editor):
    removing.remove_entry(theirs, by=editor)
    composer.ask("remove", row=key(own))
    removed = composer.soup().find(id="removed")
    assert "My own" in removed.get_text()
    assert "Not mine" not in removed.get_text()


def test_no_topic_is_made_by_who_may_not(composer, own):
    told = composer.save(own, "topics", "brand new")
    assert "you may not add one" in told.json()["problems"][f"entry-{own.pk}-topics"]


# --- Who added it -----------------------------------------------------------------------------------------------------


def test_who_pastes_or_adds_a_blank_one_added_it(composer, contributor, section):
    composer.post("add", text="https://example.org/one https://example.org/two")
    composer.post("add", blank="1")
    assert {entry.added_by for entry in Entry.objects.all()} == {contributor}
    assert Entry.objects.count() == 3


def test_who_places_a_candidate_added_the_entry(contributor, section):
    candidate = make_candidate(added_by=contributor)
    decided = triage.place([candidate.pk], section, by=contributor)
    assert decided.changed[0].entry.added_by == contributor


def test_who_fills_in_the_form_of_the_admin_added_it(client, contributor, section):
    client.force_login(contributor)
    add = page(Entry, "add")
    response = client.post(add, opened(client, add) | {"section": section.pk, "title": "By hand"})
    assert (response.status_code, Entry.objects.get().added_by) == (302, contributor)


def test_who_adds_a_row_to_a_section_added_the_entry_and_none_else(editor_client, editor, section, own):
    address = page(type(section), "change", section.pk)
    data = opened(editor_client, address)
    data |= {"entries-TOTAL_FORMS": "2", "entries-1-title": "Beside it", "entries-1-section": section.pk}
    data |= {"entries-0-title": "Changed", "entries-1-id": ""}
    assert editor_client.post(address, data).status_code == 302
    added = {entry.title: entry.added_by for entry in Entry.objects.all()}
    assert added == {"Changed": own.added_by, "Beside it": editor}


def test_who_changes_an_entry_did_not_add_it(editor_client, own, contributor, issue):
    Composer(editor_client, issue).save(own, "summary", "Better", base=own.summary)
    own.refresh_from_db()
    assert (own.summary, own.added_by) == ("Better", contributor)


def test_who_added_it_is_known_again_when_it_is_brought_back(own, editor, contributor):
    removal = removing.remove_entry(own, by=editor)
    assert removing.restore(removal).added_by == contributor


def test_an_entry_whose_person_is_gone_is_nobodys(own, contributor, editor):
    removal = removing.remove_entry(own, by=editor)
    contributor.delete()
    assert removing.restore(removal).added_by is None


def test_what_is_added_by_no_person_is_nobodys(issue, section):
    add_entry(section, url="https://example.org/one")
    pasting.paste(issue, addresses("https://example.org/two"))
    assert set(Entry.objects.values_list("added_by", flat=True)) == {None}


# --- The admin of a contributor ---------------------------------------------------------------------------------------


def test_an_entry_goes_only_into_issues_in_which_one_may_add(client, contributor, section, own):
    client.force_login(contributor)
    published = make_section(make_issue())
    address = page(Entry, "change", own.pk)
    response = client.post(address, opened(client, address) | {"section": published.pk})
    assert response.status_code == 200
    assert "Select a valid choice" in response.text
    own.refresh_from_db()
    assert own.section == section


def test_what_one_may_only_read_has_no_fields_and_no_buttons(client, contributor, theirs, section):
    client.force_login(contributor)
    for row in (theirs, section, section.issue):
        shown = soup(client.get(page(type(row), "change", row.pk))).find(id="content")
        assert not shown.select("form [type=submit], textarea, .deletelink, .historylink"), row
    assert "Compose" in shown.get_text()
    assert "Publish" not in shown.get_text()


def test_the_list_of_issues_leads_contributors_to_the_composers_in_which_they_write(client, contributor, issue):
    client.force_login(contributor)
    published = make_issue()
    shown = client.get("/admin/issues/issue/").text
    assert f"/admin/issues/issue/{issue.pk}/compose/" in shown
    assert f"/admin/issues/issue/{published.pk}/compose/" not in shown
    assert "New issue" not in shown


def test_only_who_may_publish_is_offered_it(client, issue):
    offered = {}
    for role in ("editor", "publisher"):
        client.force_login(make_person(role))
        actions = soup(client.get("/admin/issues/issue/")).select("option[value$=_issues]")
        address = f"/admin/issues/issue/{issue.pk}/"
        shown = client.get(address + "change/").text + client.get(address + "compose/").text
        offered[role] = (len(actions), address + "publish/" in shown)
    assert offered == {"editor": (0, False), "publisher": (2, True)}
