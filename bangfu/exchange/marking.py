"""Marks faults in the user's own .xlsx by changing only what must change: a conditional format colours the bad cells, so
that every cell keeps its own look; comments and the column 错误说明 are added; rows without faults are filtered away.

Everything else of the file is copied as it is. Marks of an earlier round are taken out first.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from bangfu.exchange import comments
from bangfu.exchange.cutting import RowCutter
from bangfu.exchange.heads import FAULT_HEAD
from bangfu.exchange.marks import Marks
from bangfu.exchange.workbooks import column_index, column_letters, sheet_parts

TAG = 'LEN("bangfu")&gt;0'  # always true, and known again by us
_ROW = re.compile(rb"<row\s([^>]*?)(/?)>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_CELL = re.compile(rb'<c\s(?:[^>]*?)r="([A-Z]+)\d+"(?:[^>]*?/>|.*?</c>)', re.DOTALL)
_OWN_RULE = re.compile(
    rb"<cfRule\s[^>]*>\s*<formula>LEN\((?:\"|&quot;)bangfu(?:\"|&quot;)\)(?:&gt;|>)0</formula>\s*</cfRule>"
)
_NO_RULES = re.compile(rb"<conditionalFormatting\s[^>]*>\s*</conditionalFormatting>")
_FILTER = re.compile(rb"<autoFilter\s[^>]*?/>|<autoFilter\s.*?</autoFilter>", re.DOTALL)
_DXF = (
    b'<dxf><font><color rgb="FF9C0006"/></font><fill><patternFill><bgColor rgb="FFFFC7CE"/></patternFill></fill></dxf>'
)
_REFS = 150  # cells named by one conditional format
_COMMENTED = 2_000
#: what must stand before conditional formats, in the order of the schema
_BEFORE_FORMATS = (
    b"sheetCalcPr", b"sheetProtection", b"protectedRanges", b"scenarios", b"autoFilter", b"sortState", b"dataConsolidate",
    b"customSheetViews", b"mergeCells", b"phoneticPr", b"conditionalFormatting",
)  # fmt: skip
_BEFORE_FILTER = (b"sheetCalcPr", b"sheetProtection", b"protectedRanges", b"scenarios")


class CannotMark(Exception):
    """The file is built in a way that we don't change; it is written anew instead."""


