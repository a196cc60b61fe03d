"""The rules of a plan as portable SQL over two wide tables: what DuckDB and Spark run, and numpy must agree with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlglot import exp

from bangfu.screening.county import Hits, HouseholdRows, Loaded, PersonRows
from bangfu.screening.datasets import Gathering
from bangfu.screening.expressions import Kind, written
from bangfu.screening.plan import Plan, Step, Total
from bangfu.screening.rulebook import DEPARTED

PERSONS, HOUSEHOLDS = "screened_persons", "screened_households"
_BITS = 62  # rules in one whole number


@dataclass(frozen=True)
class Queries:
    """`persons` gives (county, person, household, m0, m1 …), `households` (county, household, m0 …): a bit for every rule."""

    persons: str
    households: str


def queries(plan: Plan, dialect: str) -> Queries:
    return Queries(_persons(plan, dialect), _households(plan, dialect))


def _persons(plan: Plan, dialect: str) -> str:
    masks = _masks([_judged(step, dialect) for step in plan.persons])
    return _hits("county, person, household", masks, PERSONS)


def _judged(step: Step, dialect: str) -> str:
    when = written(step.tree, dialect)
    return when if step.rule.of_departed else f"{DEPARTED} IS NULL AND ({when})"


def _households(plan: Plan, dialect: str) -> str:
    sums = [f"{_sum(total, dialect)} AS {total.name}" for total in plan.totals]
    grouped = ", ".join(["county", "household", *sums])
    totals = f"SELECT {grouped} FROM {PERSONS} WHERE {DEPARTED} IS NULL GROUP BY county, household"  # noqa: S608
    counted = {total.name for total in plan.totals if total.by is Gathering.COUNT}
    columns = [f"coalesce(t.{t.name}, 0) AS {t.name}" if t.name in counted else f"t.{t.name}" for t in plan.totals]
    joined = (
        f"(SELECT {', '.join(['h.*', *columns])} FROM {HOUSEHOLDS} h LEFT JOIN ({totals}) t"  # noqa: S608
        " ON h.county = t.county AND h.household = t.household) x"
    )
    return _hits("county, household", _masks([written(step.tree, dialect) for step in plan.households]), joined)


def _sum(total: Total, dialect: str) -> str:
    where = "" if total.where_tree is None else written(total.where_tree, dialect)
    if total.of_tree is None:
        return f"count(CASE WHEN {where} THEN 1 END)" if where else "count(*)"
    of = written(total.of_tree, dialect)
    inner = f"CASE WHEN {where} THEN {of} END" if where else of
    return f"CAST({total.by.value}({inner}) AS BIGINT)"


def _masks(conditions: Sequence[str]) -> list[str]:
    bits = [f"CASE WHEN {condition} THEN {1 << place % _BITS} ELSE 0 END" for place, condition in enumerate(conditions)]
    chunks = [bits[start : start + _BITS] for start in range(0, len(bits), _BITS)] or [["0"]]
    return [" + ".join(f"CAST({bit} AS BIGINT)" for bit in chunk) for chunk in chunks]


def _hits(key: str, masks: Sequence[str], source: str) -> str:
    columns = ", ".join(f"{mask} AS m{place}" for place, mask in enumerate(masks))
    any_hit = " OR ".join(f"m{place} <> 0" for place in range(len(masks)))
    inner = f"SELECT {key}, {columns} FROM {source}"  # noqa: S608
    return f"SELECT * FROM ({inner}) y WHERE {any_hit} ORDER BY {key}"  # noqa: S608


def wide(loaded: Loaded, plan: Plan) -> tuple[pa.Table, pa.Table]:
    """(one row a person, one row a household) with every column that the plan's SQL names."""
    asked = {c.name for tree in _trees(plan.persons, plan.totals) for c in tree.find_all(exp.Column)} | {DEPARTED}
    persons = PersonRows(loaded, None)
    people = loaded.county.persons
    columns = {
        "county": np.full(people, loaded.county.code, dtype=np.int32),
        "person": persons.who,
        "household": loaded.home,
    }
    table = {name: pa.array(values) for name, values in columns.items()}
    for name in sorted(asked):
        table[name] = _array(persons.vector(name), people, loaded.book.person_columns[name].kind)
    totals = {total.name for total in plan.totals}
    homes = loaded.county.households
    rows = HouseholdRows(loaded)
    own = {c.name for step in plan.households for c in step.tree.find_all(exp.Column)} - totals
    numbers = {
        "county": np.full(homes, loaded.county.code, dtype=np.int32),
        "household": np.arange(homes, dtype=np.int32),
    }
    houses = {name: pa.array(values) for name, values in numbers.items()}
    for name in sorted(own):
        houses[name] = _array(rows.vector(name), homes, loaded.book.household_columns[name].kind)
    return pa.table(table), pa.table(houses)


def _trees(steps: Sequence[Step], totals: Sequence[Total]) -> list[exp.Expr]:
    of_totals = [tree for total in totals for tree in (total.of_tree, total.where_tree) if tree is not None]
    return [*(step.tree for step in steps), *of_totals]


def _array(vector: Any, rows: int, kind: Kind) -> pa.Array:
    numbers, valid = vector.filled(rows)
    typed = numbers.astype(np.bool_ if kind is Kind.FLAG else np.int64)
    return pa.array(typed, mask=None if valid.all() else ~valid)


def hits_of(plan: Plan, loaded: Loaded, persons: pa.Table, households: pa.Table) -> list[Hits]:
    """The rows of both queries for one county, in the form of the numpy engine."""
    found = []
    for place, step in enumerate(plan.persons):
        rows = np.flatnonzero(_bit(persons, place))
        who = persons["person"].to_numpy()[rows].astype(np.int32)
        found.append(Hits(step, who, loaded.home[who]))
    for place, step in enumerate(plan.households):
        rows = np.flatnonzero(_bit(households, place))
        found.append(Hits(step, None, households["household"].to_numpy()[rows].astype(np.int64)))
    return found


def _bit(table: pa.Table, place: int) -> NDArray[np.int64]:
    masks = table[f"m{place // _BITS}"].to_numpy()
    return np.asarray(masks >> (place % _BITS) & 1)
