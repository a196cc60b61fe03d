"""A workbook as the national system exports it, of invented people, with mistakes as people make them.

Every broken cell knows what it should have been, so that a test can mend the file as an officer would.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

from bangfu.kernel.identity import check_character

HOUSEHOLDS, MEMBERS = "户", "成员"
HOUSEHOLD_HEADS = (
    "省", "市", "县", "乡", "村", "户编号", "户主姓名", "户主证件号码", "户联系电话", "户类型", "监测对象类别",
    "致贫/返贫风险1", "致贫/返贫风险2", "是否危房户", "住房面积", "是否解决安全饮用水", "耕地面积",
)  # fmt: skip
MEMBER_HEADS = (
    "户编号", "姓名", "性别", "出生日期", "证件类型", "证件号码", "民族", "与户主关系", "文化程度", "健康状况", "劳动技能",
    "务工月收入", "成员联系电话",
)  # fmt: skip
VILLAGES = ("光明村", "重新村", "九围村", "雅堂村", "茶山村", "鱼湾村", "东升村")
SURNAMES = "陈李张黄何罗林梁刘邓谢郭曾赖朱钟廖杨吴蔡"
GIVEN = "志建国华明辉强伟文海春秋月英丽芳梅兰玉珍秀红燕平安福生水金木火土根荣贵宝财旺兴发达"
HEAD_BORN, SPOUSE_BORN, CHILD_BORN = (datetime.date(year, 1, 1) for year in (1956, 1958, 1988))

Row = dict[str, Any]


def number(born: datetime.date, serial: int, *, is_male: bool) -> str:
    """A valid number with area code 990000, which is nobody's."""
    first17 = f"990000{born:%Y%m%d}{serial * 2 + is_male:03d}"
    return first17 + check_character(first17)


def name(serial: int, surname: str = "") -> str:
    first, second = divmod(serial, len(GIVEN))
    return (surname or SURNAMES[serial % len(SURNAMES)]) + GIVEN[second] + GIVEN[(first + second * 7) % len(GIVEN)]


@dataclass
class Workbook:
    """Rows of both worksheets; `mends`: (worksheet, row in the file) → head → what should stand there."""

    households: list[Row]
    members: list[Row]
    mends: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return len(self.households) + len(self.members)

    def save(self, path: Path) -> Path:
        book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        for title, heads, rows in (
            (HOUSEHOLDS, HOUSEHOLD_HEADS, self.households),
            (MEMBERS, MEMBER_HEADS, self.members),
        ):
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, heads)
            for index, row in enumerate(rows, 1):
                sheet.write_row(index, 0, [row[head] for head in heads])
        book.close()
        return path

    def spoil(self, sheet: str, index: int, **cells: Any) -> None:
        """Writes wrong values over right ones, and remembers the right ones."""
        row = (self.households if sheet == HOUSEHOLDS else self.members)[index]
        self.mends[sheet, index + 2] = {head: row[head] for head in cells}
        row.update(cells)


def made(households: int, members: int, start: int = 0) -> Workbook:
    """A clean file of families in 东华镇, each with a head; the rest of the members are spouses and children."""
    heads = [_household(start + serial) for serial in range(households)]
    people = [_head(start + serial, row) for serial, row in enumerate(heads)]
    for extra in range(members - households):
        generation, place = divmod(extra, households)
        people.append(_relative(start + place, heads[place], generation))
    return Workbook(heads, people)


def _born(first: datetime.date, serial: int) -> tuple[datetime.date, int]:
    return first + datetime.timedelta(days=serial % 3000), serial // 3000


def _household(serial: int) -> Row:
    born, turn = _born(HEAD_BORN, serial)
    values = (
        "广东省", "清远市", "英德市", "东华镇", VILLAGES[serial % len(VILLAGES)], f"Y{serial:07d}", name(serial),
        number(born, turn, is_male=True), f"138{serial:08d}", "脱贫户" if serial % 4 == 0 else "一般农户",
        "边缘易致贫户" if serial % 50 == 1 else "", "因病" if serial % 50 == 1 else "", "", "否", 60 + serial % 90, "是",
        serial % 12,
    )  # fmt: skip
    return dict(zip(HOUSEHOLD_HEADS, values, strict=True))


