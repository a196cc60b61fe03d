"""The rules by set find what an independent Python version finds row by row, in households full of faults; and one
household alone is told the same as among all."""

from collections import Counter
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bangfu.screening.doubts import check, check_one, examples, thresholds
from bangfu.screening.doubts.rules import Level, rulebook
from bangfu.screening.doubts.tests import row_by_row, rows_of_households, rows_of_members, rows_of_removal
from bangfu.screening.doubts.tests.invented import Maker

BOOK = rulebook()
AS_OF, DIVISION, OWN = examples.AS_OF, examples.DIVISION, examples.OWN
DECLARED = (rows_of_members, rows_of_households, rows_of_removal)
ALONE = {rule.code for rule in BOOK.rules.values() if rule.level in (Level.MEMBER, Level.HOUSEHOLD)}


@cache
def invented() -> dict[str, pa.Table]:
    return Maker(BOOK.tables, households=400, seed=7, mess=0.15).made()


@cache
def found() -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = check(invented(), AS_OF, DIVISION, OWN, clear=True).doubts.to_pylist()
    return result


def test_the_independent_version_has_every_rule() -> None:
    tables = (row_by_row.OF_MEMBERS, row_by_row.OF_LABOUR, row_by_row.OF_MEASURES, row_by_row.OF_HOUSEHOLDS)
    assert {rule for table in tables for rule in table} | {"R48"} == set(BOOK.rules)
    assert all(module.__doc__ for module in DECLARED)


def test_by_set_and_row_by_row_agree_on_every_doubt() -> None:
    values, _ = thresholds.values_on(BOOK.rules.values(), AS_OF, DIVISION, OWN)
    rows = {name: table.to_pylist() for name, table in invented().items()}
    slowly = row_by_row.doubts(row_by_row.gather(rows, AS_OF, values))
    by_set = Counter((row["rule"], row["household_key"], row["member_key"]) for row in found())
    assert by_set == Counter((rule, household, person) for rule, household, person, _ in slowly)
    assert len({rule for rule, *_ in by_set}) > 60


def test_one_household_alone_is_told_the_same_as_among_all() -> None:
    for number in invented()["households"].column("household_no").to_pylist()[:60]:
        own = {
            name: table.filter(pc.equal(table.column("household_no"), number)).to_pylist()
            for name, table in invented().items()
            if name != "villages"
        }
        alone = check_one(own, AS_OF, DIVISION, OWN)
        among = [row for row in found() if row["household_key"] == number and row["rule"] in ALONE]
        assert sorted(map(str, alone)) == sorted(map(str, among))
