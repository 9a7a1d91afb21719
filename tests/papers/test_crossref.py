"""Reading what Crossref answers: articles, preprints, retractions, dates in part, and answers that are none."""

import datetime
import json
from pathlib import Path

import pytest

from common.failures import FetchFailed, Reason
from papers import crossref
from papers.records import Record
from tests.stand_ins import CROSSREF_FAULTS, crossref_work

SAMPLES = Path(__file__).parent.parent / "samples" / "crossref"


def sample(name):
    return (SAMPLES / f"{name}.json").read_bytes()


def read(**fields):
    """The record of an invented article with these fields."""
    return crossref.read(json.dumps(crossref_work("10.5555/a", **fields)).encode())


# --- Asking --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("doi", "contact", "path"),
    [
        ("10.5555/a", "", "/works/10.5555%2Fa"),
        ("10.5555/a", "desk@example.org", "/works/10.5555%2Fa?mailto=desk@example.org"),
        (
            "10.5555/a?b#c;<d>(e)",
            "a&b@example.org",
            "/works/10.5555%2Fa%3Fb%23c%3B%3Cd%3E%28e%29?mailto=a%26b@example.org",
        ),
        ("10.5555/日本", "", "/works/10.5555%2F%E6%97%A5%E6%9C%AC"),
    ],
    ids=["plain", "contact", "odd", "japanese"],
)
def test_path(doi, contact, path):
    assert crossref.path(doi, contact) == path


@pytest.mark.parametrize(
    ("limit", "interval", "seconds"),
    [("50", "1s", 0.02), ("1", "2s", 2.0), ("10", "60", 6.0), ("0", "1s", 0), ("many", "1s", 0), ("5", "", 0)],
)
def test_spacing_that_an_answer_asks_for(limit, interval, seconds):
    headers = {"x-rate-limit-limit": limit, "x-rate-limit-interval": interval}
    assert crossref.spacing(headers) == pytest.approx(seconds)


def test_answer_without_limits_asks_for_no_spacing():
    assert crossref.spacing({}) == 0


# --- Works ---------------------------------------------------------------------------------------------------------


def test_article_is_read_in_full():
    assert crossref.read(sample("article")) == Record(
        identity="doi:10.5555/inv.2022.17",
        url="https://doi.org/10.5555/inv.2022.17",
        kind="paper",
        title="Waiting is All There Is: CO₂ and Patience in Small Language Models: A study in three queues",
        authors=("Aiko Beispiel", "José García-Müller Jr.", "小明 王", "The Patience & Queueing Collaboration"),
        abstract=(
            "Background\n\nSmall models wait, at 10⁻³ seconds per token & more; p < 0.05.\n\nResults\n\n"
            "Patience grows as $O(n^2)$."
        ),
        doi="10.5555/inv.2022.17",
        venue="Journal of Invented Results",
        published_on=datetime.date(2022, 1, 14),
        language="en",
    )


def test_preprint_came_out_on_its_server():
    assert crossref.read(sample("preprint")) == Record(
        identity="doi:10.5555/2020.06.30.999999",
        url="https://doi.org/10.5555/2020.06.30.999999",
        kind="paper",
        title="Trains of thought, and where they stop",
        authors=("Clara Fahrplan",),
        abstract="We follow trains of thought.\n\nThey stop.",
        doi="10.5555/2020.06.30.999999",
        venue="inventRxiv",
        published_on=datetime.date(2020, 6, 30),
    )


def test_what_an_answer_does_not_say_is_empty():
    body = json.dumps({"message": {"DOI": "10.5555/a"}}).encode()
    assert crossref.read(body) == Record("doi:10.5555/a", "https://doi.org/10.5555/a", doi="10.5555/a")


