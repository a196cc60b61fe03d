"""The error workbook: the user's own file with the bad cells coloured and commented, a column 错误说明 at the right, and
good rows filtered away. Mended, it can be uploaded as it is: the column is ignored."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import PurePath
from typing import Any, BinaryIO

from bangfu.exchange.marking import CannotMark, mark
from bangfu.exchange.marks import Marks
from bangfu.exchange.models import ImportRun, Verdict
from bangfu.exchange.rewriting import rewrite
from bangfu.exchange.sheet import Book
from bangfu.exchange.sniff import FileKind


def make(run: ImportRun, book: Book) -> BinaryIO:
    """An open file, ready to be sent."""
    marks = _marks(run, book)
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    try:
        if run.recognised["kind"] != FileKind.XLSX:
            raise CannotMark
        mark(run.file.path, target, marks)
    except CannotMark:
        target.seek(0)
        target.truncate()
        rewrite(run.file.path, run.file_name, target, marks)
    target.seek(0)
    return target


def name_of(run: ImportRun) -> str:
    return f"{PurePath(run.file_name).stem}_标错.xlsx"


def _marks(run: ImportRun, book: Book) -> dict[int, Marks]:
    """Position of the worksheet → its marks; worksheets that are no table have none."""
    found: dict[int, Marks] = {}
    cells: dict[int, dict[str, int]] = {}
    for told in run.recognised["worksheets"]:
        found[told["position"]] = Marks(told["position"], told["head"], told["fault_column"])
        cells[told["position"]] = told["cells"]
    for worksheet, row_no, faults in _wrong_rows(run):
        for fault in faults:
            found[worksheet].rows.setdefault(row_no, []).append(
                (cells[worksheet].get(fault["c"]), _message(book, fault))
            )
    return found


def _wrong_rows(run: ImportRun) -> Any:
    return run.rows.filter(verdict=Verdict.WRONG).order_by("number").values_list("worksheet", "row_no", "faults")


def _message(book: Book, fault: dict[str, Any]) -> str:
    labels = _labels(book)
    label = labels.get(fault["c"], "")
    return f"{label}：{fault['m']}" if label else fault["m"]


def _labels(book: Book) -> dict[str, str]:
    labels: dict[str, str] = defaultdict(str)
    for sheet in book.sheets:
        for column in sheet.columns:
            labels.setdefault(column.name, column.label)
    return labels