def _member(home: Row, who: str, born: datetime.date, turn: int, relation: str, schooling: str) -> Row:
    is_male = relation in ("户主", "之子")
    values = (
        home["户编号"], who, "男" if is_male else "女", born.isoformat(), "居民身份证", number(born, turn, is_male=is_male),
        "汉族", relation, schooling, "健康", "普通劳动力", 2600 if relation == "之子" else "", "",
    )  # fmt: skip
    return dict(zip(MEMBER_HEADS, values, strict=True))


def _head(serial: int, home: Row) -> Row:
    return _member(home, home["户主姓名"], *_born(HEAD_BORN, serial), "户主", "初中")


def _relative(serial: int, home: Row, generation: int) -> Row:
    if generation == 0:
        return _member(home, name(serial + 7), *_born(SPOUSE_BORN, serial), "配偶", "小学")
    born, turn = _born(CHILD_BORN, serial)
    relation = "之子" if (serial + generation) % 2 else "之女"
    return _member(home, name(serial + 13, home["户主姓名"][0]), born, turn + 40 * generation, relation, "高中")


def spoilt(book: Workbook) -> Workbook:
    """37 broken rows of 17 kinds; no other row depends on one of them."""
    homes = len(book.households)
    lonely = range(homes - 10, homes)  # their members are left out, so that a wrong household drags nobody along
    numbers = {book.households[index]["户编号"] for index in lonely}
    book.members = [row for row in book.members if row["户编号"] not in numbers]
    for index, cells in zip(lonely, _WRONG_HOUSEHOLDS, strict=True):
        book.spoil(HOUSEHOLDS, index, **cells(book.households[index]))
    couples = homes - len(numbers)  # the first spouse; the rows before are heads
    for index, cells in enumerate(_WRONG_MEMBERS):
        book.spoil(MEMBERS, couples + 5 * index, **cells(book.members[couples + 5 * index]))
    same = book.members[couples + 401]  # one number in two households: both rows are asked about
    book.spoil(MEMBERS, couples + 402, **{head: same[head] for head in ("证件号码", "出生日期")})
    book.mends[MEMBERS, couples + 403] = {}
    return book


def _last_digit_wrong(row: Row) -> Row:
    text = row["证件号码"]
    return {"证件号码": text[:17] + ("1" if text[17] != "1" else "2")}


def _always(**cells: Any) -> Callable[[Row], Row]:
    return lambda _: cells


_WRONG_HOUSEHOLDS: tuple[Callable[[Row], Row], ...] = (
    _always(县="连州市", 乡="大路边镇", 村="大塘村"),
    _always(县="连州市", 乡="星子镇", 村="联西村"),
    _always(村="光名村"),
    _always(村="东华街"),
    _always(村=""),
    _always(户类型="富裕户"),
    _always(住房面积="一百二十平"),
    _always(住房面积=-5),
    _always(是否解决安全饮用水="差不多"),
    _always(户编号=""),
)
_WRONG_MEMBERS: tuple[Callable[[Row], Row], ...] = (
    *(_last_digit_wrong,) * 4,
    *(_always(证件号码=9.9e17),) * 3,
    *(_always(姓名=""),) * 3,
    *(_always(出生日期="2091-03-04"),) * 2,
    *(_always(与户主关系="干亲"),) * 3,
    *(_always(与户主关系="户主"),) * 2,
    *(_always(户编号="Y9999999"),) * 2,
    *(lambda row: {"证件号码": row["证件号码"][:16]},) * 2,
    *(_always(性别="男"),) * 2,
    _always(出生日期="1959年13月1日"),
    _always(与户主关系=""),
)
