"""The inbox as an editor uses it: by keyboard, by mouse, without a script; and as readers suggest links."""

import re

import pytest
from playwright.sync_api import expect

from inbox import triage
from inbox.models import Candidate
from issues.models import Entry
from papers.models import Fetch, Work
from tests.factories import make_entry, make_issue, make_publication, make_section, make_work
from tests.inbox.factories import make_candidate, make_source
from tests.servers import Reply, serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAPER = "https://arxiv.org/abs/2103.00020"


@pytest.fixture
def log_in(client, editor, settings, site_url):
    """Makes the editor known to the browser of a page."""
    client.force_login(editor)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    return lambda page: page.context.add_cookies([cookie | {"url": f"{site_url}/admin/"}])


@pytest.fixture
def open_desk(open_page, log_in):
    """Opens pages on which the editor is logged in."""

    def open_one(address, **options):
        page = open_page(**options)
        log_in(page)
        page.goto(address)
        return page

    return open_one


@pytest.fixture
def troubled_page(chromium, site_url):
    """A page that may meet refusals and broken connections, which a browser reports as faults."""
    context = chromium.new_context(base_url=site_url)
    yield context.new_page()
    context.close()


@pytest.fixture
def section():
    make_publication(time_zone="Asia/Tokyo")
    return make_section(make_issue(published=False, number=27), title="Papers")


@pytest.fixture
def candidates(section):
    """Four candidates; the first in the list is the last one made."""
    return [make_candidate(title=title) for title in ("Fourth", "Third", "Second", "First")][::-1]


def stands(*candidates):
    states = dict(Candidate.objects.values_list("pk", "state"))
    return [states[candidate.pk] for candidate in candidates]


def focused(page):
    return page.evaluate("document.activeElement.id")


