"""Dated, placed values."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.kernel.codes import Level
from bangfu.kernel.workdays import Holidays
from bangfu.policy.parameter import Kind, Mark, Parameter, ParameterMissing, Unit, Value, ValueRefused

GUANGDONG, YINGDE, DONGHUA = 440000000000, 441881000000, 441881109000


def value(number: int, from_on: str = "2023-01-01", division: int | None = GUANGDONG, to_on: str = "") -> Value:
    end = date.fromisoformat(to_on) if to_on else None
    return Value(number, Unit.DAY, date.fromisoformat(from_on), end, division, "文件", Mark.OFFICIAL)


def parameter(*values: Value, kind: Kind = Kind.INTEGER, by: Level = Level.COUNTY) -> Parameter:
    limits = (Decimal(1), Decimal(30))
    return Parameter("notice_days", "1.1", "公示天数", Unit.DAY, kind, GUANGDONG, "", *limits, by, values=values)


def test_no_division_means_the_guidelines_own() -> None:
    assert parameter(value(5)).at(date(2024, 1, 1)).value == 5


def test_a_missing_value_raises_and_tells_what_to_do() -> None:
    with pytest.raises(ParameterMissing) as caught:
        parameter(value(5)).at(date(2022, 12, 31), YINGDE)
    assert str(caught.value) == (
        "参数“公示天数”在 2022-12-31 没有适用于这个地方的数值；请县级以上在“政策参数”中登记，并注明文件号"
    )


def test_an_override_beats_the_file_of_the_same_day_and_place_but_not_a_later_file() -> None:
    override = parameter().override("7", GUANGDONG, date(2023, 1, 1), None, "粤〔2023〕1号")
    assert parameter(value(5)).at(date(2024, 1, 1), YINGDE, [override]).value == 7
    assert parameter(value(5), value(6, "2024-01-01")).at(date(2024, 1, 1), YINGDE, [override]).value == 6


divisions = st.sampled_from([None, GUANGDONG, 441800000000, YINGDE, DONGHUA])
anything = st.builds(
    lambda number, month, division: value(number, f"2023-{month:02}-01", division),
    st.integers(1, 30),
    st.integers(1, 12),
    divisions,
)


@given(st.lists(anything, max_size=6))
def test_the_value_found_is_the_nearest_and_then_the_latest(values: list[Value]) -> None:
    day = date(2023, 6, 15)
    holding = [v for v in values if v.from_on <= day]
    if not holding:
        with pytest.raises(ParameterMissing):
            parameter(*values).at(day, DONGHUA)
        return
    found = parameter(*values).at(day, DONGHUA)
    assert found in holding
    for other in holding:
        nearer = (other.division or 0) > (found.division or 0)
        assert not nearer
        assert other.division != found.division or other.from_on <= found.from_on


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "是空的"),
        ("七", "应为数字"),
        ("7.5", "应为整数"),
        ("0", "不能低于 1 天，现在是 0"),
        ("31", "不能高于 30 天，现在是 31"),
        ("NaN", "应为数字"),
        ("1E+999999999", "应为数字"),
    ],
)
def test_an_override_out_of_type_or_bounds_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueRefused, match=says):
        parameter().check_override(text, YINGDE, date(2024, 1, 1), None)


def test_an_override_below_the_level_that_may_decide_or_with_turned_dates_is_refused() -> None:
    with pytest.raises(ValueRefused, match="只能由县级以上规定"):
        parameter().check_override("7", DONGHUA, date(2024, 1, 1), None)
    with pytest.raises(ValueRefused, match="失效日期不能早于生效日期"):
        parameter().check_override("7", YINGDE, date(2024, 1, 1), date(2023, 1, 1))


def test_a_registered_override_stays_readable_when_bounds_change_later() -> None:
    assert parameter().override("99", YINGDE, date(2020, 1, 1), None, "旧文件").value == 99


def test_values_keep_their_type() -> None:
    assert parameter().override("1,0", YINGDE, date(2024, 1, 1), None, "文件").value == 10
    assert parameter(kind=Kind.DECIMAL).scalar("7.5") == Decimal("7.5")
    assert parameter(kind=Kind.TEXT).scalar(" 一年期 LPR ") == "一年期 LPR"


def test_an_override_may_count_working_days_instead() -> None:
    override = parameter().override("7", YINGDE, date(2024, 1, 1), None, "文件", unit="workday")
    assert str(override) == "7 个工作日"
    assert override.due_on(date(2025, 3, 3), Holidays()) == date(2025, 3, 12)


def test_terms_end_on_working_days() -> None:
    def term(number: int, unit: Unit) -> Value:
        return Value(number, unit, date(2023, 1, 1), None, None, "文件")

    assert term(5, Unit.DAY).due_on(date(2025, 3, 4), Holidays()) == date(2025, 3, 10)
    assert term(1, Unit.MONTH).due_on(date(2025, 1, 31), Holidays()) == date(2025, 2, 28)
    assert term(3, Unit.YEAR).due_on(date(2024, 2, 29), Holidays()) == date(2027, 3, 1)
    with pytest.raises(ValueError, match="no length of time"):
        term(5, Unit.YUAN).due_on(date(2025, 3, 4), Holidays())


def test_values_are_shown_with_their_unit() -> None:
    assert str(Value(50000, Unit.YUAN, date(2023, 1, 1), None, None, "文件")) == "50,000 元"
    assert str(Value(Decimal("7.5"), Unit.PERCENT, date(2023, 1, 1), None, None, "文件")) == "7.5%"
    assert str(Value("一年期", Unit.NONE, date(2023, 1, 1), None, None, "文件")) == "一年期"
