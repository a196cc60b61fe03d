"""The asker's workbook: which worksheet, where its heads stand, where the rows begin; nothing else of it is believed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bangfu.demands.spelling import head_key
from bangfu.exchange.blocks import Worksheet
from bangfu.exchange.heads import LOOK_AT, levels_of
from bangfu.exchange.reading import open_file
from bangfu.exchange.sniff import Refused
from bangfu.exchange.workbooks import column_letters

MOST_BYTES = 10 * 2**20
MOST_ROWS = 2_000  # an empty form has none; a full register is no form
MOST_HEADS = 200
_DEEPEST = 3
_NUMBERED = re.compile(r"[甲乙丙丁戊己庚辛A-Za-z]|\d{1,3}")

Grid = list[list[str]]


@dataclass(frozen=True)
class Layout:
    """Where the table stands. Row numbers as a spreadsheet counts them; columns from 0."""

    sheet: str
    position: int
    kind: str
    top: int
    bottom: int
    #: the first row to be filled, and the last before what must stay below the table (0: nothing stays)
    first: int
    free_to: int
    footer: int
    #: rows below the heads that hold examples; they are replaced
    samples: int
    heads: list[tuple[int, list[str]]] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Layout:
        heads = [(column, list(names)) for column, names in told["heads"]]
        return cls(**told | {"heads": heads})

    def doubled(self) -> list[str]:
        """Heads that stand more than once, in words."""
        places: dict[str, list[tuple[int, str]]] = {}
        for column, names in self.heads:
            places.setdefault(head_key(names), []).append((column, names[-1]))
        return [
            f"“{found[0][1]}”（{'、'.join(column_letters(column) for column, _ in found)} 列）"
            for found in places.values()
            if len(found) > 1
        ]


@dataclass(frozen=True)
class Reading:
    layouts: list[Layout]
    notes: list[str]


def read(path: str, name: str) -> Reading:
    """The tables of all worksheets that are not hidden. Errors: Refused (no workbook, password, macro, full register)."""
    kind, worksheets = open_file(path, name)
    layouts, notes = [], []
    for worksheet in worksheets:
        if worksheet.is_hidden:
            notes.append(f"隐藏的工作表“{worksheet.name}”没有读取，原样保留")
        elif layout := find(_grid(worksheet), worksheet.name, worksheet.position, kind.value):
            layouts.append(layout)
    return Reading(layouts, notes)


def _grid(worksheet: Worksheet) -> Grid:
    """The first rows as texts, from row 1 and column A. Errors: Refused, when there are too many."""
    grid: Grid = []
    for block in worksheet.blocks():
        if block.rows and block.first + len(block.rows) - 1 > MOST_ROWS:
            raise Refused(
                f"工作表“{worksheet.name}”超过 {MOST_ROWS:,} 行，像是已经填好的名册。登记要的是对方的空表："
                "请删去表头下面的数据行，只留表头，另存后再上传"
            )
        grid += [[] for _ in range(block.first - 1 - len(grid))]
        grid += [[""] * block.left + [_text(cell) for cell in row] for row in block.rows]
    return grid


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def find(grid: Grid, sheet: str, position: int, kind: str) -> Layout | None:
    """The head that covers most columns; of equals the upper one. None where no row looks like heads."""
    best: tuple[int, int, int] | None = None
    for top in range(min(len(grid), LOOK_AT)):
        if _is_head(grid[top]) and len(_columns(grid[top])) > 1:
            bottom, covered = _down(grid, top)
            if best is None or covered > best[0]:
                best = covered, top, bottom
    if best is None or best[0] > MOST_HEADS:
        return None
    _, top, bottom = best
    if top < bottom and _is_loose(grid[top], grid[top + 1 : bottom + 1]):
        top += 1
    heads = sorted(levels_of([list(row) for row in grid[top : bottom + 1]]).items())
    first = bottom + 2 if bottom + 1 < len(grid) and _is_numbering(grid[bottom + 1]) else bottom + 1
    return _below(grid, first, heads, Layout(sheet, position, kind, top + 1, bottom + 1, first + 1, 0, 0, 0, heads))


def _below(grid: Grid, first: int, heads: Sequence[Any], layout: Layout) -> Layout:
    """Examples are rows filled at least by half; the first other row that holds something stays below the table."""
    samples, footer = 0, 0
    for number, row in enumerate(grid[first:], first + 1):
        filled = len(_columns(row))
        if filled * 2 >= len(heads) and not footer:
            samples += 1
        elif filled and not footer:
            footer = number
    free_to = footer - 1 if footer else max(len(grid), first + 1)
    told = layout.told() | {"free_to": free_to, "footer": footer, "samples": samples}
    return Layout.of(told)


def _columns(row: Sequence[str]) -> set[int]:
    return {index for index, cell in enumerate(row) if cell}


def _is_head(row: Sequence[str]) -> bool:
    """Words alone, none of them long, and not a line such as 填报单位： 填报日期：."""
    cells = [cell for cell in row if cell]
    colons = sum("：" in cell or cell.endswith(":") for cell in cells)
    is_label_line = bool(cells) and (colons == len(cells) or (colons > 0 and len(cells) <= 2))
    return bool(cells) and not is_label_line and all(len(cell) <= 80 and not _is_number(cell) for cell in cells)


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[-+\d.,，%年月日/:： ]+", cell))


def _down(grid: Grid, top: int) -> tuple[int, int]:
    """(index of the last row of the head, columns covered): a row below belongs to it while it names further columns."""
    covered, bottom = _columns(grid[top]), top
    for row in grid[top + 1 : top + _DEEPEST]:
        columns = _columns(row)
        if not _is_head(row) or not columns - covered:
            break
        covered |= columns
        bottom += 1
    return bottom, len(covered)


def _is_loose(upper: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """A few words above heads that are complete and different by themselves are no group heads."""
    texts = [cell for cell in below[-1] if cell]
    complete = _columns(upper) <= _columns(below[-1])
    return complete and len(set(texts)) == len(texts) and len(_columns(upper)) * 3 <= len(texts)


def _is_numbering(row: Sequence[str]) -> bool:
    """甲 乙 1 2 3 under the heads."""
    cells = [cell for cell in row if cell]
    numbers = [int(cell) for cell in cells if cell.isdecimal()]
    in_order = len(numbers) > 1 and all(b - a == 1 for a, b in zip(numbers, numbers[1:], strict=False))
    return in_order and all(_NUMBERED.fullmatch(cell) for cell in cells)
