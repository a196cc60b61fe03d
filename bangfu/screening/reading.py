"""Opens a department's file, Parquet, CSV or workbook, and finds its columns by their heads.

A file that cannot be the declared data set is refused whole, with a sentence that says which heads are missing.
"""

from __future__ import annotations

import csv
import datetime
import difflib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from bangfu.kernel import text
from bangfu.screening.datasets import DataSet, FileColumn, Reading
from bangfu.screening.transcoding import open_utf8

SUFFIXES = (".parquet", ".csv", ".txt", ".xlsx", ".xls")
_HEAD_ROWS = 20  # titles and notes that may stand above the heads
_HEAD_BYTES = 1 << 16
_NOTE = re.compile(r"[(（\[【].*?[)）\]】]|[*＊：:\s]")


class FileRefused(Exception):
    """The file cannot be used as it is; the message says why and what to do, in Chinese."""


@dataclass(frozen=True)
class Source:
    """A file as it was read: the columns found, by name. Row 0 stands in line `first_row` of the file."""

    columns: Mapping[str, pa.Array]
    rows: int
    first_row: int
    encoding: str


def read(path: Path, data_set: DataSet, key: Mapping[str, FileColumn]) -> Source:
    """Errors: FileRefused."""
    wanted = {**key, **data_set.columns}
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FileRefused(f"{path.name}：不认识的文件类型，请用 Parquet、CSV 或 Excel 工作簿（.xlsx、.xls）")
    try:
        match suffix:
            case ".parquet":
                return _parquet(path, data_set, wanted)
            case ".csv" | ".txt":
                return _csv(path, data_set, wanted)
        return _workbook(path, data_set, wanted)
    except (pa.ArrowInvalid, CalamineError, OSError, UnicodeError, csv.Error) as error:
        raise FileRefused(f"{path.name}：打不开，文件可能没有传完或已损坏（{str(error).splitlines()[0]}）") from error


def heads_of(path: Path, wanted: Mapping[str, FileColumn]) -> list[list[str]]:
    """The row of heads of each sheet, without reading the rows below. Errors: FileRefused."""
    try:
        match path.suffix.lower():
            case ".parquet":
                return [list(pq.ParquetFile(path).schema_arrow.names)]
            case ".csv" | ".txt":
                return [_csv_heads(path, wanted)[1]]
            case ".xlsx" | ".xls":
                book = CalamineWorkbook.from_object(io.BytesIO(path.read_bytes()))
                sheets = [book.get_sheet_by_name(name).to_python(False, _HEAD_ROWS) for name in book.sheet_names]
                return [_head_row(([_as_text(cell) for cell in row] for row in rows), wanted)[1] for rows in sheets]
    except (pa.ArrowInvalid, CalamineError, OSError, UnicodeError, csv.Error) as error:
        raise FileRefused(f"{path.name}：打不开，文件可能没有传完或已损坏（{str(error).splitlines()[0]}）") from error
    raise FileRefused(f"{path.name}：不认识的文件类型，请用 Parquet、CSV 或 Excel 工作簿（.xlsx、.xls）")


def _csv_heads(path: Path, wanted: Mapping[str, FileColumn]) -> tuple[int, list[str], str]:
    """(row of the heads, heads, delimiter)."""
    stream, _ = open_utf8(path)
    with stream:
        head = stream.read(_HEAD_BYTES)
    lines = head.decode("utf-8", "replace").splitlines()
    delimiter = "\t" if lines and lines[0].count("\t") > lines[0].count(",") else ","
    return *_head_row(csv.reader(lines[:_HEAD_ROWS], delimiter=delimiter), wanted), delimiter


def _parquet(path: Path, data_set: DataSet, wanted: Mapping[str, FileColumn]) -> Source:
    file = pq.ParquetFile(path, memory_map=True)
    heads = file.schema_arrow.names
    found = _found(path, data_set, wanted, heads)
    table = file.read(columns=sorted({heads[place] for place in found.values()}))
    columns = {name: _whole(table.column(heads[place])) for name, place in found.items()}
    return Source(columns, table.num_rows, 1, "parquet")


