"""Triggers for the evidence of chapter 4; see 0002_noting. An agreement tells of its project."""

from importlib import import_module

from django.db import migrations

_triggers = import_module("bangfu.duties.migrations.0002_noting")._triggers

WATCHED = (
    ("industry_loan", "loans", "id"),
    ("industry_financewish", "finance-wishes", "id"),
    ("industry_technologyrequest", "technology-requests", "id"),
    ("industry_farmerlinkage", "projects", "project_id"),
    ("projects_project", "projects", "id"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0004_noting_facilities"),
        ("industry", "0003_sales_finance_parks"),
        ("projects", "0002_parts_of_projects"),
    ]

    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for watched in WATCHED for sql in _triggers(*watched)
    ]
