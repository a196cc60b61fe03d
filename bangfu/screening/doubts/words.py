"""Facts and sentences of the rows that were hit, as a clerk reads them, private numbers masked unless asked otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bangfu.kernel import identity
from bangfu.kernel.masks import mask_phone
from bangfu.screening.doubts.columns import Column, Derived, Table
from bangfu.screening.doubts.rules import Part, Rule
from bangfu.screening.expressions import Kind, Scalar

EMPTY = "（空）"
#: columns of the result
RESULT = ("rule", "household_key", "member_key", "village", "head_name", "name", "facts", "sentence", "fingerprint")
SCHEMA = pa.schema([(name, pa.string()) for name in RESULT])


def told(column: Column, value: Any, clear: bool) -> str:
    """One cell as text: a code by its label, a month as 2024年3月, nothing as （空）."""
    if value is None:
        return EMPTY
    if column.shown and not clear:
        return _masked(column.shown, str(value))
    if column.has_many:
        return "、".join(label for number, label in enumerate(column.labels, 1) if value >> number & 1)
    if column.codes:
        return column.labels[int(value) - 1]
    match column.kind:
        case Kind.FLAG:
            return "是" if value else "否"
        case Kind.MONTH:
            return f"{value // 12}年{value % 12 + 1}月"
        case Kind.DECIMAL:
            return plain(value)
    return str(value)


def _masked(what: str, text: str) -> str:
    return identity.mask(text) if what == "identity" else mask_phone(text)


def plain(value: float | Decimal) -> str:
    """8000.0 → 8000, 0.80 → 0.8."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def is_passing(derived: Derived | None) -> bool:
    """Whether a column changes as days go by: ages, months since."""
    if derived is None:
        return False
    return derived.column.name == "age" or bool(derived.expression and derived.expression.parameters)


def facts_of(rule: Rule) -> list[str]:
    """The columns that decided."""
    return sorted(rule.when.columns)


def lasting_of(rule: Rule, table: Table) -> list[str]:
    """The columns that a doubt is told by: neither private numbers nor what changes by the mere passing of time."""
    names = sorted({*rule.when.columns, *rule.shown})
    return [name for name in names if not is_passing(table.derived.get(name)) and not table.column(name).shown]


def fingerprint(rule: str, household: str | None, member: str | None, village: str | None, lasting: str) -> str:
    mark = "|".join((rule, household or "", member or "", village or "", lasting))
    return hashlib.md5(mark.encode(), usedforsecurity=False).hexdigest()


@dataclass
class Hits:
    """Rows of one table with at least one hit: `given`: the whole table; `held`: which of its rows; `worked`: columns that
    were worked out of these rows alone, in their order."""

    table: Table
    given: pa.Table
    held: pa.Array
    worked: pa.Table
    values: Mapping[str, Scalar]
    clear: bool
    _cells: dict[str, pa.Array] = field(default_factory=dict)
    _texts: dict[str, pa.Array] = field(default_factory=dict)

    def doubts(self, rule: Rule, places: pa.Array, keys: Mapping[str, pa.Array]) -> pa.Table:
        """The result for the rows at these places. `keys`: household_key … name of all rows."""
        own = {name: array.take(places) for name, array in keys.items()}
        lasting = self._listed(lasting_of(rule, self.table), places, True)
        whose = (own[name].to_pylist() for name in ("household_key", "member_key", "village"))
        marks = [fingerprint(rule.code, *of) for of in zip(*whose, lasting.to_pylist(), strict=True)]
        facts = self._listed(facts_of(rule), places, self.clear)
        columns = {
            "rule": pa.repeat(rule.code, len(places)),
            **own,
            "facts": facts,
            "sentence": _joined([self._part(part, places) for part in rule.says], len(places)),
            "fingerprint": pa.array(marks, pa.string()),
        }
        return pa.table([columns[name] for name in RESULT], schema=SCHEMA)

    def cells(self, name: str) -> pa.Array:
        """A column of these rows."""
        if name not in self._cells:
            whole = name in self.worked.column_names
            column = self.worked.column(name) if whole else self.given.column(name).filter(self.held)
            self._cells[name] = column.combine_chunks()
        return self._cells[name]

    def text(self, name: str, clear: bool, places: pa.Array) -> pa.Array:
        """A column as text, at these places; each different value is written once."""
        column = self.table.column(name)
        if column.shown and not clear:  # few rules name private numbers, so not all rows need to be masked
            return _written(column, self.cells(name).take(places), clear)
        if name not in self._texts:
            self._texts[name] = _written(column, self.cells(name), True)
        return self._texts[name].take(places)

    def _listed(self, names: Sequence[str], places: pa.Array, clear: bool) -> pa.Array:
        parts: list[Any] = []
        for name in names:
            parts += ["；" if parts else "", f"{self.table.column(name).label}：", self.text(name, clear, places)]
        return _joined(parts, len(places))

    def _part(self, part: Part, places: pa.Array) -> Any:
        if part.missing:
            return self._missing(part.missing, places)
        if part.parameter:
            return str(self.values[part.parameter])
        return self.text(part.column, self.clear, places) if part.column else part.text

    def _missing(self, names: Iterable[str], places: pa.Array) -> pa.Array:
        """Labels of the columns left empty."""
        labels = [
            pc.if_else(pc.is_null(self.cells(name).take(places)), self.table.column(name).label, None) for name in names
        ]
        return pc.binary_join_element_wise(*labels, "、", null_handling="skip")


def _written(column: Column, cells: pa.Array, clear: bool) -> pa.Array:
    if column.kind is Kind.TEXT and (clear or not column.shown):
        return pc.fill_null(cells.cast(pa.string()), EMPTY)
    encoded = cells.dictionary_encode()
    written = [told(column, value, clear) for value in encoded.dictionary.to_pylist()]
    return pc.fill_null(pa.array(written, pa.string()).take(encoded.indices), EMPTY)


def _joined(parts: Sequence[Any], rows: int) -> pa.Array:
    """Arrays and words one after another; words alone are repeated."""
    return pc.binary_join_element_wise(pa.repeat("", rows), *parts, "")


def sentence(rule: Rule, table: Table, row: Mapping[str, Any], values: Mapping[str, Scalar], clear: bool) -> str:
    """The same for one row."""
    return "".join(_one(part, table, row, values, clear) for part in rule.says)


def listed(names: Iterable[str], table: Table, row: Mapping[str, Any], clear: bool) -> str:
    return "；".join(f"{table.column(name).label}：{told(table.column(name), row[name], clear)}" for name in names)


def _one(part: Part, table: Table, row: Mapping[str, Any], values: Mapping[str, Scalar], clear: bool) -> str:
    if part.missing:
        return "、".join(table.column(name).label for name in part.missing if row[name] is None)
    if part.parameter:
        return str(values[part.parameter])
    return told(table.column(part.column), row[part.column], clear) if part.column else part.text
