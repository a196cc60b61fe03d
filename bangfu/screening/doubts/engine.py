"""Runs the rules: everything at once, or one household at a time on a connection that is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from bangfu.screening.doubts import inputs, needs, sql, thresholds
from bangfu.screening.doubts.inputs import Given
from bangfu.screening.doubts.needs import Absent
from bangfu.screening.doubts.rules import Rule, RuleBook
from bangfu.screening.doubts.thresholds import Values

THREADS = 2


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
            left_out.append(Absent(rule.code, missing[unknown[0]]))
        elif absent := needs.absent(rule, book.tables, given):
            left_out.append(absent)
        else:
            running.append(rule)
    return Plan(sql.Job(book.tables, running, values, needs.read_by(running, book.tables), clear), tuple(left_out))


def run(job: sql.Job, given: Given, as_of: date, threads: int = THREADS) -> pa.Table:
    with duckdb.connect(":memory:", config={"threads": threads}) as connection:
        connection.execute("SET preserve_insertion_order = false")
        tables = inputs.converted(given, job.tables, job.needed, as_of)
        for name in job.used:
            connection.register(f"raw_{name}", tables[name])
            connection.execute(f"CREATE TEMP TABLE in_{name} AS {_read(job, name, tables[name])}")
            connection.unregister(f"raw_{name}")
        return _judged(connection, job)


def _read(job: sql.Job, name: str, table: pa.Table) -> str:
    columns = job.tables[name].columns
    read = [
        sql.cast(columns[column].kind, column) if column in columns and not columns[column].codes else column
        for column in table.column_names
    ]
    return f"SELECT {', '.join(read)} FROM raw_{name}"


def _judged(connection: duckdb.DuckDBPyConnection, job: sql.Job) -> pa.Table:
    results = []
    for name in job.used:
        connection.execute(f"CREATE TEMP TABLE t_{name} AS {sql.prepare(job, name)}")
        if job.rules_over(name):
            connection.execute(f"CREATE TEMP TABLE h_{name} AS {sql.hits(job, name)}")
    for name in job.used:
        if job.rules_over(name):
            connection.execute(f"CREATE TEMP TABLE n_{name} AS {sql.named_hits(job, name)}")
            results.append(sql.told(job, name))
    if not results:
        return pa.table({name: pa.array([], pa.string()) for name in sql.RESULT})
    return connection.sql(" UNION ALL ".join(results)).to_arrow_table()
