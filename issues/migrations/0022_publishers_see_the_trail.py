"""Let publishers read the audit trail."""

from django.db import migrations

from common.roles import grant, revoke

GRANTED = {"publisher": ["issues.view_auditrecord"]}


def let_see(apps, schema_editor):
    grant(apps, GRANTED, using=schema_editor.connection.alias)


def take_back(apps, schema_editor):
    revoke(apps, GRANTED, using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("issues", "0021_audit_triggers")]

    operations = [migrations.RunPython(let_see, take_back)]
