"""Years, half-years, quarters, months; the income periods."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bangfu.kernel import periods
from bangfu.kernel.periods import Cycle

days = st.dates(date(1950, 1, 1), date(2090, 12, 31))
cycles = st.sampled_from(list(Cycle))


@given(days, cycles)
def test_a_period_holds_its_day_and_touches_its_neighbours(day: date, cycle: Cycle) -> None:
    period = cycle.of(day)
    assert day in period
    assert cycle.after(period).first == period.last + timedelta(days=1)
    assert cycle.before(cycle.after(period)) == period
    assert cycle.of(period.first) == cycle.of(period.last) == period


@given(days)
def test_the_twelve_months_end_with_the_month_before(day: date) -> None:
    period = periods.full_months_before(day)
    assert period.last + timedelta(days=1) == day.replace(day=1)
    assert len(Cycle.MONTH.within(period)) == 12


def test_identified_in_june_counts_june_to_may() -> None:
    period = periods.full_months_before(date(2021, 6, 20))
    assert (period.first, period.last) == (date(2020, 6, 1), date(2021, 5, 31))
    assert str(period) == "2020年6月至2021年5月"


def test_relief_looks_at_six_months() -> None:
    assert periods.full_months_before(date(2021, 3, 1), 6).first == date(2020, 9, 1)


def test_the_collection_year_runs_from_october_to_september() -> None:
    period = periods.collection_year(2023)
    assert (period.first, period.last) == (date(2022, 10, 1), date(2023, 9, 30))
    assert period.label == "2023年度（2022年10月至2023年9月）"


@given(days, st.integers(2, 12))
def test_every_day_is_in_its_collection_year(day: date, first_month: int) -> None:
    period = periods.collection_year_of(day, first_month)
    assert day in period and period.first.month == first_month


def test_labels_and_bounds() -> None:
    assert periods.year(2023).label == "2023年" and periods.year(2024).days == 366
    assert periods.half_year(2023, 2).label == "2023年下半年"
    assert periods.quarter(2023, 3).first == date(2023, 7, 1)
    assert periods.month(2023, 12).last == date(2023, 12, 31)
    assert [quarter.label for quarter in Cycle.QUARTER.within(periods.year(2023))] == [
        "2023年第一季度",
        "2023年第二季度",
        "2023年第三季度",
        "2023年第四季度",
    ]


def test_months_later_stays_within_the_month() -> None:
    assert periods.add_months(date(2023, 1, 31), 1) == date(2023, 2, 28)
    assert periods.add_months(date(2023, 8, 31), 6) == date(2024, 2, 29)
    assert periods.add_months(date(2023, 3, 15), -12) == date(2022, 3, 15)


@given(days, st.integers(-240, 240))
def test_months_later_moves_by_exactly_so_many_months(day: date, months: int) -> None:
    later = periods.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
