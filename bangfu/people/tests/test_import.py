"""The national system's household and member sheets, as they are exported, through the product's own path."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection

from bangfu.accounts.actor import Actor
from bangfu.exchange import previews, registry, runs
from bangfu.exchange.models import ImportRun, State
from bangfu.people.identity import mask
from bangfu.people.models import DuplicatePair, Household, Person
from bangfu.people.tests.conftest import ActorOf
from bangfu.people.tests.factories import LIANXI, household, number, person

pytestmark = pytest.mark.django_db

HOUSEHOLD = (
    "省", "市", "县", "乡", "村", "户编号", "户主姓名", "户主证件号码", "户联系电话", "户类型", "监测对象类别", "识别监测时间",
    "致贫/返贫风险1", "致贫/返贫风险2", "致贫/返贫风险3", "风险是否已消除", "是否危房户", "住房面积", "是否解决安全饮用水",
    "入户路类型", "耕地面积", "信息采集人",
)  # fmt: skip
MEMBER = (
    "户编号", "人口编号", "姓名", "性别", "出生日期", "证件类型", "证件号码", "民族", "与户主关系", "文化程度", "健康状况",
    "劳动技能", "是否享受低保", "务工所在地", "务工时间(月)", "务工月收入", "所属行业",
)  # fmt: skip
BORN = date(1975, 6, 1)


def home(serial: int, **cells: Any) -> dict[str, Any]:
    row = dict(zip(HOUSEHOLD, (
        "广东省", "清远市", "英德市", "东华镇", "光明村", f"44180000{serial:04d}", "陈志强", number(BORN, serial=serial),
        f"168{serial:08d}", "脱贫户", "脱贫不稳定户", "202308", "因病", "缺劳动力", "", "否", "否", "96.5", "是", "水泥路", 2.3, "李采集",
    ), strict=True))  # fmt: skip
    return row | cells


def member(serial: int, house: int, **cells: Any) -> dict[str, Any]:
    row = dict(zip(MEMBER, (
        f"44180000{house:04d}", f"P{serial:06d}", "陈志强", "男", "1975-06-01", "居民身份证", number(BORN, serial=serial), "汉族", "户主",
        "初中", "长期慢性病,残疾", "弱劳动力或半劳动力", "是", "深圳市宝安区", 6, 3200, "制造业",
    ), strict=True))  # fmt: skip
    return row | cells


def workbook(path: Path, **sheets: list[dict[str, Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        page.append([f"全国防返贫监测信息系统{name}"])
        page.append(list(rows[0]))
        for row in rows:
            page.append(list(row.values()))
    book.save(path)
    return path


@pytest.fixture
def county(actor_of: ActorOf, tmp_path: Path, settings: Any) -> Actor:
    settings.MEDIA_ROOT = tmp_path / "files"
    return actor_of("县局")


def started(county: Actor, path: Path) -> ImportRun:
    book = registry.get("people")
    assert book
    with path.open("rb") as file:
        return runs.start(county, book, file, path.name, path.stat().st_size)


def imported(county: Actor, path: Path) -> ImportRun:
    run = started(county, path)
    assert run.state == State.PREVIEWED, run.message
    runs.confirm(run, county)
    assert run.state == State.DONE, run.message
    return run


def faults(run: ImportRun) -> list[tuple[str, str]]:
    return [(fault["c"], fault["m"]) for row in run.rows.filter(verdict="w").order_by("number") for fault in row.faults]


def test_both_sheets_of_one_file_come_in_as_they_are(county: Actor, tmp_path: Path) -> None:
    son = member(
        11,
        1,
        姓名="陈俊杰",
        与户主关系="之子",
        出生日期="2003-01-05",
        证件号码=number(date(2003, 1, 5), serial=11),
        健康状况="健康",
    )
    imported(county, workbook(tmp_path / "a.xlsx", 户=[home(1)], 成员=[member(1, 1), son]))
    found = Household.objects.get()
    assert (found.village_id, found.kind, found.monitored_kind) == (441881137201, "lifted", "unstable_lifted")
    assert found.risks == ["illness", "labour_shortage"], "five columns are one list"
    assert (found.identified_month, found.is_house_unsafe, str(found.house_area)) == (date(2023, 8, 1), False, "96.50")
    assert (found.head_name, found.member_count, found.collector_name) == ("陈志强", 2, "李采集")
    story = Household._meta.get_field("history").related_model.objects.filter(pgh_obj=found.pk)  # type: ignore[union-attr]
    assert [event.pgh_label for event in story] == ["insert"], (
        "a new household goes in whole, not to be changed at once"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_refresh_households(ARRAY[%s::bigint])", [found.pk])
    kept = ("head_name", "head_key", "member_count", "search_keys")
    again = Household.objects.get()
    assert [getattr(again, name) for name in kept] == [getattr(found, name) for name in kept]
    head = Person.objects.get(relation_to_head="head")
    assert (head.village_id, head.health, head.labour_skill) == (
        441881137201,
        ["chronic_illness", "disability"],
        "weak_labour",
    )
    assert (head.work_place, head.work_months, head.has_subsistence_allowance) == ("深圳市宝安区", 6, True)
    assert {"czq", "@441881137", head.identity_no[-4:]} <= set(head.search_keys)


def test_the_same_file_twice_changes_nothing(county: Actor, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 户=[home(1), home(2)], 成员=[member(1, 1), member(2, 2)])
    imported(county, path)
    again = started(county, path)
    found = runs.totals(again)
    assert (found["add"], found["change"], found["same"], found["wrong"]) == (0, 0, 4, 0)


def test_a_file_without_phones_keeps_phones_and_what_is_found_by_them(county: Actor, tmp_path: Path) -> None:
    imported(county, workbook(tmp_path / "a.xlsx", 成员户=[home(1)], 成员=[member(1, 1)]))
    Person.objects.update(phone="16899998888")
    row = {name: value for name, value in member(1, 1, 文化程度="高中").items() if name != "姓名"}
    imported(county, workbook(tmp_path / "b.xlsx", 成员=[row]))
    who = Person.objects.get()
    assert (who.phone, who.education) == ("16899998888", "senior_middle")
    assert {"16899998888", "陈志", "czq"} <= set(who.search_keys)


def test_members_find_their_household_by_the_number_of_its_head(county: Actor, tmp_path: Path) -> None:
    imported(county, workbook(tmp_path / "a.xlsx", 户=[home(1)], 成员=[member(1, 1)]))
    row = member(
        12,
        1,
        姓名="黄丽芳",
        性别="女",
        与户主关系="配偶",
        出生日期="1977-03-02",
        证件号码=number(date(1977, 3, 2), 2, 12),
    )
    row["户主证件号码"] = number(BORN, serial=1).lower()
    del row["户编号"]
    imported(county, workbook(tmp_path / "b.xlsx", 成员=[row]))
    assert Person.objects.get(name="黄丽芳").household.household_no == "441800000001"


def test_what_may_not_be_is_told_by_row(county: Actor, tmp_path: Path) -> None:
    rows = [
        member(1, 1),
        member(2, 1, 姓名="陈志明"),
        member(3, 1, 与户主关系="之子", 出生日期="2099-01-01"),
        member(4, 1, 与户主关系="之子", 证件号码=number(BORN, serial=4)[:17] + "?"),
        member(5, 1, 与户主关系="之子", 证件号码=""),
        member(6, 1, 与户主关系="之子", 性别="女"),
        member(7, 9, 与户主关系="之子"),
    ]
    run = started(county, workbook(tmp_path / "a.xlsx", 户=[home(1)], 成员=rows))
    told = dict(faults(run))
    assert "两个户主" in told["relation_to_head"]
    assert "还没有到" in told["born_on"]
    assert "441800000009" in told["household"]
    messages = " ".join(message for _, message in faults(run))
    assert "没有证件号码的成员" in messages
    assert "性别不一致" in messages
    assert runs.totals(run)["add"] == 2, "the good rows are not lost"


def test_one_number_in_two_households_of_a_file_is_told_at_both_rows(county: Actor, tmp_path: Path) -> None:
    twice = member(1, 2, 与户主关系="其他")
    run = started(county, workbook(tmp_path / "a.xlsx", 户=[home(1), home(2)], 成员=[member(1, 1), twice]))
    assert [column for column, message in faults(run) if "出现在两户" in message] == ["identity_no", "identity_no"]


def test_a_second_head_beside_the_one_of_the_register_is_refused_unless_the_file_changes_him(
    county: Actor, tmp_path: Path
) -> None:
    imported(county, workbook(tmp_path / "a.xlsx", 户=[home(1)], 成员=[member(1, 1)]))
    other = member(2, 1, 姓名="陈志明")
    run = started(county, workbook(tmp_path / "b.xlsx", 成员=[other]))
    assert [column for column, _ in faults(run)] == ["relation_to_head"]
    imported(county, workbook(tmp_path / "c.xlsx", 成员=[other, member(1, 1, 与户主关系="之兄弟姐妹")]))
    assert Household.objects.get().head_name == "陈志明"


def test_who_is_present_in_another_county_comes_in_as_doubtful_and_can_be_taken_back(
    county: Actor, tmp_path: Path
) -> None:
    there = person(household(LIANXI), born_on=BORN, identity_no=number(BORN, serial=1))
    run = imported(county, workbook(tmp_path / "a.xlsx", 户=[home(1)], 成员=[member(1, 1)]))
    came = Person.objects.get(household__household_no="441800000001")
    assert came.is_disputed
    assert came.household.member_count == 0, "nobody is counted twice"
    pair = DuplicatePair.objects.get()
    assert (pair.first_id, pair.second_id, pair.division_id) == (there.pk, came.pk, 441800000000)
    runs.ask_undo(run, "传错了")
    run.refresh_from_db()
    assert run.state == State.UNDONE, run.message
    assert not DuplicatePair.objects.exists()
    assert Person.objects.get() == there


def test_somebody_who_left_does_not_come_back_by_an_old_file(county: Actor, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 户=[home(1)], 成员=[member(1, 1)])
    imported(county, path)
    Person.objects.update(left_on=date(2025, 1, 1), left_kind="death")
    assert [column for column, message in faults(started(county, path)) if "离开这一户" in message] == ["name"]


def test_households_and_members_of_another_county_are_refused_without_telling_anything(
    county: Actor, tmp_path: Path
) -> None:
    run = started(county, workbook(tmp_path / "a.xlsx", 户=[home(1, 县="连州市", 乡="星子镇", 村="联西村")]))
    assert runs.totals(run)["wrong"] == 1
    assert not Household.objects.exists()


def test_a_fault_found_by_set_shows_what_the_file_says_and_masks_what_is_masked(county: Actor, tmp_path: Path) -> None:
    rows = [member(1, 1), member(2, 1), member(3, 2), member(3, 3, 与户主关系="户主", 姓名="李国强")]
    run = started(county, workbook(tmp_path / "a.xlsx", 农户信息=[home(1), home(2), home(3)], 家庭成员信息=rows))
    book = registry.get("people")
    assert book
    shown = {(fault.label, fault.value) for fault in previews.faults(run, book)}
    assert ("与户主关系", "户主") in shown
    masked = mask(rows[2]["证件号码"])
    assert ("证件号码", masked) in shown
    assert rows[2]["证件号码"] not in str(shown)
