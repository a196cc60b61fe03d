"""Finds records that may be one person (1.1), by set: over everything at night, over new numbers after an import."""

from __future__ import annotations

from django.db import connection

from bangfu.people.duplicates import DuplicatePair

Cause = DuplicatePair.Cause

#: living in the register, also when doubtful
_HERE = "{0}.left_on IS NULL AND {0}.withdrawn_at IS NULL"
_BOTH_HERE = f"{_HERE.format('a')} AND {_HERE.format('b')}"

_SAME_NUMBER = f"""
    SELECT a.id AS first_id, b.id AS second_id, CASE
        WHEN least(length(a.identity_no), length(b.identity_no)) = 15 THEN '{Cause.OLD_NUMBER}'
        WHEN length(a.identity_no) <> length(b.identity_no) THEN '{Cause.DISABILITY_CARD}'
        ELSE '{Cause.SAME_NUMBER}' END AS cause
    FROM people_person a JOIN people_person b ON b.identity_key = a.identity_key AND a.id < b.id
    WHERE {_BOTH_HERE} AND a.identity_key IN (%s)"""  # noqa: S608 (constants of this module)
_REPEATED_KEYS = f"""
    SELECT p.identity_key FROM people_person p WHERE {_HERE.format("p")} AND p.identity_key IS NOT NULL
    GROUP BY p.identity_key HAVING count(*) > 1"""  # noqa: S608

_SAME_NAME_AND_BIRTH = f"""
    SELECT a.id, b.id, '{Cause.SAME_NAME_AND_BIRTH}' FROM (
        SELECT p.village_id / 1000 AS town, p.name, p.born_on FROM people_person p WHERE {_HERE.format("p")}
        GROUP BY 1, 2, 3 HAVING count(*) > 1) twice
    JOIN people_person a ON a.village_id BETWEEN twice.town * 1000 AND twice.town * 1000 + 999
        AND a.name = twice.name AND a.born_on = twice.born_on
    JOIN people_person b ON b.village_id BETWEEN twice.town * 1000 AND twice.town * 1000 + 999
        AND b.name = twice.name AND b.born_on = twice.born_on AND a.id < b.id
    WHERE {_BOTH_HERE} AND a.identity_key IS DISTINCT FROM b.identity_key"""  # noqa: S608

_ADD = """
    INSERT INTO people_duplicatepair (division_id, first_id, second_id, causes)
    SELECT CASE WHEN a.village_id = b.village_id THEN a.village_id
                WHEN a.village_id / 1000 = b.village_id / 1000 THEN a.village_id / 1000 * 1000
                WHEN a.village_id / 1000000 = b.village_id / 1000000 THEN a.village_id / 1000000 * 1000000
                WHEN a.village_id / 100000000 = b.village_id / 100000000 THEN a.village_id / 100000000 * 100000000
                ELSE a.village_id / 10000000000 * 10000000000 END,
           f.first_id, f.second_id, array_agg(DISTINCT f.cause)
    FROM ({found}) f JOIN people_person a ON a.id = f.first_id JOIN people_person b ON b.id = f.second_id
    GROUP BY a.village_id, b.village_id, f.first_id, f.second_id
    ON CONFLICT (first_id, second_id) DO NOTHING"""


def find_all() -> int:
    """Looks through everybody; gives the number of new pairs. A pair decided once does not come again."""
    return _add(f"{_SAME_NUMBER % _REPEATED_KEYS} UNION ALL {_SAME_NAME_AND_BIRTH}")


def find_of_keys(keys: list[int]) -> int:
    """The same for some identity keys: what an import or an act has just brought in."""
    return _add(_SAME_NUMBER % "SELECT unnest(%s::bigint[])", [keys])


def _add(found: str, params: list[list[int]] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_ADD.format(found=found), params)
        return int(cursor.rowcount)
