from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("issues", "0014_review"),
    ]

    operations = [
        migrations.AddField(
            model_name="publication",
            name="review_required",
            field=models.CharField(
                choices=[
                    ("none", "Nothing: a draft can be published"),
                    ("in_review", "Given to review"),
                    ("approved", "Approved, and not changed since"),
                ],
                default="none",
                help_text="What an issue must have been through before it can be published.",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(("review_required__in", ["none", "in_review", "approved"])),
                name="publication_review_required_known",
            ),
        ),
    ]
