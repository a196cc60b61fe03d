"""In a real browser: a county sets its line on a phone, the province pastes the yearly notice at a desk."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bangfu.lawbook import holidays, parameters
from bangfu.lawbook.models import Holiday, ParameterOverride
from tests.fixtures.cast import Cast

YINGDE = 441881000000
PageOf = Callable[..., Any]
pytestmark = pytest.mark.django_db(transaction=True)


def save(page: Any) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="保存").click()


def test_a_county_officer_sets_the_line_of_his_county_and_then_the_next_years(page_of: PageOf, cast: Cast) -> None:
    page = page_of("县局", phone=True)
    page.goto("/guideline/")
    page.get_by_role("link", name="防止返贫监测范围").first.click()
    page.wait_for_url("**/new/**")
    assert page.get_by_label("适用地方").input_value() == "清远市英德市"
    page.get_by_label("数值").fill("8800")
    page.get_by_label("生效日期").fill("2024-01-01")
    page.get_by_label("文件号").fill("英府办〔2024〕3号")
    save(page)
    assert page.get_by_text("已登记。清远市英德市从 2024-01-01 起按 8,800 元/人·年 执行").is_visible()

    page.goto("/guideline/parameters/monitoring_line_yuan/new/")
    page.get_by_label("数值").fill("9200")
    page.get_by_label("生效日期").fill("2025-01-01")
    page.get_by_label("文件号").fill("英府办〔2025〕1号")
    save(page)
    page.get_by_label("原来的 8,800 元/人·年（英府办〔2024〕3号）到 2024-12-31 止").check()
    assert page.get_by_label("适用地方").input_value() == "清远市英德市", "what was typed is still there"
    save(page)
    assert parameters.value("monitoring_line_yuan", date(2024, 12, 31), YINGDE) == 8800
    assert parameters.value("monitoring_line_yuan", date(2025, 1, 1), YINGDE) == 9200
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out of the phone"


def test_a_mistake_is_withdrawn_with_its_reason(page_of: PageOf, cast: Cast) -> None:
    row = ParameterOverride.objects.create(
        code="village_notice_days",
        division_id=YINGDE,
        value="7",
        from_on=date(2024, 1, 1),
        document_no="示例〔2024〕1号",
    )
    page = page_of("县局")
    page.goto(row.get_absolute_url())
    page.get_by_label("撤回的原因").fill("登记错了地方")
    with page.expect_navigation():
        page.get_by_role("button", name="撤回这条登记").click()
    page.get_by_text("已撤回，就当没有登记过").wait_for()
    row.refresh_from_db()
    assert row.withdrawn_reason == "登记错了地方"


def test_the_province_pastes_the_notice_looks_and_registers_and_takes_out_again(page_of: PageOf, cast: Cast) -> None:
    page = page_of("省厅")
    page.goto("/guideline/working-days/")
    page.get_by_role("link", name="登记放假安排").click()
    page.wait_for_url("**/new/")
    page.get_by_label("年份").fill("2027")
    page.get_by_label("文件号").fill("国办发明电〔2026〕8号")
    page.get_by_label("放假安排").fill(
        "一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。\n二、春节：2月5日至11日放假。"
    )
    page.get_by_role("button", name="查看读到了什么").click()
    page.get_by_text("读到 10 天，其中要登记的 10 天").wait_for()
    page.get_by_role("button", name="登记").click()
    page.get_by_text("已登记 10 天").wait_for()
    assert not holidays.is_workday(date(2027, 2, 8))

    page.get_by_role("button", name="删除").last.click()
    page.get_by_label("删除原因").fill("通知已改")
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    page.get_by_text("已删除 7 天").wait_for()
    page.get_by_text("通知已改").wait_for()
    assert Holiday.objects.count() == 3
