"""The declared data sets: which columns a department's file has, under which heads, and which facts are made of them.

Read from guideline/<version>/screening/data-sets/ and registry.yaml. A mistake there stops the start, naming file and key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from bangfu.policy.source import Entry
from bangfu.screening.expressions import Column, Expression, ExpressionError, Kind, Vocabulary, parse

_READER = 2  # one more when rows are resolved otherwise under the same declarations


class Reading(StrEnum):
    """How the cells of a column are read; the last two exist only in files."""

    INTEGER = "integer"
    MONEY = "money"
    DATE = "date"
    MONTH = "month"
    FLAG = "flag"
    CODE = "code"
    TEXT = "text"
    DIVISION = "division"
    IDENTITY = "identity"
    NAME = "name"


class Cadence(StrEnum):
    """monthly: the files of each month add up over the months; snapshot: those of the newest month say how things are."""

    MONTHLY = "monthly"
    SNAPSHOT = "snapshot"


class Gathering(StrEnum):
    """How the rows of one person become one fact."""

    SUM = "sum"
    MAX = "max"
    MIN = "min"
    COUNT = "count"


_KINDS = {
    Reading.INTEGER: Kind.INTEGER,
    Reading.MONEY: Kind.MONEY,
    Reading.DATE: Kind.DAY,
    Reading.MONTH: Kind.MONTH,
    Reading.FLAG: Kind.FLAG,
    Reading.CODE: Kind.CODE,
    Reading.DIVISION: Kind.INTEGER,
}


@dataclass(frozen=True)
class FileColumn:
    """A column of a file. `heads`: every head it may stand under, the label first. `words`: Chinese → value of a code."""

    name: str
    label: str
    reading: Reading
    heads: tuple[str, ...]
    is_required: bool = False
    words: Mapping[str, str] = ()  # type: ignore[assignment]
    numbers: Mapping[str, int] = ()  # type: ignore[assignment]
    contains: tuple[str, ...] = ()

    @property
    def column(self) -> Column | None:
        """As expressions see it; None for texts, which are read but never compared."""
        kind = _KINDS.get(self.reading)
        return Column(self.name, kind, self.label, dict(self.numbers)) if kind else None

    def word(self, number: int) -> str:
        """The first Chinese word of a code's number."""
        value = next(value for value, place in self.numbers.items() if place == number)
        return next(word for word, meant in self.words.items() if meant == value)


@dataclass(frozen=True)
class Fact:
    """One number about a person, made of the rows of a data set. `months`: only the newest so many; None: all."""

    column: Column
    by: Gathering
    of: Expression | None
    where: Expression | None
    months: int | None
    shown: Mapping[int, str]


@dataclass(frozen=True)
class DataSet:
    """`file_words`: a file belongs here when its name has one of them. `row_key`: what makes a row the same row."""

    name: str
    title: str
    department: str
    file_words: tuple[str, ...]
    cadence: Cadence
    period: str
    row_key: tuple[str, ...]
    columns: Mapping[str, FileColumn]
    facts: Mapping[str, Fact]

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """Columns that facts read, and so are kept of every row."""
        expressions = [e for fact in self.facts.values() for e in (fact.of, fact.where) if e is not None]
        used = {name for expression in expressions for name in expression.columns}
        return tuple(name for name in self.columns if name in used)


def read_columns(entry: Entry) -> dict[str, FileColumn]:
    """Errors: PolicyError."""
    return {name: _read_column(name, item) for name, item in entry.named()}


def _read_column(name: str, entry: Entry) -> FileColumn:
    entry.only("label", "kind", "heads", "required", "values", "contains")
    label = entry.text("label")
    words: dict[str, str] = {}
    numbers: dict[str, int] = {}
    values = entry.data.get("values", {})
    if not isinstance(values, dict):
        raise entry.fault("values", "应为一组键值：英文值 → 中文写法的列表")
    for number, (value, spellings) in enumerate(values.items(), 1):
        numbers[value] = number
        for word in spellings if isinstance(spellings, list) else [spellings]:
            if words.setdefault(str(word), value) != value:
                raise entry.fault("values", f"“{word}”指了两个值")
    reading = entry.one_of("kind", Reading, Reading)
    if (reading is Reading.CODE) != bool(words):
        raise entry.fault("values", "kind 为 code 的列才有 values，而且必须有")
    heads = (label, *entry.texts("heads"), name)
    return FileColumn(
        name, label, reading, heads, entry.flag("required", False), words, numbers, entry.texts("contains")
    )


