"""The audit trail: what is written into it, by verbs and by triggers, who may read it, and how long it is kept."""

import datetime

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from akira.worker import chores
from common.acting import acting
from inbox.tokens import make_token, revoke
from issues.audit import note
from issues.models import AuditRecord, Change, Step
from issues.publishing import publish, withdraw
from issues.removing import remove_issue
from issues.thinning import thin
from tests.factories import make_entry, make_issue, make_publication, make_section
from tests.people import make_person

pytestmark = pytest.mark.django_db

TRAIL = "/admin/issues/auditrecord/"


@pytest.fixture(autouse=True)
def _new_trail(db):
    """Without what migrations told of the rights that they gave."""
    AuditRecord.objects.all().delete()


def told(*prefixes):
    records = AuditRecord.objects.order_by("pk")
    return [
        (record.deed, record.row_name, record.detail)
        for record in records
        if not prefixes or record.deed.startswith(prefixes)
    ]


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


# --- Noting ----------------------------------------------------------------------------------------------------------


def test_a_deed_tells_who_what_and_when(editor):
    issue = make_issue(title="Small models")
    before = timezone.now() - datetime.timedelta(seconds=5)
    record = note("issue.looked_at", issue, by=editor, at=datetime.date(2021, 3, 4))
    record.refresh_from_db()
    assert (record.person, record.person_name) == (editor, "mika")
    assert (record.row_model, record.row_pk, record.row_name) == ("issues.issue", str(issue.pk), "Small models")
    assert record.detail == {"at": "2021-03-04"}
    assert before < record.happened_at < timezone.now() + datetime.timedelta(seconds=5)


def test_who_acts_is_known_where_nobody_is_named(editor):
    with acting(by=editor, via="desk"):
        record = note("archive.exported")
    assert (record.person, record.via) == (editor, "desk")
    assert note("archive.exported").person is None


def test_names_stay_where_rows_and_people_go(editor):
    issue = make_issue(published=False, title="Small models")
    remove_issue(issue, by=editor)
    editor.delete()
    record = AuditRecord.objects.get(deed="issue.removed")
    assert (record.person, record.person_name, record.row_name) == (None, "mika", "Small models")


@pytest.mark.parametrize("key", ["password", "new_password", "token", "secret_key", "email", "ip_address", "session"])
def test_secrets_and_addresses_are_refused(key):
    with pytest.raises(ValueError, match="must not keep"):
        note("login.failed", **{key: "x"})


def test_a_deed_that_is_undone_leaves_no_record():
    with transaction.atomic():
        note("issue.published")
        transaction.set_rollback(True)
    assert not AuditRecord.objects.exists()


def test_publications_are_told(editor):
    entry = make_entry(make_section(make_issue(published=False)))
    withdraw(publish(entry.section.issue, by=editor), by=editor)
    assert [deed for deed, _, _ in told("issue.")] == ["issue.published", "issue.withdrawn"]


def test_tokens_are_told_and_never_their_text(editor):
    token, text = make_token(editor, name="phone")
    revoke(token)
    revoke(token)
    assert told("token.") == [("token.made", "phone", {}), ("token.revoked", "phone", {"of": "mika"})]
    assert text not in str(AuditRecord.objects.values())


# --- Accounts and rights ---------------------------------------------------------------------------------------------


def test_rights_that_are_given_by_whatever_way_are_told():
    user = User.objects.create_user("zoe", password="a long password")
    group = Group.objects.create(name="proof readers")
    publish_issue = Permission.objects.get(codename="publish_issue")
    user.groups.add(group)
    user.user_permissions.add(publish_issue)
    group.permissions.add(publish_issue)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    sql("UPDATE auth_user SET is_superuser = true WHERE id = %s", user.pk)
    sql("DELETE FROM auth_user_groups WHERE user_id = %s", user.pk)
    user.refresh_from_db()
    user.is_active = False
    user.save()
    assert told("account.", "rights.") == [
        ("account.added", "zoe", {"is_superuser": False, "is_staff": False, "is_active": True}),
        ("rights.group_added", "proof readers", {}),
        ("rights.given", "zoe", {"groups": ["proof readers"]}),
        ("rights.given", "zoe", {"permissions": ["issues.publish_issue"]}),
        ("rights.given", "proof readers", {"permissions": ["issues.publish_issue"]}),
        ("rights.changed", "zoe", {"is_staff": [False, True]}),
        ("rights.changed", "zoe", {"is_superuser": [False, True]}),
        ("rights.taken", "zoe", {"groups": ["proof readers"]}),
        ("rights.changed", "zoe", {"is_active": [True, False]}),
    ]


