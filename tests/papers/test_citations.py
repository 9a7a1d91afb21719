"""Works are cited as BibTeX, RIS and CSL-JSON, whatever their titles hold."""

import datetime
import itertools
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.citations import bibtex, citation_key, csl, csl_json, ris
from papers.models import Work


def paper(**values):
    defaults = {
        "identity": "arxiv:2103.03230",
        "kind": "paper",
        "title": "On Examples of Learning",
        "authors": ["Ada Example", "Jan van der Muster"],
        "url": "https://arxiv.org/abs/2103.03230",
        "published_on": datetime.date(2021, 3, 4),
        "public_id": "abcdefghij",
    }
    return Work(**defaults | values)


def test_a_preprint_in_bibtex():
    assert bibtex(paper()) == (
        "@misc{example2021examples,\n"
        "  title = {{On Examples of Learning}},\n"
        "  author = {Ada Example and Jan van der Muster},\n"
        "  year = {2021},\n"
        "  month = {3},\n"
        "  eprint = {2103.03230},\n"
        "  archivePrefix = {arXiv},\n"
        "  url = {https://arxiv.org/abs/2103.03230},\n"
        "}\n"
    )


def test_a_preprint_in_ris():
    assert ris(paper()).split("\r\n") == [
        "TY  - UNPB",
        "TI  - On Examples of Learning",
        "AU  - Example, Ada",
        "AU  - van der Muster, Jan",
        "PY  - 2021",
        "DA  - 2021/03/04",
        "M1  - arXiv:2103.03230",
        "UR  - https://arxiv.org/abs/2103.03230",
        "ER  - ",
        "",
    ]


def test_a_preprint_in_csl():
    assert csl(paper()) == {
        "id": "example2021examples",
        "type": "article",
        "title": "On Examples of Learning",
        "author": [{"family": "Example", "given": "Ada"}, {"family": "van der Muster", "given": "Jan"}],
        "issued": {"date-parts": [[2021, 3, 4]]},
        "number": "arXiv:2103.03230",
        "URL": "https://arxiv.org/abs/2103.03230",
    }


@pytest.mark.parametrize("venue", ["NeurIPS 2017", "Proceedings of Examples", "Workshop on Examples"])
def test_a_paper_of_a_meeting_names_its_proceedings(venue):
    work = paper(venue=venue)
    assert "@inproceedings{" in bibtex(work)
    assert f"booktitle = {{{venue}}}" in bibtex(work)
    assert ris(work).startswith("TY  - CONF")
    assert (csl(work)["type"], csl(work)["container-title"]) == ("paper-conference", venue)


def test_a_published_paper_names_its_journal_and_doi():
    work = paper(identity="doi:10.1002/(sici)1%3C2", venue="Journal of Examples & Co", url="https://doi.org/10.1002/x")
    assert "@article{" in bibtex(work)
    assert r"journal = {Journal of Examples \& Co}" in bibtex(work)
    assert "doi = {10.1002/(sici)1<2}" in bibtex(work)
    assert {"TY  - JOUR", "T2  - Journal of Examples & Co", "DO  - 10.1002/(sici)1<2"} <= set(ris(work).split("\r\n"))
    item = csl(work)
    assert (item["type"], item["container-title"]) == ("article-journal", "Journal of Examples & Co")
    assert item["DOI"] == "10.1002/(sici)1<2"


def test_the_doi_of_the_row_counts_before_that_of_the_identity():
    assert csl(paper(doi="10.1/Row"))["DOI"] == "10.1/Row"


@pytest.mark.parametrize(
    ("title", "escaped"),
    [
        pytest.param("50% & more #1", r"50\% \& more \#1", id="percent, ampersand, hash"),
        pytest.param(
            "snake_case ~x^2", r"snake\_case \textasciitilde{}x\textasciicircum{}2", id="underscore and marks"
        ),
        pytest.param(r"a\b{c}", r"a\textbackslash{}b\textbraceleft{}c\textbraceright{}", id="backslash and braces"),
        pytest.param("from $5 to $10", r"from \$5 to \$10", id="prices"),
        pytest.param(r"$\ell_2$ and $k$-means", r"$\ell_2$ and $k$-means", id="formulas stay"),
        pytest.param(r"$\frac{1$ x", r"\$\textbackslash{}frac\textbraceleft{}1\$ x", id="half a formula is escaped"),
        pytest.param("$5% off$", r"\$5\% off\$", id="formula that holds a comment sign"),
        pytest.param("Für 日本語", "Für 日本語", id="accents and scripts stay"),
        pytest.param("one\ntwo\t three\r\n", "one two three", id="line ends"),
    ],
)
def test_titles_are_escaped_for_tex(title, escaped):
    assert f"  title = {{{{{escaped}}}}},\n" in bibtex(paper(title=title))


