"""The set-up of an installation: what happens in a new database only, and what a broken one leaves to do."""

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.db import connection

from akira import first_start

pytestmark = pytest.mark.django_db


@pytest.fixture
def commands(monkeypatch):
    """The names of the commands that are called, instead of their effects."""
    called = []
    monkeypatch.setattr(first_start, "call_command", lambda name, **options: called.append(name))
    return called


@pytest.fixture
def unfinished():
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {first_start.UNFINISHED} ()")


def test_a_database_that_was_there_before_gets_no_samples(commands):
    first_start.prepare_database(samples=True)
    assert commands == ["migrate"]


def test_a_first_start_that_was_killed_is_finished_by_the_next(commands, unfinished):
    first_start.prepare_database(samples=True)
    assert commands == ["migrate", "load_samples"]
    first_start.prepare_database(samples=True)
    assert commands == ["migrate", "load_samples", "migrate"]


def test_a_new_database_stays_empty_where_no_samples_are_wanted(commands, unfinished):
    first_start.prepare_database(samples=False)
    assert commands == ["migrate"]


def test_the_first_account_can_log_in_to_the_desk(rf):
    password = first_start.create_editor()
    assert len(password) >= 16
    editor = authenticate(rf.post("/admin/login/"), username=first_start.EDITOR, password=password)
    assert editor.is_staff


def test_no_account_is_added_to_others():
    get_user_model().objects.create_user("somebody")
    assert first_start.create_editor() is None
    assert get_user_model().objects.count() == 1


def test_static_files_are_collected_again_only_when_one_changed(commands, settings, tmp_path, monkeypatch):
    settings.STATIC_ROOT = tmp_path
    first_start.collect_static()
    first_start.collect_static()
    assert commands == ["collectstatic"]
    monkeypatch.setattr(first_start, "_static_state", lambda: "another")
    first_start.collect_static()
    assert commands == ["collectstatic", "collectstatic"]
