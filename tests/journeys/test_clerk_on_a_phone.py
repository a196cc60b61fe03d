"""村干: a phone, two bars of signal, one task: enter a household's toilet; nothing typed is ever lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from bangfu.construction.models import HouseholdToilet
from bangfu.ledger import registry
from bangfu.ledger.attachments import Attachment
from bangfu.ledger.drafts import Draft
from bangfu.people.models import Household
from tests.journeys.people import VILLAGE, WHO, families
from tests.journeys.test_outsider import PNG

TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SAVED = ".draft-status:has-text('已保存')"
MOST_KEYS = 8


@pytest.fixture
def clerk(page_of: Any, cast: Any, tmp_path: Path) -> Any:
    """The page of 村干 after the log-in page's button, at home in the village of WHO."""
    families(cast, tmp_path)
    page = page_of("", phone=True)
    page.goto("/")
    page.get_by_role("button", name="以村干身份进入").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("今日")
    assert page.locator(".place-name").inner_text() in (VILLAGE, f"{VILLAGE}委会")
    return page


def toilet_form(page: Any) -> Any:
    """The form that the household's page offers, with the household in it."""
    home = Household.objects.get(head_name=WHO)
    page.goto(f"/l/households/{home.pk}/")
    page.locator("summary", has_text="还没有记录").tap()
    page.get_by_role("link", name="登记户厕台账").tap()
    page.wait_for_url("**/l/household-toilets/new/**")  # loaded: before that, nobody keeps what is typed
    expect(page.locator("#id_household")).to_have_value(f"{WHO}户")
    return page


def test_a_household_is_found_by_initials_and_its_toilet_entered_with_few_inputs(clerk: Any, shot: Any) -> None:
    shot(clerk, "20-today")
    keys = "styx"
    assert len(keys) <= MOST_KEYS
    clerk.get_by_role("link", name="搜索").tap()
    clerk.wait_for_url("**/search/**")
    clerk.locator("main [data-search]").press_sequentially(keys)
    hit = clerk.locator("#hits a.hit", has_text=f"{WHO}户")
    hit.wait_for()
    shot(clerk, "21-found")
    hit.tap()
    expect(clerk.get_by_role("heading", level=1)).to_contain_text(WHO)
    shot(clerk, "22-household")
    toilet_form(clerk)
    shot(clerk, "23-toilet")
    clerk.get_by_label("厕所类型", exact=False).select_option(label="三格化粪池式")  # the one thing to be said
    clerk.get_by_role("button", name="保存", exact=True).tap()
    clerk.get_by_text("已保存。计入：2.3 户厕台账").wait_for()
    shot(clerk, "24-saved")
    toilet = HouseholdToilet.objects.get()
    assert (toilet.kind, toilet.status, toilet.household.head_name) == ("three_chamber", "sound", WHO)

    clerk.set_input_files("#file", {"name": "厕所.png", "mimeType": "image/png", "buffer": PNG})
    clerk.get_by_text("已添加 厕所.png").wait_for()
    photo = clerk.locator(".attachment a").get_attribute("href")
    answer = clerk.request.get(photo)
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    assert Attachment.objects.get().added_by.username == "cungan"


def test_a_session_lost_in_the_middle_of_a_form_loses_nothing(clerk: Any, shot: Any) -> None:
    toilet_form(clerk)
    clerk.get_by_label("问题", exact=False).fill("化粪池渗漏")
    clerk.get_by_label("厕所类型", exact=False).select_option("dry_pit")
    Session.objects.all().delete()
    clerk.get_by_role("button", name="保存", exact=True).tap()
    bar = clerk.locator(".session-bar")
    expect(bar).to_contain_text("您填的内容还在这一页，没有丢")
    shot(clerk, "25-session")
    with clerk.expect_popup() as opened:
        bar.get_by_role("link", name="在新窗口登录").tap()
    login = opened.value
    login.get_by_role("button", name="以村干身份进入").tap()
    expect(login.get_by_text("可以关掉这一页")).to_be_visible()
    shot(login, "26-logged-in")
    login.close()
    bar.get_by_role("button", name="已登录，继续").tap()
    expect(bar).to_have_count(0)
    clerk.get_by_role("button", name="保存", exact=True).tap()
    clerk.get_by_text("已保存。计入").wait_for()
    toilet = HouseholdToilet.objects.get()
    assert (toilet.kind, toilet.problem) == ("dry_pit", "化粪池渗漏")
    assert not Draft.objects.exists()


def test_a_closed_tab_leaves_a_draft_that_today_offers(clerk: Any, shot: Any) -> None:
    toilet_form(clerk)
    clerk.get_by_label("问题", exact=False).fill("化粪池渗漏")
    clerk.wait_for_selector(SAVED)
    context = clerk.context
    clerk.close()
    page = context.new_page()
    page.goto("/")
    shot(page, "27-draft")
    page.get_by_role("link", name=re.compile("接着填")).tap()
    expect(page.get_by_label("问题", exact=False)).to_have_value("化粪池渗漏")
    expect(page.locator("#id_household")).to_have_value(f"{WHO}户")
    expect(page.get_by_text("这是上次没有提交的草稿")).to_be_visible()


def test_pressing_twice_makes_one_household(clerk: Any) -> None:
    before = Household.objects.count()
    clerk.goto("/l/households/new/")
    clerk.get_by_label("自然村", exact=True).fill("上围")
    clerk.wait_for_selector(SAVED)
    clerk.evaluate(
        "() => { const b = document.querySelector('main form[data-draft] [type=submit]'); b.click(); b.click(); }"
    )
    clerk.get_by_text("已保存。计入").wait_for()
    assert Household.objects.count() == before + 1


def test_every_page_of_the_ledgers_fits_360_pixels_in_normal_and_large_type(clerk: Any, shot: Any) -> None:
    clerk.set_viewport_size({"width": 360, "height": 740})
    addresses = [
        "/",
        "/search/?q=styx",
        "/ledgers/",
        "/figures/",
        "/imports/",
        "/imports/new/people/",
        "/me/",
        "/l/households/export/",
    ]
    for ledger in registry.all_ledgers():
        if not ledger.slug.startswith("toy"):
            addresses.append(f"{ledger.url()}new/")  # a list without rows is the same for all: those with rows are seen
            for pk in ledger.model._default_manager.values_list("pk", flat=True)[:1]:
                addresses += [ledger.url(), ledger.record_url(pk)]
    seen, too_wide = 0, {}
    for address in addresses:
        seen += clerk.goto(address).ok
        for turn in ("normal", "large"):  # the same page: only this attribute differs, as the button below proves
            clerk.evaluate("turn => document.documentElement.dataset.type = turn", turn)
            if (more := clerk.evaluate(TOO_WIDE)) > 0:
                too_wide[turn, address] = more
    assert seen > 15
    clerk.goto("/l/households/")
    shot(clerk, "28-list")
    clerk.get_by_role("button", name="大字").tap()
    expect(clerk.locator("html")).to_have_attribute("data-type", "large")
    clerk.wait_for_function("parseFloat(getComputedStyle(document.body).fontSize) >= 18")  # once its styles are there
    shot(clerk, "29-large")
    assert not too_wide
