"""Triggers for evidence of 1.3, 2.3 and 3.1; see 0002_noting."""

from importlib import import_module

from django.db import migrations

_triggers = import_module("bangfu.duties.migrations.0002_noting")._triggers

WATCHED = (
    ("services_trainingneed", "training-needs", "id"),
    ("services_employmentwish", "employment-wishes", "id"),
    ("construction_naturalvillage", "natural-villages", "id"),
    ("construction_wastesite", "waste-sites", "id"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0002_noting"),
        ("services", "0001_skills_and_jobs"),
        ("construction", "0002_settlement_greening_development"),
    ]

    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for watched in WATCHED for sql in _triggers(*watched)
    ]
