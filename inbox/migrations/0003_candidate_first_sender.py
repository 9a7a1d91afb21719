"""Says of the candidates that are there already who sent them first; those of sources and readers are nobody's."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def name_first_sender(apps, schema_editor):
    alias = schema_editor.connection.alias
    arrivals = apps.get_model("inbox", "Arrival").objects.using(alias)
    first = arrivals.filter(candidate=OuterRef("pk")).order_by("pk").values("by")[:1]
    apps.get_model("inbox", "Candidate").objects.using(alias).update(added_by=Subquery(first))


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0002_candidate_added_by"),
    ]

    operations = [migrations.RunPython(name_first_sender, migrations.RunPython.noop)]
