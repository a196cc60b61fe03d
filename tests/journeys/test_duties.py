"""One act recorded once on a phone counts at every place that asks for it (5.1), and a missed year opens to its rows."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from bangfu.activities.tests.pairing import paired
from bangfu.duties import changed
from bangfu.duties.standings import DutyStanding
from bangfu.kernel import dates
from tests.journeys.steps import TOO_WIDE

DUTY = "分管负责同志到镇调研"


def test_one_field_study_counts_for_the_duty_the_board_the_guideline_and_the_diary(page_of: Any, cast: Any) -> None:
    today = dates.today()
    group, unit, _ = paired(cast)
    changed.count_everything(today)
    standing = DutyStanding.objects.get(duty="deputy_visit", unit=unit, first__year=today.year)

    phone = page_of("联络员", phone=True)
    phone.goto("/duties/")
    assert phone.evaluate(TOO_WIDE) <= 0
    phone.get_by_role("link", name=DUTY).click()
    phone.locator("main").get_by_role("link", name=standing.holder_name).first.click()
    expect(phone.locator("main")).to_contain_text("还差 2 次")
    phone.get_by_role("link", name="登记一次").click()
    phone.locator("[name=people]").fill("黄副厅长")
    phone.locator("[name=result]").fill("看了茶园，议定修路")
    rank = phone.get_by_text("分管负责同志")
    if rank.count():
        rank.first.click()
    phone.get_by_role("button", name="登记", exact=True).click()
    expect(phone.locator("body")).to_contain_text(f"{standing.holder_name}{DUTY} 1/2")

    desk = page_of("县局")
    desk.goto(f"/l/duty-standings/{standing.pk}/")
    expect(desk.locator("main")).to_contain_text("已有 1 次")
    desk.locator("main").get_by_role("link", name="调研").first.click()
    expect(desk.locator("main")).to_contain_text("看了茶园，议定修路")
    desk.goto("/guideline/5.1/")
    expect(desk.locator("main")).to_contain_text(DUTY)

    # what was not done last year: from the number on the board to its rows, and out as a file
    desk.goto(f"/duties/?year={today.year - 1}")
    row = desk.locator("tr", has_text=DUTY)
    row.locator("a.state-bad").click()
    expect(desk.locator("main")).to_contain_text(unit.name)
    desk.get_by_role("link", name="导出").first.click()
    expect(desk.locator("main")).to_contain_text("导出")

    desk.goto(f"/duties/?year={today.year - 1}")
    desk.once("dialog", lambda dialog: dialog.accept())
    desk.get_by_role("button", name=f"封存 {today.year - 1} 年").click()
    confirm = desk.get_by_role("dialog").get_by_role("button", name="确定")
    if confirm.count():
        confirm.click()
    expect(desk.locator("main")).to_contain_text("已于")

    outsider = page_of("外县")
    outsider.goto("/duties/")
    expect(outsider.locator("main")).not_to_contain_text(unit.name)
    assert outsider.goto(f"/l/duty-standings/{standing.pk}/").status == 404
