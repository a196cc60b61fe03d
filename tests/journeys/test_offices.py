"""安全员, 复核员, 审计员, 系统员: three separated offices; and what every page owes to eyes, ears and keyboards."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.people.models import Household
from tests.journeys.people import WHO, families
from tests.journeys.steps import beside

REASON = "核对导入资料"
ENGLISH = re.compile(r"\b(?:Error|Submit|Search|Cancel|Save|None|True|False|null|undefined|Select|Choose)\b")
#: what a screen reader would stumble over: no name for a control, no text for a picture, a number used twice
FAULTS = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)], begin = (e) => e.outerHTML.slice(0, 120);
  const label = (e) => e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.title;
  const inside = '[aria-label], [title], img[alt]:not([alt=""])';
  const named = (e) => e.labels?.length || label(e) || e.textContent.trim() || e.querySelector(inside);
  const ids = all('[id]').map((e) => e.id);
  const described = all('[aria-describedby]').flatMap((e) => e.getAttribute('aria-describedby').split(' '));
  return [
    ...all('input:not([type=hidden]), select, textarea, button, a[href], summary').filter((e) => !named(e)).map(begin),
    ...all('img:not([alt]), svg:not([aria-hidden]):not([role])').map(begin),
    ...all('table').filter((e) => !e.querySelector('th')).map(begin),
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `id twice: ${id}`),
    ...described.filter((id) => !ids.includes(id)).map((id) => `describes nothing: ${id}`),
    ...(all('h1').length === 1 ? [] : [`h1: ${all('h1').length}`]),
  ];
}"""
RING = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  return {what: e.outerHTML.slice(0, 90), seen: outline || style.boxShadow !== 'none'};
}"""


def sign(page: Any, button: str, answer: str = "") -> None:
    """A button that asks before it acts."""
    page.get_by_role("main").get_by_role("button", name=button).first.click()
    if answer:
        page.locator("dialog textarea").fill(answer)
    page.locator("dialog button[type=submit], dialog .btn-primary").last.click()


def test_a_high_role_is_given_by_one_officer_and_confirmed_by_another(
    page_of: Any, cast: Any, settings: Any, shot: Any
) -> None:
    settings.GRANTS_NEED_CONFIRMATION = True
    first = page_of("安全员")
    first.goto("/")
    first.get_by_role("link", name="用户和授权").click()
    first.get_by_label("找用户").fill("罗水生")
    first.keyboard.press("Enter")
    first.get_by_role("main").get_by_role("link", name="罗水生").click()
    first.get_by_role("link", name="授予角色").click()
    first.get_by_label("角色", exact=False).select_option("county")
    first.get_by_label("区划", exact=True).press_sequentially("yds")
    first.locator("main [role=option]", has_text="英德市").first.click()
    first.get_by_label("依据", exact=False).fill("英人社〔2023〕8号")
    shot(first, "40-grant")
    first.get_by_role("button", name="授予", exact=True).click()
    expect(first.get_by_text("等另一位安全员复核后生效")).to_be_visible()
    shot(first, "41-waits")
    assert not Actor.of(cast["村干"], dates.today()).may(Act.BULK)
    assert first.get_by_role("button", name="复核通过").count() == 0

    second = page_of("复核员")
    second.goto("/")
    shot(second, "42-today")
    second.get_by_role("link", name=re.compile("去确认")).click()
    shot(second, "43-pending")
    sign(second, "复核通过")
    expect(second.get_by_text("已复核：罗水生")).to_be_visible()
    assert Actor.of(cast["村干"], dates.today()).may(Act.BULK)

    sign(first_again(first), "终止", "调离")
    expect(first.get_by_text("已终止：罗水生")).to_be_visible()


def first_again(page: Any) -> Any:
    page.reload()
    return page


def test_the_auditor_reads_who_looked_at_what_and_why(page_of: Any, cast: Any, tmp_path: Path, shot: Any) -> None:
    families(cast, tmp_path)
    officer = page_of("县局")
    officer.goto(f"/l/households/{Household.objects.get(head_name=WHO).pk}/")
    masked = officer.locator("tr", has_text=WHO).locator(".masked").first
    masked.get_by_role("button", name="查看").click()
    shot(officer, "44-reveal")
    officer.locator("dialog").get_by_text(REASON).click()
    officer.locator("dialog .btn-primary").click()
    expect(masked.locator("[data-value]")).to_have_text(re.compile(r"^990000\d{11}[\dX]$"))
    officer.goto("/l/persons/export/")
    officer.get_by_text("需要完整号码").click()
    officer.get_by_label("导出完整的证件号码和电话").check()
    officer.get_by_label("事由").fill("办理医保参保核对")
    with officer.expect_download() as download:
        officer.get_by_role("button", name="导出", exact=True).click()
    mark = re.search(r"E\d{8}", download.value.suggested_filename)
    assert mark

    auditor = page_of("审计员")
    auditor.goto("/")
    auditor.get_by_role("link", name="操作留痕").click()
    rows = auditor.locator("main tbody tr")
    look = rows.filter(has_text=REASON)
    expect(look).to_contain_text("陈志强")
    taken = rows.filter(has_text=mark[0])
    for words in ("陈志强", "办理医保参保核对", "42"):
        expect(taken).to_contain_text(words)
    shot(auditor, "45-traces")
    auditor.get_by_label("内容").fill(mark[0])
    auditor.get_by_role("button", name="查看").click()
    expect(rows).to_have_count(1)


def test_no_officer_of_the_three_sees_business_data(page_of: Any, cast: Any, tmp_path: Path) -> None:
    families(cast, tmp_path)
    for who in ("系统员", "安全员", "审计员"):
        sees_nothing(page_of(who), Household.objects.get(head_name=WHO))


def sees_nothing(page: Any, home: Household) -> None:
    page.goto("/")
    assert not {"户和人", "台账", "看板"} & set(page.locator(".rail-link").all_inner_texts())
    assert page.locator("[data-search]").count() == 0
    addresses = [f"/l/{ledger.slug}/" for ledger in registry.all_ledgers()] + [
        f"/api/v1/{ledger.slug}/" for ledger in registry.all_ledgers()
    ]
    addresses += [f"/l/households/{home.pk}/", f"/api/v1/households/{home.pk}", "/imports/new/people/"]
    client = beside(page)
    for address in addresses:
        assert client.get(address).status_code in (403, 404), address
    assert WHO not in page.request.get("/search/?q=映雪").text()
    assert "底册" not in page.request.get("/imports/").text()


def test_controls_have_names_pictures_have_texts_and_no_english_is_left(
    page_of: Any, cast: Any, tmp_path: Path
) -> None:
    run = families(cast, tmp_path)
    home = Household.objects.get(head_name=WHO)
    pages = {
        "": ["/accounts/login/"],
        "县局": [
            "/", "/l/households/", "/l/households/new/", f"/l/households/{home.pk}/", f"/l/households/{home.pk}/edit/",
            f"/people/households/{home.pk}/split/", "/l/persons/", "/l/household-toilets/new/", "/l/household-toilets/map/",
            "/l/households/stats/", "/l/households/export/", "/ledgers/", "/figures/", "/search/?q=映雪", "/imports/",
            "/imports/new/people/", run.get_absolute_url(), "/exports/", "/me/", "/permissions/", "/guideline/", "/guideline/2.3/",
        ],
        "安全员": ["/", "/grants/", "/grants/pending/", "/grants/users/new/", f"/grants/users/{cast['村干'].pk}/grant/"],
        "审计员": ["/traces/"],
    }  # fmt: skip
    found = {}
    for who, addresses in pages.items():
        page = page_of(who)
        for address in addresses:
            assert page.goto(address).status == 200, address
            faults = page.evaluate(FAULTS)
            words = ENGLISH.findall(page.locator("body").inner_text())
            if faults or words:
                found[who, address] = [*faults, *words]
    assert not found
