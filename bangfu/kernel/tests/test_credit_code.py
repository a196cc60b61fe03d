"""GB 32100."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.kernel import credit_code
from bangfu.kernel.credit_code import ALPHABET, CreditCodeError

firsts = st.builds(
    lambda kind, area, organisation: f"{kind}{area:06}{organisation}",
    st.sampled_from(["91", "93", "N1", "N2", "12", "54"]),
    st.integers(110000, 659999),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@given(firsts)
def test_a_code_with_its_check_character_is_valid_however_it_is_written(first17: str) -> None:
    code = first17 + credit_code.check_character(first17)
    assert credit_code.parse(f" '{code[:8].lower()}-{code[8:]}\u200b") == code


@given(firsts, st.integers(0, 17), st.integers(1, 30))
def test_one_wrong_character_is_found(first17: str, place: int, shift: int) -> None:
    code = first17 + credit_code.check_character(first17)
    wrong = ALPHABET[(ALPHABET.index(code[place]) + shift) % 31]
    with pytest.raises(CreditCodeError):
        credit_code.parse(code[:place] + wrong + code[place + 1 :])


def test_a_published_code_is_valid() -> None:
    assert credit_code.parse("91440300708461136T") == "91440300708461136T"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("9144030070846113", "有 16 位，应为 18 位"),
        ("9144O300708461136T", "第5位“O”不会出现，是不是数字 0？"),
        ("91440300708461136A", "第18位应为T，现在是A"),
        ("91A40300708461136T", "第3–8位“A40300”应为 6 位数字"),
        ("91440300708461136中", "第18位“中”不会出现，只能是数字和大写字母"),
    ],
)
def test_the_message_says_what_and_where(text: str, says: str) -> None:
    with pytest.raises(CreditCodeError, match=says):
        credit_code.parse(text)
