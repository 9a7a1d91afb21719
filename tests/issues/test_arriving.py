"""What the outside says of works, taken over into entries that wait for it."""

import pytest
from django.utils import timezone

from issues.arriving import WITH_FETCH, Progress, arrival, ask_again, do_without, take_over
from issues.composing import save_entry
from issues.models import Entry
from issues.pasting import paste
from papers import recording
from papers.addresses import Given
from papers.catalogue import merge
from papers.models import Fetch, Work
from papers.records import Record
from tests.factories import make_issue, make_section, make_work

pytestmark = pytest.mark.django_db

PAGE = "https://blog.example.org/shrink"
PAPER = "https://arxiv.org/abs/2109.01652"


@pytest.fixture
def issue():
    return make_section(make_issue(published=False)).issue


def pasted(issue, url=PAGE):
    [entry] = paste(issue, [Given(url)]).added
    return entry


def say(entry, **values):
    """What the worker writes down when an answer came."""
    fetch = Fetch.objects.get(work=entry.work.merged_into or entry.work)
    defaults = {"identity": entry.work.identity, "url": entry.url, "title": "Shrinking a detector"}
    recording.record(fetch, Record(**defaults | values))
    Fetch.objects.filter(pk=fetch.pk).update(due_at=None, last_error="", last_message="")


def again(entry):
    return Entry.objects.select_related(*WITH_FETCH).get(pk=entry.pk)


def test_an_entry_waits_until_its_record_comes(issue, django_assert_num_queries):
    entry = pasted(issue)
    assert arrival(again(entry)).progress == Progress.PENDING
    assert take_over(issue) == []
    say(entry, description="How to make it small.", site_name="A blog", kind="article")
    assert [filled.pk for filled in take_over(issue)] == [entry.pk]
    entry = again(entry)
    assert (entry.title, entry.source_title) == ("Shrinking a detector", "Shrinking a detector")
    assert (entry.card_url, entry.card_title) == (PAGE, "Shrinking a detector")
    assert (entry.card_description, entry.card_domain) == ("How to make it small.", "A blog")
    assert arrival(entry).progress == Progress.DONE
    with django_assert_num_queries(1):
        assert take_over(issue) == []


def test_a_card_names_the_host_where_the_page_names_no_site(issue):
    entry = pasted(issue, "https://www.example.org/a")
    say(entry, description="Words.")
    take_over(issue)
    assert again(entry).card_domain == "example.org"


def test_a_paper_has_no_card(issue):
    entry = pasted(issue, PAPER)
    say(entry, kind="paper", description="Words of the page", abstract="Words of the authors")
    take_over(issue)
    entry = again(entry)
    assert (entry.source_title, entry.has_card) == ("Shrinking a detector", False)


def test_what_an_editor_wrote_meanwhile_stays(issue):
    entry = pasted(issue)
    save_entry(entry, changed=["title"])
    Entry.objects.filter(pk=entry.pk).update(title="Mine", card_title="My card")
    say(entry, description="Words.")
    take_over(issue)
    entry = again(entry)
    assert (entry.title, entry.source_title) == ("Mine", "Shrinking a detector")
    assert (entry.card_title, entry.card_description) == ("My card", "")


def test_what_an_editor_takes_out_again_stays_out(issue):
    entry = pasted(issue)
    say(entry)
    take_over(issue)
    Entry.objects.filter(pk=entry.pk).update(title="")
    assert take_over(issue) == []
    assert again(entry).title == ""


def test_a_new_link_waits_for_its_own_record(issue):
    entry = pasted(issue)
    say(entry)
    take_over(issue)
    save_entry(again(entry), link=PAPER, changed=[])
    recording.request([Work.objects.get(identity="arxiv:2109.01652")])
    assert arrival(again(entry)).progress == Progress.PENDING
    say(again(entry), title="Another")
    take_over(issue)
    # The old title was there; it is for the editor to change it.
    assert again(entry).title == "Shrinking a detector"
    assert not again(entry).awaits_record


def test_what_is_known_of_a_work_is_taken_over_at_once(issue):
    first = pasted(issue)
    say(first)
    other = make_section(make_issue(published=False)).issue
    entry = pasted(other)
    take_over(other)
    assert again(entry).title == "Shrinking a detector"


def test_a_work_about_which_nobody_asks_gives_its_own_title(issue):
    make_work(PAPER, title="A sample", origin="sample")
    entry = pasted(issue, PAPER)
    assert not Fetch.objects.exists()
    take_over(issue)
    assert (again(entry).title, again(entry).awaits_record) == ("A sample", False)


def test_a_record_without_words_ends_the_wait(issue):
    entry = pasted(issue)
    say(entry, title="")
    assert [filled.pk for filled in take_over(issue)] == [entry.pk]
    assert again(entry).title == ""


def test_a_page_that_turned_out_to_be_a_paper_gives_the_paper(issue):
    entry = pasted(issue)
    paper = make_work(PAPER, title="The paper")
    merge(entry.work, paper)
    Fetch.objects.filter(work=entry.work).update(work=paper)
    say(again(entry), identity="arxiv:2109.01652", title="The paper", kind="paper")
    take_over(issue)
    assert again(entry).title == "The paper"


@pytest.mark.parametrize(("due_at", "progress"), [(None, Progress.FAILED), (timezone.now(), Progress.LATER)])
def test_a_failure_is_told_with_its_reason(issue, due_at, progress):
    entry = pasted(issue)
    Fetch.objects.update(last_error="timeout", last_message="It did not answer.", due_at=due_at)
    assert arrival(again(entry)).progress == progress
    assert arrival(again(entry)).message == "It did not answer."


def test_a_failed_fetch_is_asked_for_again_or_done_without(issue):
    entry = pasted(issue)
    Fetch.objects.update(last_error="timeout", last_message="It did not answer.", due_at=None)
    ask_again(again(entry))
    assert arrival(again(entry)).progress == Progress.PENDING
    assert Fetch.objects.due().count() == 1
    Fetch.objects.update(last_error="timeout", last_message="It did not answer.", due_at=None)
    do_without(again(entry))
    assert arrival(again(entry)).progress == Progress.DONE
    ask_again(again(entry))
    assert arrival(again(entry)).progress == Progress.PENDING


def test_an_entry_without_a_link_has_nothing_to_ask_for(issue):
    entry = Entry.objects.create(section=issue.sections.get())
    ask_again(entry)
    assert not Fetch.objects.exists()
    assert arrival(again(entry)).progress == Progress.DONE
