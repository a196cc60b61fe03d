"""The two ways to ask: all households of a place, or one household as it is being typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pyarrow as pa

from bangfu.policy import guideline
from bangfu.screening.doubts import engine, single
from bangfu.screening.doubts.needs import Absent
from bangfu.screening.doubts.rules import Level, Rule, RuleBook, rulebook
from bangfu.screening.expressions import Scalar

#: of one household only these are asked: what needs others cannot be known from it
ALONE = (Level.MEMBER, Level.HOUSEHOLD)
NO_VALUES: Mapping[str, Scalar] = {}
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Found:
    """`doubts`: an Arrow table of texts, see words.RESULT; `left_out`: rules that could not run, and why."""

    doubts: pa.Table
    left_out: tuple[Absent, ...]


def check(
    tables: Mapping[str, pa.Table],
    as_of: date,
    division: int | None = None,
    parameters: Mapping[str, Scalar] = NO_VALUES,
    *,
    rules: Iterable[str] | None = None,
    clear: bool = False,
) -> Found:
    """Every doubt in the tables, by the rules in force on that day in that division.

    `tables`: by name, in the shape of docs/reference/doubts.md; what is missing leaves its rules out. `parameters`: values
    that replace those of guideline/, such as a county's own. `rules`: codes, default all. `clear`: numbers unmasked.
    Errors: inputs.WrongTable; KeyError for an unknown rule.
    """
    book = book_on(as_of)
    columns = {name: table.column_names for name, table in tables.items()}
    plan = engine.plan(book, columns, as_of, division, parameters, _chosen(book, rules), clear)
    return Found(engine.run(plan.job, tables, as_of), plan.left_out)


def check_one(
    rows: Rows,
    as_of: date,
    division: int | None = None,
    parameters: Mapping[str, Scalar] = NO_VALUES,
    *,
    clear: bool = True,
) -> list[dict[str, str | None]]:
    """Doubts of one household and its members: `rows` are dicts of Python values by table name.

    Rules that compare households or villages are left to `check`. A column that no row names counts as empty; a table
    that is absent leaves its rules out. Errors: inputs.WrongTable.
    """
    book = book_on(as_of)
    columns = {name: list(book.tables[name].columns) for name in rows}
    return on_entry(columns, as_of, division, parameters, clear=clear).doubts(rows)


@dataclass(frozen=True)
class OnEntry:
    """The rules about one household, ready for a day, a place and the columns that are kept there."""

    judge: single.Judge
    as_of: date
    left_out: tuple[Absent, ...]

    @property
    def rules(self) -> Sequence[Rule]:
        """Those that are asked."""
        return self.judge.job.rules

    def doubts(self, rows: Rows) -> list[dict[str, str | None]]:
        """Errors: inputs.WrongTable."""
        return self.judge.doubts(rows, self.as_of)


def on_entry(
    columns: Mapping[str, Collection[str]],
    as_of: date,
    division: int | None = None,
    parameters: Mapping[str, Scalar] = NO_VALUES,
    *,
    clear: bool = True,
) -> OnEntry:
    """`columns`: table → names; kept for the next household of the same place."""
    given = tuple((name, tuple(columns[name])) for name in sorted(columns))
    return _on_entry(book_on(as_of), given, as_of, division, tuple(sorted(parameters.items())), clear)


@lru_cache(maxsize=64)
def _on_entry(
    book: RuleBook,
    given: tuple[tuple[str, tuple[str, ...]], ...],
    as_of: date,
    division: int | None,
    parameters: tuple[tuple[str, Scalar], ...],
    clear: bool,
) -> OnEntry:
    alone = [rule for rule in book.rules.values() if rule.level in ALONE]
    plan = engine.plan(book, dict(given), as_of, division, dict(parameters), alone, clear)
    return OnEntry(single.judge(plan.job), as_of, plan.left_out)


def book_on(as_of: date) -> RuleBook:
    """The rules of the guideline in force on that day; a version without rules of its own uses those it extends."""
    return rulebook(guideline.in_force(as_of).version)


def _chosen(book: RuleBook, codes: Iterable[str] | None) -> list[Rule]:
    return list(book.rules.values()) if codes is None else [book.rules[code] for code in codes]