def test_a_morning_at_the_inbox_by_keyboard_alone(open_desk, candidates, section):
    first, second, third, fourth = candidates
    page = open_desk("/admin/inbox/")
    press = page.keyboard.press
    said = page.locator("#inbox-said")

    press("j")
    assert focused(page) == f"c{first.pk}"
    press("ArrowDown")
    press("k")
    assert focused(page) == f"c{first.pk}"

    # Keep the first, and undo it; the next one has the focus in between.
    press("e")
    expect(said).to_have_text("“First” is kept.")
    expect(page.locator(f"#c{second.pk}")).to_be_focused()
    press("u")
    expect(page.locator(f"#c{first.pk}")).to_be_focused()
    expect(page.locator("#inbox-count-new")).to_have_text("4")
    assert stands(first) == ["new"]

    press("x")
    expect(said).to_have_text("“First” is dropped.")
    expect(page.locator(f"#c{second.pk}")).to_be_focused()

    press("s")
    expect(page.locator(f"#c{second.pk} [data-key=s]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(f"#c{second.pk}")).to_be_focused()

    # Letters in a field are letters.
    press("n")
    page.keyboard.type("Keep x, j and *e*")
    press("Control+Enter")
    expect(page.locator(f"#c{second.pk} .note em")).to_have_text("e")
    expect(page.locator(f"#c{second.pk}")).to_be_focused()

    # The first time a section has to be chosen, the second time it is known.
    press("p")
    expect(page.locator("#inbox-section")).to_be_focused()
    press("ArrowDown")
    press("Enter")
    expect(said).to_have_text("“Second” is placed in #27, Papers.")
    expect(page.locator(f"#c{third.pk}")).to_be_focused()
    press("p")
    expect(said).to_have_text("“Third” is placed in #27, Papers.")
    assert stands(*candidates) == ["dropped", "placed", "placed", "new"]
    assert list(section.entries.values_list("title", "summary")) == [("Second", "Keep x, j and *e*"), ("Third", "")]

    expect(page.locator(f"#c{fourth.pk}")).to_be_focused()
    press("m")
    expect(page.locator(f"#c{fourth.pk} [data-pick]")).to_be_checked()
    press("?")
    expect(page.get_by_text("next, previous candidate")).to_be_visible()
    press("/")
    expect(page.get_by_label("Find")).to_be_focused()


def test_single_keys_can_be_switched_off_and_stay_so(open_desk, candidates):
    page = open_desk("/admin/inbox/")
    page.get_by_text("By keyboard").click()
    page.get_by_label("Single keys do this").uncheck()
    for _ in range(2):
        page.locator(f"#c{candidates[0].pk}").focus()
        page.keyboard.press("x")
        page.keyboard.press("j")
        assert focused(page) == f"c{candidates[0].pk}"
        page.reload()
    assert stands(*candidates) == ["new"] * 4
    page.get_by_text("By keyboard").click()
    page.get_by_label("Single keys do this").check()
    page.locator(f"#c{candidates[0].pk}").focus()
    page.keyboard.press("x")
    expect(page.locator("#inbox-said")).to_have_text("“First” is dropped.")


def test_keys_with_others_held_and_keys_in_fields_are_left_alone(open_desk, candidates):
    page = open_desk("/admin/inbox/")
    page.locator(f"#c{candidates[0].pk}").focus()
    for keys in ("Control+e", "Alt+x", "Meta+s"):
        page.keyboard.press(keys)
    page.get_by_label("Paste addresses").fill("")
    page.keyboard.type("xepsj")
    expect(page.get_by_label("Paste addresses")).to_have_value("xepsj")
    assert stands(*candidates) == ["new"] * 4


def test_everything_works_without_a_script(open_desk, section, site_url):
    make_entry(make_section(make_issue(number=21)), url=PAPER)
    page = open_desk("/admin/inbox/", java_script_enabled=False)
    page.get_by_label("Paste addresses").fill(f"[One](https://example.org/1)。{PAPER} と https://example.org/3")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("status")).to_contain_text("New: 3")
    expect(page.get_by_role("link", name="Already run in #21")).to_be_visible()
    page.get_by_role("link", name="To the inbox").click()

    page.get_by_role("button", name="Keep “One”").click()
    expect(page.get_by_text("“One” is kept.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("“One” is taken back.")).to_be_visible()

    page.get_by_role("button", name="Star “One”").click()
    page.locator(".cand", has_text="One").locator("summary").click()
    page.locator(".cand", has_text="One").get_by_label("Note, in Markdown").fill("Read *this*.")
    page.get_by_role("button", name="Keep the note on “One”").click()
    expect(page.locator(".cand .note em")).to_have_text("this")

    page.get_by_label("Place into").select_option(label="#27 · Papers")
    page.get_by_role("button", name="Place “One”").click()
    expect(page.get_by_text("“One” is placed in #27, Papers.")).to_be_visible()

    for box in page.locator("[data-pick]").all():
        box.check()
    page.get_by_role("button", name="Drop selected").click()
    expect(page.get_by_text("2 candidates are dropped.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing new")).to_be_visible()

    page.get_by_role("link", name="Placed").click()
    page.get_by_role("link", name="Placed in #27, Papers").click()
    expect(page.get_by_label("Summary:")).to_have_value("Read *this*.")
    assert sorted(Candidate.objects.values_list("state", flat=True)) == ["dropped", "dropped", "placed"]


def test_the_list_is_narrowed(open_desk, candidates):
    ran = make_entry(make_section(make_issue(number=21)))
    make_candidate(ran.url, title="Ran", way="source", source=make_source(name="A feed"))
    page = open_desk("/admin/inbox/")
    page.get_by_label("Hide what has run").check()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="Ran", exact=True)).to_have_count(0)
    page.get_by_label("Hide what has run").uncheck()
    page.get_by_label("From").select_option(label="A feed")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".cand h2")).to_have_text(["Ran"])


def test_metadata_arrives_while_the_editor_goes_on(open_desk, section):
    waiting, written_on = make_candidate(PAPER), make_candidate("https://example.org/post")
    for candidate in (waiting, written_on):
        Fetch.objects.create(work=candidate.work, lane="x", due_at="2021-01-01T00:00Z")
    page = open_desk("/admin/inbox/")
    expect(page.get_by_text("Being read …")).to_have_count(2)
    row = page.locator(f"#c{written_on.pk}")
    row.locator("summary").click()
    row.get_by_label("Note, in Markdown").fill("Half a sent")

    Work.objects.filter(pk=waiting.work_id).update(title="Learning from words", abstract="We learn.")
    Fetch.objects.filter(work=waiting.work_id).update(due_at=None, said={"title": "Learning from words"})
    failed = {"due_at": None, "last_error": "not-found", "last_message": "The page is not there."}
    Fetch.objects.filter(work=written_on.work_id).update(**failed)
    expect(page.get_by_role("link", name="Learning from words")).to_be_visible()
    expect(page.get_by_text("We learn.")).to_be_visible()
    # Nobody's text is taken away by what arrives.
    expect(row.get_by_label("Note, in Markdown")).to_have_value("Half a sent")

    page.reload()
    row.get_by_role("button", name="Try again").click()
    expect(row.get_by_text("Being read …")).to_be_visible()


