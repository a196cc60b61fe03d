"""SQL functions behind search and the derived columns of households; valid on PostgreSQL 15 and later."""

from django.db import migrations

#: Rows that hold all keys, at most `most`, in the order of the table. The two settings leave only the bitmap over the
#: GIN index: with a LIMIT behind it the planner would otherwise gamble on reading the table until enough rows turn up.
FIND_PERSONS = """
CREATE FUNCTION people_find_persons(keys text[], places text[], most int) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 100 SET enable_seqscan = off SET enable_indexscan = off AS $$
BEGIN
    IF places IS NULL THEN
        RETURN QUERY SELECT id FROM people_person WHERE search_keys @> keys LIMIT most;
    ELSIF cardinality(places) = 1 THEN
        RETURN QUERY SELECT id FROM people_person WHERE search_keys @> (keys || places) LIMIT most;
    ELSE
        RETURN QUERY SELECT id FROM people_person WHERE search_keys @> keys AND search_keys && places LIMIT most;
    END IF;
END $$;
"""

FIND_HOUSEHOLDS = """
CREATE FUNCTION people_find_households(keys text[], places text[], most int, number text) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 100 SET enable_seqscan = off SET enable_indexscan = off AS $$
DECLARE
    wanted text[] := CASE WHEN cardinality(places) = 1 THEN keys || places ELSE keys END;
    some_places text[] := CASE WHEN cardinality(places) = 1 THEN NULL ELSE places END;
BEGIN
    RETURN QUERY SELECT id FROM people_household WHERE household_no = number;
    IF cardinality(keys) = 0 THEN
        RETURN;
    END IF;
    IF some_places IS NULL THEN
        RETURN QUERY SELECT id FROM people_household WHERE search_keys @> wanted LIMIT most;
        RETURN QUERY SELECT household_id FROM people_person WHERE search_keys @> wanted LIMIT most;
    ELSE
        RETURN QUERY SELECT id FROM people_household WHERE search_keys @> keys AND search_keys && places LIMIT most;
        RETURN QUERY SELECT household_id FROM people_person WHERE search_keys @> keys AND search_keys && places LIMIT most;
    END IF;
END $$;

CREATE FUNCTION people_find_households_by_number(numbers bigint[]) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 2 AS $$
    SELECT household_id FROM people_person WHERE identity_key = ANY (numbers)
$$;
"""

WITH_PLACES = """
CREATE FUNCTION people_with_places(keys text[], village bigint) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['@' || village / 100000000, '@' || village / 1000000, '@' || village / 1000]
        || coalesce(array_agg(key ORDER BY place), '{}')
    FROM unnest(keys) WITH ORDINALITY AS k(key, place) WHERE key NOT LIKE '@%'
$$;
"""

#: Head, count and search keys of households from their members. The head's name keys serve the household; its number
#: does not, so digits stay out. A household without members keeps the head it was registered with.
REFRESH_HOUSEHOLDS = """
CREATE FUNCTION people_refresh_households(households bigint[]) RETURNS void LANGUAGE sql AS $$
    WITH facts AS (
        SELECT h.id, present.members,
               CASE WHEN head.id IS NOT NULL THEN head.name WHEN present.members > 0 THEN '' ELSE h.head_name END AS head_name,
               (SELECT coalesce(array_agg(key ORDER BY place), '{}')
                FROM unnest(head.search_keys) WITH ORDINALITY AS k(key, place) WHERE key !~ '^[0-9@]') AS name_keys,
               CASE WHEN length(h.phone) >= 7 THEN ARRAY[h.phone, right(h.phone, 4)] ELSE '{}' END AS phone_keys,
               head.id IS NOT NULL OR present.members > 0 AS is_known
        FROM people_household h
        LEFT JOIN people_person head ON head.head_of = h.id
        CROSS JOIN LATERAL (
            SELECT count(*) AS members FROM people_person p
            WHERE p.household_id = h.id AND p.left_on IS NULL AND p.withdrawn_at IS NULL AND NOT p.is_disputed
        ) present
        WHERE h.id = ANY (households)
    )
    UPDATE people_household h
    SET head_name = f.head_name, member_count = f.members,
        search_keys = CASE WHEN f.is_known THEN people_with_places(f.name_keys || f.phone_keys, h.village_id)
                           ELSE h.search_keys END
    FROM facts f
    WHERE h.id = f.id AND (
        (h.head_name, h.member_count) IS DISTINCT FROM (f.head_name, f.members::smallint)
        OR (f.is_known AND h.search_keys IS DISTINCT FROM people_with_places(f.name_keys || f.phone_keys, h.village_id))
    )
$$;
"""

IDENTITY_KEY = """
ALTER TABLE people_person ADD CONSTRAINT person_identity_key CHECK (identity_key IS NOT DISTINCT FROM
    CASE WHEN identity_no ~ '^[0-9]{17}' THEN substr(identity_no, 1, 17)::bigint
         WHEN identity_no ~ '^[0-9]{15}$' THEN (substr(identity_no, 1, 6) || '19' || substr(identity_no, 7))::bigint END);
"""

#: more of the common keys in the statistics, so that a rare key is not taken for a common one
STATISTICS = """
ALTER TABLE people_person ALTER COLUMN search_keys SET STATISTICS 400;
ALTER TABLE people_household ALTER COLUMN search_keys SET STATISTICS 400;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunSQL(FIND_PERSONS, "DROP FUNCTION people_find_persons"),
        migrations.RunSQL(
            FIND_HOUSEHOLDS, "DROP FUNCTION people_find_households; DROP FUNCTION people_find_households_by_number"
        ),
        migrations.RunSQL(WITH_PLACES, "DROP FUNCTION people_with_places"),
        migrations.RunSQL(REFRESH_HOUSEHOLDS, "DROP FUNCTION people_refresh_households"),
        migrations.RunSQL(IDENTITY_KEY, "ALTER TABLE people_person DROP CONSTRAINT person_identity_key"),
        migrations.RunSQL(STATISTICS, migrations.RunSQL.noop),
    ]
