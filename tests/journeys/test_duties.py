"""One act recorded once on a phone counts at every place that asks for it (5.1), and a missed year opens to its rows."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from bangfu.activities.activity import Activity, ActivityUnit
from bangfu.activities.tests.pairing import TOWN, paired
from bangfu.duties import changed
from bangfu.duties.standings import DutyStanding
from bangfu.kernel import dates
from bangfu.lawbook import views as guideline_pages
from bangfu.policy import guideline, source
from bangfu.policy.tests.test_guideline import NEXT, NEXT_PARAMETERS
from bangfu.site import week
from bangfu.units.models import Cadre
from tests.journeys.steps import fits

DUTY = "分管负责同志到镇调研"
SAID = "看了茶园，议定修路"


def _logged_on_a_phone(phone: Any, standing: DutyStanding, day: str) -> None:
    phone.goto("/duties/")
    fits(phone)
    phone.get_by_role("link", name=DUTY).click()
    phone.locator("main").get_by_role("link", name=standing.holder_name).first.click()
    expect(phone.locator("main")).to_contain_text("还差 2 次")
    phone.get_by_role("link", name="登记一次").click()
    phone.locator("[name=held_on]").fill(day)
    phone.locator("[name=people]").fill("黄副厅长")
    phone.locator("[name=result]").fill(SAID)
    rank = phone.get_by_text("分管负责同志")
    if rank.count():
        rank.first.click()
    phone.get_by_role("button", name="登记", exact=True).click()
    expect(phone.locator("body")).to_contain_text(f"{standing.holder_name}{DUTY} 1/2")


def test_one_field_study_counts_wherever_it_is_asked_and_what_was_missed_opens_to_rows(
    page_of: Any, cast: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    today = dates.today()
    last_week = max(week.monday(today) - timedelta(days=3), today.replace(month=1, day=1))
    _, unit, cadre = paired(cast)
    Cadre.objects.filter(pk=cadre.pk).update(user=cast["队长"])
    changed.count_everything(today)
    standing = DutyStanding.objects.get(duty="deputy_visit", unit=unit, first__year=today.year)

    phone = page_of("联络员", phone=True)
    _logged_on_a_phone(phone, standing, last_week.isoformat())
    # the diary and the week of the one who recorded it
    phone.goto(f"/activities/diary/?month={last_week:%Y-%m}")
    expect(phone.locator("main")).to_contain_text(SAID)
    phone.goto("/today/week/")
    fits(phone)
    if last_week < week.monday(today):
        expect(phone.locator("main")).to_contain_text("本地、本单位的调研")
    phone.goto("/")
    fits(phone)

    # the captain: the page of the team, and the report to the unit, sent with a remark
    captain = page_of("队长")
    captain.goto(f"/teams/{cadre.team_id}/")
    expect(captain.get_by_role("region", name="近期活动")).to_contain_text(SAID)
    expect(captain.get_by_role("region", name="年的要求")).to_contain_text("项")
    captain.get_by_role("link", name="向派出单位通报").click()
    captain.wait_for_url("**/activities/reports/**")
    captain.goto(f"{captain.url.split('?')[0]}?unit={unit.pk}&first={today.year}-01-01&last={today.year}-12-31")
    expect(captain.locator("main")).to_contain_text(SAID)
    captain.locator(f"[name=remark_{cadre.pk}]").fill("肯下力气")
    captain.get_by_role("button", name=f"发给{unit}").click()
    expect(captain.locator("main")).to_contain_text("肯下力气")
    phone.goto("/l/activities/?kind=member_report")
    expect(phone.locator("main")).to_contain_text("队员情况通报")

    desk = page_of("县局")
    desk.goto(f"/l/duty-standings/{standing.pk}/")
    expect(desk.locator("main")).to_contain_text("已有 1 次")
    desk.locator("main").get_by_role("link", name="调研").first.click()
    expect(desk.locator("main")).to_contain_text(SAID)
    for page in (f"/guideline/5.1/?place={TOWN}", f"/duties/?place={TOWN}", "/duties/?place=441881000000"):
        desk.goto(page)
        expect(desk.locator("main")).to_contain_text(DUTY)

    # what was not done last year: from the number on the board to its rows, and out as a file
    desk.goto(f"/duties/?year={today.year - 1}")
    desk.get_by_role("link", name="没有做到").first.click()
    expect(desk.locator("main")).to_contain_text(unit.name)
    desk.locator("main tbody a").first.click()
    expect(desk.locator("main")).to_contain_text("凭这些记录")
    desk.goto(f"/duties/?year={today.year - 1}")
    desk.get_by_role("link", name="导出名单").click()
    expect(desk.locator("main")).to_contain_text("导出")

    # the year is closed; a record that comes later is shown beside what was sealed
    desk.goto(f"/duties/?year={today.year - 1}")
    desk.get_by_role("button", name=f"封存 {today.year - 1} 年").click()
    desk.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(desk.locator("main")).to_contain_text("已于")
    _late(unit, today.year - 1)
    changed.settle(today=today)
    desk.goto(f"/duties/years/{today.year - 1}/")
    expect(desk.locator("main")).to_contain_text(f"多了 {today.year - 1}-06-01 的记录")

    # a made-up guideline of 2024: both stand side by side
    _next_version(monkeypatch, tmp_path)
    desk.goto("/guideline/compare/?from=2023&to=2024")
    expect(desk.locator("main")).to_contain_text("示例〔2024〕1号")
    expect(desk.locator("main")).to_contain_text(DUTY)
    monkeypatch.undo()

    outsider = page_of("外县")
    outsider.goto("/duties/")
    expect(outsider.locator("main")).not_to_contain_text(unit.name)
    for page in (
        f"/l/duty-standings/{standing.pk}/",
        f"/teams/{cadre.team_id}/",
        f"/activities/reports/{cadre.team_id}/",
    ):
        assert outsider.goto(page).status == 404


def _late(unit: Any, year: int) -> None:
    """A study of last June that is recorded only now."""
    row = Activity.objects.create(kind="field_study", held_on=date(year, 6, 1), division_id=TOWN, result="补登")
    ActivityUnit.objects.create(activity=row, unit=unit, rank="deputy_leader")


def _next_version(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    shutil.copytree(source.ROOT, folder / "guideline")
    root = folder / "guideline"
    (root / "2024" / "parameters").mkdir(parents=True)
    (root / "2024" / "articles.yaml").write_text(NEXT, encoding="utf-8")
    (root / "2024" / "parameters" / "leadership.yaml").write_text(NEXT_PARAMETERS, encoding="utf-8")
    both = SimpleNamespace(versions=lambda: guideline.versions(root), load=lambda name: guideline.load(name, root))
    monkeypatch.setattr(guideline_pages, "guideline", both)
