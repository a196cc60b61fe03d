"""The guideline of 2023 as it stands, and versions beside it."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bangfu.policy import comparing, guideline, source
from bangfu.policy.guideline import UnknownParameter
from bangfu.policy.parameter import Mark, ParameterMissing
from bangfu.policy.source import PolicyError

COUNTED_DUTIES = {
    "assistance_meetings_per_year": 1,
    "leader_visits_per_year": 1,
    "deputy_visits_per_year": 2,
    "group_joint_meetings_per_year": 1,
    "social_partners_per_group_unit_min": 2,
    "demonstration_sites_per_county_min": 1,
    "demonstration_sites_per_county_max": 2,
    "deputy_captains_max": 1,
    "report_hearings_per_year": 1,
    "comfort_visits_per_year": 1,
    "care_guarantees_required": 4,
    "cadre_trainings_per_year": 1,
    "development_measures_min": 1,
}


def test_five_chapters_and_24_articles() -> None:
    found = guideline.load()
    assert [len(chapter.articles) for chapter in found.chapters] == [4, 5, 5, 5, 5]
    assert len(found.articles) == 24
    assert found.articles["5.1"].title == "落实帮扶责任"
    assert found.document.number == "粤乡村振兴局〔2023〕49号"


def test_every_article_says_something_of_its_own() -> None:
    summaries = [article.summary for article in guideline.load().articles.values()]
    assert len(set(summaries)) == 24
    assert all(len(summary) > 20 and " " not in summary for summary in summaries)


@pytest.mark.parametrize(("code", "number"), COUNTED_DUTIES.items())
def test_the_counted_duties_are_those_of_the_guideline(code: str, number: int) -> None:
    value = guideline.load().parameter(code).at(date(2023, 12, 31))
    assert value.value == number
    assert value.source == "粤乡村振兴局〔2023〕49号" and value.mark is Mark.OFFICIAL


def test_guangdong_has_no_monitoring_line_of_its_own() -> None:
    for year in range(2021, 2027):
        with pytest.raises(ParameterMissing):
            guideline.load().parameter("monitoring_line_yuan").at(date(year, 6, 1), 441881000000)


def test_what_is_assumed_never_claims_a_document_that_says_so() -> None:
    for parameter in guideline.load().parameters.values():
        for value in parameter.values:
            if value.mark is Mark.ASSUMED:
                assert any(word in value.source for word in ("未见", "没有查到", "默认", "参照", "通行", "常用"))


def test_an_unknown_code_names_the_nearest() -> None:
    with pytest.raises(UnknownParameter, match="是不是 deputy_visits_per_year"):
        guideline.load().parameter("deputy_visit_per_year")


def test_parameters_of_an_article() -> None:
    found = guideline.load()
    codes = {parameter.code for parameter in found.parameters_of("5.5")}
    assert codes == {"cadre_trainings_per_year"}
    assert all(parameter.article in found.articles for parameter in found.parameters.values())


# A made-up guideline of 2024 beside the one of 2023.

NEXT = """
document: {title: 工作指引（2024年）, number: 示例〔2024〕1号, issuer: 示例, dated: 2024-07-01}
from: 2024-07-01
division: 440000000000
extends: "2023"
drops: [health_checks_per_year]
"""
NEXT_PARAMETERS = """
group: 组织领导
parameters:
  deputy_visits_per_year:
    article: "5.1"
    label: 分管负责同志到镇调研
    unit: times_per_year
    values:
      - {value: 3, from: 2024-07-01, division: 440000000000, source: 示例〔2024〕1号, mark: official}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(source.ROOT, tmp_path / "guideline")
    folder = tmp_path / "guideline" / "2024"
    (folder / "parameters").mkdir(parents=True)
    (folder / "articles.yaml").write_text(NEXT, encoding="utf-8")
    (folder / "parameters" / "leadership.yaml").write_text(NEXT_PARAMETERS, encoding="utf-8")
    return tmp_path / "guideline"


def test_a_new_version_is_a_folder_beside_and_old_years_keep_their_law(root: Path) -> None:
    assert guideline.versions(root) == ["2023", "2024"]

    def visits(day: date) -> object:
        return guideline.in_force(day, root).parameter("deputy_visits_per_year").at(day).value

    assert visits(date(2023, 12, 31)) == 2
    assert visits(date(2024, 6, 30)) == 2
    assert visits(date(2024, 12, 31)) == 3


def test_a_new_version_inherits_what_it_does_not_change_and_drops_what_it_names(root: Path) -> None:
    new = guideline.load("2024", root)
    assert len(new.articles) == 24 and new.document.number == "示例〔2024〕1号"
    assert new.parameter("leader_visits_per_year").at(date(2024, 12, 31)).value == 1
    with pytest.raises(UnknownParameter):
        new.parameter("health_checks_per_year")


def test_the_newest_declaration_of_a_parameter(root: Path) -> None:
    assert guideline.newest("deputy_visits_per_year", root).values[0].value == 3
    assert guideline.newest("health_checks_per_year", root).values[0].value == 1
    with pytest.raises(UnknownParameter):
        guideline.newest("no_such_thing", root)


