"""The rules about links: of another paper, leading nowhere, doing harm, going round about, gone."""

import pytest
from django.utils import timezone

from issues.checks import Severity, apply_fix
from issues.models import Entry
from papers.models import Alias, Fetch
from papers.records import Record
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section

from .asking import findings, places

pytestmark = pytest.mark.django_db

PAPER = "https://arxiv.org/abs/2103.03230"


def draft_entry(**values):
    """An entry of a draft; `url` may be anything that a row can hold, as past all forms."""
    url = values.pop("url", PAPER)
    entry = make_entry(
        make_section(make_issue(published=False)), url=PAPER, title="What it says", summary="It says so."
    )
    work = entry.work if url else None
    Entry.objects.filter(pk=entry.pk).update(**{"url": url, "url_given": url, "work": work} | values)
    return Entry.objects.get(pk=entry.pk)


def of(entry, code):
    return findings(entry.section.issue, code)


def say(entry, **said):
    """Let the outside have said this of the entry's work."""
    record = Record(**{"identity": entry.work.identity, "url": entry.work.url} | said)
    return Fetch.objects.create(work=entry.work, lane="x", said=record.as_json(), fetched_at=timezone.now())


def applied(entry, code):
    """The entry once the fix of its one finding was applied, after which nothing is found."""
    (finding,) = of(entry, code)
    apply_fix(entry.section.issue, finding)
    assert of(entry, code) == []
    return Entry.objects.get(pk=entry.pk)


# --- id-mismatch -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"title": "[2103.03206] Perceiver"},
        {"source_title": "Perceiver (arXiv:2103.03206v1)"},
        {"source_arxiv_id": "2103.03206"},
        {"source_title": "【2103. 03206】知覚"},
        {"source_title": "［２１０３．０３２０６］ 全角"},
        {"title": "Old hep-th/9901001"},
        {"url": "https://doi.org/10.1109/5.771073", "source_title": "doi:10.1038/nature14539."},
        {"url": "https://arxiv.org/pdf/2103.03230v2", "title": "2103.03231"},
        {"title": "See https://doi.org/10.48550/arXiv.2103.03206"},
    ],
    ids=lambda values: "; ".join(values.values()),
)
def test_the_id_of_another_paper_is_found(values):
    assert [finding.severity for finding in of(draft_entry(**values), "id-mismatch")] == [Severity.ERROR]


@pytest.mark.parametrize(
    "values",
    [
        {"title": "[2103.03230] Barlow Twins"},
        {"source_title": "Barlow Twins (arXiv:2103.03230v3)", "source_arxiv_id": "2103.03230"},
        {"source_title": "Barlow Twins [2103.03230], after [2006.07733]"},
        {"title": "From 2019.5 to 2021.3, in 1024.2048 steps"},
        {"title": "Version 1.2103.03206"},
        {"url": "https://example.org/post", "title": "[2103.03206] Perceiver"},
        {"url": "https://doi.org/10.1109/5.771073", "source_title": "[2103.03206] and doi 10.1109/5.771073"},
        {"url": "", "title": "[2103.03206]"},
    ],
    ids=lambda values: "; ".join(values.values()),
)
def test_the_id_of_the_link_itself_is_no_finding(values):
    assert of(draft_entry(**values), "id-mismatch") == []


def test_an_id_by_which_the_work_is_known_as_well_is_its_own():
    entry = draft_entry(source_title="[2103.03206] A preprint that became this one")
    Alias.objects.create(work=entry.work, identity="arxiv:2103.03206")
    assert of(entry, "id-mismatch") == []


# --- no-link ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("url", "count"), [("", 1), ("  ", 1), (PAPER, 0)])
def test_an_entry_needs_a_link(url, count):
    entry = draft_entry()
    Entry.objects.filter(pk=entry.pk).update(url=url, work=None)
    assert len(of(entry, "no-link")) == count


