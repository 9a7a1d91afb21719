"""The mail of an issue: the rows of the page in a form that mail programs show, harmless whatever they hold."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from common.images import check
from common.storing import store
from issues.mail import CUT_OFF_AT, PlaceLeft, fill, render, someone
from issues.mail.places import CLOSE, NAMES, OPEN
from issues.mail.wrapping import COLUMNS, columns
from issues.site import Site
from tests.common.pictures import drawing, packed, photograph, svg
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section

from .issues import HOSTILE, loaded, make_long, make_week

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uploads_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.AKIRA_BASE_URL = "https://akira.example"


def mail_of(issue):
    return render(loaded(issue))


def sent(issue):
    """The mail as a subscriber who does not exist gets it."""
    return fill(mail_of(issue), someone(Site(issue.publication, issue.language), issue))


def soup(issue):
    return BeautifulSoup(sent(issue).html, "html.parser")


def words(tag):
    return " ".join(tag.get_text(" ").split())


# --- What it says --------------------------------------------------------------------------------------------------


def test_subject_and_preheader_differ_and_are_one_line():
    mail = mail_of(make_week())
    assert mail.subject == "Akira 26: Nobody labelled the videos"
    assert mail.preheader == "Six million videos, and not one label. 3 entries, 1 minute."


def test_an_issue_without_number_or_title_has_a_subject():
    make_publication(name="Akira")
    assert mail_of(make_issue(published=False, title="", number=7)).subject == "Akira: Issue 7"
    special = make_issue(published=False, kind="special", slug="summit", title="The summit")
    special.number = None
    special.save()
    assert mail_of(special).subject == "Akira: The summit"


def test_a_subject_stays_one_line_whatever_the_title():
    mail = mail_of(make_week(title="One\r\nBcc: everybody@example.org\u2028two\x0bthree\u202e"))
    assert mail.subject == "Akira 26: One Bcc: everybody@example.org two three"
    assert mail.subject.isprintable()


def test_the_preheader_falls_back_on_what_is_there():
    make_publication(name="Akira")
    issue = make_issue(published=False, number=1)
    assert mail_of(issue).preheader == "0 entries, 1 minute."
    make_entry(make_section(issue), title="Only this", summary="")
    assert mail_of(issue).preheader == "Only this 1 entry, 1 minute."


def test_the_html_has_what_the_page_has():
    page = soup(make_week())
    assert [words(title) for title in page.find_all("h1")] == ["Nobody labelled the videos"]
    assert [words(title) for title in page.find_all("h2")] == ["Features", "Features", "Papers"]
    assert [words(title) for title in page.find_all("h3")] == [
        "Learning from videos",
        "Does a student learn?",
        "How far?",
    ]
    text = words(page.body)
    for said in (
        "26",
        "27 January 2021",
        "It was seven million.",
        "The date was wrong.",
        "What students learn",
        "26.2",
    ):
        assert said in text
    assert page.find("a", string="Learning from videos")["href"] == "https://arxiv.org/abs/2106.02636"


def test_the_same_rows_give_the_same_mail():
    issue = make_week()
    assert mail_of(issue) == mail_of(issue)


def test_highlights_lead_to_the_pages_of_entries():
    page = soup(make_week())
    link = page.find("a", string="learns")
    assert re.fullmatch(r"https://akira\.example/entries/[a-z]+/", link["href"])


def test_formulas_are_their_source():
    mail = sent(make_week())
    assert "<math" not in mail.html
    assert "<code" in mail.html
    assert "It learns x^2." in mail.text


def test_the_foot_says_why_and_how_to_leave():
    mail = sent(make_week())
    for part in (words(BeautifulSoup(mail.html, "html.parser")), mail.text):
        assert "You get Akira because you confirmed this address on " in part
        assert "1 Example Street" in part
    assert "\n-- \n" in mail.text
    leave = BeautifulSoup(mail.html, "html.parser").find("a", string="Unsubscribe")["href"]
    assert leave.startswith("https://akira.example/subscribe/leave/")
    assert f"Unsubscribe: {leave}\n" in mail.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["View in browser", "Unsubscribe", "3 entries", "Corrected"]),
        ("ja", ["ブラウザーで見る", "配信停止", "3項目", "訂正"]),
        ("zh-hans", ["在浏览器中查看", "退订", "3条", "更正"]),
    ],
)
def test_a_mail_speaks_the_language_of_its_issue(language, said):
    mail = sent(make_week(language))
    for text in said:
        assert text in mail.html
    assert BeautifulSoup(mail.html, "html.parser").html["lang"].lower() == language


def test_a_language_without_translation_has_an_english_frame():
    make_week()
    make_publication(languages=["en", "pt-br"])
    mail = sent(make_issue(language="pt-br", title="Uma semana"))
    assert 'lang="pt-BR"' in mail.html
    assert "Unsubscribe" in mail.html


# --- Its form ------------------------------------------------------------------------------------------------------


def test_styles_are_in_the_elements_and_the_dark_ones_in_the_head():
    page = soup(make_week())
    assert "color:#14171d" in page.h1["style"]
    assert "prefers-color-scheme:dark" in page.style.string
    assert "data-ogsc" not in page.style.string
    assert "[data-ogsc]" in page.find_all("style")[1].string
    assert not page.find_all("link")


def test_every_class_of_the_head_is_one_that_the_mail_uses():
    page = soup(make_week())
    used = {name for tag in page.find_all(class_=True) for name in tag["class"]}
    named = set(re.findall(r"\.([a-z]+)\b", "".join(style.string for style in page.find_all("style"))))
    assert named - used <= {"many", "also"}


def test_one_table_of_620_pixels_and_all_tables_are_layout():
    page = soup(make_week())
    assert "max-width:620px" in page.find("table", class_="page")["style"]
    assert all(table.get("role") == "presentation" for table in page.find_all("table"))


def test_nothing_in_it_is_misplaced():
    html = sent(make_week()).html
    # What a browser closes too early, because something may not stand in it, leaves an empty paragraph behind.
    assert not re.search(r"<p[^>]*>\s*</p>", html)
    ids = re.findall(r' id="([^"]*)"', html)
    assert ids == []


def test_nothing_is_asked_of_anybody_and_nobody_is_counted():
    page = soup(make_week())
    assert not page.find_all(["img", "script", "iframe", "link", "form", "object", "video"])
    assert "url(" not in str(page)
    assert not re.search(r"utm_|pixel|track", str(page))


def test_every_address_is_whole():
    page = soup(make_week())
    links = [link["href"] for link in page.find_all("a")]
    assert len(links) > 10
    assert all(re.match(r"https://[a-z]", link) for link in links)


# --- Figures -------------------------------------------------------------------------------------------------------


def illustrated(picture, **values):
    stored = store(picture, "figures", for_mails=True)
    entry = make_entry(
        make_section(make_issue(number=3)),
        figure=stored.name,
        figure_width=stored.width,
        figure_height=stored.height,
        figure_widths=list(stored.widths),
        **{"figure_alt": "Two curves"} | values,
    )
    return entry.section.issue


@pytest.mark.parametrize(
    ("picture", "ending", "size"),
    [
        pytest.param(packed(drawing((400, 200)), "PNG"), r"[0-9a-f]{64}\.png", ("400", "200"), id="small"),
        pytest.param(packed(photograph((2000, 1000)), "JPEG"), r"[0-9a-f]{64}-mail\.jpg", ("554", "277"), id="photo"),
        pytest.param(packed(drawing((1600, 800)), "PNG"), r"[0-9a-f]{64}-mail\.(png|jpg)", ("554", "277"), id="large"),
        pytest.param(
            packed(photograph((800, 400)), "WEBP"), r"[0-9a-f]{64}-mail\.(png|jpg)", ("554", "277"), id="webp"
        ),
    ],
)
def test_figures_are_such_as_mail_programs_show(picture, ending, size):
    (image,) = soup(illustrated(check(picture))).find_all("img")
    assert re.fullmatch(rf"https://akira\.example/uploads/figures/{ending}", image["src"])
    assert (image["width"], image["height"]) == size
    assert image["alt"] == "Two curves"
    assert default_storage.exists(image["src"].removeprefix("https://akira.example/uploads/"))


def test_a_drawing_is_sent_as_pixels():
    pytest.importorskip("resvg_py", reason="without resvg_py drawings are words in mails")
    issue = illustrated(check(svg('<rect width="50" height="40"/>', attributes='viewBox="0 0 700 350"')))
    (image,) = soup(issue).find_all("img")
    assert image["src"].endswith("-mail.png")
    assert (image["width"], image["height"]) == ("554", "277")


@pytest.mark.parametrize("alt", ["Two curves", ""])
def test_a_figure_without_such_a_form_is_its_description(alt):
    name = f"figures/{'a' * 64}.svg"
    default_storage.save(name, ContentFile(svg()))
    make_entry(
        make_section(issue := make_issue(number=4)), figure=name, figure_width=100, figure_height=50, figure_alt=alt
    )
    page = soup(issue)
    assert not page.find_all("img")
    note = page.find("p", class_="words")
    assert words(note) == ("Figure : Two curves" if alt else "Figure")
    assert note.a["href"].startswith("https://akira.example/entries/")


def test_a_figure_of_which_nobody_knows_the_size_is_its_description():
    name = "figures/old.png"
    default_storage.save(name, ContentFile(packed(drawing((400, 200)))))
    make_entry(make_section(issue := make_issue(number=5)), figure=name)
    assert not soup(issue).find_all("img")


# --- The letter ----------------------------------------------------------------------------------------------------


def test_the_letter_is_as_letters_are():
    lines = sent(make_week()).text.splitlines()
    assert lines[:3] == ["AKIRA 26", "Nobody labelled the videos", "27 January 2021, 3 entries, 1 minute"]
    assert lines[3] == "On the web: https://akira.example/issues/26/"
    start = lines.index("26.1 Learning from videos")
    assert lines[start : start + 13] == [
        "26.1 Learning from videos",
        "      Neural Script Knowledge [2106.02636]",
        "      https://arxiv.org/abs/2106.02636",
        "",
        "      It learns x^2.",
        "",
        "      See the code [2] and it again [2].",
        "",
        "      Corrected, 2021-09-03: It was seven million.",
        "",
        "      [2] https://example.org/code",
        "",
        "",
    ]
    assert "* A model learns [1] from subtitles." in lines
    assert "=" * COLUMNS in lines


@pytest.mark.parametrize("language", ["en", "ja", "zh-hans"])
def test_lines_are_72_columns_wide_but_for_addresses(language):
    issue = make_week(language, title="とても長い題名" * 12)
    make_entry(make_section(issue, title="節の題名" * 20), title="項目の題名" * 20, summary="長い文章である。" * 60)
    make_highlight(issue, text="目玉となる記事。" * 30)
    wide = [line for line in sent(issue).text.splitlines() if columns(line) > COLUMNS]
    assert all("https://" in line for line in wide)


def test_the_letter_ends_in_one_line_end_and_has_no_stray_blanks():
    text = sent(make_week()).text
    assert text.endswith("Street\n")
    assert [line for line in text.splitlines() if line != line.rstrip()] == ["-- "]


# --- At the edges --------------------------------------------------------------------------------------------------


def test_an_empty_issue_has_a_mail():
    make_publication(name="Akira")
    issue = make_issue(published=False, number=9, title="")
    assert words(soup(issue).h1) == "Issue 9"
    assert sent(issue).text.startswith("AKIRA 9\nIssue 9\n0 entries")


def test_hostile_texts_are_shown_as_text():
    make_publication(name=f"A{HOSTILE}"[:200], imprint=HOSTILE)
    issue = make_issue(number=1, title=HOSTILE, intro=HOSTILE)
    make_entry(
        make_section(issue, title=HOSTILE),
        title=HOSTILE,
        source_title=HOSTILE,
        summary=HOSTILE,
        domain_shown=HOSTILE,
        card_title=HOSTILE,
        card_description=HOSTILE,
        card_url="https://example.org/",
        card_domain=HOSTILE,
    )
    make_highlight(issue, text=HOSTILE, group_title=HOSTILE)
    issue.errata.create(noted_on="2021-09-03", text=HOSTILE)
    page = soup(issue)
    assert not page.find_all(["script", "img"])
    assert not [tag for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert words(page.h1) == HOSTILE
    assert " ".join(sent(issue).text.split()).count(HOSTILE) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_a_text_that_looks_like_a_place_is_left_as_it_is(name):
    make_publication(name="Akira")
    looks = [f"{OPEN}{name}{CLOSE}", f"{{{{ {name} }}}}", f"{{{{ places.{name} }}}}", f"%({name})s", f"[{name}]"]
    issue = make_issue(number=1, title=" ".join(looks), intro=" ".join(looks))
    expected = f"{name} " + " ".join(looks[1:])
    assert words(soup(issue).h1) == expected
    assert expected in " ".join(sent(issue).text.split())


@pytest.mark.parametrize("part", ["html", "text"])
def test_no_place_is_left(part):
    issue = make_week()
    assert OPEN in getattr(mail_of(issue), part)
    assert OPEN not in getattr(sent(issue), part)
    assert CLOSE not in getattr(sent(issue), part)


@pytest.fixture
def someone_else():
    return someone(Site(make_publication(name="Akira"), "en"), make_issue(number=99))


def test_a_mail_with_a_place_that_nothing_fills_is_not_sent(someone_else):
    mail = mail_of(make_week())
    broken = replace(mail, text=f"{mail.text}{OPEN}else{CLOSE}")
    with pytest.raises(PlaceLeft):
        fill(broken, someone_else)


def test_what_is_filled_in_is_escaped(someone_else):
    mail = mail_of(make_week())
    odd = replace(someone_else, confirmed_on="<i>&amp; June")
    assert "&lt;i&gt;&amp;amp; June" in fill(mail, odd).html
    assert "on\n<i>&amp; June." in fill(mail, odd).text.replace("on <i>", "on\n<i>")


# --- Size ----------------------------------------------------------------------------------------------------------


def test_the_size_is_that_of_the_html_as_sent():
    issue = make_week()
    mail = mail_of(issue)
    assert mail.size == len(sent(issue).html.encode())
    assert not mail.is_cut_off
    assert mail.kilobytes == -(-mail.size // 1000)


def test_fourteen_entries_are_light_and_long_ones_are_cut_off():
    make_publication(name="Akira")
    light, heavy = mail_of(make_long(14)), mail_of(make_long(14, sentences=100, number=61))
    assert light.size < CUT_OFF_AT / 2
    assert heavy.is_cut_off


def test_the_style_sheet_stays_small():
    """Gmail reads the first 8192 characters of styles."""
    page = soup(make_week())
    assert sum(len(style.string) for style in page.find_all("style")) < 4096
    source = Path(__file__).parents[3] / "templates/issues/emails/mail.css"
    assert "@import" not in source.read_text()


def test_a_mail_costs_two_queries_whatever_is_in_the_issue(django_assert_num_queries):
    make_publication(name="Akira")
    for entries in (3, 60):
        issue = loaded(make_long(entries, number=entries))
        with django_assert_num_queries(1):
            render(issue)
        with django_assert_num_queries(0):
            render(issue, earlier={})
