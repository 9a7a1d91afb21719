"""The checks: the database can search every script, and a lease outlasts what it is for."""

import pytest
from django.core.management.base import SystemCheckError
from django.db import connection

from akira.checks import database_can_search_every_script, lease_outlasts_work
from akira.first_start import prepare_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def database():
    """Makes a database of a given locale and turns the connection to it."""
    usual = connection.settings_dict["NAME"]
    name = f"{usual}_locale"

    def create(locale):
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE '{locale}'")
        connection.close()
        connection.settings_dict["NAME"] = name

    yield create
    connection.close()
    connection.settings_dict["NAME"] = usual
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def test_a_database_that_knows_all_letters_passes():
    assert database_can_search_every_script(None, ["default"]) == []


def test_nothing_is_asked_where_no_database_is_checked():
    assert database_can_search_every_script(None, None) == []


def test_a_new_database_passes_and_is_left_as_it_was(database):
    database("C.UTF-8")
    assert database_can_search_every_script(None, ["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")
        assert cursor.fetchone()[0] == 0


def test_a_database_that_knows_ascii_alone_is_refused_before_it_is_filled(database):
    database("C")
    with pytest.raises(SystemCheckError, match="would not find Japanese"):
        prepare_database(samples=False)
    assert connection.introspection.table_names() == []


def test_a_lease_that_work_may_outlast_is_warned_of(settings):
    assert lease_outlasts_work(None) == []
    settings.AKIRA_LEASE = 60
    assert [warning.id for warning in lease_outlasts_work(None)] == ["akira.W001"]
