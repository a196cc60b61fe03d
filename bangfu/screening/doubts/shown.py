"""SQL that writes facts and sentences of the rows that were hit: values as a clerk reads them, private ones masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bangfu.screening.doubts.columns import Column, Derived, Table
from bangfu.screening.doubts.rules import Part, Rule
from bangfu.screening.expressions import Kind, Scalar

EMPTY = "（空）"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def value(column: Column, clear: bool) -> str:
    """SQL expression, never NULL, of the column as text."""
    name = column.name
    if column.shown and not clear:
        return f"coalesce({_masked(name, column.shown)}, {quoted(EMPTY)})"
    if column.has_many:
        words = (f"CASE WHEN ({name} & {1 << n}) <> 0 THEN {quoted(w)} END" for n, w in enumerate(column.labels, 1))
        return f"CASE WHEN {name} IS NULL THEN {quoted(EMPTY)} ELSE concat_ws('、', {', '.join(words)}) END"
    if column.codes:
        words = (f"WHEN {n} THEN {quoted(w)}" for n, w in enumerate(column.labels, 1))
        return f"CASE {name} {' '.join(words)} ELSE {quoted(EMPTY)} END"
    return f"coalesce({_plain(column)}, {quoted(EMPTY)})"


def _plain(column: Column) -> str:
    name = column.name
    match column.kind:
        case Kind.TEXT:
            return name
        case Kind.FLAG:
            return f"CASE WHEN {name} THEN '是' WHEN NOT {name} THEN '否' END"
        case Kind.MONTH:
            return f"CAST({name} // 12 AS VARCHAR) || '年' || CAST({name} % 12 + 1 AS VARCHAR) || '月'"
        case Kind.DECIMAL:
            whole = f"CAST(CAST({name} AS BIGINT) AS VARCHAR)"
            return f"CASE WHEN {name} = floor({name}) THEN {whole} ELSE rtrim(CAST({name} AS VARCHAR), '0') END"
    return f"CAST({name} AS VARCHAR)"


def _masked(name: str, what: str) -> str:
    """As kernel.identity.mask and kernel.masks.mask_phone do it."""
    if what == "phone":
        return (
            f"CASE WHEN length({name}) >= 7 THEN substr({name}, 1, 3) || repeat('*', length({name}) - 7)"
            f" || substr({name}, length({name}) - 3, 4)"
            f" ELSE repeat('*', greatest(length({name}) - 2, 0)) || right({name}, 2) END"
        )
    end = f"least(length({name}), 18)"
    return (
        f"CASE WHEN length({name}) < 15 THEN repeat('*', length({name}))"
        f" ELSE substr({name}, 1, 3) || repeat('*', {end} - 5) || substr({name}, {end} - 1, 2)"
        f" || repeat('*', length({name}) - {end}) END"
    )


def sentence(rule: Rule, table: Table, values: Mapping[str, Scalar], clear: bool) -> str:
    return " || ".join(_part(part, table, values, clear) for part in rule.says)


def _part(part: Part, table: Table, values: Mapping[str, Scalar], clear: bool) -> str:
    if part.missing:
        labels = (f"CASE WHEN {name} IS NULL THEN {quoted(table.column(name).label)} END" for name in part.missing)
        return f"concat_ws('、', {', '.join(labels)})"
    if part.parameter:
        return quoted(f"{values[part.parameter]}")
    return value(table.column(part.column), clear) if part.column else quoted(part.text)


def facts(rule: Rule, table: Table, clear: bool) -> str:
    """The columns that decided, as “name：value；…”."""
    return _listed((table.column(name) for name in sorted(rule.when.columns)), clear)


def lasting(rule: Rule, table: Table) -> str:
    """What the doubt is told by: neither private numbers nor what changes by the mere passing of time."""
    names = sorted({*rule.when.columns, *rule.shown})
    kept = [table.column(name) for name in names if not is_passing(table.derived.get(name))]
    return _listed((column for column in kept if not column.shown), True) or "''"


def is_passing(derived: Derived | None) -> bool:
    """Whether a column changes as days go by: ages, months since."""
    if derived is None:
        return False
    return derived.column.name == "age" or bool(derived.expression and derived.expression.parameters)


def _listed(columns: Iterable[Column], clear: bool) -> str:
    return " || '；' || ".join(f"{quoted(column.label + '：')} || {value(column, clear)}" for column in columns)
