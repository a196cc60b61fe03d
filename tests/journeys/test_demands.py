"""A demand of thirty columns: twenty-seven fill themselves, the village answers three on a phone, the county hands it over."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
from playwright.sync_api import expect

from bangfu.demands.models import Demand
from bangfu.demands.tests.forms_of_askers import UNKNOWN, village_form
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.people.tests.factories import family
from tests.journeys.steps import fits
from tests.ledgers.samples import make


def test_thirty_columns_are_answered_with_three_questions(page_of: Any, cast: Any, shot: Any, tmp_path: Path) -> None:
    village = cast["村干"].grants.get().division
    family(village.code)
    toilets = registry.get("household-toilets")
    assert toilets
    make(toilets, village.code)
    form = tmp_path / "村情.xlsx"
    form.write_bytes(village_form())

    desk = page_of("县局")
    desk.goto("/demands/")
    desk.get_by_role("link", name="登记上级要数").click()
    for name, value in {
        "title": "村级基本情况统计表", "asker": "清远市农业农村局", "basis": "关于开展村情调查的通知",
        "document_no": "清农〔2026〕12号", "due_on": str(dates.today() + timedelta(days=5)), "places": f"东华镇{village.name}",
    }.items():  # fmt: skip
        desk.locator(f"#id_{name}").fill(value)
    desk.locator("#id_file").set_input_files(form)
    desk.get_by_role("button", name="下一步：对表头").click()
    expect(desk.locator("main")).to_contain_text("27 项系统里有")
    shot(desk, "demand-map")
    desk.get_by_role("button", name="对好了").click()
    desk.get_by_role("button", name="填表，没有的问村镇").click()
    expect(desk.locator("main")).to_contain_text("还有 3 格没答")
    shot(desk, "demand-open")
    demand = Demand.objects.get()

    phone = page_of("村干", phone=True)
    phone.goto("/")
    phone.locator("main").get_by_role("link", name="去答：村级基本情况统计表：3 格要您答").click()
    phone.wait_for_url(f"**/demands/{demand.pk}/answer/**")
    fits(phone)
    shot(phone, "demand-answer")
    phone.get_by_label(UNKNOWN[0]).fill("3")
    phone.get_by_label(UNKNOWN[0]).blur()
    expect(phone.locator("#progress")).to_contain_text("已答 1 / 3")
    phone.get_by_text("是", exact=True).click()
    expect(phone.locator("#progress")).to_contain_text("已答 2 / 3")
    phone.get_by_label(UNKNOWN[2]).fill("罗水生")
    phone.get_by_label(UNKNOWN[2]).blur()
    expect(phone.locator("#progress")).to_contain_text("全部答完")

    desk.goto(f"/l/demands/{demand.pk}/")
    desk.get_by_role("link", name="下载填好的表").click()
    with desk.expect_download() as taken:
        desk.get_by_role("button", name="下载").click()
    sheet = openpyxl.load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes()))["村情"]
    row = [sheet.cell(5, column).value for column in range(1, 31)]
    assert None not in row
    assert row[-3:] == [3, "是", "罗水生"]
    desk.goto(f"/l/demands/{demand.pk}/")
    desk.get_by_role("button", name="已交出").click()
    expect(desk.locator("main")).to_contain_text("同样的需求再来")

    outsider = page_of("外县")
    outsider.goto("/demands/")
    expect(outsider.locator("main")).not_to_contain_text("村级基本情况统计表")
    assert outsider.request.get(f"/l/demands/{demand.pk}/").status == 404
