"""What the page of an import shows: counts, faults by column and one by one, before and after of some rows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from bangfu.divisions.models import Division
from bangfu.exchange.limits import limits
from bangfu.exchange.models import ImportRun, StagedRow, Verdict
from bangfu.exchange.rendering import mask
from bangfu.exchange.sheet import Book, Column, Kind, Sheet
from bangfu.kernel.money import show_number

WHOLE_ROW = "整行"


@dataclass(frozen=True)
class ShownFault:
    worksheet: str
    row_no: int
    label: str
    value: str
    message: str


@dataclass(frozen=True)
class ShownChange:
    worksheet: str
    row_no: int
    who: str
    cells: list[tuple[str, str, str]]  # label, before, after


def sheets(run: ImportRun, book: Book) -> list[dict[str, Any]]:
    """One line of counts per sheet that the file holds."""
    lines = []
    for position, counts in sorted(run.counts.items()):
        rows = {verdict.name.lower(): counts.get(verdict.value, 0) for verdict in Verdict}
        lines.append({"title": book.sheets[int(position)].title, "rows": sum(rows.values()), **rows})
    return lines


def faults_by_column(run: ImportRun, book: Book) -> list[tuple[str, str, int]]:
    """(sheet, column, faults), the most first: mending one column often mends most of the file."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.sheet, f->>'c', count(*) FROM exchange_stagedrow s, jsonb_array_elements(s.faults) f"
            " WHERE s.run_id = %s AND s.verdict = 'w' GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 12",
            [run.pk],
        )
        found = cursor.fetchall()
    return [(book.sheets[sheet].title, _label(book.sheets[sheet], column), rows) for sheet, column, rows in found]


def faults(run: ImportRun, book: Book) -> list[ShownFault]:
    names = _worksheets(run)
    rows = list(run.rows.filter(verdict=Verdict.WRONG).order_by("number")[: limits().faults_shown])
    words = _Words([row.data for row in rows])
    return [
        ShownFault(
            names[row.worksheet], row.row_no, _label(sheet, f["c"]), f["v"] or _read(sheet, row, f["c"], words), f["m"]
        )
        for row in rows
        for sheet in [book.sheets[row.sheet]]
        for f in row.faults
    ]


def _read(sheet: Sheet, row: StagedRow, name: str, words: _Words) -> str:
    """What the file says in a cell that read well and was found wrong beside others: a check by set does not tell it."""
    column = sheet.column(name) if name else None
    value = row.data.get(_key(column)) if column else None
    return words.of(column, value) if column and value not in (None, "", []) else ""


def _key(column: Column) -> str:
    return column.name if column.kind is Kind.REFERENCE else column.attname


def changes(run: ImportRun, book: Book) -> list[ShownChange]:
    """Some rows that would be changed: only the cells that differ."""
    names = _worksheets(run)
    rows = list(run.rows.filter(verdict=Verdict.CHANGE).order_by("number")[: limits().samples_shown])
    words = _Words([*(r.data for r in rows), *(r.before for r in rows)])
    return [
        ShownChange(
            names[row.worksheet],
            row.row_no,
            _who(book.sheets[row.sheet], row, words),
            _differences(book.sheets[row.sheet], row, words, clears=run.clears_blanks),
        )
        for row in rows
    ]


def _worksheets(run: ImportRun) -> dict[int, str]:
    return {found["position"]: found["name"] for found in run.recognised.get("worksheets", [])}


def _label(sheet: Sheet, name: str) -> str:
    column = sheet.column(name) if name else None
    return column.label if column else WHOLE_ROW


def _who(sheet: Sheet, row: StagedRow, words: _Words) -> str:
    """Names the row: its identity, masked where it must be."""
    told = []
    for column in sheet.columns:
        value = row.data.get(_key(column))
        if value is not None and (column.name in sheet.identity or column.kind is Kind.NAME):
            told.append(words.of(column, value))
    return " ".join(told)


def _differences(sheet: Sheet, row: StagedRow, words: _Words, *, clears: bool) -> list[tuple[str, str, str]]:
    cells = []
    for column in sheet.columns:
        if column.attname not in row.before:
            continue
        before, after = row.before[column.attname], row.data.get(column.attname)
        if after is None and not clears:
            continue
        texts = words.of(column, before), words.of(column, after)
        if texts[0] != texts[1]:
            cells.append((column.label, *texts))
    return cells


class _Words:
    """Kept JSON values in words."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        codes = {value for row in rows for value in row.values() if isinstance(value, int) and value > 10**11}
        self.places = dict(Division.objects.filter(code__in=codes).values_list("code", "full_name"))

    def of(self, column: Column, value: Any) -> str:
        if value is None or value == "" or value == []:
            return "（空）"
        if column.masked:
            return mask(column)(str(value))
        if column.kind is Kind.DIVISION:
            return self.places.get(value, str(value))
        if column.kind is Kind.MONTH and isinstance(value, str):
            return value[:7]
        if isinstance(value, bool):
            return "是" if value else "否"
        labels = dict(column.choices)
        if isinstance(value, list):
            return "、".join(str(labels.get(item, item)) for item in value)
        if isinstance(value, float) or (column.kind is Kind.DECIMAL and not isinstance(value, str)):
            exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-column.places))
            return f"{exact:f}" if column.is_money else show_number(exact)
        return str(labels.get(value, value))
