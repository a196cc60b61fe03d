"""Triggers for the evidence of 2.2; see 0002_noting."""

from importlib import import_module

from django.db import migrations

_triggers = import_module("bangfu.duties.migrations.0002_noting")._triggers


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0003_noting_settlement_and_jobs"),
        ("projects", "0002_parts_of_projects"),
    ]

    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop)
        for sql in _triggers("projects_facility", "facilities", "id")
    ]
