"""Finds the table on a worksheet and which of its columns is which: title rows above, heads of one to three rows with
merged cells, any order, names or aliases, with or without units and brackets."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from bangfu.exchange.blocks import Row
from bangfu.exchange.sheet import Column, Kind, Sheet
from bangfu.exchange.sniff import Refused
from bangfu.exchange.workbooks import column_letters
from bangfu.kernel.codes import Level

LOOK_AT = 40  # rows from the top among which the head must stand
DEPTHS = (1, 2, 3)
FAULT_HEAD = "错误说明"  # the column that the error workbook adds; ignored when it comes back
IGNORED = frozenset({"序号", "编号", "行号", FAULT_HEAD})
_BRACKETS = re.compile(r"[(\[【〔<《].*?[)\]】〕>》]")
_NOISE = re.compile(r"[\s*★※#:：_\-—–/\\、,，.。·“”\"'’‘()\[\]【】〔〕<>《》?？!！]|必填|选填")
PLACE_PARTS: dict[Level, tuple[str, ...]] = {
    Level.PROVINCE: ("省", "省份", "省市区", "省自治区直辖市", "所在省"),
    Level.CITY: ("市", "地市", "地级市", "市州", "市地州盟", "所在市", "城市"),
    Level.COUNTY: ("县", "县区", "区县", "县市区", "县市区旗", "区县市", "所在县", "所在县区", "县名称"),
    Level.TOWN: ("乡", "镇", "乡镇", "镇街", "镇乡", "镇街道", "乡镇街道", "镇乡街道", "所在镇", "所在乡镇", "镇名称"),
    Level.VILLAGE: (
        "村",
        "行政村",
        "村居",
        "村社区",
        "行政村社区",
        "村居委会",
        "村委会",
        "所在村",
        "村名称",
        "村居社区",
    ),
}


@lru_cache(maxsize=4096)
def key(head: str) -> str:
    """A head without blanks, signs, brackets as signs, and marks of what is required: * 家庭收入（元） → 家庭收入元."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", head)).lower()


@lru_cache(maxsize=4096)
def short_key(head: str) -> str:
    """The same without what stands in brackets: 家庭收入（元） → 家庭收入."""
    return key(_BRACKETS.sub("", unicodedata.normalize("NFKC", head)))


@dataclass(frozen=True)
class Match:
    """Where the table of one sheet stands on a worksheet."""

    sheet: Sheet
    #: index of the first and last row of the head, among the rows looked at
    top: int
    bottom: int
    #: column of the file → column of the sheet
    columns: dict[int, Column]
    #: column of the file → level, for a place written in several columns
    parts: dict[int, Level]
    #: heads that mean nothing to the sheet
    ignored: list[str] = field(default_factory=list)
    heads: dict[int, str] = field(default_factory=dict)
    #: columns of the file that read alike
    unclear: list[list[int]] = field(default_factory=list)

    @property
    def weight(self) -> int:
        return len(self.columns) + len(self.parts)


def find(sheets: Sequence[Sheet], rows: Sequence[Row]) -> Match | None:
    """The best place for the head of any of the sheets; None when the rows look like none of them.

    Errors: Refused, when a column stands twice and nothing tells which is meant.
    """
    best: Match | None = None
    for top in range(min(len(rows), LOOK_AT)):
        for depth in DEPTHS:
            if top + depth > len(rows) or not _can_be_head(rows[top]):
                continue
            levels = levels_of(rows[top : top + depth])
            for sheet in sheets:
                found = _match(sheet, levels, top, depth)
                if found.weight and (best is None or _better(found, best)):
                    best = found
    if best is None or not _is_enough(best):
        return None
    _refuse_unclear(best)
    return best


def _better(found: Match, best: Match) -> bool:
    return (found.weight, -len(found.ignored), best.bottom - best.top) > (
        best.weight,
        -len(best.ignored),
        found.bottom - found.top,
    )


def _is_enough(found: Match) -> bool:
    """One lucky word in a title is no table."""
    wanted = 1 if len(found.sheet.columns) == 1 else 2
    return found.weight >= wanted and bool(found.columns)


def _can_be_head(row: Row) -> bool:
    return any(isinstance(cell, str) and cell.strip() for cell in row)


def levels_of(rows: Sequence[Row]) -> dict[int, list[str]]:
    """Column → its heads from the top down; a group head reaches right over the columns that have a head below it."""
    width = max(map(len, rows))
    texts = [
        [str(cell).strip() if cell not in ("", None) else "" for cell in row] + [""] * (width - len(row))
        for row in rows
    ]
    for upper, below in reversed(list(zip(texts, texts[1:], strict=False))):
        group = ""
        for index in range(width):
            if upper[index]:
                group = upper[index] if below[index] else ""
            elif below[index]:
                upper[index] = group
    heads = {index: [text[index] for text in texts if text[index]] for index in range(width)}
    return {index: names for index, names in heads.items() if names}


