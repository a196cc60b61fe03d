"""The redactor: nothing private reaches a notice, whatever is typed (个人信息保护法)."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.notices.redactor import NoticeFacts, PrivateData, check, lines_of, masked_name

SECRET = ("13812345678", "990000197506010018", "6217003320001234567", "0763-2512345")
SEPARATORS = st.sampled_from(["", " ", "-", "　", "，", "/", "\u200b", "·", "*", "\n"])
WRITINGS = ("0123456789", "０１２３４５６７８９", "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "⓪①②③④⑤⑥⑦⑧⑨")
ANY_TEXT = st.text(max_size=200)


@st.composite
def disguised(draw: st.DrawFn) -> str:
    """A number as people hide it: blanks, dashes, full width, Chinese digits, inside any sentence."""
    digits = draw(st.sampled_from(SECRET))
    writing = draw(st.sampled_from(WRITINGS))
    shown = draw(SEPARATORS).join(writing[int(c)] if c.isdigit() else c for c in digits)
    return f"{draw(st.text('家里的情况请联系，。 ', max_size=20))}{shown}{draw(st.text('谢谢村委会abc', max_size=20))}"


@given(disguised())
@settings(max_examples=300, deadline=None)
def test_a_number_is_refused_however_it_is_written(text: str) -> None:
    with pytest.raises(PrivateData, match="不能写"):
        check(text)


@given(
    ANY_TEXT, st.sampled_from(["透析", "癌症", "残 疾", "精神－障碍", "艾滋病", "银行卡", "身份 证号", "HIV"]), ANY_TEXT
)
@settings(max_examples=150, deadline=None)
def test_health_and_accounts_are_refused_in_any_sentence(before: str, word: str, after: str) -> None:
    with pytest.raises(PrivateData):
        check(f"{before}{word}{after}")


@given(ANY_TEXT)
@settings(max_examples=300, deadline=None)
def test_what_passes_has_no_long_number_left(text: str) -> None:
    try:
        kept = check(text)
    except PrivateData:
        return
    digits = re.sub(r"[^0-9]", "|", unicodedata.normalize("NFKC", kept))
    assert not re.search(r"[0-9]{7,}", digits)


@given(ANY_TEXT)
@settings(max_examples=200, deadline=None)
def test_whatever_stands_as_a_name_never_shows_a_digit(name: str) -> None:
    for style in ("全名", "留姓和末字", "只留姓"):
        shown = masked_name(name, style)
        assert not any(c.isdigit() for c in shown)
        assert len(shown) <= 12


def test_names_of_the_family_are_refused_in_the_remark() -> None:
    with pytest.raises(PrivateData, match="家庭成员"):
        check("女儿陈 欣怡在读高中", ["陈欣怡"])


@pytest.mark.parametrize("text", ["家庭支出较大，本村共3户", "2026年11月23日起", "人均纯收入低于8,700元", ""])
def test_plain_words_amounts_and_dates_pass(text: str) -> None:
    assert check(text) == text


def test_a_name_is_written_as_the_place_has_decided() -> None:
    assert masked_name("陈志强", "留姓和末字") == "陈*强"
    assert masked_name("陈志强", "只留姓") == "陈**"
    assert masked_name("陈强", "留姓和末字") == "陈*"
    assert masked_name("陈志强", "全名") == "陈志强"
    facts = NoticeFacts("光明村", "陈志强", "边缘易致贫户", ("家庭支出较大", "家庭支出较大"))
    assert lines_of(facts, "留姓和末字")[1:] == [
        ["户主", "陈*强"], ["拟定类别", "边缘易致贫户"], ["主要困难", "家庭支出较大"],
    ]  # fmt: skip
