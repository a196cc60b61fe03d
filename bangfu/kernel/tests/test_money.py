"""Amounts as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.kernel import money
from bangfu.kernel.money import MoneyError

fens = st.integers(-(10**14), 10**14)


@given(fens)
def test_fen_and_yuan_go_to_and_fro(fen: int) -> None:
    assert money.to_fen(money.from_fen(fen)) == fen
    assert money.parse_yuan(money.show_yuan(money.from_fen(fen))) == money.from_fen(fen)


@given(st.integers(-(10**9), 10**9))
def test_a_float_cell_is_the_decimal_it_shows(fen: int) -> None:
    assert money.parse_yuan(fen / 100) == money.from_fen(fen)


@pytest.mark.parametrize(
    ("value", "yuan"),
    [
        ("1,234.5", "1234.50"),
        ("￥12元", "12.00"),
        ("１２．５", "12.50"),
        ("1.2万元", "12000.00"),
        ("3亿", "300000000.00"),
        ("(300)", "-300.00"),
        ("-5", "-5.00"),
        (".5", "0.50"),
        (0.1 + 0.2, "0.30"),
        (Decimal("7.1"), "7.10"),
        (8, "8.00"),
    ],
)
def test_ways_of_writing_an_amount(value: object, yuan: str) -> None:
    assert money.parse_yuan(value) == Decimal(yuan)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", "金额是空的"),
        (None, "金额是空的"),
        ("约三百", "不是金额"),
        ("1e5", "不是金额"),
        ("12斤", "不是金额"),
        ("(3", "不是金额"),
        (1.005, "小数超过两位"),
        ("0.123万", None),
        (float("inf"), "应为数字"),
        (float("nan"), "应为数字"),
        (True, "应为数字"),
        ("99999999999999", "过大"),
    ],
)
def test_what_is_no_amount_is_refused_with_the_reason(value: object, says: str | None) -> None:
    if says is None:
        assert money.parse_yuan(value) == Decimal(1230)
        return
    with pytest.raises(MoneyError, match=says):
        money.parse_yuan(value)


def test_shown_with_thousands_and_in_wan() -> None:
    assert money.show_yuan(Decimal("1234.5")) == "1,234.50"
    assert money.show_wan(Decimal("1234567")) == "123.46"
    assert money.round_yuan(Decimal("0.005")) == Decimal("0.01")


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.decimals(), st.none()))
def test_anything_is_an_amount_or_refused(value: object) -> None:
    try:
        amount = money.parse_yuan(value)
    except MoneyError as error:
        assert str(error)
    else:
        assert amount.as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("number", "shown"), [("93.00", "93"), ("4.50", "4.5"), ("100", "100"), ("0.00", "0"), ("-1.20", "-1.2")]
)
def test_a_number_that_is_no_money_ends_where_its_digits_do(number: str, shown: str) -> None:
    assert money.show_number(Decimal(number)) == shown
