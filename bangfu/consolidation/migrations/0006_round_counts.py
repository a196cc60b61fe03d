"""How far a round is, counted by the database: its villages come with it, visits and households change the counts."""

from django.db import migrations

#: Each share of the villages anew. A round that is over keeps its households, but a visit told later still counts.
COUNT = """
CREATE FUNCTION consolidation_count_rounds(villages bigint[], only_running boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    share record;
    counted record;
BEGIN
    FOR share IN
        SELECT v.id, v.village_id, v.households, v.visited, r.from_on, r.to_on
        FROM consolidation_roundvillage v JOIN consolidation_screeninground r ON r.id = v.screening_round_id
        WHERE v.village_id = ANY (villages) AND (NOT only_running OR r.to_on >= current_date)
        ORDER BY v.id
    LOOP
        SELECT count(*) AS households, count(*) FILTER (WHERE EXISTS (
            SELECT FROM activities_activity a WHERE a.household_id = h.id AND a.held_on BETWEEN share.from_on AND share.to_on
                AND a.kind = 'household_visit' AND a.withdrawn_at IS NULL)) AS visited
        INTO counted FROM people_household h WHERE h.village_id = share.village_id AND h.withdrawn_at IS NULL;
        IF (share.households, share.visited) IS DISTINCT FROM (counted.households, counted.visited) THEN
            UPDATE consolidation_roundvillage SET households = counted.households, visited = counted.visited
            WHERE id = share.id;
        END IF;
    END LOOP;
END $$;
"""

ROUND = """
CREATE FUNCTION consolidation_begin_round() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parts bigint[] := ARRAY(
        SELECT code FROM divisions_division WHERE code BETWEEN NEW.county_id AND NEW.county_id + 999999 AND level = 5
            AND valid_to IS NULL);
BEGIN
    INSERT INTO consolidation_roundvillage (screening_round_id, village_id, responsible)
        SELECT NEW.id, unnest(parts), '' ON CONFLICT DO NOTHING;
    PERFORM consolidation_count_rounds(parts, false);
    RETURN NULL;
END $$;
CREATE TRIGGER consolidation_begin AFTER INSERT OR UPDATE OF county_id, from_on, to_on ON consolidation_screeninground
    FOR EACH ROW EXECUTE FUNCTION consolidation_begin_round();
"""

VISITS = """
CREATE FUNCTION consolidation_visits_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    villages bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        villages := ARRAY(SELECT DISTINCT h.village_id FROM new_rows n JOIN people_household h ON h.id = n.household_id);
    ELSIF TG_OP = 'DELETE' THEN
        villages := ARRAY(SELECT DISTINCT h.village_id FROM old_rows o JOIN people_household h ON h.id = o.household_id);
    ELSE
        villages := ARRAY(
            SELECT h.village_id FROM new_rows n JOIN people_household h ON h.id = n.household_id
            UNION SELECT h.village_id FROM old_rows o JOIN people_household h ON h.id = o.household_id);
    END IF;
    IF villages <> '{}' THEN
        PERFORM consolidation_count_rounds(villages, false);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER consolidation_visit_gain AFTER INSERT ON activities_activity REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION consolidation_visits_change();
CREATE TRIGGER consolidation_visit_lose AFTER DELETE ON activities_activity REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION consolidation_visits_change();
CREATE TRIGGER consolidation_visit_change AFTER UPDATE ON activities_activity
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION consolidation_visits_change();
"""

#: a change of members, which also writes the household, concerns no round and costs no call
HOUSEHOLDS = """
CREATE FUNCTION consolidation_households_come() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM consolidation_count_rounds(found.villages, true)
        FROM (SELECT ARRAY(SELECT DISTINCT village_id FROM new_rows) AS villages) found WHERE found.villages <> '{}';
    RETURN NULL;
END $$;
CREATE TRIGGER consolidation_household_gain AFTER INSERT ON people_household REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION consolidation_households_come();

CREATE FUNCTION consolidation_household_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM consolidation_count_rounds(ARRAY[OLD.village_id, NEW.village_id], true);
    RETURN NULL;
END $$;
CREATE TRIGGER consolidation_household_change AFTER UPDATE OF village_id, withdrawn_at ON people_household
    FOR EACH ROW WHEN ((OLD.village_id, OLD.withdrawn_at) IS DISTINCT FROM (NEW.village_id, NEW.withdrawn_at))
    EXECUTE FUNCTION consolidation_household_moves();
"""

BACK = """
DROP TRIGGER consolidation_household_change ON people_household;
DROP TRIGGER consolidation_household_gain ON people_household;
DROP TRIGGER consolidation_visit_change ON activities_activity;
DROP TRIGGER consolidation_visit_lose ON activities_activity;
DROP TRIGGER consolidation_visit_gain ON activities_activity;
DROP TRIGGER consolidation_begin ON consolidation_screeninground;
DROP FUNCTION consolidation_household_moves(), consolidation_households_come(), consolidation_visits_change(),
    consolidation_begin_round(), consolidation_count_rounds(bigint[], boolean);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consolidation", "0005_rounds"),
        ("activities", "0001_activities"),
        ("people", "0006_figures_by_village"),
    ]

    operations = [
        migrations.RunSQL(COUNT + ROUND + VISITS + HOUSEHOLDS, BACK),
    ]
