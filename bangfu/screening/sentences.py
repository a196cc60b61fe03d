"""The sentence of a clue with its numbers filled in, for a thousand hits of a rule at once; and the same facts as JSON."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bangfu.screening import cells
from bangfu.screening.expressions import Column, Kind
from bangfu.screening.rulebook import Level, Rule, RuleBook
from bangfu.screening.thresholds import kind_of
from bangfu.screening.vectors import Rows

NOTHING = "（无记录）"
_CENTS = pa.array(["", *(f".{cent:02d}" for cent in range(1, 100))])


def tell(rule: Rule, rows: Rows, count: int, values: Mapping[str, int], book: RuleBook) -> pa.Array:
    """The rule's sentence about each row."""
    pieces: list[Any] = []
    for literal, name, _, _ in string.Formatter().parse(rule.says):
        if literal:
            pieces.append(literal)
        if name:
            pieces.append(_piece(rule, name, rows, count, values, book))
    if not any(isinstance(piece, pa.Array) for piece in pieces):
        return pa.repeat(pa.scalar("".join(pieces)), count)
    return pc.binary_join_element_wise(*pieces, "")


def facts(rule: Rule, rows: Rows, count: int, book: RuleBook) -> pa.Array:
    """{"self_paid_year": 3250000, …}: whole numbers as expressions see them, money in fen, days since 1970."""
    pieces: list[Any] = []
    for place, name in enumerate(dict.fromkeys([*rule.told, *rule.same, *filter(None, [rule.measure])])):
        numbers, valid = rows.vector(name).filled(count)
        whole = pa.array(numbers.astype(np.int64), mask=~valid).cast(pa.string())
        pieces += [f'{", " if place else ""}"{name}": ', pc.fill_null(whole, "null")]
    if not pieces:
        return pa.repeat(pa.scalar("{}"), count)
    return pc.binary_join_element_wise("{", *pieces, "}", "")


def columns_of(rule: Rule, book: RuleBook) -> Mapping[str, Column]:
    return book.person_columns if rule.level is Level.PERSON else book.household_columns


def _piece(rule: Rule, name: str, rows: Rows, count: int, values: Mapping[str, int], book: RuleBook) -> Any:
    if name in rule.parameters:
        kind = kind_of(book.guideline.parameter(name))
        return shown(np.array([values[name]]), kind)[0].as_py()
    numbers, valid = rows.vector(name).filled(count)
    words = book.shown.get(name)
    texts = _coded(numbers, words) if words else shown(numbers.astype(np.int64), columns_of(rule, book)[name].kind)
    return texts if valid.all() else pc.if_else(pa.array(valid), texts, NOTHING)


def shown(numbers: NDArray[Any], kind: Kind) -> pa.Array:
    """Numbers as a clerk reads them: 32500.5 yuan, 2026-03-01, 2024年6月."""
    match kind:
        case Kind.MONEY:
            yuan, cents = np.divmod(numbers, 100)
            return pc.binary_join_element_wise(pa.array(yuan).cast(pa.string()), _CENTS.take(pa.array(cents)), "")
        case Kind.DAY:
            return _by_value(numbers, lambda day: cells.day_of(day).isoformat())
        case Kind.MONTH:
            return _by_value(numbers, lambda month: f"{month // 12}年{month % 12 + 1}月")
        case Kind.FLAG:
            return _by_value(numbers, lambda flag: "是" if flag else "否")
    return pa.array(numbers).cast(pa.string())


def _by_value(numbers: NDArray[Any], write: Any) -> pa.Array:
    different, place = np.unique(numbers, return_inverse=True)
    return pa.array([write(int(number)) for number in different], pa.string()).take(pa.array(place))


def _coded(numbers: NDArray[Any], words: Mapping[int, str]) -> pa.Array:
    return _by_value(numbers, lambda number: words.get(number, NOTHING))