@pytest.mark.parametrize(
    ("name", "tex", "name_in_ris"),
    [
        pytest.param("Ada Example", "Ada Example", "Example, Ada", id="given and family"),
        pytest.param("Example, Ada", "Example, Ada", "Example, Ada", id="family first"),
        pytest.param("Ludwig van Muster", "Ludwig van Muster", "van Muster, Ludwig", id="particle"),
        pytest.param("OpenLab", "OpenLab", "OpenLab", id="one word"),
        pytest.param("Barnes and Co", "{Barnes and Co}", "Barnes and Co", id="a name that holds and"),
        pytest.param("Example, Inc., Tokyo", "{Example, Inc., Tokyo}", "Example, Inc., Tokyo", id="commas"),
        pytest.param("山田 太郎", "山田 太郎", "山田 太郎", id="Japanese"),
        pytest.param("R&D_Team", r"R\&D\_Team", "R&D_Team", id="specials"),
    ],
)
def test_authors(name, tex, name_in_ris):
    work = paper(authors=[name])
    assert f"  author = {{{tex}}},\n" in bibtex(work)
    assert f"AU  - {name_in_ris}\r\n" in ris(work)


@pytest.mark.parametrize(
    ("kind", "ris_type", "csl_type"),
    [
        ("article", "ELEC", "webpage"),
        ("repository", "COMP", "software"),
        ("video", "VIDEO", "motion_picture"),
        ("other", "GEN", "document"),
    ],
)
def test_other_kinds(kind, ris_type, csl_type):
    work = paper(kind=kind, identity="url:example.org", venue="A site")
    assert bibtex(work).startswith("@misc{")
    assert "howpublished = {A site}" in bibtex(work)
    assert ris(work).startswith(f"TY  - {ris_type}\r\n")
    assert csl(work)["type"] == csl_type


def test_a_work_of_which_only_the_address_is_known():
    work = Work(identity="url:example.org", url="https://example.org/{a}", public_id="abcdefghij")
    assert bibtex(work) == "@misc{abcdefghij,\n  url = {https://example.org/%7Ba%7D},\n}\n"
    assert ris(work) == "TY  - GEN\r\nUR  - https://example.org/{a}\r\nER  - \r\n"
    assert csl(work) == {"id": "abcdefghij", "type": "document", "URL": "https://example.org/{a}"}


def test_keys_are_plain():
    assert citation_key(paper(authors=["Zoë Müller-Ünal"], title="The Größe of Things")) == "mullerunal2021groe"
    assert citation_key(paper(authors=["山田 太郎"], title="日本語")) == "2021abcdefghij"


def test_a_document_of_many_works():
    works = json.loads(csl_json([paper(), paper(title="日本語")]))
    assert [work["title"] for work in works] == ["On Examples of Learning", "日本語"]
    assert json.loads(csl_json([])) == []


texts = st.text(st.sampled_from("ab $\\{}%&#_~^\n\r,日é") | st.characters(codec="utf-8"), max_size=30)


@given(texts, st.lists(texts, max_size=3), texts, texts)
def test_no_text_breaks_out_of_its_field(title, authors, venue, doi):
    work = paper(title=title, authors=authors, venue=venue, doi=doi)
    entry = bibtex(work)
    depths = list(itertools.accumulate((character == "{") - (character == "}") for character in entry))
    # The first brace is closed by the last character but one, and by none before.
    assert all(depth > 0 for depth in depths[entry.index("{") : -2])
    assert depths[-2:] == [0, 0]
    assert all(re.match(r"@|  [a-zA-Z]+ = \{.*\},$|\}$|$", line) for line in entry.split("\n"))
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in ris(work).removesuffix("\r\n").split("\r\n"))
    assert "\n" not in ris(work).replace("\r\n", "")
    assert json.loads(csl_json([work]))[0] == csl(work)
