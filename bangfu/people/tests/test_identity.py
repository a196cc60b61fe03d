from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bangfu.kernel.identity import check_character
from bangfu.people import identity

TODAY = date(2025, 10, 1)
MAN = "990000197506010014"[:17] + check_character("99000019750601001")


def said(text: str, **more: object) -> str:
    values = {"card_kind": "resident", "born_on": date(1975, 6, 1), "sex": 1} | more
    return identity.fault(text, today=TODAY, **values)  # type: ignore[arg-type]


def test_a_number_that_fits_the_person_is_accepted() -> None:
    assert said(MAN) == ""


def test_a_number_that_says_another_birth_date_or_sex_is_told_as_such() -> None:
    assert "1975-06-01" in said(MAN, born_on=date(1976, 6, 1))
    assert "性别不一致" in said(MAN, sex=2)


def test_a_wrong_check_character_names_the_right_one() -> None:
    assert f"应为{MAN[17]}" in said(MAN[:17] + ("0" if MAN[17] != "0" else "1"))


def test_a_passport_is_not_checked_as_a_resident_number() -> None:
    assert said("E12345678", card_kind="passport") == ""
    assert identity.key_of("E12345678") is None


def test_a_disability_card_needs_its_own_length() -> None:
    assert "20 或 22 位" in said(MAN, card_kind="disability")
    assert said(MAN + "42", card_kind="disability") == ""


def test_fifteen_digits_full_width_and_disability_cards_have_one_key() -> None:
    key = identity.key_of(MAN)
    old = MAN[:6] + MAN[8:17]
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in MAN)
    assert {identity.key_of(text) for text in (MAN.lower(), old, wide, f" {MAN} ", MAN + "42", MAN + "42B1")} == {key}
    assert identity.stored(old) == MAN


def test_numbers_are_compared_by_place_without_being_shown() -> None:
    other = MAN[:13] + "2" + MAN[14:]
    assert identity.difference(MAN, other) == "第 14 位不同"
    assert MAN[:17] not in identity.difference(MAN, other)
    assert "残疾人证" in identity.difference(MAN, MAN + "42")


@given(st.text(max_size=40))
def test_no_text_breaks_the_key_or_its_storage(text: str) -> None:
    key = identity.key_of(text)
    assert key is None or 0 <= key < 10**17
    identity.looks_like_number(text)
    identity.mask(text)
