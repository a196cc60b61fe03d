"""Cells of every kind: what is accepted, what is refused, and that nothing else happens."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.exchange.cells import as_text
from bangfu.exchange.readers import Reader
from bangfu.exchange.rendering import safe
from bangfu.exchange.sheet import Column, Kind
from bangfu.exchange.tests.files import number
from bangfu.exchange.tests.toys.models import FAMILIES, MEMBERS, RELATIONS

CELLS = st.one_of(
    st.text(max_size=40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.none(),
)


def read(kind: Kind, *cells: Any, **more: Any) -> tuple[list[Any], dict[int, str]]:
    return Reader(MEMBERS, Column("name", "列", kind, **more)).read(cells)


@given(st.lists(CELLS, max_size=8), st.sampled_from([kind for kind in Kind if kind is not Kind.MONTH]))
def test_no_cell_whatever_stops_a_reader(cells: list[Any], kind: Kind) -> None:
    values, faults = read(kind, *cells, choices=RELATIONS, max_length=30, unit="元", masked=True)
    assert len(values) == len(cells)
    assert all(values[index] is None and message for index, message in faults.items())


@given(st.text(max_size=30))
def test_what_an_export_makes_safe_an_import_reads_back(written: str) -> None:
    bare = written.strip()
    assert as_text(safe(bare)) == bare
    assert not safe(bare).startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (Kind.TEXT, " 住　址 ", "住　址"),
        (Kind.TEXT, 12.0, "12"),
        (Kind.NAME, "陈 伟", "陈伟"),
        (Kind.CODE, 44188100010001.0, "44188100010001"),
        (Kind.CODE, "４４１８８１ ０００１", "4418810001"),
        (Kind.CODE, "—", None),
        (Kind.PHONE, 13800138000.0, "13800138000"),
        (Kind.PHONE, "0763-2288000", "07632288000"),
        (Kind.IDENTITY, number(1), number(1)),
        (Kind.IDENTITY, f" {number(1)[:6]} {number(1)[6:].lower()}", number(1)),
        (Kind.INTEGER, "1,200", 1200),
        (Kind.INTEGER, 3.0, 3),
        (Kind.DECIMAL, 0.1 + 0.2, Decimal("0.30")),
        (Kind.DECIMAL, "３.５元", Decimal("3.50")),
        (Kind.DATE, 45108.0, date(2023, 7, 1)),
        (Kind.DATE, "2023年7月1日", date(2023, 7, 1)),
        (Kind.DATE, datetime(2023, 7, 1, 8), date(2023, 7, 1)),  # noqa: DTZ001 (as a workbook gives it)
        (Kind.BOOLEAN, "√", True),
        (Kind.BOOLEAN, 0.0, False),
        (Kind.CHOICE, "户主", "head"),
        (Kind.CHOICE, "head", "head"),
        (Kind.CHOICE, " 之 子", "son"),
        (Kind.MULTI_CHOICE, "户主、配偶；户主", ["head", "spouse"]),
    ],
)
def test_a_cell_is_read_as_people_mean_it(kind: Kind, cell: Any, value: Any) -> None:
    values, faults = read(kind, cell, choices=RELATIONS, unit="元" if kind is Kind.DECIMAL else "")
    assert not faults
    assert values == [value]


@pytest.mark.parametrize(
    ("kind", "cell", "word"),
    [
        (Kind.CODE, 4.4188e17, "丢失"),
        (Kind.CODE, "4.4E+17", "丢失"),
        (Kind.IDENTITY, 4.4188e17, "丢失"),
        (Kind.IDENTITY, number(1)[:-1] + ("1" if number(1)[-1] != "1" else "2"), "第18位应为"),
        (Kind.IDENTITY, "990***********1234", "星号"),
        (Kind.PHONE, "12345", "不像电话号码"),
        (Kind.PHONE, "12012345678", "号段"),
        (Kind.INTEGER, 3.5, "整数"),
        (Kind.INTEGER, "三", "不是数字"),
        (Kind.INTEGER, date(2023, 1, 1), "是日期"),
        (Kind.INTEGER, -1, "不小于 0"),
        (Kind.DATE, "2023-02-30", "没有 30 日"),
        (Kind.DATE, date(2453, 11, 22), "不是合理的日期"),
        (Kind.DATE, time(8), "是时间"),
        (Kind.BOOLEAN, "也许", "应填“是”或“否”"),
        (Kind.CHOICE, "户 主人", "是不是“户主”"),
        (Kind.MULTI_CHOICE, "户主、皇帝", "“皇帝”不在可选项里"),
    ],
)
def test_a_wrong_cell_says_what_is_wrong(kind: Kind, cell: Any, word: str) -> None:
    values, faults = read(kind, cell, choices=RELATIONS, min=0 if kind is Kind.INTEGER else None)
    assert values == [None]
    assert word in faults[0]


def test_a_month_is_kept_as_its_field_keeps_it() -> None:
    reader = Reader(FAMILIES, FAMILIES.columns[8])
    assert reader.read(["202307", "2023年7月", "2023.07", date(2023, 7, 15), 202307.0])[0] == [date(2023, 7, 1)] * 5


def test_masked_cells_count_as_blank_and_are_counted() -> None:
    reader = Reader(FAMILIES, FAMILIES.columns[9])
    assert reader.read(["138****0001", "13800000001"])[0] == [None, "13800000001"]
    assert reader.masked == 1
