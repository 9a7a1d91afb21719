"""Moving, removing, bringing back and adding in the composer; by two editors at once."""

import pytest
from django.test import Client

from issues.models import Entry, Highlight, Issue, Removal, Section
from issues.publishing import publish
from issues.removing import remove_entry
from papers.models import Fetch
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section
from tests.issues.composer import Composer, key, short, soup, state
from tests.issues.test_moving import abc, at_once, places, titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    make_publication(languages=["en", "ja"])
    return make_issue(published=False, number=27)


@pytest.fixture
def sections(issue):
    return [make_section(issue, title="Features", kind="feature"), make_section(issue, title="Papers")]


@pytest.fixture
def composer(editor_client, issue):
    return Composer(editor_client, issue)


def to(entry, section, position):
    return f"{key(entry)}:{section.pk}:{position}"


# --- Moving --------------------------------------------------------------------------------------------------------


def test_every_way_of_moving_ends_in_the_same_request(composer, sections):
    first, second = sections
    a, b, c = abc(first)
    told = state(composer.ask("move", move=to(c, second, 1), seen=first.pk))
    assert told["said"] == "“C” is now 1 of 1 in Papers."
    assert told["order"]["sections"] == [[first.pk, [[a.pk, "27.1"], [b.pk, "27.2"]]], [second.pk, [[c.pk, "27.3"]]]]
    response = composer.post("move", move=to(a, second, 2))
    assert response["Location"].endswith(f"#entry-{a.pk}")
    assert (titles(first), titles(second)) == ("B", "CA")


def test_the_buttons_of_the_page_lead_one_step_and_over_borders(composer, sections):
    first, second = sections
    abc(first, "AB")
    make_entry(second, title="C")

    def press(title, direction):
        row = next(row for row in composer.soup().select(".entries > li") if row.h3.get_text() == title)
        pressed = row.find(attrs={"data-go": direction})
        assert pressed.get("aria-disabled") != "true"
        composer.post("move", move=pressed["value"])

    press("B", "down")
    assert (titles(first), titles(second)) == ("A", "BC")
    press("B", "down")
    assert titles(second) == "CB"
    press("C", "up")
    assert (titles(first), titles(second)) == ("AC", "B")
    press("C", "up")
    assert titles(first) == "CA"
    ends = composer.soup().select(".entries [data-go][aria-disabled=true]")
    assert len(ends) == 2


def test_a_place_is_chosen_from_a_list_of_all(composer, sections):
    first, second = sections
    a, b, c = abc(first)
    make_entry(second, title="D")
    piece = soup(composer.piece("place", row=key(b)))
    options = {option.get_text(strip=True): option["value"] for option in piece.select("option")}
    assert list(options) == [
        "1 Features: first",
        "1: after 27.1 A",
        "1: after 27.3 C",
        "2 Papers: first",
        "2: after 27.4 D",
    ]
    composer.post("move", move=options["2: after 27.4 D"])
    assert (titles(first), titles(second)) == ("AC", "DB")
    assert composer.soup(move=key(a)).select_one(f"#place-entry-{a.pk} select")


def test_sections_and_highlights_are_moved_likewise(composer, sections, issue):
    first, second = sections
    told = state(composer.ask("move", move=f"section:{second.pk}::1"))
    assert told["said"] == "The section “Papers” is now number 1."
    assert list(issue.sections.all()) == [second, first]
    highlights = [make_highlight(issue, text=text) for text in "AB"]
    composer.post("move", move=f"highlight:{highlights[1].pk}::1")
    assert list(issue.highlights.all()) == highlights[::-1]


@pytest.mark.parametrize(
    "move",
    [
        "",
        "entry",
        "entry:1",
        "entry:0:0:1",
        "section:9999::1",
        "entry:{e}:9999:1",
        "entry:{e}:{s}:x",
        "entry:{e}:{s}:-1",
        "issue:{i}::1",
        "entry:{e}:{s}:99999999",
    ],
)
def test_a_move_to_nowhere_is_refused_in_words(composer, sections, issue, move):
    entry = abc(sections[0])[0]
    move = move.format(e=entry.pk, s=sections[1].pk, i=issue.pk)
    response = composer.ask("move", move=move)
    assert response.status_code == 200
    assert state(response)["problem"]
    assert composer.post("move", move=move).status_code in (200, 302)
    assert titles(sections[0]) == "ABC"