def test_many_rights_at_once_are_one_record():
    user = User.objects.create_user("zoe")
    AuditRecord.objects.all().delete()
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="papers"))
    ((deed, name, detail),) = told()
    assert (deed, name) == ("rights.given", "zoe")
    assert detail["permissions"] == sorted(detail["permissions"])
    assert len(detail["permissions"]) > 5


def test_a_password_that_is_set_past_the_desk_is_told_and_not_kept():
    user = User.objects.create_user("zoe", password="a long password")
    user.set_password("another long one")
    user.save()
    with acting(via="desk"):
        User.objects.filter(pk=user.pk).update(password=user.password + "x")
    assert told("account.password") == [("account.password_set", "zoe", {})]
    assert user.password not in str(AuditRecord.objects.values())


def test_an_account_that_goes_is_told_with_all_that_it_held():
    user = make_person("editor", name="zoe")
    AuditRecord.objects.all().delete()
    with acting(by=user, via="desk"):
        user.delete()
    assert [deed for deed, _, _ in told()] == ["rights.taken", "account.removed"]
    record = AuditRecord.objects.get(deed="account.removed")
    # Who removes the own account is nobody any more, but has a name.
    assert (record.person, record.person_name, record.row_name) == (None, "zoe", "zoe")


def test_a_login_is_no_change_of_rights(client, editor):
    AuditRecord.objects.all().delete()
    client.force_login(editor)
    assert told("account.", "rights.") == []


def test_the_page_of_accounts_tells_who_gave_a_right(client):
    boss = make_person("superuser")
    user = make_person("stranger")
    client.force_login(boss)
    address = f"/admin/auth/user/{user.pk}/change/"
    form = client.get(address).context["adminform"].form
    data = {name: form[name].value() for name in ("username", "email", "first_name", "last_name")}
    joined = form["date_joined"].value()
    data |= {"date_joined_0": f"{joined:%Y-%m-%d}", "date_joined_1": f"{joined:%H:%M:%S}", "is_active": "on"}
    data |= {"is_staff": "on", "groups": [Group.objects.get(name="editor").pk]}
    assert client.post(address, data).status_code == 302
    record = AuditRecord.objects.get(deed="rights.given", row_name="stranger")
    assert (record.person, record.via, record.detail) == (boss, "desk", {"groups": ["editor"]})


# --- The page --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("anonymous", 302),
        ("stranger", 403),
        ("contributor", 403),
        ("editor", 403),
        ("publisher", 200),
        ("superuser", 200),
    ],
)
def test_the_trail_is_for_publishers(client, role, status):
    if person := make_person(role):
        client.force_login(person)
    assert client.get(TRAIL).status_code == status
    assert client.post(TRAIL).status_code in (302, 403, 405)


@pytest.fixture
def reader(client):
    client.force_login(make_person("publisher"))
    AuditRecord.objects.all().delete()
    return client


def found(client, **query):
    answer = client.get(TRAIL, query)
    assert answer.status_code == 200
    return [line.record.deed for _, lines in answer.context["days"] for line in lines]


def test_the_trail_is_narrowed_by_deed_person_and_day(reader, editor):
    make_publication(time_zone="Asia/Tokyo")
    AuditRecord.objects.all().delete()
    for deed, by, day in [("login.failed", None, 1), ("login.succeeded", editor, 2), ("issue.published", editor, 3)]:
        record = note(deed, editor if by is None else None, by=by)
        moment = datetime.datetime(2026, 3, day, 16, tzinfo=datetime.UTC)
        AuditRecord.objects.filter(pk=record.pk).update(happened_at=moment)
    assert found(reader) == ["issue.published", "login.succeeded", "login.failed"]
    assert found(reader, deed="login") == ["login.succeeded", "login.failed"]
    assert found(reader, deed="login.failed") == ["login.failed"]
    # Who did it, and to whom it was done.
    assert found(reader, person="mika", deed="login") == ["login.succeeded", "login.failed"]
    assert found(reader, person="nobody") == []
    # In Tokyo it was a day later.
    assert found(reader, since="2026-03-03") == ["issue.published", "login.succeeded"]
    assert found(reader, until="2026-03-02") == ["login.failed"]
    assert found(reader, since="2026-03-03", until="2026-03-03") == ["login.succeeded"]


