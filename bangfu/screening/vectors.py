"""Evaluates expressions on numpy arrays with SQL's three truth values: a comparison with nothing is unknown, never true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

Array = NDArray[Any]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Vector:
    """Numbers or flags of some rows. `valid`: which of them are known; None: all. A constant has no length."""

    values: Array | int | bool
    valid: Mask | np.bool_ | None = None

    def filled(self, rows: int) -> tuple[Array, Mask]:
        """Both as arrays of so many rows."""
        valid = True if self.valid is None else self.valid
        return np.broadcast_to(self.values, rows), np.broadcast_to(np.asarray(valid, dtype=np.bool_), rows)


@dataclass(frozen=True)
class Verdict:
    """`true`: where it holds. `false`: where it doesn't; None: everywhere else. Neither: unknown."""

    true: Any
    false: Any = None

    @property
    def denied(self) -> Any:
        return np.logical_not(self.true) if self.false is None else self.false


class Rows(Protocol):
    """What an expression is evaluated on."""

    def vector(self, name: str) -> Vector:
        """A column."""
        ...


Values = Callable[[Rows], Vector]
Condition = Callable[[Rows], Verdict]


def condition(tree: exp.Expr) -> Condition:
    """The condition as a function of rows; parameters must have been bound."""
    match tree:
        case exp.Paren():
            return condition(tree.this)
        case exp.And():
            first, second = condition(tree.this), condition(tree.expression)
            return lambda rows: _both(first(rows), second(rows))
        case exp.Or():
            first, second = condition(tree.this), condition(tree.expression)
            return lambda rows: _either(first(rows), second(rows))
        case exp.Not():
            inner = condition(tree.this)
            return lambda rows: _opposite(inner(rows))
        case exp.Is():
            value = values(tree.this)
            return lambda rows: _is_null(value(rows))
        case exp.In():
            return _among(values(tree.this), [int(item.this) for item in tree.expressions])
        case exp.Between():
            low, high = (tree.args[side] for side in ("low", "high"))
            return condition(
                exp.and_(exp.GTE(this=tree.this, expression=low), exp.LTE(this=tree.this, expression=high))
            )
        case exp.Boolean():
            return lambda rows: Verdict(np.bool_(tree.this))
    if type(tree) in _COMPARE:
        compare = _COMPARE[type(tree)]
        left, right = values(tree.this), values(tree.expression)
        return lambda rows: _compared(compare, left(rows), right(rows))
    flag = values(tree)
    return lambda rows: _as_verdict(flag(rows))


def values(tree: exp.Expr) -> Values:
    """The value as a function of rows."""
    match tree:
        case exp.Paren():
            return values(tree.this)
        case exp.Column():
            name = tree.name
            return lambda rows: rows.vector(name)
        case exp.Literal():
            constant = Vector(int(tree.this))
            return lambda rows: constant
        case exp.Null():
            return lambda rows: Vector(0, np.bool_(False))
        case exp.Neg():
            inner = values(tree.this)
            return lambda rows: Vector(-_wide(inner(rows).values), inner(rows).valid)
        case exp.Coalesce():
            return _first_known([values(item) for item in (tree.this, *tree.expressions)])
        case exp.Case():
            return _case(tree)
    if type(tree) in _ARITHMETIC:
        work = _ARITHMETIC[type(tree)]
        left, right = values(tree.this), values(tree.expression)
        return lambda rows: _worked(work, left(rows), right(rows))
    inner_condition = condition(tree)
    return lambda rows: _as_vector(inner_condition(rows))


_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    exp.EQ: np.equal,
    exp.NEQ: np.not_equal,
    exp.GT: np.greater,
    exp.GTE: np.greater_equal,
    exp.LT: np.less,
    exp.LTE: np.less_equal,
}
_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {exp.Add: np.add, exp.Sub: np.subtract, exp.Mul: np.multiply}


def _wide(value: Any) -> Any:
    return np.asarray(value).astype(np.int64, copy=False)


def _all_known(first: Vector, second: Vector) -> Any:
    if first.valid is None:
        return second.valid
    return first.valid if second.valid is None else np.logical_and(first.valid, second.valid)


def _worked(work: Callable[[Any, Any], Any], left: Vector, right: Vector) -> Vector:
    return Vector(work(_wide(left.values), _wide(right.values)), _all_known(left, right))


def _compared(compare: Callable[[Any, Any], Any], left: Vector, right: Vector) -> Verdict:
    true, known = compare(left.values, right.values), _all_known(left, right)
    if known is None:
        return Verdict(true)
    return Verdict(np.logical_and(true, known), np.logical_and(np.logical_not(true), known))


def _both(first: Verdict, second: Verdict) -> Verdict:
    true = np.logical_and(first.true, second.true)
    if first.false is None and second.false is None:
        return Verdict(true)
    return Verdict(true, np.logical_or(first.denied, second.denied))


def _either(first: Verdict, second: Verdict) -> Verdict:
    true = np.logical_or(first.true, second.true)
    if first.false is None and second.false is None:
        return Verdict(true)
    return Verdict(true, np.logical_and(first.denied, second.denied))


def _opposite(verdict: Verdict) -> Verdict:
    return Verdict(verdict.denied, None if verdict.false is None else verdict.true)


def _is_null(value: Vector) -> Verdict:
    if value.valid is None:
        return Verdict(np.bool_(False))
    return Verdict(np.logical_not(value.valid))


def _among(value: Values, numbers: list[int]) -> Condition:
    def held(rows: Rows) -> Verdict:
        found = value(rows)
        true = np.zeros(np.shape(found.values), dtype=np.bool_)
        for number in numbers:
            true = true | np.equal(found.values, number)
        return _known_only(true, found.valid)

    return held


def _known_only(true: Any, valid: Any) -> Verdict:
    if valid is None:
        return Verdict(true)
    return Verdict(np.logical_and(true, valid), np.logical_and(np.logical_not(true), valid))


def _as_verdict(flag: Vector) -> Verdict:
    return _known_only(np.asarray(flag.values).astype(np.bool_, copy=False), flag.valid)


def _as_vector(verdict: Verdict) -> Vector:
    return Vector(verdict.true, None if verdict.false is None else np.logical_or(verdict.true, verdict.false))


def _first_known(choices: list[Values]) -> Values:
    def chosen(rows: Rows) -> Vector:
        result = choices[-1](rows)
        for choice in reversed(choices[:-1]):
            result = _over(choice(rows), result)
        return result

    return chosen


def _over(first: Vector, second: Vector) -> Vector:
    if first.valid is None:
        return first
    known = None if second.valid is None else np.logical_or(first.valid, second.valid)
    return Vector(np.where(first.valid, first.values, second.values), cast("Mask | None", known))


def _case(tree: exp.Case) -> Values:
    branches = [(condition(branch.this), values(branch.args["true"])) for branch in tree.args["ifs"]]
    otherwise = values(tree.args.get("default") or exp.Null())

    def chosen(rows: Rows) -> Vector:
        result = otherwise(rows)
        for holds, value in reversed(branches):
            true, found = holds(rows).true, value(rows)
            valid = None
            if found.valid is not None or result.valid is not None:
                known = [True if vector.valid is None else vector.valid for vector in (found, result)]
                valid = np.where(true, *known)
            result = Vector(np.where(true, found.values, result.values), valid)
        return result

    return chosen