# --- malformed-url, unsafe-url ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https:///path",
        "https://exa mple.org/",
        "https://https://example.org/",
        "http://https//example.org/",
        "https://example/",
        "https://example.org/a)",
        "https://example.org/a，",
        "https://example.org/a%EF%BC%8C",
        "https://example.org/a]",
        'https://example.org/a"',
        "https://example..org/",
        "https://example.o_g/",
        "https://arxiv.org/abs/2103.0323",
        "https://arxiv.org/abs/",
        "https://arxiv.org/pdf/2113.03230",
        "https://[::1",
        "wysiwyg:here",
        "not an address",
    ],
)
def test_an_address_that_leads_nowhere_is_found_and_can_not_be_waived(url):
    (finding,) = of(draft_entry(url=url), "malformed-url")
    assert (finding.severity, finding.waivable) == (Severity.ERROR, False)


@pytest.mark.parametrize(
    "url",
    [
        PAPER,
        "https://arxiv.org/list/cs.LG/recent",
        "https://arxiv.org/abs/hep-th/9901001",
        "https://en.wikipedia.org/wiki/Attention_(machine_learning)",
        "https://example.org:8443/a?b=[c]#d",
        "https://日本語.jp/ページ",
        "https://xn--wgv71a119e.xn--jp/",
        "http://93.184.216.34/page",
        "https://web.archive.org/web/2020/https://example.org/",
        "https://example.org/a,b;c",
    ],
)
def test_a_sound_address_is_no_finding(url):
    entry = draft_entry(url=url)
    assert of(entry, "malformed-url") == of(entry, "unsafe-url") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Read [this]().", "malformed-url"),
        ("Read [this](https://exa_mple).", "malformed-url"),
        ("Read [this](javascript:alert(1)).", "unsafe-url"),
        ("Read [this](JaVa\tScript:alert(1)).", ""),
        ('Read <a href="data:text/html,x">this</a>.', "unsafe-url"),
        ("Read [this](http://192.168.0.1/).", "unsafe-url"),
        ("Write to [us](mailto:desk@example.org).", ""),
        ("Write to [us](mailto:desk).", "malformed-url"),
        ("See [below](#end) and [this](entry:abc).", ""),
        ("`[code](javascript:x)`", ""),
    ],
)
def test_addresses_in_texts_are_asked_too(text, code):
    entry = draft_entry(summary=text)
    found = [finding.code for name in ("malformed-url", "unsafe-url") for finding in of(entry, name)]
    assert found == ([code] if code else [])


@pytest.mark.parametrize(
    "url",
    [
        "https://user:secret@example.org/",
        "https://user@example.org/",
        "javascript:alert(1)",
        " javascript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://localhost/",
        "http://localhost:8000/admin/",
        "http://127.0.0.1:8000/",
        "http://10.1.2.3/",
        "http://2130706433/",
        "http://[::1]/",
        "http://169.254.169.254/latest/",
        "http://printer.local/",
        "https://wiki.corp/",
    ],
)
def test_an_address_that_harms_is_found_and_can_not_be_waived(url):
    (finding,) = of(draft_entry(url=url), "unsafe-url")
    assert (finding.severity, finding.waivable) == (Severity.ERROR, False)
    assert of(draft_entry(url=url), "malformed-url") == []


def test_an_intranet_that_the_operator_allows_is_no_harm(settings):
    settings.AKIRA_FETCH_ALLOW = ["127.0.0.1:8123"]
    assert of(draft_entry(url="http://127.0.0.1:8123/page"), "unsafe-url") == []


@pytest.mark.parametrize("field", ["card_url", "figure_source_url"])
def test_the_other_addresses_of_an_entry_are_asked_too(field):
    assert of(draft_entry(**{field: "http://10.0.0.1/"}), "unsafe-url")[0].place.field == field


# --- relative-url ----------------------------------------------------------------------------------------------------


def test_an_address_given_without_its_site_is_told_until_an_editor_says_that_it_is_right():
    entry = draft_entry(url="https://medium.com/swlh/post", url_given="/swlh/post")
    assert applied(entry, "relative-url").url_given == "https://medium.com/swlh/post"


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ("/a", 1),
        ("../a", 1),
        ("./a", 1),
        ("?a=b", 1),
        ("//example.org/a", 0),
        ("example.org/a", 0),
        (PAPER, 0),
        ("", 0),
    ],
)
def test_only_addresses_without_a_site_are_relative(given, count):
    assert len(of(draft_entry(url_given=given), "relative-url")) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("See [this](/pytorch/a-post-43a032ade82b).", 1),
        ("See [this](/issues/3/#e-abc), [that](/ja/issues/3/) and [more](/topics/video/?before=x).", 0),
        ("See [this](issues/3/).", 1),
        ("See [this](page.html).", 1),
        ("See [this](www.example.org).", 1),
        ("See [this](https://example.org) and [that](#here).", 0),
        ("See [this](javascript:x).", 0),
    ],
)
def test_relative_addresses_in_texts(text, count):
    assert len(of(draft_entry(summary=text), "relative-url")) == count


