"""Search keys at a tenth of the cost: functions that the planner takes apart, and plain triggers.

The triggers of pgtrigger ask a function with an EXCEPTION block whether they are switched off: a subtransaction a row, and
the end of each looks through all that a long transaction has opened. 50,000 members took 16 s of CPU by that alone.
"""

import pgtrigger.migrations
from django.db import migrations

#: What a whole set of keys already holds of places, number and phone goes; a key of a name begins with neither.
NAME_KEYS = """
CREATE OR REPLACE FUNCTION people_name_keys(keys text[]) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    kept text[] := '{}';
    one text;
BEGIN
    FOREACH one IN ARRAY coalesce(keys, '{}') LOOP
        IF ascii(one) <> 64 AND ascii(one) NOT BETWEEN 48 AND 57 THEN
            kept := kept || one;
        END IF;
    END LOOP;
    RETURN kept;
END $$;
"""

#: One expression without FROM and of immutable parts alone: only such a function is taken apart by the planner. Keys of a
#: name alone are used as they are; whole ones begin with a place, and those of old end with a number.
KEYS = """
CREATE FUNCTION people_place_keys(village bigint) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['@' || (village / 100000000)::text, '@' || (village / 1000000)::text, '@' || (village / 1000)::text]
$$;

CREATE FUNCTION people_phone_keys(phone text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN length(phone) < 7 THEN NULL WHEN octet_length(phone) = length(phone) THEN ARRAY[phone, right(phone, 4)]
        ELSE ARRAY[translate(phone, '０１２３４５６７８９', '0123456789'),
                   right(translate(phone, '０１２３４５６７８９', '0123456789'), 4)] END
$$;

CREATE FUNCTION people_only_name_keys(keys text[]) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN ascii(keys[1]) = 64 OR ascii(keys[1]) BETWEEN 48 AND 57
            OR ascii(keys[cardinality(keys)]) BETWEEN 48 AND 57 THEN people_name_keys(keys) ELSE coalesce(keys, '{}') END
$$;

CREATE OR REPLACE FUNCTION people_household_keys(keys text[], phone text, village bigint) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT people_place_keys(village) || people_only_name_keys(keys) || people_phone_keys(phone)
$$;

CREATE OR REPLACE FUNCTION people_person_keys(keys text[], identity_no text, phone text, village bigint) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT people_place_keys(village) || people_only_name_keys(keys)
        || CASE WHEN length(identity_no) >= 15
                THEN ARRAY[right(left(identity_no, 18), 4), right(left(identity_no, 18), 6)] END
        || people_phone_keys(phone)
$$;
"""

#: A new row whose keys begin with its own place has them whole (an import works them out by set).
TRIGGERS = """
CREATE FUNCTION people_keep_person_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_keys := people_person_keys(NEW.search_keys, NEW.identity_no, NEW.phone, NEW.village_id);
    RETURN NEW;
END $$;

CREATE FUNCTION people_keep_household_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_keys := people_household_keys(NEW.search_keys, NEW.phone, NEW.village_id);
    RETURN NEW;
END $$;

CREATE TRIGGER people_keys_of_new BEFORE INSERT ON people_person FOR EACH ROW
    WHEN (NEW.search_keys[3] IS DISTINCT FROM '@' || (NEW.village_id / 1000)::text)
    EXECUTE FUNCTION people_keep_person_keys();
CREATE TRIGGER people_keys_of_changed BEFORE UPDATE OF search_keys, identity_no, phone, village_id ON people_person
    FOR EACH ROW WHEN ((OLD.search_keys, OLD.identity_no, OLD.phone, OLD.village_id)
        IS DISTINCT FROM (NEW.search_keys, NEW.identity_no, NEW.phone, NEW.village_id))
    EXECUTE FUNCTION people_keep_person_keys();
CREATE TRIGGER people_keys_of_new BEFORE INSERT ON people_household FOR EACH ROW
    WHEN (NEW.search_keys[3] IS DISTINCT FROM '@' || (NEW.village_id / 1000)::text)
    EXECUTE FUNCTION people_keep_household_keys();
CREATE TRIGGER people_keys_of_changed BEFORE UPDATE OF search_keys, phone, village_id ON people_household
    FOR EACH ROW WHEN ((OLD.search_keys, OLD.phone, OLD.village_id)
        IS DISTINCT FROM (NEW.search_keys, NEW.phone, NEW.village_id))
    EXECUTE FUNCTION people_keep_household_keys();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_functions")]
    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="person", name="search_keys"),
        pgtrigger.migrations.RemoveTrigger(model_name="household", name="search_keys"),
        migrations.RunSQL(NAME_KEYS, migrations.RunSQL.noop),
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
    ]