def test_a_section_of_another_issue_is_no_place(composer, sections):
    entry, *_ = abc(sections[0])
    foreign = make_section(make_issue(published=False))
    assert state(composer.ask("move", move=to(entry, foreign, 1)))["problem"]
    assert titles(sections[0]) == "ABC"


@pytest.fixture
def ken(django_user_model, issue):
    user = django_user_model.objects.create_user("ken", first_name="Ken", is_superuser=True, is_staff=True)
    other = Composer(Client(), issue)
    other.client.force_login(user)
    return other


def test_two_editors_who_move_one_entry_are_both_told_where_it_is(composer, ken, sections, issue):
    third = make_section(issue, title="Other")
    entry, *_ = abc(sections[0])
    ken.ask("move", move=to(entry, sections[1], 1), seen=sections[0].pk)
    told = state(composer.ask("move", move=to(entry, third, 1), seen=sections[0].pk))
    assert told["said"] == "“A” is now 1 of 1 in Other. Ken had moved it to Papers meanwhile."
    # The other's page learns it with whatever it asks next.
    assert state(ken.piece("state"))["order"]["sections"][2] == [third.pk, [[entry.pk, "27.3"]]]


@pytest.mark.django_db(transaction=True)
def test_two_hundred_moves_of_two_editors_in_opposite_orders(editor, django_user_model, issue, sections):
    entries = abc(sections[0], "ABCDE") + abc(sections[1], "FGHIJ")
    composers = []
    for name in ("ken", "rei"):
        user = django_user_model.objects.create_user(name, is_superuser=True, is_staff=True)
        composers.append(Composer(Client(), issue))
        composers[-1].client.force_login(user)

    def hundred(composer, order):
        codes = []
        for number in range(100):
            move = to(order[number % 10], sections[number % 2], number % 7 + 1)
            codes.append(composer.post("move", move=move).status_code)
        return codes

    results = at_once(lambda: hundred(composers[0], entries), lambda: hundred(composers[1], entries[::-1]))
    assert {code for codes in results for code in codes} == {302}
    assert sorted(titles(sections[0]) + titles(sections[1])) == list("ABCDEFGHIJ")
    for section in sections:
        assert places(section.entries) == list(range(1, section.entries.count() + 1))


@pytest.mark.django_db(transaction=True)
def test_moving_typing_pasting_and_removing_at_once_never_fails(editor, django_user_model, issue, sections):
    entries = abc(sections[0], "ABCDEF")
    composers = []
    for name in ("ken", "rei", "yui", "sam"):
        user = django_user_model.objects.create_user(name, is_superuser=True, is_staff=True)
        composers.append(Composer(Client(), issue))
        composers[-1].client.force_login(user)

    def moving():
        return [
            composers[0].ask("move", move=to(entry, sections[1], 1)).status_code for entry in entries for _ in range(3)
        ]

    def typing():
        return [
            composers[1].save(entry, "summary", f"{number}", base="").status_code
            for number in range(3)
            for entry in entries
        ]

    def pasting():
        return [composers[2].ask("add", text=f"https://example.org/{number}").status_code for number in range(8)]

    def removing():
        codes = [composers[3].ask("remove", row=key(entry)).status_code for entry in entries[:3]]
        return codes + [
            composers[3].ask("restore", removal=removal.pk).status_code for removal in Removal.objects.all()
        ]

    results = at_once(moving, typing, pasting, removing)
    assert {code for codes in results for code in codes} == {200}
    assert Entry.objects.count() == 14
    for section in sections:
        assert places(section.entries) == list(range(1, section.entries.count() + 1))


# --- Removing and bringing back --------------------------------------------------------------------------------------


