from django.db import migrations, models


class Migration(migrations.Migration):
    """Before, the projects counted the uses; what was counted held for a day and is not carried over."""

    dependencies = [("notices", "0003_asset_disposal")]

    operations = [
        migrations.CreateModel(
            name="PublicUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
            ],
            options={
                "verbose_name": "公开页使用",
                "verbose_name_plural": "公开页使用",
                "indexes": [models.Index(fields=["digest", "at"], name="public_use")],
            },
        ),
    ]
