"""The examples of the rules as one set of tables: each in households of its own, so that a single run judges them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from bangfu.policy.code_lists import CodeListError
from bangfu.policy.source import Entry
from bangfu.screening.doubts import inputs
from bangfu.screening.doubts.columns import Column, Table
from bangfu.screening.doubts.rules import RuleBook
from bangfu.screening.expressions import Kind, Scalar

#: when and where the examples are judged; the line is a made-up one, since Guangdong's is not published
AS_OF, DIVISION = date(2024, 6, 15), 441881000000
OWN: Mapping[str, Scalar] = {"monitoring_line_yuan": 8000}
_ROWS = tuple[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Example:
    """`household`: how the numbers of its households begin; `hits`: whether its rule must be true of it."""

    rule: str
    name: str
    hits: bool
    rows: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def household(self) -> str:
        return f"{self.rule}-{self.name}"


def of_rules(book: RuleBook) -> list[Example]:
    """Three for each rule: hit, miss, and with nothing filled in. Errors: PolicyError that names file and key."""
    return [
        _example(book, rule.code, name, entry)
        for rule in book.rules.values()
        for name, entry in (rule.examples or {}).items()
    ]


def tables(book: RuleBook, examples: Sequence[Example]) -> dict[str, pa.Table]:
    """All of them in the shape that `check` reads, every column present."""
    return {
        table.name: inputs.as_arrow(table, [row for example in examples for row in example.rows.get(table.name, ())])
        for table in book.tables.values()
    }


def _example(book: RuleBook, rule: str, name: str, entry: Entry) -> Example:
    entry.only("expected", *book.tables)
    default = "hit" if name == "hit" else "miss"
    expected = entry.one_of("expected", str, ("hit", "miss"), default)
    key = f"{rule}-{name}"
    rows: dict[str, list[dict[str, Any]]] = {}
    for table, given in _given(entry, book):
        rows[table] = [_row(book.tables[table], entry, f"{table}[{n}]", row) for n, row in enumerate(given)]
    households = rows.setdefault("households", [{}])
    for number, row in enumerate(households):
        row |= {"household_no": f"{key}-{number}", "village": key}
    for table in ("members", "measures", "labour"):
        for number, row in enumerate(rows.get(table, ())):
            home = households[row.pop("of", 0)]["household_no"]
            row.setdefault("household_no", home)
            row.setdefault("person_no", f"{home}-{0 if table == 'labour' else number}")
            row.setdefault("name", "甲")
    for row in rows.get("villages", ()):
        row["village"] = key
    return Example(rule, name, expected == "hit", rows)


def _given(entry: Entry, book: RuleBook) -> Iterator[_ROWS]:
    for table in book.tables:
        if table in entry.data:
            given = entry.data[table]
            yield table, [dict(row) for row in (given if isinstance(given, list) else [given])]


def _row(table: Table, entry: Entry, where: str, row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        if name == "of":
            found[name] = value
        elif name not in table.columns:
            raise entry.fault(where, f"“{table.label}”没有“{name}”这一列")
        else:
            found[name] = _value(table.columns[name], value, entry, where)
    return found


def _value(column: Column, value: Any, entry: Entry, where: str) -> Any:
    """Labels become stored codes."""
    if value is None or column.codes is None:
        return float(value) if column.kind is Kind.DECIMAL and value is not None else value
    try:
        if column.has_many:
            return [str(code) for code in column.codes.values_of(value)]
        return str(column.codes.value_of(value))
    except CodeListError as error:
        raise entry.fault(where, str(error)) from None
