"""Files to import, good and bad, made on the spot."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from bangfu.kernel.identity import check_character

FAMILY_HEADS = (
    "市",
    "县（市、区）",
    "镇（街道）",
    "村（社区）",
    "户编号",
    "住址",
    "入户路类型",
    "人口数",
    "户联系电话",
)
MEMBER_HEADS = ("户编号", "姓名", "证件号码", "出生日期", "与户主关系", "务工月收入")


def number(serial: int) -> str:
    """A valid identity number of nobody."""
    first = f"99000019{50 + serial % 50:02d}0{1 + serial % 9}{10 + serial % 18:02d}{serial % 1000:03d}"
    return first + check_character(first)


def family(serial: int, **cells: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict(
        zip(
            FAMILY_HEADS,
            ("清远市", "英德市", "东华镇", "光明村", f"F{serial:05d}", f"{serial}号", "硬化路", 4, f"138{serial:08d}"),
            strict=True,
        )
    )
    return {**row, **cells}


def member(serial: int, family_serial: int | None = None, **cells: Any) -> dict[str, Any]:
    home = serial if family_serial is None else family_serial
    row = dict(zip(MEMBER_HEADS, (f"F{home:05d}", "陈志强", number(serial), "1980-05-06", "户主", 1200), strict=True))
    return {**row, **cells}


def workbook(path: Path, **sheets: Iterable[dict[str, Any]]) -> Path:
    """One worksheet per keyword; the first row of each names the heads."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        rows = list(rows)
        if rows:
            page.append(list(rows[0]))
        for row in rows:
            page.append(list(row.values()))
    book.save(path)
    return path


def grid(path: Path, rows: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> Path:
    """One worksheet, cell by cell."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(path)
    return path


def csv_text(rows: Sequence[dict[str, Any]], delimiter: str = ",") -> str:
    lines = [delimiter.join(map(str, rows[0])), *(delimiter.join(map(str, row.values())) for row in rows)]
    return "\r\n".join(lines) + "\r\n"


def write_csv(path: Path, rows: Sequence[dict[str, Any]], encoding: str) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def with_part(source: Path, path: Path, name: str, content: bytes) -> Path:
    """A copy of a workbook with one part more, or another content of it."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return path
