"""An old ledger in the columns of the assets' own workbook (1.4), which is then previewed, committed and undone as any.

Rows keep their numbers. A number is made of what the row says, so that the same file again changes and doubles nothing.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter

from bangfu.assets.old_ledgers.columns import COST, PLACE
from bangfu.assets.old_ledgers.matching import Projects
from bangfu.assets.old_ledgers.reading import WAN, YUAN, Area, shared_amounts
from bangfu.divisions.models import Division
from bangfu.exchange.cells import as_text
from bangfu.exchange.registry import get as book_of
from bangfu.kernel.codes import Level
from bangfu.kernel.dates import DateError, parse_date
from bangfu.kernel.money import parse_yuan
from bangfu.kernel.text import clean

SMALL, LARGE = Decimal(100), Decimal(10) ** 9
_OURS = re.compile(r"\d{6}-[ZL]\w+(-\d+)?")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_PARTS = {Level.CITY: "市", Level.COUNTY: "县", Level.TOWN: "镇", Level.VILLAGE: "村"}


@dataclass(frozen=True)
class Choices:
    """What the person said: (worksheet, column) → meaning and unit; where rows without a place lie; their class."""

    meanings: Mapping[tuple[int, int], str]
    units: Mapping[tuple[int, int], str]
    place: Division
    asset_class: str = ""


@dataclass
class Converted:
    content: bytes
    rows: int = 0
    matched: int = 0
    left_out: list[str] = field(default_factory=list)


def convert(areas: Sequence[Area], choices: Choices, projects: Projects) -> Converted:
    book = book_of("assets")
    assert book
    labels = {column.name: column.label for column in book.sheets[0].columns}
    done, file = Converted(b""), io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as out:
        for area in areas:
            _Writer(area, choices, projects, labels, done).write(out.add_worksheet(_title(area)))
    done.content = file.getvalue()
    return done


def _title(area: Area) -> str:
    return re.sub(r"[\[\]:*?/\\']", "", area.name)[:28] or f"表{area.position + 1}"


class _Writer:
    """One table. Columns of the workbook stand in a fixed order; places come as parts beside the column of their own."""

    def __init__(
        self, area: Area, choices: Choices, projects: Projects, labels: Mapping[str, str], done: Converted
    ) -> None:
        self.area, self.choices, self.projects, self.done = area, choices, projects, done
        self.columns = {
            name: column.index
            for column in area.columns
            if (name := choices.meanings.get((area.position, column.index)))
        }
        self.labels = labels
        self.parts = {level: index for index, level in area.parts.items() if level in _PARTS}
        self.heads = [*labels, *_PARTS]
        cost = self.columns.get(COST, -1)
        self.unit = choices.units.get((area.position, cost), "")
        self.shared = shared_amounts(area, cost)
        numbers = (self._text(number, cells, "old_no") for number, cells in area.rows)
        self.twice = {number for number, count in Counter(numbers).items() if count > 1}
        self.seen: Counter[str] = Counter()

    def write(self, sheet: Any) -> None:
        first = min((number for number, _ in self.area.rows), default=2)
        for at, name in enumerate(self.heads):
            sheet.write_string(first - 2, at, self.labels.get(name, _PARTS.get(name, "")))  # type: ignore[call-overload]
        for number, cells in self.area.rows:
            values = self._row(number, cells)
            for at, name in enumerate(self.heads):
                if value := values.get(name):
                    sheet.write_string(number - 1, at, value)
        self.done.rows += len(self.area.rows)
        if out := self.area.left_out:
            rows = "、".join(map(str, out[:8])) + ("等" if len(out) > 8 else "")
            self.done.left_out.append(f"工作表“{self.area.name}”里 {len(out)} 行合计或表尾没有读取（第 {rows} 行）")

    def _text(self, number: int, cells: Sequence[Any], name: str) -> str:
        index = self.columns.get(name)
        return "" if index is None else clean(as_text(self.area.cell(number, cells, index)))

    def _row(self, number: int, cells: Sequence[Any]) -> dict[Any, str]:
        said = {name: self._text(number, cells, name) for name in self.columns}
        places = self._places(number, cells, said)
        found: dict[Any, str] = {name: said.get(name, "") for name in self.labels}
        found |= places
        project = self.projects.of(said.get("project_no", ""), said.get("project", ""))
        found["project"] = project.project_no if project else ""
        self.done.matched += bool(project)
        found[COST] = self._cost(number, cells)
        found["asset_class"] = said.get("asset_class") or self.choices.asset_class
        found |= _years(said, project.year if project else None)
        found["quantity"], more = _quantity(said.get("quantity", ""))
        found["unit_word"] = said.get("unit_word") or more
        found["note"] = said.get("note", "") or (
            f"原项目：{said['project']}" if said.get("project") and not project else ""
        )
        found["old_no"] = said.get("old_no", "")
        found["asset_no"] = self._number(said, [*places.values(), found[COST]])
        return found

    def _places(self, number: int, cells: Sequence[Any], said: Mapping[str, str]) -> dict[Any, str]:
        """Its own words, within the place chosen; without any, the place chosen."""
        parts = {level: clean(as_text(self.area.cell(number, cells, at))) for level, at in self.parts.items()}
        parts = {level: words for level, words in parts.items() if words}
        own = said.get(PLACE, "")
        if not parts and not own:
            return {PLACE: str(self.choices.place.pk)}
        if self.choices.place.level == Level.TOWN and Level.TOWN not in parts and not own:
            parts[Level.TOWN] = self.choices.place.name
        return {**parts, PLACE: own}

    def _cost(self, number: int, cells: Sequence[Any]) -> str:
        """In yuan as digits; what is doubtful stays as it is, with words, and the preview refuses it."""
        text = self._text(number, cells, COST)
        if not text:
            return ""
        if number in self.shared:
            return f"{text}（几行合并成一格，请按资产拆开填）"
        has_unit = "元" in text or "万" in text
        try:
            yuan = parse_yuan(text if has_unit or self.unit != WAN else f"{text}万元")
        except ValueError:
            return text
        if not has_unit and (0 < yuan < SMALL or yuan >= LARGE):
            words = "元" if self.unit == YUAN else "万元"
            return f"{text}？按{words}算是 {yuan} 元，请核对单位，写成“{text}元”或“{text}万元”"
        return str(yuan)

    def _number(self, said: Mapping[str, str], rest: list[str]) -> str:
        old = said.get("old_no", "")
        if _OURS.fullmatch(old):
            return old
        town = self.choices.place.pk
        if old and old not in self.twice:
            words = f"{town}|{self._town(rest)}|{old}"
        else:
            words = "|".join(
                [str(town), said.get("name", ""), said.get("formed_year", ""), said.get("spec", ""), *rest]
            )
        self.seen[words] += 1
        digest = hashlib.blake2b(f"{words}|{self.seen[words]}".encode(), digest_size=5).hexdigest()
        return f"{town // 10**6}-L{digest}"

    def _town(self, rest: list[str]) -> str:
        return "" if self.choices.place.level >= Level.TOWN else "".join(rest[:-1])


def _years(said: Mapping[str, str], of_project: int | None) -> dict[str, str]:
    """The year as four digits, from the year, the day or the project; a month is no day."""
    day, year = said.get("acquired_on", ""), said.get("formed_year", "")
    found = _YEAR.search(year) or _YEAR.search(day)
    try:
        on = parse_date(day).isoformat() if day else ""
    except (DateError, ValueError):
        on = ""
    return {"formed_year": found[1] if found else str(of_project or "请填形成年度"), "acquired_on": on}


def _quantity(text: str) -> tuple[str, str]:
    """12.5公里 → (12.5, 公里)."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(\D{0,8})", text.replace(",", ""))
    return (found[1], found[2].strip()) if found else ("", "")
