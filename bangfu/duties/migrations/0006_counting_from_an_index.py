from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_units_kept_as_a_ledger"),
        ("divisions", "0001_initial"),
        ("duties", "0005_noting_industry"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="dutystanding",
            index=models.Index(
                condition=models.Q(("withdrawn_at", None)),
                fields=["first", "duty", "state", "division"],
                name="standing_board",
            ),
        ),
    ]
