"""Expressions of rules and checks: a small part of SQL over declared columns and `:parameters`.

Read by sqlglot once, checked against what is declared, then written for any engine. What is unknown fails at start-up.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

import sqlglot
from sqlglot import exp

Scalar = int | Decimal | str | bool


class ExpressionError(ValueError):
    """The text is no expression over the declared columns; the message names the word that is wrong, in Chinese."""


class Kind(StrEnum):
    """What a column holds. All but text and decimal are kept as whole numbers, so that every engine agrees."""

    INTEGER = "integer"
    MONEY = "money"  # fen
    DAY = "day"  # days since 1970-01-01
    MONTH = "month"  # year * 12 + month - 1
    FLAG = "flag"
    CODE = "code"  # `words` gives the number of each word
    TEXT = "text"
    DECIMAL = "decimal"
    DATE = "date"  # a DATE of the engine, for those that read tables which are not ours


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    label: str = ""
    words: Mapping[str, int] = field(default_factory=dict)


#: what an expression may be made of; a function beyond these is allowed by name (`functions` of Vocabulary)
_NODES = (
    *(exp.And, exp.Or, exp.Not, exp.Paren, exp.Is, exp.In, exp.Between),
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE),
    *(exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Case, exp.If, exp.Coalesce),
    *(exp.Column, exp.Identifier, exp.Placeholder, exp.Literal, exp.Boolean, exp.Null),
)
_CONDITIONS = (
    *(exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between, exp.Boolean),
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE),
)
_SUMS = (exp.Add, exp.Sub, exp.Mul, exp.Neg)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


@dataclass(frozen=True)
class Vocabulary:
    """What an expression may name. `functions`: names of sqlglot's classes that are allowed beside the basic ones."""

    columns: Mapping[str, Column]
    parameters: Collection[str] = ()
    functions: Collection[str] = ()

    def with_columns(self, more: Mapping[str, Column]) -> Vocabulary:
        return Vocabulary({**self.columns, **more}, self.parameters, self.functions)


@dataclass(frozen=True)
class Expression:
    """A checked expression. `columns` and `parameters`: what it reads."""

    text: str
    tree: exp.Expr
    columns: frozenset[str]
    parameters: frozenset[str]

    @property
    def is_condition(self) -> bool:
        """Whether it is true, false or unknown; a column alone counts when it is a flag."""
        return isinstance(_bare(self.tree), _CONDITIONS) or self.tree.meta.get("is_flag", False)

    def bound(self, values: Mapping[str, Scalar]) -> exp.Expr:
        """A copy with the parameters' values in place. Errors: ExpressionError when one has no value."""
        return self.tree.transform(lambda node: _value(node, values, self.text))

    def sql(self, dialect: str, values: Mapping[str, Scalar] | None = None, table: str = "") -> str:
        """Text for `duckdb`, `spark`, `postgres` … `table`: written before every column. Errors: ExpressionError."""
        return written(self.bound(values or {}), dialect, table)


def parse(text: str, vocabulary: Vocabulary) -> Expression:
    """Errors: ExpressionError naming what is unknown, with the nearest that is known."""
    try:
        tree = sqlglot.parse_one(text, read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise ExpressionError(f"“{text}”不是条件表达式（{str(error).splitlines()[0]}）") from None
    for node in tree.walk():
        _check_node(node, vocabulary, text)
    tree = tree.transform(lambda node: _coded(node, vocabulary))
    bare = _bare(tree)
    if isinstance(bare, exp.Column):
        tree.meta["is_flag"] = vocabulary.columns[bare.name].kind is Kind.FLAG
    return Expression(text, tree, frozenset(_names(tree)), frozenset(_parameters(tree)))


def written(tree: exp.Expr, dialect: str, table: str = "") -> str:
    """SQL of a bound tree. Sums are made in 64 bits, since engines differ in what they do when 32 don't suffice."""
    return tree.transform(lambda node: _widened(node, table)).sql(dialect=dialect)


def _check_node(node: exp.Expr, vocabulary: Vocabulary, text: str) -> None:
    if isinstance(node, exp.Column):
        if node.table:
            raise ExpressionError(f"“{text}”：列名“{node.sql()}”不能带表名")
        _known("列", node.name, vocabulary.columns, text)
    elif isinstance(node, exp.Placeholder):
        _known("参数", node.name, vocabulary.parameters, text)
    elif not isinstance(node, _NODES) and type(node).__name__ not in vocabulary.functions:
        raise ExpressionError(f"“{text}”：不能使用“{node.sql()}”（{type(node).__name__}）")


def _known(what: str, name: str, known: Collection[str], text: str) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        raise ExpressionError(f"“{text}”：没有{what} {name}" + (f"，是不是 {near[0]}？" if near else ""))


def _names(tree: exp.Expr) -> Iterator[str]:
    return (column.name for column in tree.find_all(exp.Column))


def _parameters(tree: exp.Expr) -> Iterator[str]:
    return (place.name for place in tree.find_all(exp.Placeholder))


def _bare(tree: exp.Expr) -> exp.Expr:
    while isinstance(tree, exp.Paren):
        tree = tree.this
    return tree


def _coded(node: exp.Expr, vocabulary: Vocabulary) -> exp.Expr:
    """Words of a coded column become their numbers: house_grade = 'D' → house_grade = 4."""
    if isinstance(node, _COMPARISONS):
        for side, other in (("this", "expression"), ("expression", "this")):
            if coded := _coded_column(node.args[side], vocabulary):
                node.set(other, _numbered(node.args[other], coded))
    elif isinstance(node, (exp.In, exp.Coalesce)) and (coded := _coded_column(node.this, vocabulary)):
        node.set("expressions", [_numbered(item, coded) for item in node.expressions])
    return node


def _coded_column(node: exp.Expr, vocabulary: Vocabulary) -> Column | None:
    inner = node.this if isinstance(node, exp.Coalesce) else node
    column = vocabulary.columns[inner.name] if isinstance(inner, exp.Column) else None
    return column if column is not None and column.words else None


def _numbered(node: exp.Expr, column: Column) -> exp.Expr:
    if not isinstance(node, exp.Literal) or not node.is_string:
        return node
    word = node.name
    if word not in column.words:
        near = difflib.get_close_matches(word, column.words, 1)
        hint = f"，是不是 {near[0]}？" if near else f"，可用：{'、'.join(column.words)}"
        raise ExpressionError(f"列 {column.name} 没有“{word}”这个值{hint}")
    return exp.Literal.number(column.words[word])


def _value(node: exp.Expr, values: Mapping[str, Scalar], text: str) -> exp.Expr:
    if not isinstance(node, exp.Placeholder):
        return node
    if node.name not in values:
        raise ExpressionError(f"“{text}”：参数 {node.name} 没有数值")
    value = values[node.name]
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    return exp.Literal.string(value) if isinstance(value, str) else _literal(value)


def _literal(value: int | Decimal) -> exp.Expr:
    number = exp.Literal.number(format(abs(value), "f") if isinstance(value, Decimal) else abs(value))
    return exp.Neg(this=number) if value < 0 else number


def _widened(node: exp.Expr, table: str) -> exp.Expr:
    if not isinstance(node, exp.Column):
        return node
    column = exp.column(node.name, table=table or None)
    return exp.cast(column, "BIGINT") if isinstance(node.parent, _SUMS) else column
