"""From upload to undo, on the toy workbook."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from bangfu.accounts.actor import Actor
from bangfu.exchange import runs
from bangfu.exchange.models import ImportRun, State, Verdict
from bangfu.exchange.runs import NotNow
from bangfu.exchange.tests.conftest import Start
from bangfu.exchange.tests.files import family, grid, member, number, workbook
from bangfu.exchange.tests.toys.models import Family, Member

pytestmark = pytest.mark.django_db

GUANGMING, CHONGXIN = 441881137201, 441881137202


def totals(run: ImportRun) -> tuple[int, int, int, int]:
    """(add, change, same, wrong)."""
    found = runs.totals(run)
    return found["add"], found["change"], found["same"], found["wrong"]


def faults(run: ImportRun) -> list[tuple[int, str, str]]:
    rows = run.rows.filter(verdict=Verdict.WRONG).order_by("number")
    return [(row.row_no, fault["c"], fault["m"]) for row in rows for fault in row.faults]


def imported(run: ImportRun, actor: Actor) -> ImportRun:
    runs.confirm(run, actor)
    assert run.state == State.DONE, run.message
    return run


def test_families_and_members_of_one_file_come_in_together(start: Start, county: Actor, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", 户=[family(1), family(2)], 人=[member(1), member(11, 1, 与户主关系="配偶"), member(2)]
    )
    run = start(path)
    assert run.state == State.PREVIEWED, run.message
    assert totals(run) == (5, 0, 0, 0)
    assert not Family.objects.exists(), "nothing is written before it is confirmed"
    imported(run, county)
    first = Family.objects.get(family_no="F00001")
    assert (first.village_id, first.road, first.heads, first.phone) == (GUANGMING, "paved", 4, "13800000001")
    assert first.note == "50%", "a field that the file has not gets the default of the model"
    spouse = Member.objects.get(number=number(11))
    assert (spouse.family, spouse.village_id, spouse.initials) == (first, GUANGMING, "czq")
    assert spouse.born_on == date(1980, 5, 6)
    assert run.outcome == {"added": 5, "changed": 0}


def test_the_same_file_twice_changes_nothing(start: Start, county: Actor, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 户=[family(1)], 人=[member(1)])
    imported(start(path), county)
    again = start(path)
    assert totals(again) == (0, 0, 2, 0)
    with pytest.raises(NotNow):
        runs.confirm(again, county)


def test_a_change_is_shown_with_before_and_after_and_raises_the_version(
    start: Start, county: Actor, tmp_path: Path
) -> None:
    imported(start(workbook(tmp_path / "a.xlsx", 户=[family(1)])), county)
    run = start(workbook(tmp_path / "b.xlsx", 户=[family(1, 住址="新址", 人口数=5)]))
    assert totals(run) == (0, 1, 0, 0)
    row = run.rows.get()
    assert (row.before["address"], row.before["heads"], row.data["address"]) == ("1号", 4, "新址")
    imported(run, county)
    after = Family.objects.get()
    assert (after.address, after.heads, after.version) == ("新址", 5, 2)


def test_a_blank_cell_keeps_what_is_there_unless_blanks_are_to_clear(
    start: Start, county: Actor, tmp_path: Path
) -> None:
    imported(start(workbook(tmp_path / "a.xlsx", 户=[family(1, 住房面积=80)])), county)
    path = workbook(tmp_path / "b.xlsx", 户=[family(1, 住址="", 住房面积="")])
    run = start(path)
    assert totals(run) == (0, 0, 1, 0)
    runs.set_clears_blanks(run, True)
    assert totals(run) == (0, 1, 0, 0)
    imported(run, county)
    after = Family.objects.get()
    assert (after.address, after.area, after.village_id) == ("", None, GUANGMING)


def test_good_rows_go_in_now_and_the_rest_later(start: Start, county: Actor, tmp_path: Path) -> None:
    bad = family(2, 户联系电话="123", 人口数="三口")
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1), bad, family(3)]))
    assert totals(run) == (2, 0, 0, 1)
    assert [(row, column) for row, column, _ in faults(run)] == [(3, "heads"), (3, "phone")]
    imported(run, county)
    assert set(Family.objects.values_list("family_no", flat=True)) == {"F00001", "F00003"}
    later = start(workbook(tmp_path / "b.xlsx", 户=[family(1), family(2), family(3)]))
    assert totals(later) == (1, 0, 2, 0)


def test_rows_of_another_county_are_refused_like_places_that_do_not_exist(start: Start, tmp_path: Path) -> None:
    elsewhere = family(1, **{"县（市、区）": "连州市", "镇（街道）": "星子镇", "村（社区）": "联西村"})
    nowhere = family(2, **{"县（市、区）": "无有市", "镇（街道）": "乌有镇", "村（社区）": "联西村"})
    run = start(workbook(tmp_path / "a.xlsx", 户=[elsewhere, nowhere]))
    assert totals(run) == (0, 0, 0, 2)
    (_, column, message), (_, _, other) = faults(run)
    assert column == "village"
    assert message.replace("连州市星子镇", "") == other.replace("无有市乌有镇", "")


def test_an_identity_known_elsewhere_is_refused_without_telling_where(
    start: Start, county: Actor, other_county: Actor, tmp_path: Path
) -> None:
    theirs = family(1, **{"县（市、区）": "连州市", "镇（街道）": "星子镇", "村（社区）": "联西村"})
    imported(start(workbook(tmp_path / "a.xlsx", 户=[theirs]), other_county), other_county)
    run = start(workbook(tmp_path / "b.xlsx", 户=[family(1)]))
    assert totals(run) == (0, 0, 0, 1)
    ((_, _, message),) = faults(run)
    assert "连州" not in message and "已" not in message and "存在" not in message


def test_members_find_families_of_the_database_but_not_those_of_others(
    start: Start, county: Actor, other_county: Actor, tmp_path: Path
) -> None:
    theirs = family(9, **{"县（市、区）": "连州市", "镇（街道）": "星子镇", "村（社区）": "联西村"})
    imported(start(workbook(tmp_path / "a.xlsx", 户=[theirs]), other_county), other_county)
    imported(start(workbook(tmp_path / "b.xlsx", 户=[family(1)])), county)
    run = start(workbook(tmp_path / "c.xlsx", 人=[member(1), member(2, 9), member(3, 404)]))
    assert totals(run) == (1, 0, 0, 2)
    assert {message.replace("F00009", "").replace("F00404", "") for _, _, message in faults(run)} == {
        "找不到“户编号”为“”的记录，或不在您的工作范围内，请核对"
    }


def test_a_member_of_a_faulty_family_is_told_which_row_to_mend(start: Start, tmp_path: Path) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1, 人口数="很多")], 人=[member(1)]))
    assert totals(run) == (0, 0, 0, 2)
    assert "“户”表第 2 行有错" in faults(run)[1][2]


def test_two_rows_of_one_identity_are_both_named_and_equal_rows_count_once(start: Start, tmp_path: Path) -> None:
    rows = [family(1), family(1, 住址="别处"), family(2), family(2)]
    run = start(workbook(tmp_path / "a.xlsx", 户=rows))
    assert totals(run) == (1, 0, 1, 2)
    found = faults(run)
    assert [row for row, _, _ in found] == [2, 3]
    assert "第 3 行" in found[0][2] and "第 2 行" in found[1][2]


def test_two_heads_in_a_family_are_found_in_the_file_and_against_the_database(
    start: Start, county: Actor, tmp_path: Path
) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1)], 人=[member(1), member(2, 1)]))
    assert totals(run) == (1, 0, 0, 2)
    assert all("两个户主" in message for _, _, message in faults(run))
    imported(start(workbook(tmp_path / "b.xlsx", 户=[family(1)], 人=[member(1)])), county)
    later = start(workbook(tmp_path / "c.xlsx", 人=[member(2, 1)]))
    assert totals(later) == (0, 0, 0, 1)


def test_what_the_database_would_refuse_is_told_by_row_before(start: Start, tmp_path: Path) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1, 人口数=31), family(2)]))
    assert totals(run) == (1, 0, 0, 1)
    assert faults(run) == [(2, "heads", "人口数最多 30")]


def test_a_new_row_needs_what_a_change_does_not(start: Start, county: Actor, tmp_path: Path) -> None:
    imported(start(workbook(tmp_path / "a.xlsx", 户=[family(1)], 人=[member(1)])), county)
    short = [{"证件号码": number(1), "务工月收入": 2000}, {"证件号码": number(2), "务工月收入": 2000}]
    run = start(workbook(tmp_path / "b.xlsx", 人=short))
    assert totals(run) == (0, 1, 0, 1)
    messages = {message for _, _, message in faults(run)}
    assert "新增一行必须填写“姓名”" in messages
    imported(run, county)
    assert Member.objects.get().wage == 2000


def test_a_withdrawn_row_does_not_stand_in_the_way(start: Start, county: Actor, tmp_path: Path) -> None:
    imported(start(workbook(tmp_path / "a.xlsx", 户=[family(1)])), county)
    Family.objects.update(withdrawn_at="2023-01-01T00:00:00Z")
    run = start(workbook(tmp_path / "b.xlsx", 户=[family(1)]))
    assert totals(run) == (1, 0, 0, 0)
    imported(run, county)
    assert Family.objects.filter(withdrawn_at=None).count() == 1


def test_history_names_the_import_the_person_and_the_reason(start: Start, county: Actor, tmp_path: Path) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1)]))
    runs.confirm(run, county, "季度更新")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.pgh_label, c.metadata FROM exchange_toys_familyevent e JOIN pghistory_context c ON c.id = e.pgh_context_id"
        )
        ((label, metadata),) = cursor.fetchall()
    assert label == "insert"
    told: dict[str, Any] = metadata if isinstance(metadata, dict) else __import__("json").loads(metadata)
    assert (told["import"], told["user"], told["reason"], told["act"]) == (run.pk, run.user_id, "季度更新", "import")


def test_an_import_is_undone_as_a_whole(start: Start, county: Actor, tmp_path: Path) -> None:
    imported(start(workbook(tmp_path / "a.xlsx", 户=[family(1, 住房面积=80)])), county)
    run = imported(
        start(workbook(tmp_path / "b.xlsx", 户=[family(1, 住房面积=95.5), family(2)], 人=[member(2)])), county
    )
    assert Family.objects.get(family_no="F00001").area == Decimal("95.50")
    runs.ask_undo(run, "传错了")
    assert run.state == State.UNDONE
    assert run.outcome["removed"] == 2 and run.outcome["restored"] == 1
    only = Family.objects.get()
    assert (only.family_no, only.area, only.version) == ("F00001", Decimal("80.00"), 3)
    assert not Member.objects.exists()
    again = start(workbook(tmp_path / "c.xlsx", 户=[family(2)]))
    assert totals(again) == (1, 0, 0, 0), "what was undone can come in again"


def test_undo_leaves_rows_that_were_changed_or_used_since(start: Start, county: Actor, tmp_path: Path) -> None:
    run = imported(start(workbook(tmp_path / "a.xlsx", 户=[family(1), family(2), family(3)])), county)
    imported(start(workbook(tmp_path / "b.xlsx", 户=[family(1, 住址="改过")], 人=[member(2)])), county)
    runs.ask_undo(run)
    assert {name: run.outcome[name] for name in ("removed", "kept_changed", "kept_used")} == {
        "removed": 1,
        "kept_changed": 1,
        "kept_used": 1,
    }
    assert set(Family.objects.values_list("family_no", flat=True)) == {"F00001", "F00002"}
    with pytest.raises(NotNow):
        runs.ask_undo(run)


def test_a_row_that_changed_after_the_preview_is_shown_again_before_it_is_overwritten(
    start: Start, county: Actor, tmp_path: Path
) -> None:
    imported(start(workbook(tmp_path / "a.xlsx", 户=[family(1)])), county)
    run = start(workbook(tmp_path / "b.xlsx", 户=[family(1, 住址="表里的")]))
    Family.objects.update(address="别人刚改的", version=2)
    runs.confirm(run, county)
    assert run.state == State.PREVIEWED
    assert "预览之后有 1 行" in run.message
    assert Family.objects.get().address == "别人刚改的"
    assert run.rows.get().before["address"] == "别人刚改的"
    imported(run, county)
    assert Family.objects.get().address == "表里的"


def test_confirming_twice_writes_once(start: Start, county: Actor, tmp_path: Path) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1)]))
    second = ImportRun.objects.get(pk=run.pk)
    imported(run, county)
    with pytest.raises(NotNow, match="不用再点"):
        runs.confirm(second, county)
    assert Family.objects.count() == 1


def test_a_file_discarded_leaves_nothing_behind(start: Start, tmp_path: Path) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1)]))
    runs.discard(run)
    assert not run.rows.exists()
    assert not run.file
    with pytest.raises(NotNow):
        runs.discard(run)


def test_a_village_clerk_need_not_name_the_village(start: Start, cast: dict[str, Any], tmp_path: Path) -> None:
    clerk = Actor.of(cast["村干"], date.today())  # noqa: DTZ011
    row = {"户编号": "F1", "住址": "一队"}
    run = start(grid(tmp_path / "a.xlsx", [list(row), list(row.values())]), clerk)
    assert totals(run) == (1, 0, 0, 0)
    assert run.rows.get().data["village_id"] == clerk.homes[0].code


def test_hostile_text_is_only_text(start: Start, county: Actor, tmp_path: Path) -> None:
    nasty = [
        "'); DROP TABLE exchange_toys_family; --",
        "<script>alert(1)</script>",
        "😀🎉",
        "\\N\t\\",
        '"{}',
        "100%s %(x)s",
    ]
    rows = [family(serial, 备注=text) for serial, text in enumerate(nasty)]
    imported(start(workbook(tmp_path / "a.xlsx", 户=rows)), county)
    kept = list(Family.objects.order_by("family_no").values_list("note", flat=True))
    assert kept == [text.strip() for text in nasty[:3]] + ["\\N \\", *nasty[4:]]


def test_ten_thousand_characters_fit_a_text_and_are_refused_by_a_short_field(start: Start, tmp_path: Path) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1, 备注="长" * 10_000), family(2, 住址="长" * 10_000)]))
    assert totals(run) == (1, 0, 0, 1)
    assert faults(run)[0][2] == "有 10000 个字，最多 80 个，请缩短"


def test_a_birth_in_the_future_is_refused(start: Start, county: Actor, tmp_path: Path) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1)], 人=[member(1, 出生日期="2099-01-01")]))
    assert "太晚" in faults(run)[0][2]
