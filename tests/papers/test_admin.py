"""Works and aliases at the desk."""

import pytest

from issues.models import Entry
from papers.models import Alias, Work
from tests.factories import make_entry, make_work
from tests.issues.desk import errors, opened, page


def save(client, row, **values):
    address = page(type(row), "change", row.pk)
    return client.post(address, opened(client, address) | values)


def add(client, model, **values):
    return client.post(page(model, "add"), opened(client, page(model, "add")) | values)


def test_a_work_gets_its_identity_from_its_address(editor_client):
    add(editor_client, Work, url="https://arxiv.org/pdf/2103.00020v2.pdf?utm_source=a", title="学習", kind="paper")
    work = Work.objects.get()
    assert (work.identity, work.title, work.origin) == ("arxiv:2103.00020", "学習", "desk")


def test_a_work_that_is_known_is_not_made_twice(editor_client):
    work = make_work("https://arxiv.org/abs/2103.00020", title="Known")
    response = add(editor_client, Work, url="https://www.alphaxiv.org/abs/2103.00020", kind="paper")
    assert any("known already: Known" in error for error in errors(response))
    assert Work.objects.get() == work


@pytest.mark.parametrize("url", ["", "nowhere", "javascript:alert(1)"])
def test_a_work_without_an_address_is_refused(editor_client, url):
    response = add(editor_client, Work, url=url, kind="paper")
    assert "url" in response.context["adminform"].form.errors
    assert not Work.objects.exists()


def test_a_spelling_is_learnt_on_the_work(editor_client):
    work = make_work("https://arxiv.org/abs/2103.00020")
    save(editor_client, work, **{"aliases-TOTAL_FORMS": "1", "aliases-0-identity": "https://doi.org/10.1109/5.771073"})
    assert Alias.objects.get().identity == "doi:10.1109/5.771073"


def test_a_spelling_of_another_work_is_refused(editor_client):
    other, work = make_work("https://example.org/other", title="Other"), make_work()
    response = add(editor_client, Alias, work=work.pk, identity="http://www.example.org/other/")
    assert any("known already: Other" in error for error in errors(response))
    assert not other.aliases.exists()


def test_an_alias_is_saved_again_unchanged(editor_client):
    alias = Alias.objects.create(work=make_work(), identity="url:example.org/moved")
    other = make_work()
    assert save(editor_client, alias, work=other.pk).status_code == 302
    alias.refresh_from_db()
    assert (alias.work, alias.identity) == (other, "url:example.org/moved")


def test_a_work_with_entries_is_not_deleted(editor_client):
    work = make_entry().work
    shown = editor_client.post(page(Work, "delete", work.pk), {"post": "yes"}).content.decode()
    assert "protected" in shown
    assert (Work.objects.count(), Entry.objects.count()) == (1, 1)


def test_a_work_that_nobody_mentions_is_deleted(editor_client):
    editor_client.post(page(Work, "delete", make_work().pk), {"post": "yes"})
    assert not Work.objects.exists()


def test_a_merged_work_leads_to_the_one_it_became(editor_client):
    winner = make_work()
    loser = make_work(merged_into=winner)
    shown = editor_client.get(page(Work, "change", loser.pk)).content.decode()
    assert f'href="../../{winner.pk}/change/"' in shown
