"""GB 11643 and disability-card numbers."""

from datetime import date

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bangfu.kernel import identity
from bangfu.kernel.identity import IdentityError

TODAY = date(2026, 1, 31)
births = st.dates(date(1900, 1, 1), TODAY)


@st.composite
def numbers(draw: st.DrawFn, area: str = "990000") -> str:
    first17 = f"{area}{draw(births):%Y%m%d}{draw(st.integers(1, 999)):03}"
    return first17 + identity.check_character(first17)


def refused(text: str | float) -> str:
    with pytest.raises(IdentityError) as caught:
        identity.parse(text, today=TODAY)
    return str(caught.value)


def test_the_example_of_the_standard_is_valid() -> None:
    number = identity.parse("11010519491231002X", today=TODAY)
    assert (number.born_on, number.sex, number.kind) == (date(1949, 12, 31), 2, "resident")
    assert (number.key, number.tail) == (11010519491231002, "002X")


@given(numbers())
def test_a_number_with_its_check_character_parses_to_itself(number: str) -> None:
    parsed = identity.parse(number, today=TODAY)
    assert parsed.text == parsed.number18 == number
    assert parsed.born_on == date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    assert parsed.disability_category is None and parsed.disability_grade is None


@given(numbers(), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: str, place: int, shift: int) -> None:
    was = 10 if number[place] == "X" else int(number[place])
    wrong = number[:place] + str((was + shift) % 10) + number[place + 1 :]
    if wrong != number:
        refused(wrong)


@given(numbers(), st.sampled_from([" ", "\u3000", "-", "－", "\u200b", "\ufeff", "'"]), st.integers(0, 18))
def test_blanks_dashes_and_invisible_signs_do_not_matter(number: str, sign: str, place: int) -> None:
    assert identity.normalise(number[:place] + sign + number[place:]) == number


@given(st.text(max_size=25))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = identity.normalise(text)
    assert identity.normalise(once) == once


@given(st.text(max_size=30))
def test_any_text_is_parsed_or_refused_in_chinese(text: str) -> None:
    try:
        identity.parse(text, today=TODAY)
    except IdentityError as error:
        assert any("\u4e00" <= character <= "\u9fff" for character in str(error))


def test_full_width_lower_case_and_look_alikes_of_x_are_read() -> None:
    for written in (
        "１１０１０５１９４９１２３１００２Ｘ",
        "11010519491231002x",
        "'11010519491231002×",
        "11010519491231002Х",
    ):
        assert identity.parse(written, today=TODAY).text == "11010519491231002X"


def test_fifteen_digits_become_eighteen() -> None:
    assert identity.parse("110105491231002", today=TODAY).text == "11010519491231002X"


def test_the_message_names_the_digit_and_what_it_should_be() -> None:
    assert refused("110105194912310021").startswith("第18位应为X，现在是1")
    assert refused("11O10519491231002X") == "第3位“O”应为数字"
    assert refused("11010519491231002Y") == "第18位“Y”应为数字或 X"
    assert refused("1101051949123100") == "号码有 16 位，应为 18 位（残疾人证 20 或 22 位）"
    assert "打过码" in refused("110***********002X")
    assert refused("") == "证件号码是空的"
    assert "不是省级代码" in refused("00010519491231002X")


def test_impossible_future_and_ancient_births_are_refused() -> None:
    def born(day: str) -> str:
        return refused(f"990000{day}001" + identity.check_character(f"990000{day}001"))

    assert "不是日期" in born("20230230")
    assert "还没有到" in born("20260201")
    assert "早于 1900 年" in born("18991231")


@pytest.mark.parametrize("cell", ["4.4E+17", "4.40881199001011e+17", "440881199001010000", "440881199001011234.0"])
def test_a_number_that_lost_its_digits_in_a_workbook_is_refused_with_the_reason(cell: str) -> None:
    assert "已经丢失" in refused(cell)


def test_a_float_cell_with_more_than_fifteen_digits_is_refused_and_a_shorter_one_read() -> None:
    assert "已经丢失" in refused(4.40881199001011e17)
    assert "已经丢失" in refused(float("nan"))
    assert identity.parse(110105491231002.0, today=TODAY).text == "11010519491231002X"
    assert identity.parse("110105491231002.0", today=TODAY).text == "11010519491231002X"


def test_a_true_number_that_ends_in_zeros_is_not_refused() -> None:
    endings = [f"99000019800101{order}00" for order in range(1, 10)]
    number = next(first17 + "0" for first17 in endings if identity.check_character(first17) == "0")
    assert identity.parse(number, today=TODAY).text.endswith("000")


@given(numbers(), st.integers(1, 7), st.integers(1, 4), st.sampled_from(["", "B1", "01"]))
def test_disability_cards_give_category_and_grade(number: str, category: int, grade: int, suffix: str) -> None:
    card = identity.parse(f"{number}{category}{grade}{suffix}", today=TODAY)
    assert (card.kind, card.number18, card.disability_category, card.disability_grade) == (
        "disability",
        number,
        category,
        grade,
    )
    assert card.key == identity.parse(number, today=TODAY).key


def test_disability_cards_with_unknown_category_or_grade_are_refused() -> None:
    assert refused("11010519491231002X84") == "第19位（残疾类别）“8”应为 1–7"
    assert refused("11010519491231002X45") == "第20位（残疾等级）“5”应为 1–4"


def test_a_permanent_residence_card_of_a_foreigner_is_accepted() -> None:
    first17 = "91112419810803002"
    assert identity.parse(first17 + identity.check_character(first17), today=TODAY).born_on == date(1981, 8, 3)


def test_the_mask_shows_neither_birth_nor_order_nor_disability() -> None:
    assert identity.mask("11010519491231002X") == "110*************2X"
    assert identity.mask("11010519491231002X43") == "110*************2X**"
    assert identity.mask("12345") == "*****"
    assert str(identity.parse("11010519491231002X", today=TODAY)) == "110*************2X"


@given(st.text(max_size=30))
def test_a_mask_keeps_the_length_and_hides_all_but_five(text: str) -> None:
    shown = identity.mask(text)
    assert len(shown) == len(text.strip())
    assert sum(a == b != "*" for a, b in zip(shown, text.strip(), strict=True)) <= 5


mutants = st.one_of(
    numbers(),
    numbers("44088"),
    st.builds(lambda n, p, c: n[:p] + c + n[p + 1 :], numbers(), st.integers(0, 17), st.sampled_from("0159Xx ａ")),
    st.builds(lambda n, c: n + c, numbers(), st.sampled_from(["", "1", "43", "43B1", "99", " "])),
    st.text("0123456789Xx. E+", max_size=23),
    st.text(max_size=23),
)


@given(st.lists(mutants, max_size=8))
@example(
    ["990000202602010010", "99000020230230001X", "4.4E+17", "１１０１０５１９４９１２３１００２Ｘ", "", "\x00" * 3]
)
def test_many_at_once_agree_with_one_by_one(texts: list[str]) -> None:
    def accepts(text: str) -> bool:
        try:
            return bool(identity.parse(text, today=TODAY))
        except IdentityError:
            return False

    assert identity.valid_many(texts, today=TODAY).tolist() == [accepts(text) for text in texts]
    assert identity.valid_many([], today=TODAY).dtype == np.bool_
