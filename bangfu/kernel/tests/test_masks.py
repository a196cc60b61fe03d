"""Masks of phones and accounts, and how they are known again."""

from hypothesis import given
from hypothesis import strategies as st

from bangfu.kernel import identity
from bangfu.kernel.masks import has_mask, mask_account, mask_phone


def test_a_mobile_number_keeps_three_and_four_a_landline_its_end_and_an_account_its_last_four() -> None:
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("07632345678") == "076****5678"
    assert mask_phone("2345678") == "*****78"
    assert mask_account("6217003110001234567") == "***************4567"


@given(st.text(st.characters(categories=["Nd", "Lu"]), min_size=1, max_size=22))
def test_no_mask_shows_the_whole_and_each_is_known_as_a_mask(text: str) -> None:
    for mask in (mask_phone, mask_account, identity.mask):
        assert mask(text) != text
        assert len(mask(text)) == len(text)
        assert has_mask(mask(text))
    assert not has_mask(text)