def test_before_the_first_version_the_first_is_asked() -> None:
    assert guideline.in_force(date(2021, 1, 1)).version == "2023"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "2024/articles.yaml",
            "drops: [health",
            "drops: [wealth",
            "articles.yaml：drops：“wealth_checks_per_year”不在",
        ),
        ("2024/articles.yaml", "from: 2024-07-01", "", "articles.yaml：from：缺少"),
        ("2024/articles.yaml", 'extends: "2023"', "", "articles.yaml：chapters：没有任何条文"),
        ("2024/articles.yaml", "extends", "extend", "extend：没有这个键，是不是“extends”？"),
        ("2023/articles.yaml", 'number: "5.1"', "number: 5.1", r"chapters\[4\]\.articles\[0\]\.number：“5.1”应为文字"),
        ("2023/articles.yaml", 'number: "5.1"', 'number: "4.1"', "不是第 5 章的条号"),
        ("2023/articles.yaml", 'number: "5.2"', 'number: "5.1"', "条号 5.1 出现两次"),
        (
            "2024/parameters/leadership.yaml",
            '"5.1"',
            '"6.1"',
            "parameters.deputy_visits_per_year.article：没有第 6.1 条",
        ),
        ("2024/parameters/leadership.yaml", "unit: times", "unit: time", "unit：“time_per_year”不在可选范围"),
        ("2024/parameters/leadership.yaml", "value: 3", 'value: "3"', r"values\[0\]\.value：应为数字，不加引号"),
        ("2024/parameters/leadership.yaml", "value: 3", "value: 3.5", r"values\[0\]\.value：.*应为整数"),
        ("2024/parameters/leadership.yaml", "value: 3, ", "", r"values\[0\]\.value：缺少"),
        ("2024/parameters/leadership.yaml", "from: 2024-07-01", "on: 2024-07-01", "“on”会被 YAML 读成真或假"),
        ("2024/parameters/leadership.yaml", "source: 示例〔2024〕1号, ", "", r"values\[0\]\.source：缺少"),
        ("2024/parameters/leadership.yaml", "official", "sure", "mark：“sure”不在可选范围"),
        ("2024/parameters/leadership.yaml", "deputy_visits", "DeputyVisits", "参数代码只能用小写英文"),
    ],
)
def test_mistakes_name_file_and_key(root: Path, file: str, old: str, new: str, says: str) -> None:
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=says):
        guideline.load("2024", root)


def test_a_parameter_in_two_files_is_refused(root: Path) -> None:
    (root / "2024/parameters/more.yaml").write_text(NEXT_PARAMETERS, encoding="utf-8")
    with pytest.raises(PolicyError, match="参数已在 leadership.yaml 中出现"):
        guideline.load("2024", root)


def test_two_values_from_the_same_day_in_the_same_place_are_refused(root: Path) -> None:
    line = NEXT_PARAMETERS.strip().splitlines()[-1]
    (root / "2024/parameters/leadership.yaml").write_text(NEXT_PARAMETERS + line + "\n", encoding="utf-8")
    with pytest.raises(PolicyError, match="同一区划、同一生效日期已有数值"):
        guideline.load("2024", root)


def test_an_empty_folder_says_that_no_version_is_there(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="没有任何版本"):
        guideline.in_force(date(2024, 1, 1), tmp_path)


# Duties.

NEXT_DUTIES = """
duties:
  deputy_visit:
    article: "5.2"
    label: 分管负责同志到镇调研
    says: 换到第5.2条。
    holder: group_member
    number: deputy_visits_per_year
    evidence: field_studies_of_deputy_leader
  branch_day:
    article: "5.2"
    label: 支部共建
    says: 新增的要求。
    holder: group
    number: group_joint_meetings_per_year
    evidence: joint_meetings
"""


def test_a_new_version_moves_adds_and_drops_duties_and_both_are_compared(root: Path) -> None:
    folder = root / "2024" / "duties"
    folder.mkdir()
    (folder / "next.yaml").write_text(NEXT_DUTIES, encoding="utf-8")
    articles = root / "2024" / "articles.yaml"
    articles.write_text(NEXT + "drops_duties: [group_joint_meeting]\n", encoding="utf-8")
    old, new = guideline.load("2023", root), guideline.load("2024", root)
    assert old.duties["deputy_visit"].article == "5.1" and new.duties["deputy_visit"].article == "5.2"
    assert "group_joint_meeting" in old.duties and "group_joint_meeting" not in new.duties
    found = {(change.about, change.what, change.label) for change in comparing.changes(old, new)}
    assert ("要求", "换了条文", "分管负责同志到镇调研") in found
    assert ("要求", "新增", "支部共建") in found and ("要求", "不再有", "组团联席会议") in found
    assert ("数字", "不再有", "帮扶干部健康体检") in found
    (visits,) = [change for change in comparing.changes(old, new) if change.about == "数字" and change.what == "有变化"]
    assert (visits.before, visits.after) == ("2 次/年", "3 次/年")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"5.2"', '"9.2"', "没有第 9.2 条"),
        ("deputy_visits_per_year", "no_such_number", "没有参数 no_such_number"),
        ("    holder: group_member\n", "", "holder：缺少"),
        ("duties:\n", "drops_duties: []\nduties:\n", "没有这个键"),
    ],
)
def test_a_duty_with_a_fault_is_named_with_its_file(root: Path, old: str, new: str, says: str) -> None:
    folder = root / "2024" / "duties"
    folder.mkdir()
    (folder / "next.yaml").write_text(NEXT_DUTIES.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=says):
        guideline.load("2024", root)


def test_a_parameter_that_a_duty_needs_cannot_be_dropped_without_the_duty(root: Path) -> None:
    articles = root / "2024" / "articles.yaml"
    articles.write_text(NEXT.replace("[health", "[leader_visits_per_year, health"), encoding="utf-8")
    with pytest.raises(PolicyError, match="要求 leader_visit 还在用参数"):
        guideline.load("2024", root)
