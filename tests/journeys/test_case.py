"""监测对象识别 1.1: the village's phone and the offices' desks take one household from the clue to the decision."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bangfu.accounts.actor import Actor
from bangfu.consolidation.cases import Case, open_case
from bangfu.consolidation.demo.way import Way, at
from bangfu.consolidation.referral_flow import refer
from bangfu.kernel import dates
from bangfu.notices.models import PublicNotice
from bangfu.people.models import Household, Person
from bangfu.people.tests.factories import family
from tests.journeys.steps import begin as begin_at
from tests.journeys.steps import day, fits

AGO = 20  # days since the clue: long enough for a notice over any holiday but the longest


@pytest.fixture
def case(cast: Any) -> Case:
    home, members = family()
    Person.objects.filter(pk=members["head"].pk).update(labour_skill="general_labour")
    clerk = Actor.of(cast["村干"], dates.today())
    return open_case(home, [], by=clerk, at=at(dates.today() - timedelta(days=AGO)))


def begin(page: Any, case: Case, label: str) -> None:
    begin_at(page, f"/l/cases/{case.pk}/", label)


def send(page: Any, label: str) -> None:
    """Presses the button, and is back on the case."""
    page.get_by_role("button", name=label).click()
    expect(page).to_have_url(re.compile(r"/l/cases/[0-9]+/$"))
    expect(page.locator("main")).to_contain_text("已登记")


def test_a_household_is_identified_from_a_phone_and_three_desks(case: Case, cast: Any, page_of: Any, shot: Any) -> None:
    phone = page_of("村干", phone=True)
    phone.goto(f"/l/households/{case.household_id}/")
    phone.get_by_role("link", name="监测对象识别：待入户核实").click()
    shot(phone, "60-case")
    phone.locator(".next-step").get_by_role("link", name="入户核实").click()
    phone.wait_for_url("**/consolidation/flows/**")
    day(phone, AGO - 1)
    phone.get_by_label("核实人").fill("罗水生、黄雪梅")
    phone.get_by_label("核实情况").fill("户主受伤，打工收入断了")
    for name in ("has_safe_water", "has_dropout", "has_uninsured", "lacks_food", "lacks_clothes"):
        phone.locator(f"input[name={name}][value={'true' if name == 'has_safe_water' else 'false'}]").check(force=True)
    phone.locator("input[name=house_grade][value=A]").check(force=True)
    phone.locator("#id_wage_income").fill("26000")
    shot(phone, "61-check")
    send(phone, "核实完毕")
    expect(phone.get_by_text("= 人均纯收入（元）")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("5,200")
    head = Person.objects.get(household=case.household, relation_to_head="head")
    begin(phone, case, "承诺授权")
    day(phone, AGO - 1)
    phone.locator("input[name=form][value=electronic]").check(force=True)
    phone.get_by_label("证件号码后四位").fill(head.identity_no[-4:])
    phone.get_by_label("签署人已看过").check(force=True)
    shot(phone, "62-consent")
    send(phone, "登记授权")
    county = page_of("县局")
    begin(county, case, "信息比对")
    day(county, AGO - 2)
    shot(county, "63-comparison")
    send(county, "登记比对结果")
    begin(phone, case, "民主评议")
    day(phone, AGO - 3)
    for label, value in (("到会人数", "30"), ("同意人数", "28"), ("主持人和记录人", "罗水生"), ("评议记录", "都同意")):
        phone.get_by_label(label, exact=False).first.fill(value)
    phone.locator("input[name=risks][value=accident]").check(force=True)
    shot(phone, "64-review")
    send(phone, "登记评议结果")
    begin(phone, case, "张贴公示")
    phone.get_by_label("补充说明").fill("有事打 138-0013-8000")
    phone.get_by_role("button", name="张贴公示").click()
    expect(phone.locator(".form-errors")).to_contain_text("不能写号码")
    shot(phone, "65-private")
    way = Way(lambda name: Actor.of(cast[name], dates.today()), case, dates.today() - timedelta(days=AGO - 4))
    way.post()  # a notice hangs from the day it is posted, so this one day is told and not played
    assert "陈*强" in PublicNotice.objects.get().body
    town = page_of("镇办")
    town.goto(f"/l/cases/{case.pk}/")
    shot(town, "66-town")
    town.get_by_role("button", name="镇审核").click()
    expect(town.locator("main")).to_contain_text("待县审定")
    expect(town.get_by_role("button", name="镇审核")).to_have_count(0)
    county.goto(f"/l/cases/{case.pk}/")
    county.get_by_role("button", name="县级审定").click()
    expect(county.locator("main")).to_contain_text("待公告")
    shot(county, "67-decided")
    home = Household.objects.get(pk=case.household_id)
    assert (home.monitored_kind, home.identified_month) == ("marginal", dates.today().replace(day=1))


def test_the_department_receives_a_referral_and_answers_it(cast: Any, page_of: Any, shot: Any) -> None:
    home, _ = family()
    given = {"reason": "符合低保条件", "unit": cast["部门"].unit, "case": None, "at": timezone.now()}
    referral = refer(home, by=Actor.of(cast["镇办"], dates.today()), **given)
    department = page_of("部门")
    department.goto("/")
    department.get_by_role("main").get_by_role("link", name=re.compile("去办：.*移交民政")).first.click()
    expect(department).to_have_url(re.compile(rf"/l/referrals/{referral.pk}/"))
    department.get_by_role("button", name="签收", exact=True).click()
    expect(department.locator("main")).to_contain_text("已办理“签收”")
    department.get_by_label("答复说明").fill("从本月起发放")
    shot(department, "70-referral")
    fits(department)
    department.get_by_role("button", name="纳入低保", exact=True).click()
    expect(department.locator("main")).to_contain_text("已办理“答复”")
    expect(department.locator("main")).to_contain_text("从本月起发放")
    referral.refresh_from_db()
    assert (referral.state, referral.outcome) == ("answered", "subsistence_allowance")
    assert page_of("外县").goto(f"/l/referrals/{referral.pk}/").status == 404
