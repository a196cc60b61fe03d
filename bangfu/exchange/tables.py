"""A worksheet and where its head stands → frames of values: totals, remarks, repeated heads and blank rows are left
out (and told), cells are read by column, faults are noted by cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from bangfu.divisions.scope import Scope
from bangfu.exchange import heads
from bangfu.exchange.blocks import Block, Worksheet
from bangfu.exchange.cells import shown
from bangfu.exchange.heads import Match
from bangfu.exchange.places import EVERYWHERE, Places
from bangfu.exchange.readers import Reader
from bangfu.exchange.sheet import Column, Fault, Frame, Kind, Sheet
from bangfu.exchange.sniff import Refused
from bangfu.exchange.writers import CSV_MARK
from bangfu.kernel.codes import Level

_TOTALS = re.compile(r"[^\d\s]{0,12}?\s*[合小总共累]\s*计\s*[:：]?\s*(?:[\d,.]+\s*[户人元个]?)?")
_FOOT = re.compile(rf"(?:填表|制表|填报|审核|审批|经办|负责人|单位负责人|注\d*[:：]|备注[:：]|说明[:：]|{CSV_MARK})")
_FOOT_CELLS = 6
_FIRST_COLUMNS = 5
_NOTED = 5


@dataclass
class Notes:
    """What was left out of a worksheet, by kind → row numbers."""

    skipped: dict[str, list[int]] = field(default_factory=dict)

    def add(self, what: str, row: int) -> None:
        self.skipped.setdefault(what, []).append(row)

    def lines(self) -> list[str]:
        told = []
        for what, rows in self.skipped.items():
            listed = "、".join(map(str, rows[:_NOTED])) + ("等" if len(rows) > _NOTED else "")
            told.append(f"{what} {len(rows)} 行（第 {listed} 行）已跳过")
        return told


@dataclass
class Piece:
    """A frame with what the database and the person need beside it."""

    frame: Frame
    row_numbers: list[int]


class Table:
    """One worksheet, read block by block."""

    def __init__(
        self, worksheet: Worksheet, match: Match, sheets: Sequence[Sheet], scope: Scope, head_row: int
    ) -> None:
        self.worksheet, self.match, self.sheets, self.scope = worksheet, match, sheets, scope
        self.sheet = match.sheet
        self.head_row = head_row  # row number of the last row of the head
        self.notes = Notes()
        self.width = 0  # columns in use, heads or not
        self.readers = {index: Reader(self.sheet, column) for index, column in match.columns.items()}
        self.place = heads.has_place(self.sheet)
        self._places: dict[str, Places] = {}
        self._head_words = {
            word for sheet in sheets for column in sheet.columns for word in (column.label, *column.aliases)
        }
        self._head_words |= set(match.heads.values())

    @property
    def missing(self) -> list[Column]:
        """Columns of the sheet that the file has not."""
        found = {column.name for column in self.match.columns.values()}
        if self.match.parts and self.place:
            found.add(self.place.name)
        return [column for column in self.sheet.columns if column.name not in found]

    def pieces(self, first_number: int) -> Iterator[Piece]:
        number = first_number
        for block in self.worksheet.blocks():
            rows, numbers = self._rows_of(block)
            if not rows:
                continue
            piece = self._piece(rows, numbers, block, number)
            number += len(rows)
            if piece.row_numbers:
                yield piece

    # which rows

    def _rows_of(self, block: Block) -> tuple[list[Sequence[Any]], list[int]]:
        """Rows with data, and their row numbers."""
        start = max(self.head_row + 1 - block.first, 0)
        self.width = max(self.width, block.left + max(map(len, block.rows), default=0))
        rows = block.rows[start:]
        wanted = [index - block.left for index in (*self.match.columns, *self.match.parts) if index >= block.left]
        columns = list(zip_longest(*rows, fillvalue=""))
        chosen = [columns[index] for index in wanted if index < len(columns)]
        filled = [index for index, cells in enumerate(zip(*chosen, strict=True)) if any(map(_holds, cells))]
        out = self._left_out(columns, rows, block.first + start)
        kept = [index for index in filled if index not in out] if out else filled
        return [rows[index] for index in kept], [block.first + start + index for index in kept]

    def _left_out(self, columns: list[tuple[Any, ...]], rows: list[list[Any]], first: int) -> set[int]:
        out: set[int] = set()
        for cells in columns[:_FIRST_COLUMNS]:
            words = {cell for cell in set(cells) if type(cell) is str and len(cell) < 400}
            totals = {word for word in words if "计" in word and _TOTALS.fullmatch(word.strip())}
            feet = {word for word in words if _FOOT.match(word.strip())}
            for index in [i for i, cell in enumerate(cells) if cell in totals or cell in feet] if totals | feet else ():
                is_foot = cells[index] in feet
                if is_foot and sum(map(_holds, rows[index])) > _FOOT_CELLS:
                    continue
                if index not in out:
                    out.add(index)
                    self.notes.add("表尾说明" if is_foot else "合计", first + index)
        return out | self._repeated_heads(columns, rows, first)

    def _repeated_heads(self, columns: list[tuple[Any, ...]], rows: list[list[Any]], first: int) -> set[int]:
        """Errors: Refused, when a second table begins below."""
        hits: Counter[int] = Counter()
        for cells in columns:
            if words := self._head_words.intersection(cells):
                hits.update(index for index, cell in enumerate(cells) if cell in words)
        again = {
            index for index, count in hits.items() if count >= 2 and heads.looks_like_head(self.sheets, rows[index])
        }
        for index in sorted(again):
            gap = index > 0 and not any(map(_holds, rows[index - 1]))
            title = index > 0 and sum(map(_holds, rows[index - 1])) == 1
            if gap or title or not self._same_heads(rows[index], columns):
                raise Refused(
                    f"工作表“{self.worksheet.name}”里有两张表：第 {self.head_row} 行是一个表头，第 {first + index} 行又是一个。"
                    "请把第二张表移到另一张工作表（或合并成一张），再上传"
                )
            self.notes.add("重复的表头", first + index)
        return again

    def _same_heads(self, row: Sequence[Any], columns: list[tuple[Any, ...]]) -> bool:
        texts = {heads.key(cell) for cell in row if type(cell) is str and cell.strip()}
        own = {heads.key(head) for head in self.match.heads.values()}
        return texts <= own

    # which values

    def _piece(self, rows: list[Sequence[Any]], numbers: list[int], block: Block, first: int) -> Piece:
        columns = list(zip_longest(*rows, fillvalue=""))
        blank = ("",) * len(rows)

        def cells(index: int) -> Sequence[Any]:
            place = index - block.left
            return columns[place] if 0 <= place < len(columns) else blank

        reading = _Reading(range(first, first + len(rows)), numbers, block)
        for index, reader in self.readers.items():
            reading.put(index, reader, cells(index))
        self._read_places(reading, cells)
        return reading.piece()

    def _read_places(self, reading: _Reading, cells: Any) -> None:
        for column in self.sheet.columns:
            own = reading.values.pop(column.attname, None) if column.kind is Kind.DIVISION else None
            parts = self._parts(cells) if column is self.place else {}
            if own is None and not parts:
                if column is self.place and (only := self._places_of(column).only):
                    reading.values[column.attname] = [only] * len(reading.numbers)
                continue
            own = own if own is not None else [None] * len(reading.numbers)
            codes, faults = self._places_of(column).read(own, parts)
            reading.values[column.attname] = codes
            for index, message in faults.items():
                written = [*(parts[level][index] for level in sorted(parts)), own[index]]
                reading.fault(index, column.name, message, "".join(word for word in written if word))

    def _parts(self, cells: Any) -> dict[Level, Sequence[str | None]]:
        return {level: [_word(cell) for cell in cells(index)] for index, level in self.match.parts.items()}

    def _places_of(self, column: Column) -> Places:
        if column.name not in self._places:
            self._places[column.name] = Places(column, self.scope if column is self.place else EVERYWHERE)
        return self._places[column.name]


@dataclass
class _Reading:
    """Values and faults of one block."""

    numbers: range
    row_numbers: list[int]
    block: Block
    values: dict[str, list[Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def put(self, index: int, reader: Reader, cells: Sequence[Any]) -> None:
        column = reader.column
        values, faults = reader.read(cells)
        name = column.name if column.kind is Kind.REFERENCE else column.attname
        self.values[name] = list(map(_gathered, self.values[name], values)) if name in self.values else values
        for place, message in faults.items():
            self.fault(place, column.name, message, shown(cells[place]))
        if self.block.broken:
            self._note_broken(index, column, name)

    def _note_broken(self, index: int, column: Column, name: str) -> None:
        for place, row in enumerate(self.row_numbers):
            if message := self.block.broken.get((row, index)):
                self.values[name][place] = None
                self.fault(place, column.name, message, "")

    def fault(self, index: int, column: str, message: str, value: str) -> None:
        self.faults.append(Fault(self.numbers[index], column, message, value))

    def piece(self) -> Piece:
        """Rows in which every cell turned out blank go, unless a cell is faulty."""
        wrong = {fault.row for fault in self.faults}
        alive = [i for i, row in enumerate(zip(*self.values.values(), strict=True)) if any(v is not None for v in row)]
        kept = sorted({*alive, *(number - self.numbers[0] for number in wrong)})
        if len(kept) == len(self.numbers):
            return Piece(Frame(self.values, self.numbers, self.faults), self.row_numbers)
        values = {name: [column[i] for i in kept] for name, column in self.values.items()}
        frame = Frame(values, [self.numbers[i] for i in kept], self.faults)
        return Piece(frame, [self.row_numbers[i] for i in kept])


def _gathered(one: Any, other: Any) -> Any:
    """Two cells of a column that gathers."""
    if isinstance(one, list) and isinstance(other, list):
        return list(dict.fromkeys([*one, *other]))
    return other if one is None else one


def _holds(cell: Any) -> bool:
    return bool(cell.strip()) if type(cell) is str else cell is not None


def _word(cell: Any) -> str | None:
    if type(cell) is str:
        return "".join(cell.split()) or None
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) else str(cell)
    return None if cell is None else str(cell)