# --- shortener -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "count"),
    [
        ("https://bit.ly/3xYz", 1),
        ("https://t.co/abc", 1),
        ("https://www.tinyurl.com/x", 1),
        ("https://bit.example/x", 0),
    ],
)
def test_a_shortened_address_is_found(url, count):
    assert len(of(draft_entry(url=url), "shortener")) == count
    assert len(of(draft_entry(summary=f"See [this]({url})."), "shortener")) == count


def test_where_a_shortened_address_leads_is_taken_with_one_click():
    entry = make_entry(make_section(make_issue(published=False)), url="https://bit.ly/3xYz")
    say(entry, url="https://example.org/the-post")
    assert applied(entry, "shortener").url == "https://example.org/the-post"


# --- dead-host, dead-link --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "code"),
    [("dns", "dead-host"), ("not-found", "dead-link"), ("gone", "dead-link"), ("timeout", ""), ("blocked", "")],
)
def test_a_link_whose_site_or_page_is_gone_is_found(reason, code):
    entry = draft_entry()
    Fetch.objects.create(work=entry.work, lane="x", last_error=reason, failed_at=timezone.now())
    found = [finding.code for name in ("dead-host", "dead-link") for finding in of(entry, name)]
    assert found == ([code] if code else [])


def test_what_became_of_another_link_says_nothing_of_this_one():
    entry = draft_entry(url="https://example.org/elsewhere")
    Fetch.objects.create(work=entry.work, lane="x", last_error="not-found", failed_at=timezone.now())
    assert of(entry, "dead-link") == []


@pytest.mark.parametrize("url", ["https://www.getrevue.co/profile/x", "http://plus.google.com/1"])
def test_services_that_were_shut_down_are_known(url):
    assert len(of(draft_entry(url=url), "dead-host")) == 1
    assert len(of(draft_entry(summary=f"See [this]({url})."), "dead-host")) == 1


# --- version-pinned, plain-http --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "fixed"),
    [
        ("https://arxiv.org/abs/2103.00430v2", "https://arxiv.org/abs/2103.00430"),
        ("https://arxiv.org/pdf/2103.00430v12.pdf", "https://arxiv.org/pdf/2103.00430.pdf"),
        ("https://arxiv.org/abs/hep-th/9901001v3", "https://arxiv.org/abs/hep-th/9901001"),
    ],
)
def test_a_pinned_version_is_taken_off_with_one_click(url, fixed):
    entry = make_entry(make_section(make_issue(published=False)), url=url)
    assert applied(entry, "version-pinned").url == fixed


@pytest.mark.parametrize("url", [PAPER, "https://example.org/v2", "https://github.com/a/b/tree/v2"])
def test_what_names_no_version_of_a_paper_is_not_pinned(url):
    assert of(draft_entry(url=url), "version-pinned") == []


def test_plain_http_is_a_notice_and_a_warning_once_https_was_seen_to_answer():
    entry = make_entry(make_section(make_issue(published=False)), url="http://example.org/post")
    (finding,) = of(entry, "plain-http")
    assert (finding.severity, finding.fix) == (Severity.NOTICE, None)
    say(entry, url="https://example.org/post")
    (finding,) = of(entry, "plain-http")
    assert finding.severity == Severity.WARNING
    assert applied(entry, "plain-http").url == "https://example.org/post"


@pytest.mark.parametrize("said", ["https://example.org/login", "http://example.org/post", ""])
def test_another_page_by_https_is_not_the_same(said):
    entry = make_entry(make_section(make_issue(published=False)), url="http://example.org/post")
    say(entry, url=said)
    assert of(entry, "plain-http")[0].severity == Severity.NOTICE


# --- campaign --------------------------------------------------------------------------------------------------------


