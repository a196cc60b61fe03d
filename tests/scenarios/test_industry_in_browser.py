"""4.1 on a phone and 4.2 at a desk, in a real browser: the first page tells it, it is done, it is gone and counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from bangfu.industry.models import BusinessEntity, FarmerLinkage, Product, Purchase
from bangfu.kernel import dates
from bangfu.people.tests.factories import family
from tests.journeys.steps import fits

pytestmark = pytest.mark.django_db(transaction=True)
TOWN = 441881137000


def promise(number: str) -> FarmerLinkage:
    """More than a year old, and nothing paid."""
    home, _ = family()
    day = dates.today()
    entity = BusinessEntity.objects.create(division_id=TOWN, name="样例农场", kind="family_farm")
    return FarmerLinkage.objects.create(
        village_id=home.village_id, agreement_no=number, business_entity=entity, household=home, mode="asset_income",
        from_on=day - timedelta(days=400), to_on=day + timedelta(days=300), promised_yuan=3000,
    )  # fmt: skip


def order(number: str) -> Purchase:
    product = Product.objects.create(division_id=TOWN, name="样例笋干", kind="vegetable", is_public=True)
    day = dates.today()
    return Purchase.objects.create(
        division_id=TOWN, product=product, order_no=number, buyer_kind="enterprise", amount_yuan=1234, ordered_on=day,
        deliver_by_on=day,
    )  # fmt: skip


def test_a_promise_is_paid_on_a_phone_and_an_order_delivered_at_a_desk(page_of: Callable[..., Any], cast: Any) -> None:
    promise("样-联-1")
    order("样-单-1")
    phone = page_of("村干", phone=True)
    phone.goto("/")
    expect(phone.locator("main")).to_contain_text("1 份联农协议的承诺没有兑现完")
    phone.locator('main a[href="/industry/linkage-book/?lacking=1"]').first.tap()
    phone.get_by_role("link", name="样-联-1").tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("样-联-1")
    fits(phone)
    phone.get_by_role("link", name="登记兑现", exact=True).tap()
    phone.wait_for_url("**/l/linkage-payments/new/**")
    phone.locator("#id_paid_on").fill(dates.today().isoformat())
    phone.locator("#id_purpose").select_option("dividend")
    phone.locator("#id_amount_yuan").fill("3000")
    phone.locator("#id_receipt_no").fill("转-1")
    phone.get_by_role("button", name="保存").tap()
    phone.get_by_text("已保存。计入").wait_for()  # the draft says 已保存 too
    phone.goto("/industry/linkage-book/?lacking=1")
    expect(phone.locator("main")).to_contain_text("没有协议")

    desk = page_of("镇办")
    desk.goto("/")
    expect(desk.locator("main")).to_contain_text("1 单消费帮扶订单等交货")
    desk.locator('main a[href^="/l/purchases/?stat="]').first.click()
    desk.get_by_role("link", name="样-单-1").click()
    desk.get_by_role("link", name="修改").click()
    desk.wait_for_url("**/edit/")
    desk.locator("#id_bought_on").fill(dates.today().isoformat())
    desk.get_by_role("button", name="保存").click()
    desk.get_by_text("已保存。计入").wait_for()
    desk.goto("/industry/sales/")
    expect(desk.locator("main table")).to_contain_text("1,234.00")
    fits(desk)
