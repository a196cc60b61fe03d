"""Workbooks (.xlsx, .xls) → blocks of rows.

A worksheet of .xlsx is unpacked as a stream and cut at row ends into pieces, each handed to calamine as a small
workbook: memory stays flat (200,000 rows × 30 columns need 575 MB in one go), a part that is larger than its
directory says is noticed in time, and cells far apart cannot make calamine allocate a giant grid.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import join, normpath
from typing import BinaryIO
from xml.etree import ElementTree

import python_calamine as calamine

from bangfu.exchange.blocks import Block, Worksheet
from bangfu.exchange.cutting import PIECE, RowCutter
from bangfu.exchange.sniff import BROKEN, SAVE_AS, Refused

MOST_SPAN = 20_000  # row numbers in one piece: calamine makes a full grid of what lies between
MOST_COLUMNS = 256
_ROW_NUMBER = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d+)"')
_FAR_COLUMN = re.compile(rb'\sr="([A-Z]{3,}|I[W-Z]|[J-Z][A-Z])\d')  # beyond the 256th, IV
_MAYBE_FAR = re.compile(rb'r="(?:[A-Z]{3}|I[W-Z]|[J-Z][A-Z])')  # six times as quick, since it begins with plain letters
_FAILED = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)(\d+)"[^>]*?\bt="e"')
_UNCOMPUTED = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)(\d+)"[^>]*><(?:\w+:)?f[^>]*>[^<]*</(?:\w+:)?f>(?:<(?:\w+:)?v>\s*</|<(?:\w+:)?v\s*/>|</)'
)


def open_workbook(path: str) -> list[Worksheet]:
    """Worksheets of an .xlsx that `sniff` has let pass. Errors: Refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = sheet_parts(archive)
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, EOFError, OSError) as error:
        raise Refused(BROKEN) from error
    return [
        Worksheet(name, position, hidden, lambda part=part, position=position: _Part(path, part, position).blocks())  # type: ignore[misc]
        for position, (name, part, hidden) in enumerate(parts)
    ]


def open_old_workbook(path: str) -> list[Worksheet]:
    """Worksheets of an .xls: at most 65,536 rows, so they are read whole. Errors: Refused."""
    book = _calamine(path)
    hidden = [item.visible != calamine.SheetVisibleEnum.Visible for item in book.sheets_metadata]
    return [
        Worksheet(name, position, hidden[position], lambda position=position: _old_blocks(book, position))  # type: ignore[misc]
        for position, name in enumerate(book.sheet_names)
    ]


def _calamine(source: str | BinaryIO) -> calamine.CalamineWorkbook:
    try:
        return calamine.load_workbook(source)
    except calamine.PasswordError as error:
        raise Refused(f"工作簿设了打开密码，无法读取。请先取消密码：{SAVE_AS}") from error
    except (calamine.CalamineError, OSError) as error:
        raise Refused(BROKEN) from error


def _old_blocks(book: calamine.CalamineWorkbook, position: int) -> Iterator[Block]:
    sheet = _sheet(book, position)
    if sheet.start is not None:
        yield Block(sheet.start[0] + 1, sheet.to_python(), sheet.start[1])


def _sheet(book: calamine.CalamineWorkbook, position: int) -> calamine.CalamineSheet:
    try:
        return book.get_sheet_by_index(position)
    except calamine.CalamineError as error:
        raise Refused(BROKEN) from error


def sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, str, bool]]:
    """(name, part, hidden) of every worksheet in the order of the tabs, counted as calamine counts them."""
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 (expat, entities bounded)
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    found = []
    for sheet in book.iter():
        if sheet.tag.rpartition("}")[2] != "sheet":  # by local name: there are two namespaces in use
            continue
        link = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
        target = targets.get(link, "")
        part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        found.append((sheet.get("name", ""), part, sheet.get("state", "visible") != "visible"))
    return found


def column_index(letters: str | bytes) -> int:
    """A → 0, AA → 26."""
    index = 0
    for letter in letters if isinstance(letters, bytes) else letters.encode():
        index = index * 26 + letter - 64
    return index - 1


def column_letters(index: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class _Part:
    """One worksheet of one file, read in pieces."""

    path: str
    part: str
    position: int

    def blocks(self) -> Iterator[Block]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                if self.part not in archive.namelist():
                    return  # a chart sheet
                others = [(name, archive.read(name)) for name in archive.namelist() if _is_needed(name)]
                with archive.open(self.part) as stream:
                    cutter = RowCutter(stream, max(PIECE, 2 * max((len(content) for _, content in others), default=0)))
                    for piece in cutter.pieces():
                        yield from self._block(piece, cutter, others)
        except (zipfile.BadZipFile, EOFError, OSError, KeyError) as error:
            raise Refused(BROKEN) from error

    def _block(self, piece: bytes, cutter: RowCutter, others: list[tuple[str, bytes]]) -> Iterator[Block]:
        if _MAYBE_FAR.search(piece) and (far := _FAR_COLUMN.search(piece)):
            raise Refused(
                f"工作表用到了 {far.group(1).decode()} 列，超过 {MOST_COLUMNS} 列。"
                "请删去右边不用的列（选中后“删除”，不是清空），另存后再上传"
            )
        for rows in _runs(piece):
            sheet = _sheet(_calamine(self._small_workbook(rows, cutter, others)), self.position)
            if sheet.start is not None:
                yield Block(sheet.start[0] + 1, sheet.to_python(), sheet.start[1], _broken_cells(rows))

    def _small_workbook(self, rows: bytes, cutter: RowCutter, others: list[tuple[str, bytes]]) -> BinaryIO:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, content in others:
                archive.writestr(name, content)
            with archive.open(self.part, "w") as part:
                part.write(cutter.head + b"<" + cutter.prefix + b"sheetData>")
                part.write(rows)
                part.write(b"</" + cutter.prefix + b"sheetData></" + cutter.prefix + b"worksheet>")
        file.seek(0)
        return file


def _is_needed(name: str) -> bool:
    kept = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    return name in kept or name.lower() in ("xl/sharedstrings.xml", "xl/styles.xml")


def _runs(piece: bytes) -> Iterator[bytes]:
    """The piece, or parts of it where row numbers jump far."""
    first, start = None, 0
    if _span(piece) > MOST_SPAN:
        for found in _ROW_NUMBER.finditer(piece):
            number = int(found.group(1))
            first = number if first is None else first
            if number - first > MOST_SPAN:
                yield piece[start : found.start()]
                first, start = number, found.start()
    yield piece[start:]


def _span(piece: bytes) -> int:
    first = _ROW_NUMBER.search(piece)
    last = _ROW_NUMBER.search(piece, max(piece.rfind(b"row ") - 8, 0))
    return int(last.group(1)) - int(first.group(1)) if first and last else 0


def _broken_cells(rows: bytes) -> dict[tuple[int, int], str]:
    broken = {}
    if b't="e"' in rows:
        for found in _FAILED.finditer(rows):
            broken[int(found.group(2)), column_index(found.group(1))] = "公式出错（如 #N/A），请改成数值"
    if b"<f" in rows or b":f" in rows:
        for found in _UNCOMPUTED.finditer(rows):
            words = "公式还没有算出结果，请用 Excel 或 WPS 打开、保存一次，再上传"
            broken[int(found.group(2)), column_index(found.group(1))] = words
    return broken
