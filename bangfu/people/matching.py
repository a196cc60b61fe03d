"""Finds records that may be one person (1.1), by set, county by county; what comes in doubtful is paired at once (triggers.py)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from bangfu.divisions.models import Division
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.people.duplicates import DuplicatePair

_HERE = "{0}.left_on IS NULL AND {0}.withdrawn_at IS NULL"
_WITHIN = "p.village_id BETWEEN %(low)s AND %(high)s"

#: the other record may stand anywhere: a number is looked up in the whole register
_REPEATED_NUMBERS = f"""
    SELECT people_pair_up(ARRAY(
        SELECT DISTINCT p.identity_key FROM people_person p
        WHERE {_WITHIN} AND {_HERE.format("p")} AND p.identity_key IS NOT NULL AND EXISTS (
            SELECT FROM people_person o WHERE o.identity_key = p.identity_key AND o.id <> p.id AND {_HERE.format("o")})))"""  # noqa: S608 (constants of this module)

#: in one town, under different numbers
_SAME_NAME_AND_BIRTH = f"""
    INSERT INTO people_duplicatepair (division_id, first_id, second_id, causes)
    SELECT people_common_division(a.village_id, b.village_id), a.id, b.id, ARRAY['{DuplicatePair.Cause.SAME_NAME_AND_BIRTH}']
    FROM (SELECT p.village_id / 1000 AS town, p.name, p.born_on FROM people_person p WHERE {_WITHIN} AND {_HERE.format("p")}
          GROUP BY 1, 2, 3 HAVING count(*) > 1) twice
    JOIN people_person a ON a.village_id BETWEEN twice.town * 1000 AND twice.town * 1000 + 999
        AND a.name = twice.name AND a.born_on = twice.born_on
    JOIN people_person b ON b.village_id BETWEEN twice.town * 1000 AND twice.town * 1000 + 999
        AND b.name = twice.name AND b.born_on = twice.born_on AND a.id < b.id
    WHERE {_HERE.format("a")} AND {_HERE.format("b")} AND a.identity_key IS DISTINCT FROM b.identity_key
    ON CONFLICT (first_id, second_id) DO NOTHING"""  # noqa: S608


def find_all() -> int:
    """Looks through everybody, one county after the other, each in a transaction of its own; gives the number of new pairs.

    A pair decided once does not come again, so that a search that was killed is simply begun anew.
    """
    return sum(find_in(place) for place in _steps())


def find_in(place: int) -> int:
    """Looks through the people of a division, for doubles anywhere."""
    low, high = codes.bounds(place)
    before = DuplicatePair.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(_REPEATED_NUMBERS, {"low": low, "high": high})
        cursor.execute(_SAME_NAME_AND_BIRTH, {"low": low, "high": high})
    return DuplicatePair.objects.count() - before


def _steps() -> Iterator[int]:
    """Counties, and cities that have none. Divisions that ended too: their people are still found."""
    counties = Division.objects.filter(parent=OuterRef("pk"), level=Level.COUNTY)
    bare = Q(level=Level.CITY) & ~Exists(counties)
    yield from Division.objects.filter(Q(level=Level.COUNTY) | bare).order_by("code").values_list("code", flat=True)
