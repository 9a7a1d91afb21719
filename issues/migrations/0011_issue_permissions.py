from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("issues", "0010_entry_added_by"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="issue",
            options={
                "ordering": ["-published_at", "-number", "-pk"],
                "permissions": [
                    ("publish_issue", "Can publish, schedule, take back and withdraw issues"),
                    ("review_issue", "Can submit and approve issues, invite reviewers and answer them"),
                    ("waive_finding", "Can let a finding of the checks stand"),
                    ("correct_issue", "Can note corrections of published issues"),
                    ("see_history", "Can see who changed what"),
                    ("export_archive", "Can export the archive"),
                ],
            },
        ),
    ]
