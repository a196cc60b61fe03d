"""Evaluates expressions on one row of Python values with SQL's three truth values: None is unknown.

For a household on entry: DuckDB needs longer to read the statements than Python to judge four people.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlglot import exp

Row = Mapping[str, Any]
Value = Callable[[Row], Any]


def compiled(tree: exp.Expr) -> Value:
    """The expression, its parameters bound, as a function of a row. Errors: TypeError for a node that has no meaning."""
    match tree:
        case exp.Paren():
            return compiled(tree.this)
        case exp.Column():
            name = tree.name
            return lambda row: row[name]
        case exp.Null():
            return lambda row: None
        case exp.Literal() | exp.Boolean() | exp.Neg():
            constant = _constant(tree)
            return lambda row: constant
        case exp.And() | exp.Or():
            return _connected(isinstance(tree, exp.Or), compiled(tree.this), compiled(tree.expression))
        case exp.Not():
            inner = compiled(tree.this)
            return lambda row: None if (held := inner(row)) is None else not held
        case exp.Is():
            value = compiled(tree.this)
            return lambda row: value(row) is None
        case exp.In():
            return _among(compiled(tree.this), [_constant(item) for item in tree.expressions])
        case exp.Between():
            low, high = (tree.args[side] for side in ("low", "high"))
            return compiled(exp.and_(exp.GTE(this=tree.this, expression=low), exp.LTE(this=tree.this, expression=high)))
        case exp.Coalesce():
            choices = [compiled(item) for item in (tree.this, *tree.expressions)]
            return lambda row: next((found for choice in choices if (found := choice(row)) is not None), None)
        case exp.StrPosition():
            return _worked(lambda text, part: text.find(part) + 1, compiled(tree.this), compiled(tree.args["substr"]))
    if type(tree) in _WORK:
        return _worked(_WORK[type(tree)], compiled(tree.this), compiled(tree.expression))
    raise TypeError(f"no meaning for {type(tree).__name__}")


_WORK: dict[type, Callable[[Any, Any], Any]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
    exp.Mod: operator.mod,
    exp.BitwiseAnd: operator.and_,
}


def _constant(tree: exp.Expr) -> Any:
    if isinstance(tree, exp.Neg):
        return -_constant(tree.this)
    if isinstance(tree, exp.Boolean):
        return bool(tree.this)
    if tree.is_string:
        return tree.name
    return float(tree.name) if "." in tree.name else int(tree.name)


def _worked(work: Callable[[Any, Any], Any], left: Value, right: Value) -> Value:
    def result(row: Row) -> Any:
        first, second = left(row), right(row)
        if first is None or second is None:
            return None
        if isinstance(first, date) and isinstance(second, str):
            second = date.fromisoformat(second)
        return work(first, second)

    return result


def _connected(is_or: bool, left: Value, right: Value) -> Value:
    """Or: true when one is; and: false when one is; else unknown when one is unknown."""

    def result(row: Row) -> Any:
        if (first := left(row)) is is_or:
            return is_or
        second = right(row)
        if second is is_or:
            return is_or
        return None if first is None or second is None else not is_or

    return result


def _among(value: Value, wanted: list[Any]) -> Value:
    return lambda row: None if (found := value(row)) is None else found in wanted