def mark(path: str, target: BinaryIO, marks: dict[int, Marks]) -> None:
    """Errors: CannotMark."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as out:
        parts = {part: position for position, (_, part, _) in enumerate(sheet_parts(source))}
        wrong = {part: marks[position] for part, position in parts.items() if position in marks}
        notes = comments.Notes(source, {part: _notes(found) for part, found in wrong.items()})
        style = _style_number(source)
        framed = {part for part in wrong if _has_tables(source, part)}
        for entry in source.infolist():
            if entry.filename in wrong:
                with source.open(entry) as part, out.open(entry.filename, "w", force_zip64=True) as made:
                    sheet = _Sheet(
                        wrong[entry.filename], style, notes.link(entry.filename), entry.filename not in framed
                    )
                    sheet.write(part, made)
            elif entry.filename == "xl/styles.xml":
                out.writestr(entry.filename, _with_format(source.read(entry)))
            elif not notes.replaces(entry.filename):
                out.writestr(entry.filename, source.read(entry))
        for name, content in notes.parts():
            out.writestr(name, content)


def _has_tables(source: zipfile.ZipFile, part: str) -> bool:
    """Whether a worksheet has tables of Excel, which bring filters of their own."""
    links = comments.links_of(part)
    return links in source.namelist() and b'/table"' in source.read(links)


def _notes(marks: Marks) -> dict[tuple[int, int], str]:
    """(row number, column index) → message, for cells."""
    found: dict[tuple[int, int], str] = {}
    for row, faults in marks.rows.items():
        for column, message in faults:
            if column is not None and len(found) < _COMMENTED:
                found[row, column] = f"{found[row, column]}；{message}" if (row, column) in found else message
    return found


def _style_number(source: zipfile.ZipFile) -> int:
    """Where our differential format will stand."""
    try:
        styles = ElementTree.fromstring(source.read("xl/styles.xml"))  # noqa: S314 (sniffed; expat bounds entities)
    except (KeyError, ElementTree.ParseError) as error:
        raise CannotMark from error
    if not styles.tag.endswith("}styleSheet") or b"<styleSheet" not in source.read("xl/styles.xml"):
        raise CannotMark
    formats = next((child for child in styles if child.tag.endswith("}dxfs")), None)
    return 0 if formats is None else len(formats)


def _with_format(styles: bytes) -> bytes:
    if b"</dxfs>" in styles:
        styles = styles.replace(b"</dxfs>", _DXF + b"</dxfs>")
        return re.sub(rb'<dxfs count="(\d+)"', lambda m: b'<dxfs count="%d"' % (int(m[1]) + 1), styles)
    block = b'<dxfs count="1">' + _DXF + b"</dxfs>"
    if re.search(rb"<dxfs[^>]*/>", styles):
        return re.sub(rb"<dxfs[^>]*/>", block, styles)
    for follower in (b"<tableStyles", b"<colors", b"<extLst", b"</styleSheet>"):
        if follower in styles:
            return styles.replace(follower, block + follower, 1)
    raise CannotMark


@dataclass
class _Sheet:
    """One worksheet on its way from the old file into the new."""

    marks: Marks
    style: int
    drawing: bytes
    filters: bool

    def write(self, part: IO[bytes], made: IO[bytes]) -> None:
        cutter = RowCutter(part)
        is_begun, last = False, self.marks.head
        for piece in cutter.pieces():
            if not is_begun:
                if cutter.prefix or not _NUMBER.search(piece[:2000]):
                    raise CannotMark
                made.write(_with_width(cutter.head, self.marks.column) + b"<sheetData>")
                is_begun = True
            for chunk, number in self._rows(piece):
                made.write(chunk)
                last = max(last, number)
        if not is_begun:
            raise CannotMark
        made.write(b"</sheetData>" + self._tail(cutter.tail, last))

    def _rows(self, piece: bytes) -> Iterator[tuple[bytes, int]]:
        """What stands between rows, and the rows one by one."""
        place = 0
        for found in _ROW.finditer(piece):
            numbered = _NUMBER.search(found.group(1))
            if numbered is None:
                raise CannotMark
            number = int(numbered.group(1))
            if found.start() > place:
                yield piece[place : found.start()], 0
            place = found.end() if found.group(2) else piece.index(b"</row>", found.end()) + 6
            yield self._row(piece[found.start() : place], found.end() - found.start(), number), number
        yield piece[place:], 0

    def _row(self, row: bytes, opening: int, number: int) -> bytes:
        marks = self.marks
        if number < marks.head:
            return row
        is_wrong = number in marks.rows
        start, cells = row[:opening], row[opening:]
        if number > marks.head and self.filters:
            start = _HIDDEN.sub(b"", start)
            if not is_wrong:
                start = start.replace(b"<row ", b'<row hidden="1" ', 1)
        words = marks.words(number) if is_wrong else FAULT_HEAD if number == marks.head else ""
        reference = column_letters(marks.column).encode() + str(number).encode()
        if b'r="' + reference + b'"' in cells or words:
            if start.endswith(b"/>"):
                start, cells = start[:-2] + b">", b"</row>"
            cells = _with_cell(cells.removesuffix(b"</row>"), marks.column, reference, words) + b"</row>"
        return start + cells

    def _tail(self, tail: bytes, last: int) -> bytes:
        tail = _NO_RULES.sub(b"", _OWN_RULE.sub(b"", tail))
        if self.filters:
            tail = _inserted(_FILTER.sub(b"", tail), _filter(self.marks, last), _BEFORE_FILTER)
        tail = _inserted(tail, b"".join(_formats(self.marks, self.style)), _BEFORE_FORMATS)
        return comments.linked(tail, self.drawing) if self.drawing else tail


def _filter(marks: Marks, last: int) -> bytes:
    """Only rows with words in our column are shown."""
    return (
        f'<autoFilter ref="A{marks.head}:{column_letters(marks.column)}{last}"><filterColumn colId="{marks.column}">'
        '<customFilters><customFilter operator="notEqual" val=" "/></customFilters></filterColumn></autoFilter>'
    ).encode()


def _with_cell(cells: bytes, column: int, reference: bytes, words: str) -> bytes:
    """The cells with ours in its place, in order; an earlier one goes."""
    cell = b""
    if words:
        text = escape(words[:32_000]).encode()
        cell = b'<c r="' + reference + b'" t="inlineStr"><is><t xml:space="preserve">' + text + b"</t></is></c>"
    for found in _CELL.finditer(cells):
        index = column_index(found.group(1))
        if index == column:
            return cells[: found.start()] + cell + cells[found.end() :]
        if index > column:
            return cells[: found.start()] + cell + cells[found.start() :]
    return cells + cell


def _with_width(head: bytes, column: int) -> bytes:
    """A wide column for the words, unless columns up there are formatted already."""
    head = re.sub(rb"<dimension[^>]*/>", b"", head)
    wide = b'<col min="%d" max="%d" width="60" customWidth="1"/>' % (column + 1, column + 1)
    if b"</cols>" in head:
        ends = [int(end) for end in re.findall(rb'<col\s[^>]*?max="(\d+)"', head)]
        return head if ends and max(ends) > column else head.replace(b"</cols>", wide + b"</cols>")
    return head + b"<cols>" + wide + b"</cols>" if b"<cols" not in head else head


def _inserted(tail: bytes, block: bytes, before: tuple[bytes, ...]) -> bytes:
    """The block after the last of the elements that must come before it."""
    names = b"|".join(before)
    place = 0
    for found in re.finditer(rb"<(" + names + rb")(?:\s[^>]*)?(/?)>", tail):
        end = (
            found.end()
            if found.group(2)
            else tail.find(b"</" + found.group(1) + b">", found.end()) + len(found.group(1)) + 3
        )
        place = max(place, end)
    return tail[:place] + block + tail[place:]


def _formats(marks: Marks, style: int) -> Iterator[bytes]:
    letters = column_letters(marks.column)
    cells = [f"{letters}{row}" for row in marks.rows]
    for row, faults in marks.rows.items():
        cells += [f"{column_letters(column)}{row}" for column in {column for column, _ in faults if column is not None}]
    for start in range(0, len(cells), _REFS):
        listed = " ".join(cells[start : start + _REFS])
        rule = f'<cfRule type="expression" dxfId="{style}" priority="{1 + start // _REFS}"><formula>{TAG}</formula></cfRule>'
        yield f'<conditionalFormatting sqref="{listed}">{rule}</conditionalFormatting>'.encode()
