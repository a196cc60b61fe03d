"""A household that moves to another village takes its clues, cases, plans and flows along, whatever wrote the household."""

from django.db import migrations

#: rows that hang on a household and have its village
FOLLOWERS = (
    "clue", "case", "riskremoval", "villagereview", "datacomparison", "consent", "doubt", "householdcheck",
    "assistancemeasure", "assistanceplan", "referral",
)  # fmt: skip
#: rows that go through a workflow, by the label of their model
SUBJECTS = {"Case": "case", "AssistancePlan": "assistanceplan", "Referral": "referral", "RiskRemoval": "riskremoval"}

_ROWS = "\n".join(
    f"    UPDATE consolidation_{table} SET village_id = NEW.village_id"  # noqa: S608 (constants of this module)
    " WHERE household_id = NEW.id AND village_id <> NEW.village_id;"
    for table in FOLLOWERS
)
_FLOWS = " UNION ALL ".join(
    f"SELECT 'consolidation.{label}' AS label, id FROM consolidation_{table} WHERE household_id = NEW.id"  # noqa: S608
    for label, table in SUBJECTS.items()
)
#: whoever was to go on there cannot do so in another county; the story tells of the move
FOLLOW = f"""
CREATE FUNCTION consolidation_follow_household() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changes_county boolean := NEW.village_id / 1000000 <> OLD.village_id / 1000000;
    place text := (SELECT full_name FROM divisions_division WHERE code = NEW.village_id);
BEGIN
{_ROWS}
    WITH moved AS (
        UPDATE workflow_flow f SET division_id = NEW.village_id, version = version + 1,
            assignee_id = CASE WHEN changes_county THEN NULL ELSE assignee_id END
        FROM ({_FLOWS}) mine
        WHERE f.subject_type = mine.label AND f.subject_id = mine.id AND f.division_id <> NEW.village_id
        RETURNING f.id, f.state
    )
    INSERT INTO workflow_steprecord
        (flow_id, deed, step, from_state, to_state, acted_as, "on", at, reason, evidence)
    SELECT id, 'moved', '', state, state, '', (now() AT TIME ZONE 'Asia/Shanghai')::date, now(),
        '随户迁到' || place, '{{}}' FROM moved;
    IF changes_county THEN
        UPDATE consolidation_clue SET assignee_id = NULL, state = CASE WHEN state = 'assigned' THEN 'received' ELSE state END
        WHERE household_id = NEW.id AND assignee_id IS NOT NULL AND state IN ('assigned', 'verifying');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER consolidation_follow AFTER UPDATE OF village_id ON people_household
    FOR EACH ROW WHEN (OLD.village_id IS DISTINCT FROM NEW.village_id)
    EXECUTE FUNCTION consolidation_follow_household();
"""  # noqa: S608
BACK = """
DROP TRIGGER consolidation_follow ON people_household;
DROP FUNCTION consolidation_follow_household();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consolidation", "0010_early_warning"),
        ("people", "0008_common_keys"),
        ("workflow", "0002_opens_on"),
    ]

    operations = [migrations.RunSQL(FOLLOW, BACK)]
