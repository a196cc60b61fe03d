from django.db import migrations, models

DUE = models.DateField(null=True, verbose_name="到期日")


class Migration(migrations.Migration):
    dependencies = [("site", "0001_put_off_and_digests")]

    operations = [
        migrations.AlterField("handover", "due_on", DUE),
        migrations.AlterField("handoverevent", "due_on", DUE.clone()),
        migrations.AlterField("handover", "legal", models.BooleanField(default=False, verbose_name="是否法定")),
        migrations.AlterField(
            "handoverevent", "legal", models.BooleanField(default=False, null=True, verbose_name="是否法定")
        ),
    ]
