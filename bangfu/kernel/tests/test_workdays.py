"""Working days around the spring festival of 2025: rest 1-28 to 2-4, worked 1-26 and 2-8."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bangfu.kernel import workdays
from bangfu.kernel.workdays import Holidays

FESTIVAL = Holidays(
    {date(2025, 1, 28) + timedelta(days=n): False for n in range(8)}
    | {date(2025, 1, 26): True, date(2025, 2, 8): True},
    frozenset({2025}),
)
days = st.dates(date(2024, 12, 1), date(2025, 12, 1))


def test_worked_weekends_count_and_holidays_do_not() -> None:
    assert workdays.is_workday(date(2025, 1, 26), FESTIVAL)
    assert not workdays.is_workday(date(2025, 1, 29), FESTIVAL)
    assert workdays.add(date(2025, 1, 24), 3, FESTIVAL) == date(2025, 2, 5) - timedelta(days=0)
    assert workdays.add(date(2025, 2, 7), 1, FESTIVAL) == date(2025, 2, 8)
    assert workdays.count(date(2025, 1, 25), date(2025, 2, 9), FESTIVAL) == 6


def test_a_term_that_ends_on_a_holiday_ends_on_the_next_working_day() -> None:
    assert workdays.next_workday(date(2025, 1, 28), FESTIVAL) == date(2025, 2, 5)
    assert workdays.next_workday(date(2025, 1, 26), FESTIVAL) == date(2025, 1, 26)


def test_years_not_arranged_count_monday_to_friday_and_say_so() -> None:
    assert workdays.add(date(2026, 12, 31), 1, FESTIVAL) == date(2027, 1, 1)
    assert FESTIVAL.knows(date(2025, 5, 1)) and not FESTIVAL.knows(date(2027, 1, 1))


@given(days, st.integers(1, 60))
def test_adding_then_counting_gives_the_number_back(day: date, number: int) -> None:
    end = workdays.add(day, number, FESTIVAL)
    assert workdays.is_workday(end, FESTIVAL)
    assert workdays.count(day + timedelta(days=1), end, FESTIVAL) == number


@given(days, st.integers(0, 60))
def test_backwards_undoes_forwards_from_a_working_day(day: date, number: int) -> None:
    start = workdays.next_workday(day, FESTIVAL)
    assert workdays.add(workdays.add(start, number, FESTIVAL), -number, FESTIVAL) == start