def test_the_second_editor_is_told_that_it_was_placed(open_desk, candidates, section, django_user_model):
    page = open_desk("/admin/inbox/")
    page.get_by_label("Place into").select_option(label="#27 · Papers")
    ken = django_user_model.objects.create_user("ken")
    triage.place([candidates[0].pk], section, by=ken)
    triage.drop([candidates[1].pk], by=ken)

    page.get_by_role("button", name="Place “First”").click()
    expect(page.locator("#inbox-said")).to_contain_text("ken placed “First” already, in #27, Papers.")
    expect(page.locator(f"#c{candidates[0].pk}")).to_contain_text("Placed")
    page.get_by_role("button", name="Keep “Second”").click()
    expect(page.locator("#inbox-said")).to_contain_text("ken decided about “Second” meanwhile: it is dropped.")
    assert Entry.objects.count() == 1


def test_what_goes_wrong_is_told_and_the_text_stays(troubled_page, log_in, candidates):
    page = troubled_page
    log_in(page)
    page.goto("/admin/inbox/")
    row = page.locator(f"#c{candidates[0].pk}")
    row.locator("summary").click()
    row.get_by_label("Note, in Markdown").fill("Long thought over")
    page.route("**/note/", lambda route: route.fulfill(status=502, body="No"))
    row.get_by_role("button", name="Keep the note").click()
    expect(page.locator("#inbox-said")).to_contain_text("That went wrong. Nothing was changed")
    expect(row.get_by_label("Note, in Markdown")).to_have_value("Long thought over")
    page.unroute("**/note/")
    page.route("**/note/", lambda route: route.abort())
    row.get_by_role("button", name="Keep the note").click()
    expect(page.locator("#inbox-said")).to_contain_text("The connection is lost. Nothing was changed")
    page.unroute("**/note/")
    row.get_by_role("button", name="Keep the note").click()
    expect(page.locator(f"#c{candidates[0].pk} .note")).to_have_text("Long thought over")


def test_the_bookmarklet_brings_in_the_page_one_is_reading(open_desk, section, site_url):
    page = open_desk("/admin/inbox/ways/")
    code = page.get_by_role("link", name="To the inbox").get_attribute("href")
    elsewhere = Reply(
        "<!doctype html><title>眠る “Network” & co</title><h1>Half of it</h1><p id=marked>Marked words</p>",
        headers={"Content-Security-Policy": "default-src 'none'; form-action 'none'; connect-src 'none'"},
    )
    with serving(lambda asked: elsewhere) as server:
        page.goto(f"{server.base}/post?utm_source=mail&a=1")
        page.locator("#marked").select_text()
        with page.context.expect_page() as opened:
            # A browser runs the code of a bookmark past the policy of the page, as it runs this.
            page.evaluate(f"{{ {code.removeprefix('javascript:')} }}")
        window = opened.value
        expect(window.get_by_label("Title")).to_have_value("眠る “Network” & co")
        expect(window.get_by_label("Note, in Markdown")).to_have_value("Marked words")
        expect(window.get_by_role("button", name="Add to the inbox")).to_be_focused()
        assert not Candidate.objects.exists()
        window.keyboard.press("Enter")
        expect(window.get_by_role("status")).to_have_text("New: 1")
        # The button does nothing before the script has come.
        window.wait_for_load_state()
        with window.expect_event("close"):
            window.get_by_role("button", name="Close this window").click()
    candidate = Candidate.objects.get()
    assert (candidate.url, candidate.title) == (f"{server.base}/post?a=1", "眠る “Network” & co")


