"""Finds records that may be one person (1.1), by set, over everybody; what comes in doubtful is paired at once (triggers.py)."""

from __future__ import annotations

from django.db import connection

from bangfu.people.duplicates import DuplicatePair

Cause = DuplicatePair.Cause

_HERE = "{0}.left_on IS NULL AND {0}.withdrawn_at IS NULL"

_REPEATED_NUMBERS = f"""
    SELECT people_pair_up(ARRAY(
        SELECT p.identity_key FROM people_person p WHERE {_HERE.format("p")} AND p.identity_key IS NOT NULL
        GROUP BY p.identity_key HAVING count(*) > 1))"""  # noqa: S608 (constants of this module)

#: in one town, under different numbers
_SAME_NAME_AND_BIRTH = f"""
    INSERT INTO people_duplicatepair (division_id, first_id, second_id, causes)
    SELECT people_common_division(a.village_id, b.village_id), a.id, b.id, ARRAY['{DuplicatePair.Cause.SAME_NAME_AND_BIRTH}']
    FROM (SELECT p.village_id / 1000 AS town, p.name, p.born_on FROM people_person p WHERE {_HERE.format("p")}
          GROUP BY 1, 2, 3 HAVING count(*) > 1) twice
    JOIN people_person a ON a.village_id BETWEEN twice.town * 1000 AND twice.town * 1000 + 999
        AND a.name = twice.name AND a.born_on = twice.born_on
    JOIN people_person b ON b.village_id BETWEEN twice.town * 1000 AND twice.town * 1000 + 999
        AND b.name = twice.name AND b.born_on = twice.born_on AND a.id < b.id
    WHERE {_HERE.format("a")} AND {_HERE.format("b")} AND a.identity_key IS DISTINCT FROM b.identity_key
    ON CONFLICT (first_id, second_id) DO NOTHING"""  # noqa: S608


def find_all() -> int:
    """Looks through everybody; gives the number of new pairs. A pair decided once does not come again."""
    before = DuplicatePair.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(_REPEATED_NUMBERS)
        cursor.execute(_SAME_NAME_AND_BIRTH)
    return DuplicatePair.objects.count() - before