def test_what_is_removed_can_be_brought_back(composer, sections, editor, issue):
    entry, *_ = abc(sections[0])
    response = composer.ask("remove", row=key(entry))
    assert state(response)["said"] == "The entry “A” was removed."
    removal = Removal.objects.get()
    assert removal.removed_by == editor
    for part in ("data-undo", "data-removed"):
        assert soup(response).find("div", attrs={part: True}).find("button")["value"] == str(removal.pk)
    assert "Bring back" in composer.page().content.decode()
    told = state(composer.ask("restore", removal=removal.pk))
    assert (told["said"], told["added"]) == ("The entry “A” is back.", key(entry))
    assert titles(sections[0]) == "ABC"
    assert "brought back already" in state(composer.ask("restore", removal=removal.pk))["problem"]


def test_sections_and_highlights_are_removed_without_the_script(composer, sections, issue):
    highlight = make_highlight(issue)
    abc(sections[0])
    for row in (sections[0], highlight):
        assert composer.post("remove", row=key(row)).status_code == 302
    assert (Section.objects.count(), Highlight.objects.count(), Entry.objects.count()) == (1, 0, 0)
    page = composer.page().content.decode()
    assert "with 3 entries" in page
    for removal in Removal.objects.all():
        composer.post("restore", removal=removal.pk)
    assert titles(sections[0]) == "ABC"


def test_what_was_published_is_not_removed(composer, sections, issue):
    entry = make_entry(sections[0])
    make_entry(sections[1])
    publish(issue)
    assert "Withdraw the issue instead" in state(composer.ask("remove", row=key(entry)))["problem"]
    assert "Withdraw the issue instead" in composer.post("remove", row=key(entry)).content.decode()
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("row", ["", "issue:{}", "entry:9999", "nothing:1"])
def test_what_is_not_there_is_not_removed(composer, issue, row):
    assert state(composer.ask("remove", row=row.format(issue.pk)))["problem"]
    assert Issue.objects.filter(pk=issue.pk).exists()


@pytest.mark.parametrize("removal", ["", "x", "9999", "9" * 30])
def test_what_was_never_removed_is_not_brought_back(composer, removal):
    assert "no longer kept" in state(composer.ask("restore", removal=removal))["problem"]


def test_a_removal_of_another_issue_is_not_brought_back_from_here(composer):
    foreign = remove_entry(make_entry(make_section(make_issue(published=False))))
    assert state(composer.ask("restore", removal=foreign.pk))["problem"]
    assert Removal.objects.count() == 1


def test_an_entry_that_waits_for_a_section_says_so(composer, sections, issue):
    removal = remove_entry(make_entry(sections[0]))
    issue.sections.all().delete()
    assert "Add a section first" in state(composer.ask("restore", removal=removal.pk))["problem"]


# --- Adding --------------------------------------------------------------------------------------------------------


def test_pasted_addresses_become_entries_that_are_asked_about(composer, sections):
    text = "Two of this week: https://arxiv.org/abs/2109.01652 and\nhttps://arxiv.org/abs/2108.10904."
    told = state(composer.ask("add", text=text, known=short(*sections)))
    added = list(sections[1].entries.all())
    assert told["said"] == "2 entries were added."
    assert told["added"] == ",".join(map(key, added))
    assert told["new"] == [key(entry) for entry in added]
    assert told["wait"] == "2"
    assert Fetch.objects.due().count() == 2


def test_a_section_can_be_chosen(composer, sections):
    composer.post("add", text="https://arxiv.org/abs/2109.01652", section=sections[0].pk)
    assert sections[0].entries.count() == 1


def test_repeats_are_told_at_once(composer, sections):
    earlier = make_entry(make_section(make_issue(number=21), title="Papers"), url="https://arxiv.org/abs/2109.01652")
    here = make_entry(sections[1], title="Here", url="https://arxiv.org/abs/2108.10904")
    text = f"{earlier.url} https://arxiv.org/pdf/2108.10904v3"
    told = state(composer.ask("add", text=text))
    assert told["said"] == "One entry was added."
    assert told["notices"][0].startswith("Already here, as 27.1: Here Go to 27.1 Add it all the same")
    assert told["notices"][1].startswith("27.2: Ran in #21 on 22 January 2021, in Papers. Go to 27.2")
    composer.ask("add", text="https://arxiv.org/pdf/2108.10904v3", again="1")
    assert Entry.objects.filter(work=here.work).count() == 2
    page = composer.client.post(composer.address + "add/", {"text": text}, follow=True).content.decode()
    assert "Already here, as 27.1" in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no address in this text"),
        ("Only words.", "no address in this text"),
        ("x" * 100_001, "too long"),
        (" ".join(f"https://example.org/{number}" for number in range(61)), "at most 60"),
    ],
    ids=["nothing", "words", "too long", "too many"],
)
def test_what_brings_no_entry_is_told_and_the_text_is_kept(composer, sections, text, words):
    assert words in state(composer.ask("add", text=text))["problem"]
    page = composer.post("add", text=text)
    assert words in page.content.decode()
    assert soup(page).find(id="paste").get_text(strip=True) == text.strip()
    assert not Entry.objects.exists()


