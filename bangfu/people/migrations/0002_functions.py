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

#: Search keys of a row: its places, the keys of the name that were given (all others are dropped), then what follows from
#: number and phone. A key of a name never begins with a digit or "@".
KEYS = """
CREATE FUNCTION people_name_keys(keys text[]) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(key ORDER BY place), '{}')
    FROM unnest(keys) WITH ORDINALITY AS k(key, place) WHERE key !~ '^[0-9@]'
$$;

CREATE FUNCTION people_household_keys(keys text[], phone text, village bigint) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['@' || village / 100000000, '@' || village / 1000000, '@' || village / 1000] || people_name_keys(keys)
        || CASE WHEN length(number) >= 7 THEN ARRAY[number, right(number, 4)] ELSE '{}' END
    FROM (SELECT translate(phone, '０１２３４５６７８９', '0123456789') AS number) plain
$$;

CREATE FUNCTION people_person_keys(keys text[], identity_no text, phone text, village bigint) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['@' || village / 100000000, '@' || village / 1000000, '@' || village / 1000] || people_name_keys(keys)
        || CASE WHEN length(identity_no) >= 15
                THEN ARRAY[right(left(identity_no, 18), 4), right(left(identity_no, 18), 6)] ELSE '{}' END
        || CASE WHEN length(number) >= 7 THEN ARRAY[number, right(number, 4)] ELSE '{}' END
    FROM (SELECT translate(phone, '０１２３４５６７８９', '0123456789') AS number) plain
$$;
"""

#: Head, count and search keys of households from their members. The head's name keys serve the household; its number
#: does not. A household without members keeps the head it was registered with.
REFRESH_HOUSEHOLDS = """
CREATE FUNCTION people_refresh_households(households bigint[]) RETURNS void LANGUAGE sql AS $$
    WITH facts AS (
        SELECT h.id, present.members,
               CASE WHEN head.id IS NOT NULL THEN head.name WHEN present.members > 0 THEN '' ELSE h.head_name END AS head_name,
               CASE WHEN head.id IS NOT NULL OR present.members > 0 THEN head.identity_key ELSE h.head_key END AS head_key,
               CASE WHEN head.id IS NOT NULL OR present.members > 0
                    THEN people_household_keys(head.search_keys, h.phone, h.village_id) ELSE h.search_keys END AS keys
        FROM people_household h
        LEFT JOIN people_person head ON head.head_of = h.id
        CROSS JOIN LATERAL (
            SELECT count(*)::smallint AS members FROM people_person p
            WHERE p.household_id = h.id AND p.left_on IS NULL AND p.withdrawn_at IS NULL AND NOT p.is_disputed
        ) present
        WHERE h.id = ANY (households)
    )
    UPDATE people_household h
    SET head_name = f.head_name, head_key = f.head_key, member_count = f.members, search_keys = f.keys
    FROM facts f
    WHERE h.id = f.id AND (h.head_name, h.head_key, h.member_count, h.search_keys)
        IS DISTINCT FROM (f.head_name, f.head_key, f.members, f.keys)
$$;
"""

#: Pairs of records with one number among those living in the register; the place is the lowest division of both.
PAIR_UP = """
CREATE FUNCTION people_common_division(one bigint, other bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN one = other THEN one
                WHEN one / 1000 = other / 1000 THEN one / 1000 * 1000
                WHEN one / 1000000 = other / 1000000 THEN one / 1000000 * 1000000
                WHEN one / 100000000 = other / 100000000 THEN one / 100000000 * 100000000
                ELSE one / 10000000000 * 10000000000 END
$$;

CREATE FUNCTION people_pair_up(numbers bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO people_duplicatepair (division_id, first_id, second_id, causes)
    SELECT people_common_division(a.village_id, b.village_id), a.id, b.id, ARRAY[CASE
        WHEN least(length(a.identity_no), length(b.identity_no)) = 15 THEN 'old_number'
        WHEN length(a.identity_no) <> length(b.identity_no) THEN 'disability_card'
        ELSE 'same_number' END]
    FROM people_person a JOIN people_person b ON b.identity_key = a.identity_key AND a.id < b.id
    WHERE a.identity_key = ANY (numbers) AND a.left_on IS NULL AND a.withdrawn_at IS NULL
        AND b.left_on IS NULL AND b.withdrawn_at IS NULL
    ON CONFLICT (first_id, second_id) DO NOTHING
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
        migrations.RunSQL(KEYS, "DROP FUNCTION people_name_keys, people_household_keys, people_person_keys"),
        migrations.RunSQL(REFRESH_HOUSEHOLDS, "DROP FUNCTION people_refresh_households"),
        migrations.RunSQL(PAIR_UP, "DROP FUNCTION people_common_division, people_pair_up"),
        migrations.RunSQL(IDENTITY_KEY, "ALTER TABLE people_person DROP CONSTRAINT person_identity_key"),
        migrations.RunSQL(STATISTICS, migrations.RunSQL.noop),
    ]