def test_a_tracker_in_a_text_is_removed_with_one_click():
    issue = make_issue(published=False)
    text = "Read [this](https://example.org/a?utm_source=x&b=1) and [that](https://example.org/c?fbclid=1)."
    highlight = make_highlight(issue, text=text)
    (finding,) = findings(issue, "campaign")
    assert finding.place.highlight == 1
    apply_fix(issue, finding)
    highlight.refresh_from_db()
    assert highlight.text == "Read [this](https://example.org/a?b=1) and [that](https://example.org/c)."
    assert findings(issue, "campaign") == []


@pytest.mark.parametrize("field", ["intro", "summary"])
def test_trackers_are_looked_for_in_every_text(field):
    entry, text = draft_entry(), "See [this](https://example.org/a?utm_campaign=x)."
    if field == "intro":
        entry.section.issue.intro = text
        entry.section.issue.save()
    else:
        Entry.objects.filter(pk=entry.pk).update(summary=text)
    assert [finding.place.field for finding in of(entry, "campaign")] == [field]


def test_a_tracker_in_a_link_is_removed_with_one_click():
    assert applied(draft_entry(url=f"{PAPER}?utm_source=x"), "campaign").url == PAPER


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ("?utm_campaign=News%20(ja)", 1),
        ("?utm_campaign=News%20(en)", 0),
        ("?utm_campaign=akira-ja", 1),
        ("?utm_campaign=akira-en", 0),
        ("?utm_campaign=Somebody", 0),
        ("?utm_source=x", 0),
    ],
)
def test_the_campaign_of_another_edition_is_told(given, count):
    make_publication(
        languages=["en", "ja"],
        campaign={"en": {"utm_campaign": "akira-en"}, "ja": {"utm_campaign": "akira-ja"}},
    )
    for field in ("url_given", "card_url_given"):
        assert len(of(draft_entry(**{field: PAPER + given}), "campaign")) == count


def test_a_campaign_that_no_other_link_of_the_issue_has_is_told():
    section = make_section(make_issue(published=False))
    for number in range(4):
        make_entry(section, url_given=f"https://example.org/{number}?utm_campaign=News")
    assert findings(section.issue, "campaign") == []
    make_entry(section, url_given="https://example.org/9?utm_campaign=Others")
    assert places(section.issue, "campaign") == [(1, 5)]


def test_a_campaign_that_is_no_object_does_no_harm():
    make_publication(campaign={"en": "akira", "ja": None})
    assert of(draft_entry(url_given=f"{PAPER}?utm_campaign=x"), "campaign") == []


# --- domain-mismatch -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "url", "count"),
    [
        ("nature.com", "https://arxiv.org/abs/2103.03230", 1),
        ("arxiv.org", "https://example.org/a", 1),
        ("www.example.org", "https://example.org/a", 0),
        ("example.org", "https://blog.example.org/a", 0),
        ("way ve . ai", "https://wayve.ai/a", 0),
        ("杨-song.github.io", "https://yang-song.github.io/a", 0),
        ("Example Post", "https://example.org/a", 0),
        ("bbc.co.uk", "https://www.bbc.co.uk/news", 0),
        ("guardian.co.uk", "https://www.bbc.co.uk/news", 1),
        ("youtube.com", "https://youtu.be/abcdefghijk", 0),
        ("nature.com", "https://doi.org/10.1038/nature14539", 0),
        ("example.org", "https://bit.ly/x", 0),
        ("", "https://example.org/a", 0),
    ],
)
def test_the_site_that_is_shown_has_to_be_that_of_the_link(shown, url, count):
    for field in ("domain_shown", "card_domain"):
        assert len(of(draft_entry(url=url, **{field: shown}), "domain-mismatch")) == count


def test_a_site_to_which_the_link_was_seen_to_lead_is_no_other():
    entry = make_entry(
        make_section(make_issue(published=False)), url="https://old.example.com/a", card_domain="new.example.net"
    )
    assert len(of(entry, "domain-mismatch")) == 1
    say(entry, url="https://new.example.net/a")
    assert of(entry, "domain-mismatch") == []


def test_the_site_of_the_link_is_shown_with_one_click():
    assert applied(draft_entry(domain_shown="nature.com"), "domain-mismatch").domain_shown == "arxiv.org"
