"""Makes the groups contributor, editor and publisher, or gives those of that name what they hold of the newsletter."""

from django.db import migrations

from common.roles import grant, revoke


def _each(label, models, actions):
    return [f"{label}.{action}_{model}" for model in models.split() for action in actions.split()]


OF_CONTRIBUTORS = [
    *_each("issues", "publication issue highlight section entry erratum topic", "view"),
    "issues.add_entry",
    *_each("papers", "work alias", "view"),
]
OF_EDITORS = [
    *OF_CONTRIBUTORS,
    *_each("issues", "issue highlight section erratum topic", "add change delete"),
    *_each("issues", "entry", "change delete"),
    *("issues.review_issue", "issues.waive_finding", "issues.correct_issue", "issues.see_history"),
    *_each("papers", "work alias", "add change delete"),
    *_each("papers", "fetch", "view change"),
]
OF_PUBLISHERS = [
    *OF_EDITORS,
    *("issues.publish_issue", "issues.export_archive"),
    *_each("issues", "publication", "add change"),
]
GRANTED = {"contributor": OF_CONTRIBUTORS, "editor": OF_EDITORS, "publisher": OF_PUBLISHERS}


def make_roles(apps, schema_editor):
    grant(apps, GRANTED, using=schema_editor.connection.alias)


def take_roles_back(apps, schema_editor):
    revoke(apps, GRANTED, using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("issues", "0011_issue_permissions"),
        ("papers", "0003_fetches"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, take_roles_back)]
