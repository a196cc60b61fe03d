"""项目库 in a real browser: a village declares on a phone and hangs its notice; the town merges; the county plans."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from playwright.sync_api import expect

from bangfu.notices.models import PublicNotice
from bangfu.projects.models import DepartmentOpinion, Project
from bangfu.projects.tests.conftest import NEXT_VILLAGE, Way, actor_of, declare
from tests.journeys.steps import fits

__all__ = ["actor_of", "declare"]  # fixtures


def test_a_workshop_is_declared_on_a_phone_merged_reviewed_and_planned(
    page_of: Any, declare: Callable[..., Way], shot: Any
) -> None:
    first, second = declare(name="制衣车间").to_town(), declare(NEXT_VILLAGE, name="电子车间")
    second.take("post_village_notice", "队长", meeting_on="2026-03-01").wait(8).take("submit_to_town", "镇办")
    ready = declare(name="长者饭堂", sort="elderly_care").to_town().to_county()
    ready.row(DepartmentOpinion, "县局", department="财政局", asked_on=ready.on, is_agreed=True, given_on=ready.on)
    ready.take("admit", "县局")  # days of notices are told and not played: a notice hangs from the day it is posted

    phone = page_of("村干", phone=True)
    phone.goto("/projects/declare/")
    fits(phone)
    shot(phone, "80-declare")
    phone.get_by_label("项目名称").fill("文化广场")
    phone.locator("select[name=sort]").select_option("public_space")
    phone.get_by_label("需求和理由").fill("村里没有活动的地方")
    phone.get_by_label("计划投资（元）").fill("450000")
    phone.get_by_label("受益户数").fill("180")
    phone.get_by_label("受益人数").fill("700")
    phone.get_by_role("button", name="申报").tap()
    expect(phone).to_have_url(re.compile(r"/l/projects/[0-9]+/$"))
    shot(phone, "81-declared")
    phone.locator("input[name=post_village_notice-given_meeting_on]").fill("2026-03-01")
    phone.get_by_role("button", name="村公示").tap()
    expect(phone.locator("main")).to_contain_text("项目申报公示")
    wish = Project.objects.get(name="文化广场")
    assert wish.state == "village_notice" and PublicNotice.objects.filter(about=f"projects:{wish.pk}").count() == 1

    town = page_of("镇办")
    town.goto("/projects/merge/")
    for project in (first.project, second.project):
        town.locator(f"input[name=part][value='{project.pk}']").check()
    shot(town, "82-merge")
    town.get_by_label("合并后的项目名称").fill("东华镇帮扶车间")
    town.get_by_role("button", name="合并").click()
    expect(town.get_by_role("heading", level=1)).to_contain_text("东华镇帮扶车间")
    whole = Project.objects.get(name="东华镇帮扶车间")
    assert whole.planned_yuan == Decimal(1_800_000) and whole.state == "town_review"
    town.goto(f"/l/performance-goals/new/?project={whole.pk}")
    town.get_by_label("指标").fill("新增岗位")
    town.get_by_label("目标值").fill("60")
    town.get_by_role("button", name="保存").click()
    town.wait_for_url(re.compile(r"/l/performance-goals/[0-9]+/$"))
    town.goto(f"/l/projects/{whole.pk}/")
    town.locator("textarea[name=pass_town-given_opinion]").fill("同意上报")
    town.get_by_role("button", name="镇审核通过并公示").click()
    expect(town.locator("main")).to_contain_text("项目审核公示")
    shot(town, "83-reviewed")

    county = page_of("县局")
    county.goto("/projects/order/")
    row = county.locator("tr", has_text="长者饭堂")
    row.locator("summary").click()
    expect(row).to_contain_text("民生优先")
    shot(county, "84-order")
    county.goto(f"/l/projects/{ready.project.pk}/")
    county.locator("textarea[name=plan-given_document_no]").fill("英帮扶〔2026〕1号")
    county.get_by_role("button", name="列入年度计划并公告").click()
    expect(county.locator("main")).to_contain_text("年度项目计划公告")
    ready.project.refresh_from_db()
    assert ready.project.state == "planned"
