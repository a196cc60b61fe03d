"""Dates and months as people write them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.kernel import dates
from bangfu.kernel.dates import DateError

days = st.dates(date(1900, 3, 1), date(2100, 12, 31))
WAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%Y-%m-%d 08:30:00", "%Y-%m-%dT00:00:00+08:00")


@given(days, st.sampled_from(WAYS))
def test_every_way_of_writing_a_day_is_read(day: date, way: str) -> None:
    assert dates.parse_date(day.strftime(way)) == day


@given(days)
def test_excel_serials_are_read_as_numbers_and_as_text(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    if not 1900 <= serial <= 2100:
        assert dates.parse_date(serial) == dates.parse_date(str(serial)) == dates.parse_date(serial + 0.5) == day


@pytest.mark.parametrize(
    "value", ["2023-7-1", "２０２３．７．１", "2023 年 7 月 1 号", 20230701, 20230701.0, "'2023/7/1"]
)
def test_a_day_without_leading_zeros_full_width_or_as_a_number(value: object) -> None:
    assert dates.parse_date(value) == date(2023, 7, 1)


def test_an_instant_is_the_day_it_is_in_china() -> None:
    assert dates.parse_date(datetime(2023, 6, 30, 16, 30, tzinfo=UTC)) == date(2023, 7, 1)
    assert dates.parse_date(datetime(2023, 6, 30, 16, 30)) == date(2023, 6, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", "日期是空的"),
        (None, "日期是空的"),
        ("2023年2月30日", "2023年2月没有 30 日"),
        ("2023-13-01", "月份 13 不在 1–12 之间"),
        ("1023-01-01", "年份 1023 不在"),
        ("202307", "只有年月，缺少“日”"),
        (202307, "只有年月，缺少“日”"),
        ("2023.7", "只有年月，缺少“日”"),
        (2023, "只有年份"),
        ("2023", "只有年份"),
        ("23-7-1", "不是日期"),
        ("去年", "“去年”不是日期"),
        (True, "不是日期"),
        (-5, "不是日期"),
        (1e300, "不是日期"),
        (float("nan"), "不是日期"),
    ],
)
def test_what_is_no_day_is_refused_with_the_reason(value: object, says: str) -> None:
    with pytest.raises(DateError, match=says):
        dates.parse_date(value)


MONTHS = ["202307", 202307, 202307.0, "2023-07", "2023.7", 2023.7, "2023/07", "2023年7月", "2023年07月份", 45122]


@pytest.mark.parametrize("value", [*MONTHS, "2023-07-15", date(2023, 7, 15)])
def test_every_way_of_writing_a_month_is_read(value: object) -> None:
    assert dates.parse_month(value) == date(2023, 7, 1)


@pytest.mark.parametrize("value", [2023.01, 2023.12, "2023.1", "2023.10"])
def test_months_with_a_point_are_read_when_they_are_sure(value: object) -> None:
    assert dates.parse_month(value).year == 2023
    assert dates.parse_month("2023.10").month == 10
    assert dates.parse_month(2023.12).month == 12


def test_the_number_2023_1_may_be_january_or_october() -> None:
    with pytest.raises(DateError, match="1 月还是 10 月"):
        dates.parse_month(2023.1)


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.none(), st.booleans()))
def test_anything_is_a_date_or_refused(value: object) -> None:
    for function in (dates.parse_date, dates.parse_month):
        try:
            assert isinstance(function(value), date)
        except DateError as error:
            assert str(error)


def test_today_is_the_day_in_china() -> None:
    assert dates.today() == datetime.now(dates.SHANGHAI).date()