def _csv(path: Path, data_set: DataSet, wanted: Mapping[str, FileColumn]) -> Source:
    at, heads, delimiter = _csv_heads(path, wanted)
    found = _found(path, data_set, wanted, heads)
    names = [f"c{place}" for place in range(len(heads))]
    used = sorted({names[place] for place in found.values()})
    stream, encoding = open_utf8(path)
    with stream:
        table = pacsv.read_csv(
            stream,
            pacsv.ReadOptions(column_names=names, skip_rows=at + 1, block_size=1 << 22),
            pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=False),
            pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), include_columns=used, strings_can_be_null=False
            ),
        )
    return Source(
        {n: _whole(table.column(names[place])) for n, place in found.items()}, table.num_rows, at + 2, encoding
    )


def _workbook(path: Path, data_set: DataSet, wanted: Mapping[str, FileColumn]) -> Source:
    book = CalamineWorkbook.from_object(io.BytesIO(path.read_bytes()))
    best: tuple[int, list[list[Any]], int, list[str]] | None = None
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        at, heads = _head_row(([_as_text(cell) for cell in row] for row in rows[:_HEAD_ROWS]), wanted)
        score = len(matches(heads, wanted))
        if best is None or score > best[0]:
            best = score, rows, at, heads
    if best is None:
        raise FileRefused(f"{path.name}：工作簿里没有工作表")
    _, rows, at, heads = best
    found = _found(path, data_set, wanted, heads)
    body = rows[at + 1 :]
    while body and not any(_as_text(cell) for cell in body[-1]):
        body.pop()
    columns = {name: pa.array([_as_text(row[place]) for row in body], pa.string()) for name, place in found.items()}
    return Source(columns, len(body), at + 2, path.suffix.lower()[1:])


def _as_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell == int(cell) and abs(cell) < 10**15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)


def plain(head: str) -> str:
    """A head without notes, blanks and stars: 个人负担金额（元）* → 个人负担金额."""
    return _NOTE.sub("", text.clean(head)).lower()


def _head_row(rows: Iterable[Sequence[str]], wanted: Mapping[str, FileColumn]) -> tuple[int, list[str]]:
    """(place, heads) of the row in which most heads are known."""
    candidates = [(place, list(row)) for place, row in enumerate(rows)]
    if not candidates:
        return 0, []
    return max(candidates, key=lambda item: (len(matches(item[1], wanted)), -item[0]))


def matches(heads: Sequence[str], wanted: Mapping[str, FileColumn]) -> dict[str, int]:
    """Column → place of its head; the head that stands first in the column's own list wins."""
    places: dict[str, int] = {}
    for place, head in enumerate(heads):
        places.setdefault(plain(head), place)
    found = {}
    for name, column in wanted.items():
        for head in column.heads:
            if plain(head) in places:
                found[name] = places[plain(head)]
                break
    return found


def _found(path: Path, data_set: DataSet, wanted: Mapping[str, FileColumn], heads: Sequence[str]) -> dict[str, int]:
    """Errors: FileRefused naming what is missing, what the file has instead, and what comes near."""
    found = matches(heads, wanted)
    needed = [c for c in wanted.values() if (c.is_required or c.reading is Reading.IDENTITY) and c.name not in found]
    if not needed:
        return found
    shown = [head for head in map(text.clean, heads) if head][:12]
    hints = [_hint(column, shown) for column in needed]
    raise FileRefused(
        f"{path.name}：不像“{data_set.title}”，缺少列：{'、'.join(hints)}。"
        f"文件里的表头是：{'、'.join(shown) or '（没有找到表头）'}。请核对是不是选错了文件，或把表头改成上述名称"
    )


def _hint(column: FileColumn, heads: Sequence[str]) -> str:
    near = difflib.get_close_matches(column.label, heads, 1, 0.5)
    return f"{column.label}（是不是“{near[0]}”？）" if near else column.label
