"""Note that an issue has appeared, so that it stays whatever the clocks say."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("issues", "0015_publication_review_required")]

    operations = [
        migrations.AddField(
            model_name="issue",
            name="appeared_at",
            field=models.DateTimeField(
                editable=False,
                help_text="When it was first noted that its moment has come: from then on no clock takes it back.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="issue",
            index=models.Index(
                condition=models.Q(("appeared_at", None), ("status", "published")),
                fields=["published_at"],
                name="issue_to_appear",
            ),
        ),
        migrations.AddConstraint(
            model_name="issue",
            constraint=models.CheckConstraint(
                condition=models.Q(("appeared_at", None), ("published_at__isnull", False), _connector="OR"),
                name="issue_appeared_only_with_a_moment",
            ),
        ),
    ]