def test_beside_an_issue_one_click_places(open_desk, section):
    make_section(section.issue, title="Articles", kind="article")
    paper, post = make_candidate(PAPER, title="A paper"), make_candidate(title="A post")
    third = make_candidate(title="A third")
    page = open_desk(f"/admin/inbox/pane/?issue={section.issue_id}")
    page.get_by_role("button", name="Add “A paper”").click()
    expect(page.locator(f"#c{paper.pk}")).to_contain_text("In #27, Papers")
    page.get_by_label("Into").select_option(label="1 Papers")
    page.get_by_role("button", name="Add “A post”").click()
    expect(page.locator(f"#c{post.pk}")).to_contain_text("In #27, Papers")
    assert list(section.entries.values_list("title", flat=True)) == ["A paper", "A post"]
    # What is typed is looked for when asked, so that a click elsewhere is not lost to it.
    page.get_by_label("Find").fill("nothing of the kind")
    page.get_by_role("button", name="Drop “A third”").click()
    expect(page.locator(f"#c{third.pk}")).to_contain_text("Dropped")
    page.get_by_label("Find").press("Enter")
    expect(page.get_by_text("Nothing here fits.")).to_be_visible()
    page.get_by_label("From").select_option(label="Readers")
    expect(page).to_have_url(re.compile("issue=[0-9]+$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_no_page_of_the_inbox_scrolls_sideways(open_desk, section, width, scheme):
    word = "Donaudampfschifffahrtsgesellschaftskapitän" * 4
    make_work(PAPER, title=word, abstract=word)
    source = make_source(name=word[:200], address="https://example.org/" + "a" * 300)
    make_candidate(PAPER, note=word, way="suggestion", name=word[:100], words=word)
    make_candidate("https://example.org/" + "a" * 900, way="source", source=source)
    section.title = word
    section.save()
    page = open_desk("/admin/inbox/", width=width, color_scheme=scheme)
    for address in (
        "/admin/inbox/",
        "/admin/inbox/add/",
        "/admin/inbox/ways/",
        f"/admin/inbox/pane/?issue={section.issue_id}",
        f"/admin/inbox/{Candidate.objects.first().pk}/note/",
        f"/admin/inbox/source/{source.pk}/change/",
        "/suggest/",
    ):
        page.goto(address)
        for summary in page.locator("main details > summary, #content details > summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_reader_suggests_a_link_without_a_script(open_page, section):
    make_entry(make_section(make_issue(number=21)), url=PAPER, title="Words for pictures")
    page = open_page(java_script_enabled=False, width=390)
    page.goto("/")
    page.get_by_role("link", name="Suggest a link").click()
    page.get_by_label("Address of the page").fill("https://example.org/post?utm_source=x")
    page.get_by_label("Why it is worth reading").fill("三年分の失敗が正直に書かれています。")
    page.get_by_role("button", name="Suggest it").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()

    page.get_by_role("link", name="Suggest another link").click()
    page.get_by_label("Address of the page").fill("2103.00020")
    page.get_by_role("button", name="Suggest it").click()
    expect(page.get_by_text("In Issue 21,")).to_be_visible()
    page.get_by_role("link", name="Words for pictures").click()
    expect(page).to_have_url(re.compile(r"/entries/[a-z]+/$"))
    assert page.context.cookies() == []
    assert Candidate.objects.get().arrivals.get().words == "三年分の失敗が正直に書かれています。"


def test_what_is_missing_is_told_beside_the_field(troubled_page, section):
    page = troubled_page
    page.goto("/suggest/")
    page.get_by_role("button", name="Suggest it").click()
    expect(page.get_by_text("The address is missing.")).to_be_visible()
    field = page.get_by_label("Address of the page")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("The address is missing. Copy it from the browser.")


def test_a_form_on_another_site_suggests_nothing(troubled_page, section, site_url):
    page = troubled_page
    form = (
        f'<form method="post" action="{site_url}/suggest/"><input name="address" value="https://a.example/"><button>Go'
    )
    with serving(lambda asked: Reply(form)) as server:
        page.goto(server.base.replace("127.0.0.1", "localhost"))
        page.get_by_role("button").click()
        expect(page.get_by_text("This form was sent from another site.")).to_be_visible()
    assert not Candidate.objects.exists()
