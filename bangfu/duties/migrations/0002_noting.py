"""Triggers that note which evidence and which holders changed (touched.py). A table that joins later gets its own migration."""

from django.db import migrations

#: table → what its rows are, and by which column
WATCHED: tuple[tuple[str, str, str], ...] = (
    ("activities_activity", "activities", "id"),
    ("activities_activityunit", "activities", "activity_id"),
    ("activities_activitycadre", "activities", "activity_id"),
    ("activities_activityplace", "activities", "activity_id"),
    ("units_partner", "partners", "id"),
    ("units_careitem", "care-items", "id"),
    ("units_yearlyopinion", "yearly-opinions", "id"),
    ("units_cadre", "cadre", "id"),
    ("units_cadre", "team", "team_id"),
    ("units_team", "team", "id"),
    ("units_group", "group", "id"),
    ("units_groupmember", "group_member", "id"),
    ("units_pairing", "pairing", "id"),
    ("consolidation_clue", "clues", "id"),
    ("construction_householdtoilet", "household-toilets", "id"),
)
FUNCTION = """
CREATE OR REPLACE FUNCTION duties_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rows text := CASE TG_OP WHEN 'INSERT' THEN 'SELECT * FROM new_rows' WHEN 'DELETE' THEN 'SELECT * FROM old_rows'
                 ELSE 'SELECT * FROM new_rows UNION ALL SELECT * FROM old_rows' END;
BEGIN
    EXECUTE format('INSERT INTO duties_touchedevidence (source, row) SELECT DISTINCT %L, found.%I FROM (%s) found '
                   'WHERE found.%I IS NOT NULL', TG_ARGV[0], TG_ARGV[1], rows, TG_ARGV[1]);
    RETURN NULL;
END $$"""


def _triggers(table: str, source: str, column: str) -> list[str]:
    name = f"duties_{source}".replace("-", "_")
    ways = (("insert", "NEW TABLE AS new_rows"), ("delete", "OLD TABLE AS old_rows"))
    ways += (("update", "NEW TABLE AS new_rows OLD TABLE AS old_rows"),)
    return [
        f"CREATE TRIGGER {name}_{way} AFTER {way.upper()} ON {table} REFERENCING {tables} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION duties_note('{source}', '{column}')"
        for way, tables in ways
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0001_standings"),
        ("activities", "0003_taking_part"),
        ("units", "0001_units_groups_teams"),
        ("consolidation", "0008_doubts"),
        ("construction", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION duties_note() CASCADE"),
        *(migrations.RunSQL(sql, migrations.RunSQL.noop) for watched in WATCHED for sql in _triggers(*watched)),
    ]
