"""The merged roster out and in again, the account of a cadre, and what is offered matched with what is asked."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from bangfu.accounts.models import Unit, User
from bangfu.activities.tests.pairing import FAR, TOWN, VILLAGE, paired
from bangfu.kernel import dates
from bangfu.units.models import Cadre, Resource, Team

TODAY = dates.today()


def _book(rows: list[list[str]]) -> SimpleUploadedFile:
    """As counties keep it: a title, merged cells for the team."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.merge_range(0, 0, 0, 5, "英德市驻镇工作队花名册")
        for number, row in enumerate([["镇街", "姓名", "职务", "选派单位", "联系电话", "任职时间"], *rows], 1):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
        sheet.merge_range(2, 0, 3, 0, rows[0][0])
    return SimpleUploadedFile("花名册.xlsx", written.getvalue())


def _told(page: Any) -> dict[str, str]:
    return {person.said["name"]: "；".join(person.faults) for person in page.context["people"]}


def test_a_roster_goes_out_merged_and_comes_in_with_its_faults_by_row(cast: Any, client_of: Any) -> None:
    _, unit, captain = paired(cast)
    other = Unit.objects.create(name="广州市第一中学", kind="city")
    county = client_of("县局")
    rows = [
        ["东华镇", "陈志强", "队长", unit.name, "13800000001", "2024-07-01"],
        ["", "黄雪梅", "队员", other.name, "13800000002", "2025年3月1日"],
        ["东华镇", "李四", "队长", unit.name, "", "2025-03-01"],
        ["东华镇", "王五", "队员", "广州第一中学", "", "2025-03-01"],
        ["不知镇", "赵六", "队员", unit.name, "", "2025-03-01"],
        ["东华镇", "孙七", "副队长", unit.name, "", "2025-03-01"],
        ["东华镇", "周八", "队员", unit.name, "", ""],
        ["东华镇", "吴九" * 30, "队员", unit.name, "", "2025-03-01"],
    ]
    page = county.post("/roster/", {"file": _book(rows)})
    told = _told(page)
    assert told["陈志强"] == told["黄雪梅"] == ""
    assert "已有队长陈志强" in told["李四"] and "是不是“广州市第一中学”" in told["王五"]
    assert "不知镇" in told["赵六"] and "书面意见" in told["孙七"] and "到任日期" in told["周八"]
    assert "姓名有 60 个字，最多 40 个" in told["吴九" * 30]
    assert (page.context["new"], page.context["changed"]) == (1, 1)
    assert Cadre.objects.count() == 1, "nothing is written before it is looked over"
    for _ in range(2):
        county.post("/roster/", {"act": "write", "read": page.context["kept"]})
    assert list(Cadre.objects.order_by("pk").values_list("name", "phone", "from_on")) == [
        ("陈志强", "13800000001", captain.from_on), ("黄雪梅", "13800000002", date(2025, 3, 1)),
    ]  # fmt: skip

    sheet = load_workbook(io.BytesIO(county.get("/roster/file/").content)).active
    assert "A3:A4" in map(str, sheet.merged_cells.ranges)
    assert [sheet.cell(row, 5).value for row in (2, 3, 4)] == ["姓名", "陈志强", "黄雪梅"]
    assert sheet["C3"].value == unit.name and sheet["J3"].value == "138****0001"
    out = SimpleUploadedFile("again.xlsx", county.get("/roster/file/").content)
    assert county.post("/roster/", {"file": out}).context["same"] == 2, "what went out comes in unchanged"

    late = [["东华镇", "陈志强", "队长", unit.name, "13800000001", "2099-01-01"], rows[1]]
    captain.refresh_from_db()
    Cadre.objects.filter(pk=captain.pk).update(to_on=date(2098, 1, 1))
    assert "早于" in _told(county.post("/roster/", {"file": _book(late)}))["陈志强"], (
        "a change is judged like a new row"
    )

    outside = client_of("外县")
    assert load_workbook(io.BytesIO(outside.get("/roster/file/").content)).active.max_row == 2
    assert all(outside.post("/roster/", {"file": _book(rows)}).context["people"][n].faults for n in range(2))
    refused = county.post("/roster/", {"file": SimpleUploadedFile("x.xlsx", b"%PDF-1.7 no sheet")})
    assert refused.status_code == 422 and "PDF" in refused.content.decode()


