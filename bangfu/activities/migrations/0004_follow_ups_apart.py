"""What an activity left to be done becomes a row of its own; activities that were there get their key for workbooks."""

from django.db import migrations

MOVE = """
INSERT INTO activities_followup (what, who, who_user_id, division_id, due_on, done_on, result, source_ledger, source_id,
    withdrawn_at, withdrawn_reason)
SELECT follow_up, left(people, 80), user_id, division_id, follow_up_on, done_on, '', 'activities', id, withdrawn_at,
    withdrawn_reason
FROM activities_activity WHERE follow_up <> '' ORDER BY id;
"""
BACK = """
UPDATE activities_activity a SET follow_up = f.what, follow_up_on = f.due_on, done_on = f.done_on
FROM activities_followup f WHERE f.source_ledger = 'activities' AND f.source_id = a.id;
"""
#: as bangfu/activities/sameness.py; nothing that history or a count of rounds need hear of
KEYS = """
ALTER TABLE activities_activity DISABLE TRIGGER USER;
UPDATE activities_activity a SET same_key = md5(concat_ws('|', kind, held_on::text, division_id::text,
    coalesce((SELECT household_no FROM people_household h WHERE h.id = a.household_id), ''), title, unit_names));
ALTER TABLE activities_activity ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0003_taking_part"), ("people", "0008_common_keys")]

    operations = [
        migrations.RunSQL(MOVE, BACK),
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='activity',
            name='done_on',
        ),
        migrations.RemoveField(
            model_name='activity',
            name='follow_up',
        ),
        migrations.RemoveField(
            model_name='activity',
            name='follow_up_on',
        ),
        migrations.RemoveField(
            model_name='activityevent',
            name='done_on',
        ),
        migrations.RemoveField(
            model_name='activityevent',
            name='follow_up',
        ),
        migrations.RemoveField(
            model_name='activityevent',
            name='follow_up_on',
        ),
    ]
