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
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import IO, BinaryIO
from xml.etree import ElementTree

import python_calamine as calamine

from bangfu.exchange.blocks import Block, Worksheet
from bangfu.exchange.limits import limits
from bangfu.exchange.sniff import SAVE_AS, TOO_BIG, Refused

PIECE = 24 * 2**20
READ = 2**20
MOST_SPAN = 20_000  # row numbers in one piece: calamine makes a full grid of what lies between
MOST_COLUMNS = 256
_BROKEN = f"文件已损坏，打不开（可能没有传完或没有保存完）。{SAVE_AS}"
_START = re.compile(rb"<(\w+:)?sheetData(?:\s[^>]*)?(/?)>")
_ROW_NUMBER = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d+)"')
_FAR_COLUMN = re.compile(rb'\sr="([A-Z]{3,}|I[W-Z]|[J-Z][A-Z])\d')  # beyond the 256th, IV
_FIRST_NUMBERED = re.compile(rb'\s*<(?:\w+:)?row\s[^>]*?\br="\d')
_FAILED = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)(\d+)"[^>]*?\bt="e"')
_UNCOMPUTED = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)(\d+)"[^>]*><(?:\w+:)?f[^>]*>[^<]*</(?:\w+:)?f>(?:<v></v>|<v/>|</)')


def open_workbook(path: str) -> list[Worksheet]:
    """Worksheets of an .xlsx that `sniff` has let pass. Errors: Refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = _sheet_parts(archive)
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, EOFError, OSError) as error:
        raise Refused(_BROKEN) from error
    return [
        Worksheet(name, position, hidden, lambda part=part, position=position: _Cutter(path, part, position).blocks())  # type: ignore[misc]
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
        raise Refused(_BROKEN) from error


def _old_blocks(book: calamine.CalamineWorkbook, position: int) -> Iterator[Block]:
    sheet = _sheet(book, position)
    if sheet.start is not None:
        yield Block(sheet.start[0] + 1, sheet.to_python(), sheet.start[1])


def _sheet(book: calamine.CalamineWorkbook, position: int) -> calamine.CalamineSheet:
    try:
        return book.get_sheet_by_index(position)
    except calamine.CalamineError as error:
        raise Refused(_BROKEN) from error


def _sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, str, bool]]:
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


@dataclass
class _Cutter:
    """One worksheet of one file, in pieces."""

    path: str
    part: str
    position: int
    others: list[tuple[str, bytes]] = field(default_factory=list)
    head: bytes = b""
    prefix: bytes = b""

    def blocks(self) -> Iterator[Block]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                if self.part not in archive.namelist():
                    return  # a chart sheet
                self.others = [(n, archive.read(n)) for n in archive.namelist() if _is_needed(n)]
                with archive.open(self.part) as stream:
                    for piece in self._pieces(stream):
                        yield from self._block(piece)
        except (zipfile.BadZipFile, EOFError, OSError, KeyError) as error:
            raise Refused(_BROKEN) from error

    def _pieces(self, stream: IO[bytes]) -> Iterator[bytes]:
        """Runs of whole rows."""
        rest = self._skip_head(stream)
        if rest is None:
            return
        row_end, data_end = b"</" + self.prefix + b"row>", b"</" + self.prefix + b"sheetData>"
        size, parts, held, unpacked = READ, [b"", rest], len(rest), len(rest)  # the first is small: heads are sought in it
        while data_end not in parts[-2][-40:] + parts[-1]:
            chunk = stream.read(READ)
            unpacked += len(chunk)
            if not chunk:
                raise Refused(_BROKEN)
            if unpacked > limits().unpacked_bytes:
                raise Refused(TOO_BIG)
            parts.append(chunk)
            held += len(chunk)
            if held >= size:
                whole = b"".join(parts)
                cut = whole.rfind(row_end) + len(row_end)
                if cut > len(row_end) and _FIRST_NUMBERED.match(whole):  # rows without numbers are counted: no cut
                    yield whole[:cut]
                    whole = whole[cut:]
                    size = max(PIECE, 2 * max((len(content) for _, content in self.others), default=0))
                parts, held = [b"", whole], len(whole)
        whole = b"".join(parts)
        yield whole[: whole.find(data_end)]

    def _skip_head(self, stream: IO[bytes]) -> bytes | None:
        """What comes before the rows is kept for every piece; returns what was read beyond it."""
        read = b""
        while chunk := stream.read(READ):
            read += chunk
            if found := _START.search(read):
                self.prefix = found.group(1) or b""
                self.head = read[: found.start()] + b"<" + self.prefix + b"sheetData>"
                return None if found.group(2) else read[found.end() :]
            if len(read) > 4 * READ:
                break
        raise Refused(_BROKEN)

    def _block(self, piece: bytes) -> Iterator[Block]:
        if far := _FAR_COLUMN.search(piece):
            raise Refused(
                f"工作表用到了 {far.group(1).decode()} 列，超过 {MOST_COLUMNS} 列。"
                "请删去右边不用的列（选中后“删除”，不是清空），另存后再上传"
            )
        for rows in _runs(piece):
            sheet = _sheet(_calamine(self._small_workbook(rows)), self.position)
            if sheet.start is not None:
                yield Block(sheet.start[0] + 1, sheet.to_python(), sheet.start[1], _broken_cells(rows))

    def _small_workbook(self, rows: bytes) -> BinaryIO:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, content in self.others:
                archive.writestr(name, content)
            with archive.open(self.part, "w") as part:
                part.write(self.head)
                part.write(rows)
                part.write(b"</" + self.prefix + b"sheetData></" + self.prefix + b"worksheet>")
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
