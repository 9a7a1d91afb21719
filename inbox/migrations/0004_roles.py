"""Gives the groups contributor, editor and publisher what they hold of the inbox."""

from django.db import migrations

from common.roles import grant, revoke

OF_CONTRIBUTORS = ["inbox.view_candidate", "inbox.add_candidate"]
OF_EDITORS = [
    *OF_CONTRIBUTORS,
    *("inbox.change_candidate", "inbox.delete_candidate"),
    *(f"inbox.{action}_source" for action in ("view", "add", "change", "delete")),
]
GRANTED = {"contributor": OF_CONTRIBUTORS, "editor": OF_EDITORS, "publisher": OF_EDITORS}


def grant_inbox(apps, schema_editor):
    grant(apps, GRANTED, using=schema_editor.connection.alias)


def take_inbox_back(apps, schema_editor):
    revoke(apps, GRANTED, using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0003_candidate_first_sender"),
        ("issues", "0012_roles"),
    ]

    operations = [migrations.RunPython(grant_inbox, take_inbox_back)]
