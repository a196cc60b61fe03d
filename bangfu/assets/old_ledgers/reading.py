"""An old ledger as it lies in its file (1.4): where its tables begin, what each column seems to be, which rows are sums,
which cells are merged. Nothing is changed here, and no unit is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import python_calamine as calamine

from bangfu.assets.old_ledgers.columns import COST, OLD
from bangfu.exchange import heads
from bangfu.exchange.cells import as_text
from bangfu.exchange.reading import open_file
from bangfu.exchange.sniff import FileKind, Refused
from bangfu.kernel.codes import Level
from bangfu.kernel.text import clean

MOST, SAMPLES, FIRST_CELLS = 20_000, 3, 6
YUAN, WAN = "yuan", "wan"
_TOTAL = re.compile(r"(.{0,12})?(合计|总计|小计|共计|累计)[:：]?")
_FOOT = re.compile(r"(填表人|制表人?|审核人?|填报单位|填报人|单位负责人|备注|说明|注)[:：]")
_UNITS = ((WAN, re.compile(r"万元")), (YUAN, re.compile(r"元")))
Place = tuple[int, int]


@dataclass(frozen=True)
class Found:
    """A column: its head, the first values, what it seems to be; `unit`: what its head says of money."""

    index: int
    head: str
    samples: tuple[str, ...]
    meaning: str
    unit: str = ""


@dataclass
class Area:
    """The table of one worksheet; `rows` by their numbers in the file. `merged`: place → value of the merged cell;
    `shared`: places of numbers that stand for several rows at once."""

    name: str
    position: int
    columns: list[Found]
    parts: dict[int, Level]
    rows: list[tuple[int, list[Any]]]
    left_out: list[int] = field(default_factory=list)
    merged: dict[Place, Any] = field(default_factory=dict)

    def cell(self, number: int, cells: Sequence[Any], index: int) -> Any:
        own = cells[index] if index < len(cells) else ""
        return self.merged.get((number, index), own) if own in ("", None) else own


def read(path: str, name: str) -> list[Area]:
    """Tables of the visible worksheets. Errors: Refused, with what to mend."""
    kind, worksheets = open_file(path, name)
    merges = _merges(path) if kind is FileKind.XLSX else {}
    found = []
    for sheet in worksheets:
        if sheet.is_hidden:
            continue
        rows = [
            (block.first + at, [""] * block.left + list(row))
            for block in sheet.blocks()
            for at, row in enumerate(block.rows)
        ]
        if area := _area(sheet.name, sheet.position, rows, merges.get(sheet.position, [])):
            found.append(area)
    if not found:
        raise Refused("没有找到资产表的表头。表头里至少要有资产名称和原值，表头上面可以有标题")
    if (count := sum(len(area.rows) for area in found)) > MOST:
        raise Refused(f"一次最多 {MOST:,} 行，这份有 {count:,} 行，请分成几个文件")
    return found


def _area(
    name: str, position: int, rows: list[tuple[int, list[Any]]], merges: list[tuple[Place, Place]]
) -> Area | None:
    match = heads.find((OLD,), [cells for _, cells in rows[: heads.LOOK_AT]])
    if match is None or "name" not in {column.name for column in match.columns.values()}:
        return None
    below = [(number, cells) for number, cells in rows[match.bottom + 1 :] if any(as_text(cell) for cell in cells)]
    out = [number for number, cells in below if _is_left_out(cells)]
    kept = [(number, cells) for number, cells in below if number not in set(out)]
    named = {index: column.name for index, column in match.columns.items()}
    columns = [
        Found(index, head, _samples(kept, index), named.get(index, ""), _unit(head))
        for index, head in sorted(_heads(match, rows).items())
        if index not in match.parts
    ]
    area = Area(name, position, columns, match.parts, kept, out)
    area.merged = dict(_filled(merges, dict(rows), {number for number, _ in kept}))
    return area


def _heads(match: heads.Match, rows: list[tuple[int, list[Any]]]) -> dict[int, str]:
    levels = heads.levels_of([cells for _, cells in rows[match.top : match.bottom + 1]])
    return {index: "".join(dict.fromkeys(clean(word) for word in words)) for index, words in levels.items()}


def _unit(head: str) -> str:
    return next((unit for unit, pattern in _UNITS if pattern.search(head)), "")


def _samples(rows: list[tuple[int, list[Any]]], index: int) -> tuple[str, ...]:
    texts = (str(cells[index]) for _, cells in rows[:40] if index < len(cells) and cells[index] not in ("", None))
    return tuple(dict.fromkeys(text[:20] for text in texts))[:SAMPLES]


def _is_left_out(cells: Sequence[Any]) -> bool:
    """A row of sums, or the words below a table."""
    words = [re.sub(r"\s", "", cell) for cell in cells[:FIRST_CELLS] if isinstance(cell, str) and cell.strip()]
    if any(_TOTAL.fullmatch(word) for word in words):
        return True
    return bool(words) and bool(_FOOT.match(words[0])) and sum(cell not in ("", None) for cell in cells) <= 6


def _merges(path: str) -> dict[int, list[tuple[Place, Place]]]:
    """Merged ranges by position of the worksheet, counted from 0."""
    book = calamine.load_workbook(path)
    return {at: list(book.get_sheet_by_index(at).merged_cell_ranges or ()) for at in range(len(book.sheet_names))}


def _filled(
    merges: list[tuple[Place, Place]], rows: dict[int, list[Any]], kept: set[int]
) -> Iterator[tuple[Place, Any]]:
    """What a cell merged downwards says of the rows below its first."""
    for (top, left), (bottom, _) in merges:
        cells = rows.get(top + 1, [])
        if bottom > top and left < len(cells) and top + 1 in kept:
            yield from (
                ((number + 1, left), cells[left]) for number in range(top + 1, bottom + 1) if number + 1 in kept
            )


def shared_amounts(area: Area, index: int) -> set[int]:
    """Numbers of rows whose amount stands in a cell merged over several."""
    below = {number for number, at in area.merged if at == index}
    return below | {number - 1 for number in below}


def costs(areas: Sequence[Area]) -> list[tuple[Area, Found]]:
    return [(area, column) for area in areas for column in area.columns if column.meaning == COST]