def _spellings(names: Sequence[str]) -> list[list[str]]:
    """Ways to read the heads above a column, the most telling first: all joined, the last two, the last."""
    ways = [names[start:] for start in range(len(names))]
    return [list(dict.fromkeys([key("".join(way)), short_key("".join(way))])) for way in ways]


@cache
def _names(sheet: Sheet) -> dict[str, Column]:
    """Key → column; a column's own label wins over an alias of another."""
    table: dict[str, Column] = {}
    for spell in (key, short_key):
        for column in sheet.columns:
            table.setdefault(spell(column.label), column)
        for column in sheet.columns:
            for alias in column.aliases:
                table.setdefault(spell(alias), column)
    table.pop("", None)
    return table


@cache
def _part_names() -> dict[str, Level]:
    return {name: level for level, names in PLACE_PARTS.items() for name in names}


def has_place(sheet: Sheet) -> Column | None:
    """The column of the place, if the sheet has one that may come in parts."""
    return next((c for c in sheet.columns if c.name == sheet.scope and c.kind is Kind.DIVISION), None)


def _match(sheet: Sheet, levels: dict[int, list[str]], top: int, depth: int) -> Match:
    found = _Assignment(_names(sheet), _part_names() if has_place(sheet) else {})
    spelled = {index: _spellings(heads) for index, heads in levels.items()}
    for rank in range(depth):
        found.assign({index: ways[rank] for index, ways in spelled.items() if rank < len(ways)})
    free = [heads[-1] for index, heads in levels.items() if index not in found.taken]
    shown = {index: heads[-1] for index, heads in levels.items()}
    ignored = [head for head in free if key(head) not in IGNORED]
    return Match(sheet, top, top + depth - 1, found.columns, found.parts, ignored, shown, found.unclear)


@dataclass
class _Assignment:
    """Columns of the file that have found their meaning."""

    names: dict[str, Column]
    part_names: dict[str, Level]
    columns: dict[int, Column] = field(default_factory=dict)
    parts: dict[int, Level] = field(default_factory=dict)
    unclear: list[list[int]] = field(default_factory=list)

    @property
    def taken(self) -> set[int]:
        return {*self.columns, *self.parts}

    def assign(self, spellings: dict[int, list[str]]) -> None:
        """One way of reading the heads. Two columns that read alike here (姓名 below 户主 and below 联系人) are unclear."""
        claims: dict[Column | Level, list[int]] = defaultdict(list)
        for index, ways in spellings.items():
            if index not in self.taken and (meaning := self._meaning(ways)) is not None:
                claims[meaning].append(index)
        for meaning, indexes in claims.items():
            if isinstance(meaning, Column) and meaning.gathers:
                self.columns |= dict.fromkeys(indexes, meaning)
                continue
            if len(indexes) > 1:
                self.unclear.append(indexes)
            if isinstance(meaning, Column):
                self.columns[indexes[0]] = meaning
            else:
                self.parts[indexes[0]] = meaning

    def _meaning(self, ways: list[str]) -> Column | Level | None:
        for way in ways:
            column, level = self.names.get(way), self.part_names.get(way)
            if column and (column.gathers or column not in self.columns.values()):
                return column
            if level and level not in self.parts.values():
                return level
        return None


def _refuse_unclear(match: Match) -> None:
    """Choosing one of two columns silently could take the wrong numbers."""
    for indexes in match.unclear:
        places = "、".join(column_letters(index) for index in indexes)
        head = match.heads[indexes[0]]
        if len(match.unclear) >= max(2, match.weight // 2):
            raise Refused(f"一张工作表里并排放了两张表（“{head}”等表头出现在 {places} 列）。请分成两张工作表，再上传")
        raise Refused(f"表头“{head}”出现了不止一次（{places} 列），分不清用哪一列。请改名或删去多余的列")


def looks_like_head(sheets: Iterable[Sheet], row: Sequence[object]) -> bool:
    """Whether a row further down is a head again, of the same table or of another."""
    texts = [key(cell) for cell in row if isinstance(cell, str) and cell.strip()]
    for sheet in sheets:
        hits = sum(text in _names(sheet) or text in _part_names() for text in texts)
        if hits >= 2 and hits * 2 > len(texts):
            return True
    return False


def expected(sheets: Iterable[Sheet]) -> str:
    """Heads that the tables should have, in a line."""
    lines = []
    for sheet in sheets:
        labels = [column.label for column in sorted(sheet.columns, key=lambda c: not c.required)]
        lines.append(f"“{sheet.title}”表应有：{'、'.join(labels[:8])}{'等' if len(labels) > 8 else ''}")
    return "；".join(lines)
