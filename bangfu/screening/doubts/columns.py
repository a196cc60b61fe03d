"""The flat tables of the logic checks as guideline/<version>/doubts/tables.yaml declares them: columns, and what is
worked out of them. Everything is checked when it is read; what is unknown names file and key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from bangfu.policy import source
from bangfu.policy.code_lists import CodeList, UnknownCodeList, code_list
from bangfu.policy.source import Entry
from bangfu.screening import expressions
from bangfu.screening.expressions import Expression, ExpressionError, Kind, Vocabulary

FUNCTIONS = ("Mod", "StrPosition")
#: known to every expression besides the thresholds
BUILT_IN = ("as_of", "as_of_year", "as_of_month")
SEVERAL = "codes"  # kind of a column that holds several codes; inside it is a number with one bit for each
_KINDS = {kind.value: kind for kind in Kind} | {SEVERAL: Kind.INTEGER}
_SHOWN = ("identity", "phone")


@dataclass(frozen=True)
class Column:
    """One head of the export. `codes`: its list; `has_many`: several of them, kept as bits; `is_optional`: rules do
    without it; `shown`: identity or phone, masked in sentences."""

    name: str
    label: str
    kind: Kind
    codes: CodeList | None = None
    has_many: bool = False
    aliases: tuple[str, ...] = ()
    unit: str = ""
    shown: str = ""
    is_optional: bool = False
    gathers: bool = False

    @cached_property
    def words(self) -> dict[str, int]:
        """Stored value of each code → its number, counted from 1 as the list stands."""
        return {str(code.value): place for place, code in enumerate(self.codes.codes, 1)} if self.codes else {}

    @cached_property
    def labels(self) -> list[str]:
        return [code.label for code in self.codes.codes] if self.codes else []


@dataclass(frozen=True)
class Derived:
    """A column worked out. `how`: when, value, fact, computed, from, repeats, previous, bit, count, sum or max."""

    column: Column
    how: str
    expression: Expression | None = None  # when, value; of count, sum, max: which rows
    of: str = ""  # the column that is summed, looked at, taken over, or before
    table: str = ""  # of count, sum, max, from
    reads: tuple[str, ...] = ()  # computed, repeats, previous: columns of the row
    facts: Mapping[int, Any] = field(default_factory=dict)  # fact, bit: number of the code → what it says
    distinct: str = ""  # repeats: what is counted; default: rows
    order: str = ""

    @property
    def is_gathered(self) -> bool:
        return self.how in ("count", "sum", "max")


@dataclass(frozen=True)
class Table:
    name: str
    label: str
    sheet: str
    key: str
    subject: str  # column with the name of the person or household
    parent: str
    columns: Mapping[str, Column]
    derived: Mapping[str, Derived]
    #: names of the columns with several codes → how their flags begin: health_disability
    prefixes: Mapping[str, str]

    def column(self, name: str) -> Column:
        """Errors: KeyError."""
        return self.columns[name] if name in self.columns else self.derived[name].column

    @property
    def all(self) -> dict[str, Column]:
        return {**self.columns, **{name: derived.column for name, derived in self.derived.items()}}


def vocabulary(columns: Mapping[str, Column], parameters: tuple[str, ...]) -> Vocabulary:
    known = {
        column.name: expressions.Column(column.name, column.kind, column.label, {} if column.has_many else column.words)
        for column in columns.values()
    }
    return Vocabulary(known, (*BUILT_IN, *parameters), FUNCTIONS)


@cache
def tables(folder: Path) -> dict[str, Table]:
    """Errors: PolicyError."""
    entry = source.read(folder / "tables.yaml")
    entry.only("tables")
    plain = {name: _plain(name, item) for name, item in entry.entry("tables").named()}
    found: dict[str, Table] = {}
    for name in _order(plain):
        item = entry.entry("tables").entry(name)
        found[name] = _with_derived(plain[name], item.entry("derived"), plain, found)
    return {name: found[name] for name in plain}


def _order(plain: Mapping[str, Table]) -> Iterator[str]:
    """Tables before those that gather from them: measures and labour, members, households, villages."""
    yield from (name for name in ("measures", "labour", "members", "households", "villages") if name in plain)


def _plain(name: str, entry: Entry) -> Table:
    entry.only("label", "sheet", "key", "name", "of", "columns", "derived")
    columns = {code: _column(code, item) for code, item in entry.entry("columns").named()}
    prefixes = {
        code: item.text("prefix", code) for code, item in entry.entry("columns").named() if columns[code].has_many
    }
    return Table(
        name,
        entry.text("label"),
        entry.text("sheet"),
        entry.text("key", ""),
        entry.text("name", ""),
        entry.text("of", ""),
        columns,
        {},
        prefixes,
    )


def _column(name: str, entry: Entry) -> Column:
    entry.only("label", "kind", "list", "aliases", "unit", "shown", "optional", "gathers", "prefix")
    kind = entry.text("kind")
    if kind not in _KINDS:
        raise entry.fault("kind", f"“{kind}”不在可选范围：{'、'.join(_KINDS)}")
    if (shown := entry.text("shown", "")) and shown not in _SHOWN:
        raise entry.fault("shown", f"“{shown}”不在可选范围：{'、'.join(_SHOWN)}")
    return Column(
        name=name,
        label=entry.text("label"),
        kind=_KINDS[kind],
        codes=_list(entry, name) if kind in (Kind.CODE, SEVERAL) else None,
        has_many=kind == SEVERAL,
        aliases=entry.texts("aliases"),
        unit=entry.text("unit", ""),
        shown=shown,
        is_optional=entry.flag("optional", False),
        gathers=entry.flag("gathers", False),
    )


def _list(entry: Entry, name: str) -> CodeList:
    try:
        return code_list(entry.text("list", name))
    except UnknownCodeList as error:
        raise entry.fault("list", str(error.args[0])) from None


def _with_derived(table: Table, entry: Entry, plain: Mapping[str, Table], done: Mapping[str, Table]) -> Table:
    flags = {
        flag.column.name: flag for name, prefix in table.prefixes.items() for flag in _bits(table.columns[name], prefix)
    }
    shapes = dict(flags)
    for name, item in entry.named():
        shapes[name] = _shape(name, item, table)
        for extra in ("first", "last"):
            if extra in item.data:
                shapes[item.text(extra)] = _first_or_last(item.text(extra), extra, shapes[name])
    own = {**table.columns, **{name: derived.column for name, derived in shapes.items()}}
    for name, item in entry.named():
        shapes[name] = _filled(shapes[name], item, own, plain, done)
    return Table(**{**table.__dict__, "derived": shapes})


def _bits(column: Column, prefix: str) -> Iterator[Derived]:
    for code in column.codes.codes if column.codes else ():
        name = f"{prefix}_{code.value}"
        number = column.words[str(code.value)]
        yield Derived(
            Column(name, f"{column.label}有“{code.label}”", Kind.FLAG), "bit", of=column.name, facts={number: True}
        )


_HOWS = ("when", "value", "fact", "computed", "from", "repeats", "previous", "count", "sum", "max")
_KEYS = ("label", "kind", "list", "unit", "where", "of", "key", "first", "last", "distinct", "by", "order")


def _shape(name: str, entry: Entry, table: Table) -> Derived:
    entry.only(*_KEYS, *_HOWS)
    hows = [how for how in _HOWS if how in entry.data]
    if len(hows) != 1:
        raise entry.fault("", f"应有且只有其中一个键：{'、'.join(_HOWS)}")
    kept: dict[str, Any] = {key: entry.data[key] for key in ("label", "kind", "list", "unit") if key in entry.data}
    return Derived(_column(name, Entry(kept, entry.file, entry.path)), hows[0])


def _first_or_last(name: str, which: str, shape: Derived) -> Derived:
    """The household numbers between which a value repeats."""
    return Derived(Column(name, f"{shape.column.label}：{which}", Kind.TEXT), which, of=shape.column.name)


def _filled(
    shape: Derived, entry: Entry, own: Mapping[str, Column], plain: Mapping[str, Table], done: Mapping[str, Table]
) -> Derived:
    how = shape.how
    if how in ("when", "value"):
        return _changed(shape, expression=_parsed(entry, how, own))
    if how == "fact":
        return _changed(shape, of=entry.text(how), facts=_facts(entry, own[entry.text(how)], shape.column))
    if how == "from":
        return _changed(shape, table=entry.text(how), of=_known(entry, "of", plain[entry.text(how)].columns))
    if how in ("computed", "repeats"):
        reads = entry.texts(how) if isinstance(entry.data[how], list) else (entry.text(how),)
        for read in reads:
            _check(entry, how, read, own)
        return _changed(shape, reads=reads, distinct=entry.text("distinct", ""))
    if how == "previous":
        return _changed(shape, of=_known(entry, how, own), reads=entry.texts("by"), order=_known(entry, "order", own))
    gathered = done[_known(entry, how, done)]
    where = _parsed(entry, "where", gathered.all) if "where" in entry.data else None
    of = _known(entry, "of", gathered.all) if how != "count" else ""
    return _changed(shape, table=gathered.name, expression=where, of=of)


def _changed(shape: Derived, **changes: Any) -> Derived:
    return Derived(**{**shape.__dict__, **changes})


def _parsed(entry: Entry, key: str, columns: Mapping[str, Column]) -> Expression:
    try:
        return expressions.parse(entry.text(key), vocabulary(columns, ()))
    except ExpressionError as error:
        raise entry.fault(key, str(error)) from None


def _known(entry: Entry, key: str, names: Mapping[str, Any]) -> str:
    name = entry.text(key)
    _check(entry, key, name, names)
    return name


def _check(entry: Entry, key: str, name: str, names: Mapping[str, Any]) -> None:
    if name not in names:
        raise entry.fault(key, f"没有“{name}”，可用：{'、'.join(names)}")


def _facts(entry: Entry, of: Column, column: Column) -> dict[int, Any]:
    """Number of each code → the fact, itself a number when the column holds codes."""
    key, facts = entry.text("key"), {}
    for number, code in enumerate(of.codes.codes if of.codes else (), 1):
        if key in code.facts:
            fact = code.facts[key]
            facts[number] = column.words[str(fact)] if column.words else fact
    if not facts:
        raise entry.fault("key", f"代码表“{of.label}”没有“{key}”这一项")
    return facts