@pytest.mark.parametrize("name", ["title", "subtitle", "author", "abstract", "container-title", "issued", "published"])
@pytest.mark.parametrize("value", [None, "", [], [None], [[]], {}, 7, [7], "text", [{"given": 3}], {"date-parts": 4}])
def test_part_of_another_shape_says_nothing_and_harms_nothing(name, value):
    record = read(**{name: value})
    assert record.identity == "doi:10.5555/a"
    assert isinstance(record.title + record.abstract + record.venue, str)


@pytest.mark.parametrize(
    ("stated", "kind"),
    [("journal-article", "paper"), ("book", "paper"), ("dataset", "other"), ("journal", "other"), ("novelty", "")],
)
def test_type_becomes_kind(stated, kind):
    assert read(type=stated).kind == kind


@pytest.mark.parametrize(
    ("title", "subtitle", "expected"),
    [
        (["Models"], [], "Models"),
        (["Models"], ["A study"], "Models: A study"),
        (["Models: A study"], ["A Study"], "Models: A study"),
        (["Who waits?"], ["A study"], "Who waits? A study"),
        (["", "Models"], [], "Models"),
        (["忍耐について"], [], "忍耐について"),
        (["Tom &amp;amp; Jerry"], [], "Tom & Jerry"),
        (["  Measured in\n Al<sub>x</sub>Ga "], [], "Measured in AlxGa"),
        (
            ["Search for <mml:math><mml:mi>B</mml:mi><mml:mo>=</mml:mo><mml:mn>2</mml:mn></mml:math>"],
            [],
            "Search for B=2",
        ),
    ],
)
def test_title(title, subtitle, expected):
    assert read(title=title, subtitle=subtitle).title == expected


def test_original_title_where_there_is_no_other():
    assert read(**{"title": [], "original-title": ["Über die Geduld"]}).title == "Über die Geduld"


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ([{"family": "Plato"}], ("Plato",)),
        ([{"name": "A Group"}, {"given": "B", "family": "C"}], ("A Group", "B C")),
        ([{"given": " <b>B</b>\n", "family": "&amp;C"}], ("B &C",)),
        ([{"affiliation": []}, "no object"], ()),
    ],
)
def test_authors(author, expected):
    assert read(author=author).authors == expected


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("Just a text.", "Just a text."),
        ("<jats:p>One.</jats:p>\n<jats:p>Two.</jats:p>", "One.\n\nTwo."),
        ("<p>ABSTRACT</p><p>One.</p>", "One."),
        ("<jats:title>Summary:</jats:title><jats:p>One.</jats:p>", "One."),
        ("&lt;jats:p&gt;One.&lt;/jats:p&gt;&lt;jats:p&gt;Two.&lt;/jats:p&gt;", "One.\n\nTwo."),
        ("<jats:p>A <jats:bold>b</jats:bold> c<jats:sup>13</jats:sup>", "A b c¹³"),
        ("<jats:tex-math>x^2</jats:tex-math> is $y$", "$x^2$ is $y$"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("", ""),
    ],
)
def test_abstract(abstract, expected):
    assert read(abstract=abstract).abstract == expected


def test_items_of_a_list_stay_apart():
    items = "".join(f"<jats:list-item><jats:p>{item}</jats:p></jats:list-item>" for item in ("One", "Two"))
    assert read(abstract=f"<jats:list>{items}</jats:list>").abstract == "One\n\nTwo"


def test_hostile_abstract_costs_little():
    record = read(abstract="<jats:tex-math>" * 100_000, title=["<" * 100_000])
    assert len(record.abstract + record.title) < 30_000


# --- Dates ---------------------------------------------------------------------------------------------------------


