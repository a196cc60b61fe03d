"""Cleaning, pinyin, bigrams."""

from hypothesis import given
from hypothesis import strategies as st

from bangfu.kernel import text


def test_full_width_invisible_and_double_blanks_are_cleaned() -> None:
    assert text.clean("\ufeff　ＡＢ１２３\u200b\x00 \t 东华镇\n") == "AB123 东华镇"
    assert text.clean(None) == ""
    assert text.clean(12.5) == "12.5"


def test_prose_keeps_chinese_punctuation_and_line_ends() -> None:
    assert text.clean_prose(" 患病，需要帮助（急）\r\n第二行\u200b  \x00\n") == "患病，需要帮助（急）\n第二行"
    assert text.clean_prose(None) == ""


@given(st.text())
def test_cleaning_twice_changes_nothing(anything: str) -> None:
    for function in (text.clean, text.clean_prose, text.person_name):
        once = function(anything)
        assert function(once) == once


@given(st.text())
def test_cleaned_text_has_no_nul_and_can_be_stored(anything: str) -> None:
    for function in (text.clean, text.clean_prose):
        assert "\x00" not in function(anything)
        function(anything).encode()


def test_names_lose_inner_blanks_and_get_one_kind_of_dot() -> None:
    assert text.person_name("陈　伟") == "陈伟"
    assert text.person_name("买买提．阿不都") == text.person_name("买买提 • 阿不都") == "买买提·阿不都"
    assert text.person_name("Nguyen Van An") == "Nguyen Van An"


def test_pinyin_and_initials_of_names() -> None:
    assert text.pinyin("陈伟国") == "chenweiguo"
    assert text.initials("陈伟国") == "cwg"
    assert text.pinyin("吕布") == "lvbu"
    assert text.initials("买买提·阿不都") == "mmtabd"


def test_a_surname_is_read_as_a_surname_and_a_place_is_not() -> None:
    assert [text.pinyin(name) for name in ("单雄信", "区小明", "解缙", "尉迟恭", "万俟卨")] == [
        "shanxiongxin",
        "ouxiaoming",
        "xiejin",
        "yuchigong",
        "moqixie",
    ]
    assert text.initials("万俟卨") == "mqx"
    assert text.pinyin("区府路", surname=False) == "qufulu"


def test_letters_and_digits_stay_and_signs_go() -> None:
    assert text.pinyin("Ｂ区3栋（东）", surname=False) == "bqu3dongdong"
    assert text.initials("B区3栋", surname=False) == "bq3d"


@given(st.text())
def test_pinyin_is_plain_ascii_and_initials_are_part_of_it(anything: str) -> None:
    full, short = text.pinyin(anything), text.initials(anything)
    assert full.isascii() and full == full.lower()
    assert len(short) <= len(full)


def test_bigrams_of_names() -> None:
    assert text.bigrams("陈伟国") == ["陈伟", "伟国"]
    assert text.bigrams("陈") == ["陈"]
    assert text.bigrams("") == []
    assert text.bigrams("买买买") == ["买买"]
    assert text.bigrams("买买提·阿不") == ["买买", "买提", "提阿", "阿不"]


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=6))
def test_every_pair_of_a_name_is_among_its_bigrams(name: str) -> None:
    assert all(name[i : i + 2] in text.bigrams(name) for i in range(len(name) - 1))
