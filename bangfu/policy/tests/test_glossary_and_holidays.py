"""One word for each term; the holiday arrangements on file."""

from datetime import date
from pathlib import Path

import pytest

from bangfu.kernel import workdays
from bangfu.policy import glossary, holidays
from bangfu.policy.source import PolicyError

RULINGS = {
    "组团单位": "group_unit",
    "牵头单位": "lead_unit",
    "派出单位": "sending_unit",
    "结对": "pairing",
    "工作队": "work_team",
    "干部": "cadre",
    "监测对象": "monitored_household",
    "线索": "clue",
    "开发式措施": "development_measure",
    "弱劳动力": "weak_labour",
    "联农带农": "farmer_linkage",
    "衔接资金": "transition_fund",
    "科技特派员": "technology_commissioner",
    "示范点": "demonstration_site",
    "清单制": "responsibility_list",
    "积分制": "points_scheme",
    "调研": "field_study",
    "风险消除": "risk_removal",
}


@pytest.mark.parametrize(("term", "identifier"), RULINGS.items())
def test_the_rulings_of_style_hold(term: str, identifier: str) -> None:
    assert glossary.load().identifier(term) == identifier
    assert glossary.load().term(identifier) == term


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("甲: {队: team, 组: team}", "甲.组：team 已用于“队”"),
        ("甲: {队: team}\n乙: {队: squad}", "乙.队：这个词出现两次"),
        ("甲: {队: workTeam}", "应为小写英文单词"),
    ],
)
def test_a_word_used_twice_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "glossary.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match=says):
        glossary.load(tmp_path)


@pytest.mark.parametrize(("year", "rest", "worked"), [(2023, 27, 7), (2024, 28, 8), (2025, 28, 5), (2026, 33, 6)])
def test_each_year_has_as_many_days_as_its_notice(year: int, rest: int, worked: int) -> None:
    found = next(arrangement for arrangement in holidays.arrangements() if arrangement.year == year)
    assert [item.is_workday for item in found.days].count(False) == rest
    assert [item.is_workday for item in found.days].count(True) == worked
    assert all(item.day.weekday() >= 5 for item in found.days if item.is_workday)


def test_the_spring_festival_of_2026_lasts_nine_days_and_two_saturdays_are_worked() -> None:
    table = holidays.table()
    assert workdays.count(date(2026, 2, 15), date(2026, 2, 23), table) == 0
    assert workdays.is_workday(date(2026, 2, 14), table) and workdays.is_workday(date(2026, 2, 28), table)
    assert table.knows(date(2026, 12, 31)) and not table.knows(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2027-01-03", "2026-01-03", r"rest\[0\]\.last：早于 first"),
        ("work: [2027-01-09]", "work: [2029-01-09]", "2029-01-09 不属于 2027 年"),
        ("work: [2027-01-09]", "work: [2027-01-02]", "或出现两次"),
        ("work: [2027-01-09]", "work: [九日]", "work：“九日”应为日期"),
    ],
)
def test_mistakes_in_an_arrangement_are_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (
        "year: 2027\ntitle: 样例\ndocument: 样例\nmark: assumed\n"
        "rest:\n  - {name: 元旦, first: 2027-01-01, last: 2027-01-03}\nwork: [2027-01-09]\n"
    )
    assert old in text
    (tmp_path / "holidays").mkdir()
    (tmp_path / "holidays" / "2027.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PolicyError, match=says):
        holidays.table(tmp_path)
