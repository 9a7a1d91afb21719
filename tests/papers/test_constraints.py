"""Every constraint of the works' tables is broken once, past all forms, and holds."""

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from papers.models import Alias, Answer, Work
from tests.factories import make_entry, make_work

pytestmark = pytest.mark.django_db


def change_work(**values):
    def change():
        Work.objects.filter(pk=make_work().pk).update(**values)

    return change


def same_identity():
    Work.objects.create(identity=make_work().identity, url="https://example.org/again")


def merged_into_itself():
    work = make_work()
    Work.objects.filter(pk=work.pk).update(merged_into=work)


def alias_of_two_works():
    Alias.objects.create(work=make_work(), identity="url:example.org/moved")
    Alias.objects.create(work=make_work(), identity="url:example.org/moved")


def empty_alias():
    Alias.objects.create(work=make_work(), identity="")


def same_answer():
    for _ in range(2):
        Answer.objects.create(source="arxiv", key="2103.03230", version="v2", body="<entry/>")


def empty_answer():
    Answer.objects.create(source="arxiv", key="2103.03230", version="v2", body="")


BREAKS = [
    ("work_identity_unique", same_identity),
    ("work_identity_not_empty", change_work(identity="")),
    ("work_public_id_form", change_work(public_id="no_underscores")),
    ("work_not_merged_into_itself", merged_into_itself),
    ("alias_identity_unique", alias_of_two_works),
    ("alias_identity_not_empty", empty_alias),
    ("answer_unique", same_answer),
    ("answer_not_empty", empty_answer),
]


@pytest.mark.parametrize(("name", "break_it"), BREAKS, ids=[name for name, _ in BREAKS])
def test_constraint_holds(name, break_it):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        break_it()


def test_no_constraint_is_forgotten():
    named = {
        constraint.name
        for model in apps.get_app_config("papers").get_models()
        for constraint in model._meta.constraints
    }
    assert named == {name for name, _ in BREAKS}


def test_a_work_with_entries_can_not_be_deleted():
    with pytest.raises(models.ProtectedError):
        make_entry().work.delete()


def test_a_work_others_were_merged_into_can_not_be_deleted():
    winner = make_work()
    make_work(merged_into=winner)
    with pytest.raises(models.ProtectedError):
        winner.delete()


def test_merged_works_are_not_current():
    winner = make_work()
    make_work(merged_into=winner)
    assert list(Work.objects.current()) == [winner]


@pytest.mark.parametrize(
    ("identity", "arxiv_id"),
    [("arxiv:2103.03230", "2103.03230"), ("arxiv:hep-th/9901001", "hep-th/9901001"), ("doi:10.1109/5.771073", "")],
)
def test_a_work_knows_its_arxiv_id(identity, arxiv_id):
    assert Work(identity=identity).arxiv_id == arxiv_id


def test_a_work_is_named_by_its_title_else_by_its_identity():
    assert str(Work(identity="arxiv:1", title="A title")) == "A title"
    assert str(Work(identity="arxiv:1")) == "arxiv:1"
