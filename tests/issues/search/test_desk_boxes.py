"""The desk's own search boxes ask the index that readers ask, and find drafts as well."""

import pytest

from tests.factories import make_entry, make_issue, make_publication, make_section, make_work
from tests.inbox.factories import make_candidate

pytestmark = pytest.mark.django_db

PAPER = "https://arxiv.org/abs/2103.03230"


@pytest.fixture
def written():
    """A draft and a published issue, their works, and what waits in the inbox."""
    make_publication(languages=["en", "ja"])
    make_work(PAPER, title="Barlow Twins: redundancy reduced", authors=["Jure Zbontar"])
    shown = make_section(make_issue(number=26, title="Nobody labelled the videos"))
    make_entry(shown, title="Mixtures of augmentation", url=PAPER, label="26.1")
    draft = make_section(make_issue(published=False, number=27, title="動画にラベルはない", slug="27"))
    make_entry(draft, title="Augmented twice", summary="自己教師あり学習", url="https://example.org/twice")
    make_candidate(title="Sleeping networks", url="https://example.org/asleep", note="for the next issue")
    make_candidate(title="眠るネットワーク", url=PAPER)


def _count(client, address, asked):
    """How many rows a list of Django's admin shows."""
    response = client.get(address, {"q": asked})
    assert response.status_code == 200
    return len(response.context["cl"].result_list)


@pytest.mark.parametrize(
    ("model", "asked", "count"),
    [
        pytest.param("entry", "augmenting", 2, id="entries by another form of a word"),
        pytest.param("entry", "教師あり", 1, id="an entry of a draft in Japanese"),
        pytest.param("entry", "26.1", 1, id="an entry by its label"),
        pytest.param("entry", "twice -augmented", 0, id="entries without a word"),
        pytest.param("entry", "https://example.org/twice?utm_source=x", 1, id="an entry by an address"),
        pytest.param("issue", "動画", 1, id="a draft by its title"),
        pytest.param("issue", "labelled", 1, id="a published issue by its title"),
        pytest.param("issue", "27", 1, id="an issue by its number"),
        pytest.param("issue", "nothing like it", 0, id="no issue"),
    ],
)
def test_lists_of_the_newsletter_find(editor_client, written, model, asked, count):
    assert _count(editor_client, f"/admin/issues/{model}/", asked) == count


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        pytest.param("redundancy", 1, id="a word of the title"),
        pytest.param("Zbontar", 1, id="an author"),
        pytest.param("arXiv:2103.03230v2", 1, id="another spelling"),
        pytest.param("barlow nothing", 0, id="a word too many"),
    ],
)
def test_works_are_found_in_their_list_and_where_they_are_chosen(admin_client, written, asked, count):
    assert _count(admin_client, "/admin/papers/work/", asked) == count
    choice = {"term": asked, "app_label": "papers", "model_name": "alias", "field_name": "work"}
    assert len(admin_client.get("/admin/autocomplete/", choice).json()["results"]) == count


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("sleeping", ["Sleeping networks"], id="a word of the title"),
        pytest.param("眠る", ["眠るネットワーク"], id="Japanese"),
        pytest.param("next issue", ["Sleeping networks"], id="the note"),
        pytest.param("example.org", ["Sleeping networks"], id="the site"),
        pytest.param("2103.03230", ["眠るネットワーク"], id="a number"),
        pytest.param("barlow", ["眠るネットワーク"], id="what the work is called"),
        pytest.param("networks -sleeping", [], id="without a word"),
        pytest.param("%", ["Sleeping networks", "眠るネットワーク"], id="all, where nothing is asked"),
    ],
)
def test_the_inbox_finds(editor_client, written, asked, found):
    rows = editor_client.get("/admin/inbox/", {"q": asked}).context["rows"]
    assert sorted(row.candidate.title for row in rows) == found
