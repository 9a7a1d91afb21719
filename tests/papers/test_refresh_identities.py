"""A change of the rules of identity is brought to the rows that are there already."""

import io

import pytest
from django.core.management import call_command

from papers.catalogue import merge
from papers.models import Alias, Work
from tests.factories import make_entry, make_work

pytestmark = pytest.mark.django_db


def refresh(*arguments):
    out = io.StringIO()
    call_command("refresh_identities", *arguments, stdout=out)
    return out.getvalue().splitlines()


def make_old_work(identity, url, **values):
    """A work as rules of the past identified it."""
    return Work.objects.create(identity=identity, url=url, **values)


def test_nothing_to_do_says_so():
    make_work()
    make_work("https://arxiv.org/abs/2103.03230")
    assert refresh() == ["Done: 0 changed, 0 merged, 0 unreadable."]


def test_an_old_identity_is_recomputed_and_stays_as_alias():
    work = make_old_work("url:arxiv.org/abs/2103.03230", "https://arxiv.org/abs/2103.03230", kind="article")
    assert refresh() == [
        "changed: url:arxiv.org/abs/2103.03230 -> arxiv:2103.03230",
        "Done: 1 changed, 0 merged, 0 unreadable.",
    ]
    work.refresh_from_db()
    assert (work.identity, work.kind) == ("arxiv:2103.03230", "paper")
    assert work.aliases.get().identity == "url:arxiv.org/abs/2103.03230"


def test_an_identity_under_rules_that_are_gone_is_read_from_the_address():
    work = make_old_work("preprint:2103.03230", "https://arxiv.org/abs/2103.03230")
    refresh()
    work.refresh_from_db()
    assert work.identity == "arxiv:2103.03230"


def test_works_that_coincide_are_merged_and_entries_stay():
    old = make_old_work("doi:10.48550/arxiv.2103.03230", "https://doi.org/10.48550/arXiv.2103.03230", title="A title")
    new = make_work("https://arxiv.org/abs/2103.03230")
    entry = make_entry(work=old)
    assert refresh()[-1] == "Done: 0 changed, 1 merged, 0 unreadable."
    for row in (old, new, entry):
        row.refresh_from_db()
    assert old.merged_into == new
    assert new.title == "A title"
    assert entry.work == old


def test_the_fresh_identity_may_be_an_alias_already():
    work = make_old_work("url:arxiv.org/abs/2103.03230", "https://arxiv.org/abs/2103.03230")
    Alias.objects.create(work=work, identity="arxiv:2103.03230")
    refresh()
    work.refresh_from_db()
    assert work.identity == "arxiv:2103.03230"
    assert work.aliases.get().identity == "url:arxiv.org/abs/2103.03230"


def test_a_work_that_points_elsewhere_keeps_its_name():
    work = make_work("https://arxiv.org/abs/2103.03230")
    Work.objects.filter(pk=work.pk).update(url="https://example.org/project")
    assert refresh() == ["Done: 0 changed, 0 merged, 0 unreadable."]


def test_an_address_that_cannot_be_read_is_left_and_told():
    make_old_work("url:localhost", "mailto:someone@example.org")
    said = refresh()
    assert said[0].startswith("unreadable: url:localhost (“mailto:” is no address")
    assert said[-1] == "Done: 0 changed, 0 merged, 1 unreadable."
    assert Work.objects.get().identity == "url:localhost"


def test_aliases_follow_the_rules_too():
    work = make_work()
    Alias.objects.create(work=work, identity="doi:10.48550/arxiv.2103.03230")
    assert refresh()[-1] == "Done: 1 changed, 0 merged, 0 unreadable."
    known = set(work.aliases.values_list("identity", flat=True))
    assert known == {"doi:10.48550/arxiv.2103.03230", "arxiv:2103.03230"}


def test_an_alias_that_names_another_work_shows_that_they_are_one():
    work, other = make_work(), make_work("https://arxiv.org/abs/2103.03230")
    Alias.objects.create(work=work, identity="url:arxiv.org/abs/2103.03230")
    assert refresh()[-1] == "Done: 0 changed, 1 merged, 0 unreadable."
    work.refresh_from_db()
    assert work.merged_into == other


def test_merged_works_are_left_alone():
    loser, winner = make_old_work("url:arxiv.org/abs/2103.03230", "https://arxiv.org/abs/2103.03230"), make_work()
    merge(loser, winner)
    assert refresh()[-1] == "Done: 1 changed, 0 merged, 0 unreadable."
    assert winner.aliases.filter(identity="arxiv:2103.03230").exists()
    loser.refresh_from_db()
    assert loser.merged_into == winner


def test_running_twice_changes_nothing_more():
    make_old_work("url:arxiv.org/abs/2103.03230", "https://arxiv.org/abs/2103.03230")
    make_old_work("doi:10.48550/arxiv.2103.03231", "https://doi.org/10.48550/arXiv.2103.03231")
    make_work("https://arxiv.org/abs/2103.03231")
    refresh()
    assert refresh() == ["Done: 0 changed, 0 merged, 0 unreadable."]
    assert refresh("--dry-run") == ["Would be: 0 changed, 0 merged, 0 unreadable."]


def test_a_dry_run_tells_the_same_and_writes_nothing():
    make_old_work("url:arxiv.org/abs/2103.03230", "https://arxiv.org/abs/2103.03230")
    make_old_work("doi:10.48550/arxiv.2103.03231", "https://doi.org/10.48550/arXiv.2103.03231")
    make_work("https://arxiv.org/abs/2103.03231")
    foreseen = refresh("--dry-run")
    assert not Alias.objects.exists()
    assert not Work.objects.exclude(merged_into=None).exists()
    assert refresh()[:-1] == foreseen[:-1]