@pytest.mark.parametrize(
    "query",
    [
        {"since": "9999-12-31"},
        {"until": "0001-01-01"},
        {"since": "x"},
        {"before": "1-1"},
        {"before": "99999999999999999-1"},
        {"before": "nan-1"},
        {"before": "inf-2"},
        {"deed": "\0"},
        {"person": "\0'--"},
    ],
    ids=str,
)
def test_queries_that_make_no_sense_are_answered(reader, query):
    note("login.failed")
    assert reader.get(TRAIL, query).status_code == 200


def test_pages_of_the_trail_follow_by_key(reader):
    for number in range(120):
        note("archive.exported", file=str(number))
    AuditRecord.objects.update(happened_at=timezone.now())
    query, files = "", []
    for _ in range(3):
        answer = reader.get(f"{TRAIL}?{query}")
        files += [line.record.detail["file"] for _, lines in answer.context["days"] for line in lines]
        query = answer.context["older"]
        note("archive.exported", file="meanwhile")
    assert files == [str(number) for number in reversed(range(120))]
    assert query == ""


def test_the_trail_costs_the_same_whatever_its_size(reader, editor):
    counts = []
    for size in (3, 40):
        for _ in range(size):
            note("issue.published", make_issue(), by=editor)
        reader.get(TRAIL)
        with CaptureQueriesContext(connection) as queries:
            reader.get(TRAIL)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_hostile_names_are_text(reader):
    hostile = "<script>alert(1)</script> {{ 7 }}"
    note("issue.published", make_issue(title=hostile), reason=hostile)
    text = reader.get(TRAIL).content.decode()
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 }}") == 2


def test_unknown_deeds_are_told_in_their_own_words(reader):
    note("finding.waiver-taken-back", code="ran-before")
    text = reader.get(TRAIL).content.decode()
    assert "Finding waiver taken back" in text
    assert "Code: ran-before" in text


# --- How long --------------------------------------------------------------------------------------------------------


def test_the_trail_is_thinned_by_what_it_tells():
    ages = {
        "login.failed": 91,
        "login.succeeded": 89,
        "rights.given": 731,
        "archive.exported": 729,
        "issue.published": 9999,
    }
    for deed, days in ages.items():
        record = note(deed)
        AuditRecord.objects.filter(pk=record.pk).update(happened_at=timezone.now() - datetime.timedelta(days=days))
    assert "2 records of the audit trail" in thin()
    assert {deed for deed, _, _ in told()} == {"login.succeeded", "archive.exported", "issue.published"}


def test_steps_are_thinned_and_changes_kept(editor):
    entry = make_entry(summary="")
    for text in ("One.", "One. Two.", "One. Two. Three."):
        with acting(by=editor, via="desk"):
            type(entry).objects.filter(pk=entry.pk).update(summary=text)
    old = Step.objects.get(value="One.")
    Step.objects.filter(pk=old.pk).update(saved_at=timezone.now() - datetime.timedelta(days=31))
    Change.objects.update(began_at=timezone.now() - datetime.timedelta(days=5000))
    assert "1 steps of the history" in thin()
    assert Step.objects.get().value == "One. Two."
    change = Change.objects.get(field="summary")
    assert (change.old, change.new, change.saves) == ("", "One. Two. Three.", 3)


def test_the_worker_thins_day_by_day():
    class Queue:
        def tidy(self):
            return None

    (chore,) = [chore for chore in chores(Queue()) if chore.do is thin]
    assert chore.every == datetime.timedelta(days=1)


def test_a_name_is_taken_out_where_its_account_is_gone(capsys):
    user = make_person("editor", name="zoe")
    entry = make_entry()
    with acting(by=user, via="desk"):
        type(entry).objects.filter(pk=entry.pk).update(title="Another")
    note("login.succeeded", user, by=user)
    revoke(make_token(user, name="phone")[0])
    with pytest.raises(CommandError, match="Delete the account first"):
        call_command("forget_person", "zoe")
    user.delete()
    call_command("forget_person", "zoe")
    assert "The name stood in" in capsys.readouterr().out
    assert "zoe" not in str([*AuditRecord.objects.values(), *Change.objects.values()])
    assert Change.objects.get(field="title").person_name == "a former editor"
    call_command("forget_person", "zoe")
    assert "No such name." in capsys.readouterr().out
