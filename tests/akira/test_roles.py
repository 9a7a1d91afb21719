"""The groups of the three roles: made by migrations, as the tables of each app say, and given back by a command."""

import pkgutil
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from akira.roles import GRANTED, ensure_roles
from common.roles import grant, permissions_of
from tests.people import make_person

pytestmark = pytest.mark.django_db

ROLES = ("contributor", "editor", "publisher")
SCHEMA_EDITOR = SimpleNamespace(connection=connection)


def _granting():
    """The steps of the migrations that grant something, the first first: each names what in `GRANTED`."""
    for app in ("issues", "inbox"):
        package = import_module(f"{app}.migrations")
        for _, name, _ in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
            migration = import_module(f"{package.__name__}.{name}")
            if hasattr(migration, "GRANTED"):
                yield migration.Migration.operations[0]


def held():
    """What each group holds, as `issues.add_entry`."""
    return {
        group.name: {f"{row.content_type.app_label}.{row.codename}" for row in group.permissions.all()}
        for group in Group.objects.prefetch_related("permissions__content_type")
    }


def _as_the_tables_say():
    return {role: {permission for granted in GRANTED for permission in granted[role]} for role in ROLES}


def _migrate():
    for step in _granting():
        step.code(apps, SCHEMA_EDITOR)


def _migrate_back():
    for step in reversed(list(_granting())):
        step.reverse_code(apps, SCHEMA_EDITOR)


def test_migrations_grant_what_the_tables_say():
    Group.objects.all().delete()
    _migrate()
    assert held() == _as_the_tables_say()


@pytest.fixture
def forgetful():
    """Afterwards Django asks anew which numbers the kinds of rows have: those of the test are rolled back."""
    yield
    ContentType.objects.clear_cache()


@pytest.mark.usefixtures("forgetful")
def test_migrations_can_run_twice_and_on_a_database_without_permissions():
    Group.objects.all().delete()
    Permission.objects.all().delete()
    ContentType.objects.all().delete()
    ContentType.objects.clear_cache()
    _migrate()
    count = Permission.objects.count()
    _migrate()
    assert held() == _as_the_tables_say()
    assert Permission.objects.count() == count
    # Django adds what is missing after the last migration; the names of ours are those that it would give.
    create_permissions(apps.get_app_config("issues"), verbosity=0)
    for codename, (_, name) in permissions_of(apps, "issues").items():
        assert Permission.objects.get(content_type__app_label="issues", codename=codename).name == name


def test_a_group_of_that_name_keeps_its_people_and_what_it_holds():
    Group.objects.all().delete()
    group = Group.objects.create(name="editor")
    further = Permission.objects.get(codename="view_logentry")
    group.permissions.add(further)
    person = make_person("stranger")
    person.groups.add(group)
    _migrate()
    assert person.groups.get() == group
    assert held()["editor"] == _as_the_tables_say()["editor"] | {"admin.view_logentry"}


def test_migrations_take_back_what_they_granted_and_leave_who_is_in_a_group():
    person = make_person("contributor")
    Group.objects.get(name="publisher").permissions.add(Permission.objects.get(codename="view_logentry"))
    _migrate_back()
    assert held() == {"contributor": set(), "publisher": {"admin.view_logentry"}}
    assert person.groups.count() == 1
    _migrate()
    assert held()["contributor"] == _as_the_tables_say()["contributor"]


def test_what_a_role_lost_is_given_back_and_no_more(capsys):
    ensure_roles()
    Group.objects.get(name="contributor").permissions.clear()
    Group.objects.get(name="editor").delete()
    Group.objects.get(name="publisher").permissions.add(Permission.objects.get(codename="view_logentry"))
    call_command("ensure_roles")
    call_command("ensure_roles")
    expected = _as_the_tables_say()
    assert held() == expected | {"publisher": expected["publisher"] | {"admin.view_logentry"}}
    count = len(expected["contributor"]) + len(expected["editor"])
    assert capsys.readouterr().out.splitlines() == [f"{count} permissions were given.", "The roles lack nothing."]


def test_a_permission_that_no_model_has_is_told():
    with pytest.raises(LookupError, match="issues has a permission fly_issue"):
        grant(apps, {"editor": ["issues.fly_issue"]}, using="default")