def date(*parts):
    return {"date-parts": [list(parts)]}


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"published-online": date(2021, 2, 3), "published-print": date(2021, 4, 1)}, (2021, 2, 3)),
        ({"published-online": date(2021), "published-print": date(2021, 4, 1)}, (2021, 4, 1)),
        ({"issued": date(2021, 4), "created": date(2021, 4, 17)}, (2021, 4, 17)),
        ({"issued": date(2021, 4), "created": date(2021, 5, 17)}, (2021, 4, 1)),
        ({"issued": date(1998), "created": date(2002, 7, 25)}, (1998, 1, 1)),
        ({"issued": date(None), "posted": date(2020, 6, 30)}, (2020, 6, 30)),
        ({"issued": date(2021, 13)}, None),
        ({"issued": date(2021, 2, 30)}, None),
        ({"issued": date(10**12)}, None),
        ({"issued": date()}, None),
        ({"created": date(2002, 7, 25)}, None),
        ({}, None),
    ],
)
def test_day_of_publication(dates, expected):
    body = json.dumps({"message": {"DOI": "10.5555/a", **dates}}).encode()
    assert crossref.read(body).published_on == (datetime.date(*expected) if expected else None)


# --- Retractions ---------------------------------------------------------------------------------------------------


def test_retracted_article_is_withdrawn():
    record = crossref.read(sample("retracted"))
    assert record.withdrawn
    assert record.title == "RETRACTED: Tea makes models patient"


@pytest.mark.parametrize(
    ("fields", "withdrawn"),
    [
        ({"updated-by": [{"type": "retraction", "DOI": "10.5555/n"}]}, True),
        ({"updated-by": [{"type": "withdrawal", "DOI": "10.5555/n"}]}, True),
        ({"updated-by": [{"type": "correction", "DOI": "10.5555/n"}, {"type": "erratum", "DOI": "10.5555/m"}]}, False),
        ({"updated-by": [{"type": "expression_of_concern", "DOI": "10.5555/n"}]}, False),
        ({"updated-by": [{"type": "partial_retraction", "DOI": "10.5555/n"}]}, False),
        ({"update-to": [{"type": "retraction", "DOI": "10.5555/the.article"}]}, False),
        ({"update-to": [{"type": "retraction", "DOI": "10.5555/A"}]}, True),
        ({"title": ["RETRACTED ARTICLE: Tea"]}, True),
        ({"title": ["[Retracted] Tea"]}, True),
        ({"title": ["WITHDRAWN: Tea"]}, True),
        ({"title": ["Retraction: Tea"]}, False),
        ({"title": ["Retraction notice to: Tea"]}, False),
        ({"title": ["Retracted papers and their readers"]}, False),
        ({"title": ["Withdrawn behaviour in models"]}, False),
    ],
)
def test_withdrawn(fields, withdrawn):
    assert read(**fields).withdrawn is withdrawn


# --- Names ---------------------------------------------------------------------------------------------------------


def test_further_dois_of_the_same_work_are_its_names():
    same = [{"id-type": "doi", "id": "10.5555/B"}, {"id-type": "uri", "id": "https://example.org"}]
    record = read(aliases=["10.5555/OLD", "no doi"], relation={"is-identical-to": same})
    assert record.names == ("doi:10.5555/old", "doi:10.5555/b")


def test_preprint_and_article_are_two_works():
    assert crossref.read(sample("article")).names == ()
    assert crossref.read(sample("preprint")).names == ()


# --- Answers that are none -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nothing", "cut", "list", "no-message", "deep", "page"])
def test_damaged_answer_is_refused(name):
    with pytest.raises(FetchFailed, match="Crossref sent") as failed:
        crossref.read(CROSSREF_FAULTS[name].body.encode() if name != "nothing" else b"")
    assert (failed.value.reason, failed.value.is_passing) == (Reason.PARSE, True)


@pytest.mark.parametrize(
    "body",
    [
        b'{"message": {}}',
        b'{"message": {"DOI": "none"}}',
        b'{"message": {"DOI": 7}}',
        b'{"message": []}',
        b"\xff",
        b"1",
    ],
)
def test_answer_without_a_doi_is_refused(body):
    with pytest.raises(FetchFailed, match="Crossref sent"):
        crossref.read(body)
