"""Heads are read whatever their widths, blanks, signs and units; suggestions find the fact that was meant."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.demands.kinds import KINDS, facts
from bangfu.demands.reading import find
from bangfu.demands.rowkinds import ROW_KINDS
from bangfu.demands.spelling import LONGEST, answer_kind, head_key, is_total, spellings
from bangfu.demands.states import AnswerKind, Use
from bangfu.demands.suggesting import _names, _of_writing

SIGNS = st.sampled_from(["", " ", "　", "*", "★", "：", "\n", "\u200b"])
UNITS = st.sampled_from(["", "（户）", "(人)", "【元】", "（必填）", "[亩]"])
LABELS = st.sampled_from([(kind, fact.label) for kind, _, _ in ROW_KINDS for fact in facts(kind).values()])


def _wide(text: str) -> str:
    """ASCII as a Chinese keyboard writes it."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


@given(LABELS, st.lists(SIGNS, min_size=2, max_size=2), st.booleans(), st.integers(0, 8))
@settings(max_examples=150, deadline=None)
def test_a_label_in_other_widths_blanks_and_signs_is_the_same_head(
    known: tuple[str, str], signs: list[str], wide: bool, at: int
) -> None:
    _, label = known
    noisy = signs[0].replace("\u200b", "") + (_wide(label) if wide else unicodedata.normalize("NFKC", label))
    noisy = noisy[:at] + signs[1].replace("\u200b", "") + noisy[at:]
    assert head_key([noisy]) == head_key([label])


@given(LABELS, UNITS)
@settings(max_examples=150, deadline=None)
def test_the_label_of_a_fact_with_a_unit_behind_is_filled_by_that_fact(known: tuple[str, str], unit: str) -> None:
    kind, label = known
    found = _of_writing(kind, [f"{label}{unit}"])
    assert found.use is Use.FILL
    assert (
        found.fact
        and found.fact.code
        == next(fact for way in spellings([f"{label}{unit}"]) if (fact := _names(kind).get(way))).code
    )


@given(
    st.lists(st.text(min_size=0, max_size=30), min_size=1, max_size=3), st.text("户主姓名（）() ：*０１２ＡＢab元　")
)
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_head_without_trouble(names: list[str], usual: str) -> None:
    assert head_key([head_key([usual])]) == head_key([usual])
    assert len(head_key(names)) <= LONGEST
    assert answer_kind(names) in AnswerKind
    assert isinstance(is_total(names), bool)


def test_every_row_kind_has_its_facts_under_different_labels() -> None:
    assert tuple(KINDS) == tuple(kind for kind, _, _ in ROW_KINDS)
    for kind in KINDS:
        labels = [fact.label for fact in facts(kind).values()]
        assert len(labels) == len(set(labels)), kind


@pytest.mark.parametrize(
    ("kind", "names", "code"),
    [
        ("village", ["监测户数（户）"], "count.monitored"),
        ("village", ["行政村名称"], "place.village"),
        ("village", ["人口情况", "总人口（人）"], "count.population"),
        ("household", ["户主信息", "证件号码"], "head.identity_no"),
        ("household", ["户主姓名"], "own.head_name"),
        ("household", ["住房安全", "等级"], "own.house_grade"),
        ("person", ["身份证号"], "own.identity_no"),
        ("cadre", ["派出单位"], "own.sending_unit"),
    ],
)  # fmt: skip
def test_heads_as_askers_write_them(kind: str, names: list[str], code: str) -> None:
    found = _of_writing(kind, names).fact
    assert found and found.code == code


def test_what_nobody_knows_is_asked_and_a_total_is_not() -> None:
    assert _of_writing("village", ["新建水泵房（座）"]).use is Use.ASK
    assert _of_writing("village", ["合计"]).use is Use.BLANK
    asked = {
        "是否通快递": "yes_no",
        "建成日期": "date",
        "水泵台数": "number",
        "管护人姓名": "text",
        "投资（万元）": "number",
    }
    assert {head: answer_kind([head]).value for head in asked} == asked


def test_the_head_is_found_below_titles_with_groups_numbering_and_footer() -> None:
    grid = [
        ["附件1", "", "", "", ""],
        ["农户情况表", "", "", "", ""],
        ["填报单位：", "", "", "填报日期：", ""],
        ["序号", "户主信息", "", "住房", ""],
        ["", "姓名", "证件号码", "等级", "面积"],
        ["1", "2", "3", "4", "5"],
        ["", "", "", "", ""],
        ["合计", "", "", "", ""],
        ["填表人：", "", "", "审核人：", ""],
    ]
    found = find(grid, "表", 0, "xlsx")
    assert found
    assert (found.top, found.bottom, found.first, found.free_to, found.footer) == (4, 5, 7, 7, 8)
    assert [names for _, names in found.heads][1] == ["户主信息", "姓名"]
    assert find([["只有一句话"], ["1", "2"]], "表", 0, "xlsx") is None