def test_a_cadre_gets_the_account_of_the_same_name_and_phone_or_one_that_is_picked(cast: Any, client_of: Any) -> None:
    _, _, cadre = paired(cast)
    user: User = cast["队员"]
    User.objects.filter(pk=user.pk).update(name="陈志强", phone="13800000001")
    Cadre.objects.update(phone="13800000001")
    town, address = client_of("镇办"), f"/cadres/{cadre.pk}/account/"
    assert f"关联账号 {user.username}" in town.get(f"/teams/{cadre.team_id}/").content.decode()
    assert client_of("外县").post(address, {"act": "offered"}).status_code == 404
    town.post(address, {"act": "offered"})
    assert Cadre.objects.get().user == user
    town.post(address, {"act": "off"})
    assert Cadre.objects.get().user is None
    town.post(address, {"act": "choose", "account": cast["队长"].pk, "account-text": ""})
    assert Cadre.objects.get().user == cast["队长"]
    assert town.post(address, {"act": "choose", "account": cast["外县"].pk}).status_code == 422


def _resource(side: str, title: str, division: int, **more: Any) -> Resource:
    given = {"kind": "training", "from_on": TODAY} | more
    return Resource.objects.create(side=side, title=title, division_id=division, **given)


def test_offers_are_suggested_with_reasons_matched_both_ways_and_closed_with_a_result(
    cast: Any, client_of: Any
) -> None:
    _, unit, _ = paired(cast)
    asked = _resource("asked", "想请人教直播", VILLAGE)
    by_group = _resource("offered", "电商培训", FAR, unit=unit)
    near = _resource("offered", "种茶培训", TOWN)
    _resource("offered", "别处的", FAR)
    _resource("offered", "过期的", TOWN, open_until=TODAY - timedelta(days=1))
    _resource("offered", "别的一类", TOWN, kind="goods")
    village, address = client_of("村干"), f"/resources/{asked.pk}/match/"
    suggested = village.get(f"/l/resources/{asked.pk}/").context["suggested"]
    assert [each.resource.title for each in suggested] == ["电商培训", "种茶培训"]
    assert suggested[0].reasons[0] == f"{unit}是本镇的组团单位"
    assert client_of("外县").post(address, {"act": "match", "other": by_group.pk}).status_code == 404
    for _ in range(2):
        village.post(address, {"act": "match", "other": by_group.pk})
    village.post(address, {"act": "match", "other": near.pk})
    asked.refresh_from_db()
    by_group.refresh_from_db()
    near.refresh_from_db()
    assert (asked.matched, by_group.matched, near.matched) == (by_group, asked, None)
    village.post(address, {"act": "part", "result": "时间对不上"})
    village.post(address, {"act": "match", "other": near.pk})
    village.post(address, {"act": "done", "result": "办了两期，40 人"})
    near.refresh_from_db()
    assert (near.matched, near.result, near.closed_on) == (asked, "办了两期，40 人", TODAY)
    assert Team.objects.count() == 1


def test_a_team_without_a_captain_is_a_to_do_of_its_town_until_it_has_one(cast: Any, client_of: Any) -> None:
    paired(cast)
    words = "东华镇工作队现在没有队长"

    def told(who: str) -> list[str]:
        return [todo.what for todo in client_of(who).get("/").context["todos"] if "队长" in todo.what]

    assert told("镇办") == []
    Cadre.objects.update(to_on=TODAY - timedelta(days=1))
    assert told("镇办") == [words]
    assert told("外县") == told("村干") == []
