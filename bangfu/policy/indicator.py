"""Indicators (指标): what a figure counts, over what, in which unit; declared once, counted from rows, never typed in.

Ledgers and fields are names that the indicators package knows; an unknown one is an error at start-up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bangfu.policy import source
from bangfu.policy.source import Entry

if TYPE_CHECKING:
    from bangfu.policy.parameter import Parameter

PERCENT = "%"
_TALLY_KEYS = ("ledger", "sum", "distinct", "dated", "year", "from", "to", "closed", "where")


class Direction(StrEnum):
    """Which way is better; for the colour of a change alone."""

    MORE = "more"
    LESS = "less"
    NEUTRAL = "neutral"


class How(StrEnum):
    COUNT = "count"
    SUM = "sum"
    DISTINCT = "distinct"


class Op(StrEnum):
    """`IS`, `NOT`: one of some values, or none of them (also nothing said). `PAST`: a date before the day asked."""

    IS = "is"
    NOT = "not"
    FILLED = "filled"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BELOW = "below"
    PAST = "past"


NUMBERS = frozenset({Op.AT_LEAST, Op.AT_MOST, Op.BELOW})


@dataclass(frozen=True)
class Condition:
    """`value`: a tuple for IS and NOT, true or false for FILLED and PAST, a number else, or none with a parameter."""

    field: str
    op: Op
    value: Any = None
    parameter: str = ""


@dataclass(frozen=True)
class Placing:
    """What puts a row into a period. `dated`: a date in it; `year`: a number of a year; `starts`: in force on its last day,
    until `ends` (that day included) or until it is closed (`closed`: on that day it is over). Nothing: the state today."""

    dated: str = ""
    year: str = ""
    starts: str = ""
    ends: str = ""
    closed: str = ""

    @property
    def is_state(self) -> bool:
        return not (self.dated or self.year or self.starts)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.dated, self.starts, self.ends, self.closed)))


@dataclass(frozen=True)
class Tally:
    """What is counted of the rows of one ledger. `field`: what is summed, or of which different values are counted."""

    ledger: str
    how: How
    field: str
    placing: Placing
    where: tuple[Condition, ...] = ()

    @cached_property
    def key(self) -> str:
        """The same for what counts the same."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:24]

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(condition.parameter for condition in self.where if condition.parameter)

    @property
    def asks_the_day(self) -> bool:
        """Whether the same row may count on one day and not on another."""
        return any(condition.parameter or condition.op is Op.PAST for condition in self.where)


@dataclass(frozen=True)
class Indicator:
    """`top` over `over`; without `over` it is `top` alone. `declared`: file and key, for whoever has to mend it."""

    code: str
    article: str
    label: str
    says: str
    unit: str
    direction: Direction
    top: Tally
    over: Tally | None
    declared: str = ""

    @property
    def is_share(self) -> bool:
        return self.unit == PERCENT

    @property
    def tallies(self) -> tuple[Tally, ...]:
        return (self.top, self.over) if self.over else (self.top,)

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for tally in self.tallies for code in tally.parameters))


def read_indicators(
    folder: Path, articles: Mapping[str, object], parameters: Mapping[str, Parameter]
) -> Iterator[Indicator]:
    """Errors: PolicyError that names file and key."""
    declared: dict[str, Path] = {}
    for file in sorted(folder.glob("*.yaml")):
        top = source.read(file)
        top.only("indicators")
        for code, entry in top.entry("indicators").named():
            if code in declared:
                raise entry.fault("", f"指标已在 {declared[code].name} 中出现")
            declared[code] = file
            yield _indicator(code, entry, articles, parameters)


def _indicator(
    code: str, entry: Entry, articles: Mapping[str, object], parameters: Mapping[str, Parameter]
) -> Indicator:
    entry.only("article", "label", "says", "unit", "direction", "rows", "over")
    if (article := entry.text("article")) not in articles:
        raise entry.fault("article", f"没有第 {article} 条")
    over = _tally(entry.entry("over"), None, parameters) if _names_ledger(entry, "over") else None
    rows = _tally(entry.entry("rows"), None, parameters)
    if over is None and "over" in entry.data:  # a share of the rows: all of them, then those of `rows`
        over = _tally(entry.entry("over"), rows, parameters)
        rows = Tally(rows.ledger, rows.how, rows.field, rows.placing, (*over.where, *rows.where))
    unit = entry.text("unit")
    if unit == PERCENT and over is None:
        raise entry.fault("over", "单位是 % 的指标要写明分母")
    return Indicator(
        code, article, entry.text("label"), entry.text("says"), unit,
        entry.one_of("direction", Direction, Direction, Direction.NEUTRAL.value), rows, over, str(entry.fault("", "")).rstrip("："),
    )  # fmt: skip


def _names_ledger(entry: Entry, key: str) -> bool:
    return key in entry.data and "ledger" in entry.entry(key).data


def _tally(entry: Entry, of: Tally | None, parameters: Mapping[str, Parameter]) -> Tally:
    """`of`: whose ledger, number and dates it has when it names no ledger of its own."""
    entry.only(*(_TALLY_KEYS if of is None else ("where",)))
    where = tuple(_conditions(entry.entry("where"), parameters)) if "where" in entry.data else ()
    if of is not None:
        return Tally(of.ledger, of.how, of.field, of.placing, where)
    placing = Placing(*(entry.text(key, "") for key in ("dated", "year", "from", "to", "closed")))
    if sum(map(bool, (placing.dated, placing.year, placing.starts))) > 1:
        raise entry.fault("dated", "dated、year、from 只能写一个")
    if (placing.ends or placing.closed) and not placing.starts:
        raise entry.fault("from", "写了 to 或 closed，也要写 from")
    summed, distinct = entry.text("sum", ""), entry.text("distinct", "")
    if summed and distinct:
        raise entry.fault("sum", "sum 和 distinct 只能写一个")
    how = How.SUM if summed else How.DISTINCT if distinct else How.COUNT
    return Tally(entry.text("ledger"), how, summed or distinct, placing, where)


def _conditions(entry: Entry, parameters: Mapping[str, Parameter]) -> Iterator[Condition]:
    for field, said in entry.data.items():
        if not isinstance(said, dict):
            yield Condition(field, Op.IS, _several(said))
            continue
        for word, value in said.items():
            yield _condition(entry, field, word, value, parameters)


def _condition(entry: Entry, field: str, word: str, value: Any, parameters: Mapping[str, Parameter]) -> Condition:
    if word not in list(Op):
        raise entry.fault(field, f"没有“{word}”这种条件，可用：{'、'.join(Op)}")
    op = Op(word)
    if op in (Op.IS, Op.NOT):
        return Condition(field, op, _several(value))
    if op in (Op.FILLED, Op.PAST):
        if not isinstance(value, bool):
            raise entry.fault(f"{field}.{word}", "应为 true 或 false")
        return Condition(field, op, value)
    if isinstance(value, str):
        if value not in parameters:
            raise entry.fault(f"{field}.{word}", f"没有参数 {value}")
        return Condition(field, op, parameter=value)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise entry.fault(f"{field}.{word}", "应为数字，或参数的代码")
    return Condition(field, op, Decimal(value))


def _several(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)
