"""Runs the rules: everything at once, or one household at a time on a connection that is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from bangfu.screening.doubts import inputs, needs, sql, thresholds, words
from bangfu.screening.doubts.inputs import Given
from bangfu.screening.doubts.needs import Absent
from bangfu.screening.doubts.rules import Rule, RuleBook
from bangfu.screening.doubts.thresholds import Values

THREADS = 2
OF_PEOPLE = ("members", "labour")


@dataclass(frozen=True)
class Plan:
    """What will run, and what cannot and why."""

    job: sql.Job
    left_out: tuple[Absent, ...]


def plan(
    book: RuleBook,
    given: Mapping[str, Collection[str]],
    as_of: date,
    division: int | None,
    own: Values,
    rules: Collection[Rule],
    clear: bool = False,
) -> Plan:
    """`given`: table → names of its columns."""
    values, missing = thresholds.values_on(rules, as_of, division, own)
    left_out, running = [], []
    for rule in rules:
        if unknown := sorted(rule.parameters & missing.keys()):
            left_out.append(Absent(rule.code, missing[unknown[0]], parameter=unknown[0]))
        elif absent := needs.absent(rule, book.tables, given):
            left_out.append(absent)
        else:
            running.append(rule)
    judged, told = needs.judged_by(running, book.tables), needs.told_by(running, book.tables)
    return Plan(sql.Job(book.tables, running, values, judged, told, clear), tuple(left_out))


def run(job: sql.Job, given: Given, as_of: date, threads: int = THREADS) -> pa.Table:
    """The doubts of all rows. Errors: inputs.WrongTable."""
    tables = inputs.converted(given, job, as_of)
    return told(job, tables, hits(job, tables, threads))


def hits(job: sql.Job, tables: Given, threads: int = THREADS) -> dict[str, pa.Table]:
    """Table → its rows of which any rule is true, of converted tables."""
    found = {}
    with duckdb.connect(":memory:", config={"threads": threads}) as connection:
        for name, table in tables.items():
            connection.register(f"in_{name}", table)
        for name in job.used:
            for side, query in sql.sides(job, name):
                connection.execute(f"CREATE TEMP TABLE {side} AS {query}")
            if job.rules_over(name):
                found[name] = connection.sql(sql.hits(job, name)).to_arrow_table()
    return found


def told(job: sql.Job, tables: Given, found: Mapping[str, pa.Table]) -> pa.Table:
    """The hits in words, a row for each rule and row."""
    parts = [part for name, rows in found.items() for part in _told(job, name, tables, rows)]
    return pa.concat_tables(parts) if parts else words.SCHEMA.empty_table()


def _told(job: sql.Job, name: str, tables: Given, hits: pa.Table) -> Iterator[pa.Table]:
    rows = hits.column("_row").to_numpy()
    hits = hits.take(pa.array(np.argsort(rows)))
    held = np.zeros(tables[name].num_rows, dtype=np.bool_)
    held[rows] = True
    found = words.Hits(job.tables[name], tables[name], pa.array(held), hits, job.values, job.clear)
    keys = _keys(name, found, tables)
    bits = hits.column("hits").to_numpy()
    for bit, rule in job.rules_over(name):
        places = np.flatnonzero(bits & (1 << bit))
        if len(places):
            yield found.doubts(rule, pa.array(places), keys)


def _keys(name: str, found: words.Hits, tables: Given) -> dict[str, pa.Array]:
    """Whose the rows are, as the result names it."""
    nobody = pa.nulls(found.worked.num_rows, pa.string())
    keys = dict.fromkeys(("household_key", "member_key", "village", "head_name", "name"), nobody)
    if name == "villages":
        return {**keys, "village": found.cells("_place")}
    keys["household_key"] = found.cells("household_no")
    if "households" in tables:
        for key, column in (("village", "_place"), ("head_name", "head_name")):
            keys[key] = tables["households"].column(column).combine_chunks().take(found.cells("_parent"))
    if name in OF_PEOPLE:
        keys |= {"member_key": found.cells("person_no"), "name": found.cells("name")}
    return keys
