"""Frames → a temporary table by COPY, one line of JSON a row. Each different value of a column is encoded once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from django.db import connection

from bangfu.exchange.sheet import Fault
from bangfu.exchange.tables import Piece

INTAKE = "exchange_intake"
_COLUMNS = "number int, sheet smallint, worksheet smallint, row_no int, data jsonb, faults jsonb, target bigint"
_MEMORY = 50_000


def create_intake() -> None:
    """An empty table for this session; what an earlier import left behind goes."""
    drop_intake()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {INTAKE} ({_COLUMNS})")


def analyse_intake() -> None:
    """Lets the planner know how many rows came."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {INTAKE} (number, sheet)")


def show_as_intake(run_id: int) -> None:
    """The rows of a run that would write something, in place of the intake table, and without copying them."""
    drop_intake()
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY VIEW {INTAKE} AS SELECT number, sheet, worksheet, row_no, data, NULL::jsonb AS faults,"
            " CASE WHEN verdict = 'a' THEN target END AS target FROM exchange_stagedrow"
            f" WHERE run_id = {int(run_id)} AND verdict IN ('a', 'c')"
        )


def drop_intake() -> None:
    """Table or view, whichever it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relkind = 'v' FROM pg_class WHERE oid = to_regclass(%s)", [f"pg_temp.{INTAKE}"])
        for (is_view,) in cursor.fetchall():
            cursor.execute(f"DROP {'VIEW' if is_view else 'TABLE'} pg_temp.{INTAKE}")


class Loader:
    """Copies the pieces of one worksheet."""

    def __init__(self, sheet: int, worksheet: int) -> None:
        self.sheet, self.worksheet = sheet, worksheet
        self._encoders: dict[str, _Encoder] = {}

    def load(self, piece: Piece) -> None:
        columns = [self._encoder(name)(values) for name, values in piece.frame.columns.items()]
        faults = _by_row(piece.frame.faults)
        prefix = f"\t{self.sheet}\t{self.worksheet}\t"
        lines = [
            f"{number}{prefix}{row_no}\t{{{''.join(fields)[:-1]}}}\t{faults.get(number, _NULL)}\n"
            for number, row_no, *fields in zip(piece.frame.numbers, piece.row_numbers, *columns, strict=True)
        ]
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {INTAKE} (number, sheet, worksheet, row_no, data, faults) FROM STDIN") as copy,
        ):
            copy.write("".join(lines))

    def _encoder(self, name: str) -> _Encoder:
        if name not in self._encoders:
            self._encoders[name] = _Encoder(name)
        return self._encoders[name]


_NULL = "\\N"


def _by_row(faults: list[Fault]) -> dict[int, str]:
    """Row → its faults as JSON, ready for COPY."""
    by_row: dict[int, list[dict[str, str]]] = {}
    for fault in faults:
        by_row.setdefault(fault.row, []).append(told(fault))
    return {row: _escaped(json.dumps(found, ensure_ascii=False)) for row, found in by_row.items()}


def told(fault: Fault, **more: Any) -> dict[str, Any]:
    """A fault as it is kept: c column, m message, v value."""
    return {"c": fault.column, "m": fault.message, "v": fault.value.replace("\x00", ""), **more}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\") if "\\" in text else text


class _Encoder:
    """Values of one column → `"name":value,`, or nothing for blank."""

    def __init__(self, name: str) -> None:
        self._prefix = f'"{name}":'
        self._known: dict[Any, str] = {}

    def __call__(self, values: list[Any]) -> list[str]:
        known = self._known
        if len(known) > _MEMORY:
            known.clear()
        try:
            different = set(values)
        except TypeError:  # a column of lists
            values = [tuple(value) if type(value) is list else value for value in values]
            different = set(values)
        for value in different - known.keys():
            known[value] = "" if value is None else f"{self._prefix}{_escaped(_json(value))},"
        return list(map(known.__getitem__, values))


def _json(value: Any) -> str:
    if type(value) is tuple:
        return f"[{','.join(map(_json, value))}]"
    encode = _ENCODERS.get(type(value))
    return encode(value) if encode else json.dumps(value, ensure_ascii=False, default=str)


_ENCODERS: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: str,
    bool: lambda value: "true" if value else "false",
    Decimal: lambda value: f"{value:f}",
    date: lambda value: f'"{value.isoformat()}"',
}
