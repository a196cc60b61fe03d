"""Two initials over the whole province, city by city: 470,000 people have the initials "ly", and a bitmap of all of
them takes longer than the whole page. Rows come in the order of the table, which is that of the codes, so the first cities
have the first rows. Characters are rare enough to be looked up at once (in UTF-8 they have more bytes than letters).
"""

from django.db import migrations

FIND = """
CREATE FUNCTION people_find_by_city(of_persons boolean, keys text[], most int) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 100 SET enable_seqscan = off SET enable_indexscan = off AS $$
DECLARE
    city bigint;
    found_now int;
BEGIN
    FOR city IN SELECT code / 100000000 FROM divisions_division WHERE level = 2 ORDER BY code LOOP
        IF of_persons THEN
            RETURN QUERY SELECT id FROM people_person WHERE search_keys @> (keys || ('@' || city)) LIMIT most;
        ELSE
            RETURN QUERY SELECT id FROM people_household WHERE search_keys @> (keys || ('@' || city)) LIMIT most;
        END IF;
        GET DIAGNOSTICS found_now = ROW_COUNT;
        most := most - found_now;
        EXIT WHEN most <= 0;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION people_find_persons(keys text[], places text[], most int) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 100 SET enable_seqscan = off SET enable_indexscan = off AS $$
BEGIN
    IF places IS NULL AND cardinality(keys) = 1 AND octet_length(keys[1]) = 2 THEN
        RETURN QUERY SELECT people_find_by_city(true, keys, most);
    ELSIF places IS NULL THEN
        RETURN QUERY SELECT id FROM people_person WHERE search_keys @> keys LIMIT most;
    ELSIF cardinality(places) = 1 THEN
        RETURN QUERY SELECT id FROM people_person WHERE search_keys @> (keys || places) LIMIT most;
    ELSE
        RETURN QUERY SELECT id FROM people_person WHERE search_keys @> keys AND search_keys && places LIMIT most;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION people_find_households(keys text[], places text[], most int, number text) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 100 SET enable_seqscan = off SET enable_indexscan = off AS $$
DECLARE
    wanted text[] := CASE WHEN cardinality(places) = 1 THEN keys || places ELSE keys END;
    some_places text[] := CASE WHEN cardinality(places) = 1 THEN NULL ELSE places END;
BEGIN
    RETURN QUERY SELECT id FROM people_household WHERE household_no = number;
    IF cardinality(keys) = 0 THEN
        RETURN;
    END IF;
    IF places IS NULL AND cardinality(keys) = 1 AND octet_length(keys[1]) = 2 THEN
        RETURN QUERY SELECT people_find_by_city(false, keys, most);
        RETURN QUERY SELECT household_id FROM people_person WHERE id IN (SELECT people_find_by_city(true, keys, most));
    ELSIF some_places IS NULL THEN
        RETURN QUERY SELECT id FROM people_household WHERE search_keys @> wanted LIMIT most;
        RETURN QUERY SELECT household_id FROM people_person WHERE search_keys @> wanted LIMIT most;
    ELSE
        RETURN QUERY SELECT id FROM people_household WHERE search_keys @> keys AND search_keys && places LIMIT most;
        RETURN QUERY SELECT household_id FROM people_person WHERE search_keys @> keys AND search_keys && places LIMIT most;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0007_rare_filters"), ("divisions", "0001_initial")]
    operations = [migrations.RunSQL(FIND, migrations.RunSQL.noop)]
