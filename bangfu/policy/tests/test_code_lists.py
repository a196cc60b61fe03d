"""Code lists: every file is sound; words of workbooks are understood or refused with the nearest."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.kernel import identity
from bangfu.policy import code_lists
from bangfu.policy.code_lists import CodeListError, UnknownCodeList, code_list
from bangfu.policy.source import PolicyError


@pytest.mark.parametrize("name", code_lists.names())
def test_labels_aliases_values_and_codes_of_every_list_lead_to_their_value(name: str) -> None:
    found = code_list(name)
    assert len(found.choices) == len(found.codes) > 1
    for code in found.codes:
        for word in (code.label, str(code.value), *code.aliases, *code.codes):
            assert found.value_of(f" {word}\u3000") == code.value
        assert found.label(code.value) == code.label


def test_the_lists_of_the_national_forms_are_complete() -> None:
    sizes = {
        "relation_to_head": 28,
        "education": 6,
        "health": 4,
        "labour_skill": 5,
        "ethnic_group": 58,
        "risk_type": 12,
    }
    assert {name: len(code_list(name).codes) for name in sizes} == sizes


def test_disability_lists_fit_the_digits_of_the_card() -> None:
    first17 = "99000019800101001"
    card = identity.parse(first17 + identity.check_character(first17) + "43")
    assert code_list("disability_category").label(str(card.disability_category)) == "肢体残疾"
    assert code_list("disability_grade").label(str(card.disability_grade)) == "三级"


def test_a_list_is_ready_for_a_django_field() -> None:
    assert code_list("sex").choices[:2] == [(1, "男"), (2, "女")]


def test_several_values_in_one_cell() -> None:
    health = code_list("health")
    assert health.values_of("长期慢性病，残疾；残疾") == ("chronic_illness", "disability")
    assert health.values_of("健康或良好") == ("healthy",)
    assert code_list("lifted_kind").values_of("") == ()
    with pytest.raises(CodeListError):
        health.values_of("残疾、感冒")


def test_an_unknown_word_is_refused_with_the_nearest_or_the_first_choices() -> None:
    with pytest.raises(CodeListError, match="“长期慢性疾病”不是“健康状况”的选项，是不是：长期慢性病"):
        code_list("health").value_of("长期慢性疾病")
    with pytest.raises(CodeListError, match="可填：户主、配偶、之子、之女、之儿媳、之女婿…"):
        code_list("relation_to_head").value_of("隔壁")
    with pytest.raises(CodeListError, match="“性别”是空的"):
        code_list("sex").value_of(None)


def test_numbers_of_a_workbook_are_understood() -> None:
    assert code_list("sex").value_of(1.0) == code_list("sex").value_of(1) == 1


def test_values_that_ended_stay_readable_but_cannot_be_chosen() -> None:
    risks = code_list("risk_type")
    assert "public_emergency" in dict(risks.choices)
    assert "public_emergency" in dict(risks.choices_on(date(2021, 1, 1)))
    assert "public_emergency" not in dict(risks.choices_on(date(2024, 1, 1)))


def test_unknown_stored_values_are_shown_as_they_stand() -> None:
    assert code_list("sex").label(7) == "7"
    assert code_list("sex").label(None) == code_list("education").label("") == ""


def test_facts_of_a_value() -> None:
    assert code_list("relation_to_head").code("son").facts["sex"] == 1
    assert code_list("school_status").code("primary").facts["age_max"] == 14


def test_an_unknown_list_names_the_nearest() -> None:
    with pytest.raises(UnknownCodeList, match="是不是 education"):
        code_list("educations")


@given(st.text(max_size=20))
def test_any_text_has_a_value_or_is_refused(text: str) -> None:
    relations = code_list("relation_to_head")
    try:
        assert relations.value_of(text) in dict(relations.choices)
    except CodeListError as error:
        assert "与户主关系" in str(error)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ("[{value: a, label: 甲}, {value: b, label: 甲}]", r"values\[1\]：“甲”已指 a"),
        ("[{value: a, label: 甲}, {value: a, label: 乙}]", "有 value 出现两次"),
        ("[{value: a, label: 甲}, {value: 2, label: 乙}]", "要么全是文字，要么全是整数"),
        ("[{value: true, label: 甲}]", r"values\[0\]\.value：“True”应为英文代码或整数"),
        ("[{value: a, label: 甲, aliases: [1]}]", r"values\[0\]\.aliases：“1”应为文字"),
        ("[]", "没有任何值"),
    ],
)
def test_mistakes_in_a_list_name_file_and_key(tmp_path: Path, values: str, says: str) -> None:
    (tmp_path / "codes").mkdir()
    text = f"label: 样例\nsource: 样例\nmark: assumed\nvalues: {values}\n"
    (tmp_path / "codes" / "sample.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match=says):
        code_list("sample", tmp_path)
