"""The rows of one household as the rules read them, without Arrow: numbers for codes, what is in a card number, the row of
the household. The same as inputs.py makes of tables; for four people that would take ten times as long."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from bangfu.kernel import text
from bangfu.screening.doubts import cards
from bangfu.screening.doubts.columns import Column, Derived, Table
from bangfu.screening.doubts.inputs import WrongTable
from bangfu.screening.doubts.needs import ALWAYS
from bangfu.screening.doubts.sql import Job
from bangfu.screening.expressions import Kind

Row = dict[str, Any]
Given = Mapping[str, Sequence[Mapping[str, Any]]]
_CARD = {"card_no": pa.string(), "born_on": pa.date32(), "phone": pa.string()}


@dataclass(frozen=True)
class Shape:
    """What is made of a row of one table."""

    table: Table
    columns: Sequence[tuple[str, Callable[[Any], Any]]]
    computed: frozenset[str]
    cards: Sequence[str]  # columns that those are computed from
    facts: Sequence[Derived]
    taken: Sequence[Derived]  # from the household


def shapes(job: Job) -> dict[str, Shape]:
    """Of each table that the rules need."""
    needed = {name: job.judged[name] | job.told[name] for name in job.tables}
    return {name: _shape(job.tables[name], wanted) for name, wanted in needed.items() if wanted}


def _shape(table: Table, wanted: Collection[str]) -> Shape:
    derived = [table.derived[name] for name in sorted(wanted) if name in table.derived]
    computed = [one for one in derived if one.how == "computed"]
    read = {name for one in computed for name in one.reads}
    base = {*(name for name in wanted if name in table.columns), *ALWAYS[table.name], *read}
    return Shape(
        table,
        [(name, _reader(table.columns[name])) for name in sorted(base)],
        frozenset(one.column.name for one in computed),
        sorted(read),
        [one for one in derived if one.how == "fact"],
        [one for one in derived if one.how == "from"],
    )


def converted(given: Given, made: Mapping[str, Shape], as_of: date) -> dict[str, list[Row]]:
    """One list for each table, all columns present. Errors: WrongTable."""
    found = {name: _rows(given.get(name, ()), shape, as_of) for name, shape in made.items()}
    _link(found, made)
    return found


def _rows(given: Sequence[Mapping[str, Any]], shape: Shape, as_of: date) -> list[Row]:
    rows: list[Row] = []
    for place, row in enumerate(given):
        made: Row = {"_row": place}
        for name, read in shape.columns:
            value = row.get(name)
            try:
                made[name] = None if value is None else read(value)
            except (TypeError, ValueError, AttributeError) as error:
                label = shape.table.columns[name].label
                raise WrongTable(f"{shape.table.label}的“{label}”（{name}）读不出来：{error}") from error
        rows.append(made)
    if shape.computed and rows:
        texts = {name: pa.chunked_array([pa.array([row[name] for row in rows], _CARD[name])]) for name in shape.cards}
        for name, array in cards.computed(shape.computed, texts, as_of).items():
            for made, value in zip(rows, array.to_pylist(), strict=True):
                made[name] = value
    for one in shape.facts:
        for made in rows:
            made[one.column.name] = one.facts.get(made[one.of])
    return rows


def _reader(column: Column) -> Callable[[Any], Any]:
    if column.has_many:
        return lambda value: _bits(column, value)
    if column.codes:
        words = column.words
        return lambda value: words.get(value) or (words.get(text.clean(value)) if value else None)
    readers: dict[Kind, Callable[[Any], Any]] = {
        Kind.INTEGER: int,
        Kind.DECIMAL: float,
        Kind.FLAG: bool,
        Kind.DATE: _same,
        Kind.MONTH: lambda day: day.year * 12 + day.month - 1,
    }
    return readers.get(column.kind, lambda value: str(value) or None)


def _same(value: Any) -> Any:
    return value


def _bits(column: Column, value: str | Sequence[str]) -> int | None:
    """Several codes, as a list or one text with commas."""
    listed = value.split(",") if isinstance(value, str) else value
    numbers = {column.words[word] for word in listed if word in column.words}
    return sum(1 << number for number in numbers) or None


def _link(tables: Mapping[str, list[Row]], made: Mapping[str, Shape]) -> None:
    homes = tables.get("households")
    for name in ("households", "villages"):
        for row in tables.get(name, ()):
            row["_place"] = "".join(row[part] or "" for part in ("county", "town", "village")) or None
    if homes is None:
        return
    numbers = {row["household_no"]: row for row in reversed(homes) if row["household_no"] is not None}
    for name, rows in tables.items():
        if name == "villages":
            continue
        for row in rows:
            home = row if name == "households" else numbers.get(row["household_no"])
            row["_parent"] = home["_row"] if home else None
            for one in made[name].taken:
                row[one.column.name] = home[one.of] if home else None