def read_data_sets(top: Entry) -> Iterator[DataSet]:
    """The data sets of one file. Errors: PolicyError."""
    top.only("data_sets")
    for name, entry in top.entry("data_sets").named():
        yield _read_data_set(name, entry)


def _read_data_set(name: str, entry: Entry) -> DataSet:
    entry.only("title", "department", "file_words", "cadence", "period", "row_key", "columns", "facts")
    columns = read_columns(entry.entry("columns"))
    cadence = entry.one_of("cadence", Cadence, Cadence)
    period = entry.text("period", "")
    if (cadence is Cadence.MONTHLY) != (period in columns and columns[period].reading is Reading.DATE):
        raise entry.fault("period", "按月报送的数据集要用一个日期列说明月份，其他的不用")
    for key in (keys := entry.texts("row_key")):
        if key not in columns:
            raise entry.fault("row_key", f"没有列 {key}")
    facts = {fact: _read_fact(fact, item, columns, cadence) for fact, item in entry.entry("facts").named()}
    return DataSet(
        name=name,
        title=entry.text("title"),
        department=entry.text("department"),
        file_words=entry.texts("file_words"),
        cadence=cadence,
        period=period,
        row_key=keys,
        columns=columns,
        facts=facts,
    )


def _read_fact(name: str, entry: Entry, columns: Mapping[str, FileColumn], cadence: Cadence) -> Fact:
    entry.only("label", "by", "of", "months", "where")
    by = entry.one_of("by", Gathering, Gathering)
    vocabulary = Vocabulary({c.name: c.column for c in columns.values() if c.column is not None})
    of, where = (_expression(entry, key, vocabulary) for key in ("of", "where"))
    if (by is Gathering.COUNT) != (of is None):
        raise entry.fault("of", "计数的事实不写 of，其他的必须写")
    months = entry.integer("months", 0) or None
    if months and cadence is not Cadence.MONTHLY:
        raise entry.fault("months", "只有按月报送的数据集可以按月数累计")
    source = columns.get(of.text) if of is not None else None
    kind, words = _kind_of(of, columns)
    shown = {number: source.word(number) for number in source.numbers.values()} if source else {}
    return Fact(Column(name, kind, entry.text("label"), words), by, of, where, months, shown)


def _kind_of(of: Expression | None, columns: Mapping[str, FileColumn]) -> tuple[Kind, Mapping[str, int]]:
    """A fact is of the kind of the column it is made of; sums of money are money."""
    if of is None:
        return Kind.INTEGER, {}
    kinds = {column.kind for name in of.columns if (column := columns[name].column) is not None}
    kind = kinds.pop() if len(kinds) == 1 else Kind.INTEGER
    return kind, columns[of.text].numbers if of.text in columns else {}


def _expression(entry: Entry, key: str, vocabulary: Vocabulary) -> Expression | None:
    text = entry.text(key, "")
    if not text:
        return None
    try:
        expression = parse(text, vocabulary)
    except ExpressionError as error:
        raise entry.fault(key, str(error)) from None
    if key == "where" and not expression.is_condition:
        raise entry.fault(key, "应为条件")
    return expression


def stamp(folder: Path) -> str:
    """Changes when files are to be read otherwise: what was resolved before is resolved again."""
    read = [folder / "registry.yaml", folder / "matching.yaml", *sorted((folder / "data-sets").glob("*.yaml"))]
    declared = hashlib.sha256(b"".join(path.read_bytes() for path in read)).hexdigest()
    return f"{_READER}-{declared[:16]}"