def test_an_issue_without_sections_says_what_to_do(composer):
    for more in ({}, {"blank": "1"}):
        assert "no section yet" in state(composer.ask("add", text="https://example.org/a", **more))["problem"]


def test_an_entry_without_a_link_is_added_and_opened(composer, sections):
    told = state(composer.ask("add", blank="1", section=sections[0].pk))
    entry = Entry.objects.get()
    assert (told["open"], entry.section, entry.url) == (key(entry), sections[0], "")
    assert composer.post("add", blank="1")["Location"].endswith(f"#entry-{Entry.objects.last().pk}")


def test_sections_are_added_under_the_name_of_their_kind(composer, issue):
    told = state(composer.ask("add-section", kind="article", known="s0"))
    section = Section.objects.get()
    assert (section.kind, section.title, told["new"]) == ("article", "Articles", [key(section)])
    composer.post("add-section", kind="nonsense")
    assert list(issue.sections.values_list("kind", "position")) == [("article", 1), ("other", 2)]
    japanese = make_issue(published=False, language="ja")
    Composer(composer.client, japanese).post("add-section", kind="paper")
    assert japanese.sections.get().title == "論文"


def test_a_highlight_is_made_of_an_entry_and_links_to_it(composer, sections, issue):
    entry = make_entry(sections[1], title="Sparse [is] *enough*")
    told = state(composer.ask("add-highlight", about=key(entry)))
    highlight = Highlight.objects.get()
    assert highlight.text == rf"[Sparse \[is\] \*enough\*](entry:{entry.public_id})"
    assert (highlight.group, told["open"]) == ("paper", key(highlight))
    composer.post("add-highlight")
    assert [row.position for row in issue.highlights.all()] == [1, 2]
    assert issue.highlights.last().group == "paper"


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        ("Sixty tasks are enough.", "Sixty tasks", "[Sixty tasks](entry:{}) are enough."),
        ("Sixty tasks.", "", "Sixty tasks. [A](entry:{})"),
        ("Sixty tasks.", "not there", "Sixty tasks. [not there](entry:{})"),
        ("See [it](https://example.org/it) and it.", "it", "See [it](https://example.org/it) and [it](entry:{})."),
        ("", "", "[A](entry:{})"),
    ],
    ids=["words", "title", "new words", "outside of links", "empty"],
)
def test_without_the_script_words_are_linked_to_an_entry_from_the_list(composer, sections, issue, before, words, after):
    entry = make_entry(sections[0], title="A")
    highlight = make_highlight(issue, text="old")
    values = composer.filled(highlight) | {"text": before or " ", "words": words, "target": key(entry)}
    if not before:
        Highlight.objects.update(text="")
        values["initial-text"] = ""
    composer.post("link", **values)
    assert Highlight.objects.get().text == after.format(entry.public_id)
    composer.post("link", row=key(entry), target=key(entry), words="x")
    assert "(entry:" in Entry.objects.get().summary


@pytest.mark.parametrize(("row", "target"), [("issue", "entry"), ("highlight", ""), ("highlight", "section")])
def test_a_link_to_nothing_is_refused(composer, sections, issue, row, target):
    entry, highlight = make_entry(sections[0]), make_highlight(issue)
    rows = {"issue": issue, "entry": entry, "highlight": highlight, "section": sections[0]}
    response = composer.ask("link", row=key(rows[row]), target=key(rows[target]) if target else "")
    assert state(response)["problem"]
