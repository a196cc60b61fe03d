"""1.1 from end to end: a month's department files become clues, one becomes a case, is helped, and is removed in its time."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
import xlsxwriter
from django.utils import timezone
from playwright.sync_api import expect

from bangfu.accounts.models import Grant
from bangfu.consolidation import screening_runs
from bangfu.consolidation.cases import Case
from bangfu.consolidation.clues import Clue, State
from bangfu.consolidation.models import RiskRemoval, ScreeningRun
from bangfu.consolidation.tests.stories import set_line
from bangfu.kernel import dates
from bangfu.notices.models import PublicNotice
from bangfu.people.models import Household, Person
from bangfu.people.tests import factories
from tests.journeys.steps import begin, choose, close_needless, fill_check, fill_consent, fill_review, send, tick

HOMES = 10
MAIN = "main"
STEPS = (
    *("入户核实", "承诺授权", "信息比对", "民主评议", "张贴公示", "镇审核", "县级审定", "张贴公告"),
    *("提交方案", "批准方案", "提出消除", "落实公益性岗位"),
)
Row = Mapping[str, Any]
Payload = dict[str, Any]


class Clock:
    """The product's clock: told to be so many days later."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.days = 0
        today, now = dates.today, timezone.now
        monkeypatch.setattr(dates, "today", lambda: today() + timedelta(days=self.days))
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=self.days))

    def later(self, days: int) -> None:
        self.days += days


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def heads(cast: Any) -> list[Person]:
    """Ten families of the cast's village, each with somebody who can work."""
    set_line()
    village = Grant.objects.get(user=cast["村干"], role="village").division_id
    made = [factories.person(factories.household(village), f"陈志{c}") for c in "甲乙丙丁戊己庚辛壬癸"[:HOMES]]
    Person.objects.update(labour_skill="general_labour")
    return made


def csv(name: str, rows: Sequence[Row], encoding: str = "utf-8") -> Payload:
    lines = [list(rows[0]), *([f'"{value}"' for value in row.values()] for row in rows)]
    text = "\n".join(",".join(line) for line in lines)
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode(encoding)}


def xlsx(name: str, rows: Sequence[Row]) -> Payload:
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for index, row in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
            sheet.write_row(index, 0, row)
    return {"name": name, "mimeType": "application/octet-stream", "buffer": into.getvalue()}


def files(heads: Sequence[Person]) -> list[Payload]:
    """Fourteen departments' files of this month, with mistakes as departments make them."""
    first = dates.today().replace(day=1)
    who = [{"身份证号": head.identity_no, "姓名": head.name} for head in heads]
    one = who[:1]

    def of(people: Sequence[Row], **columns: Any) -> list[Row]:
        return [{**person, **columns} for person in people]

    stays = of(who, 结算日期=first, 就诊类别="住院", 个人负担金额="￥60,000.00")
    mistakes = [
        stays[0],  # twice
        {**stays[0], "身份证号": factories.number(first.replace(year=1980)), "姓名": "外乡人"},
        {**stays[1], "个人负担金额": "-300"},
        {**stays[2], "结算日期": first + timedelta(days=400)},
        {**stays[3], "身份证号": "990000198001010000"},
        {**stays[4], "姓名": "王大锤"},
    ]
    return [
        csv("医保结算.csv", [*stays, *mistakes]),
        xlsx("大病确诊.xlsx", of(one, 确诊日期=f"{first}", 病种="其他")),
        csv("医保参保.csv", of(who, 参保状态="正常参保"), "gb18030"),
        csv("持证残疾人.csv", of(one, 残疾等级="四级"), "gb18030"),
        csv("住房鉴定.csv", of(who, 房屋安全等级="A级")),
        csv("农村供水.csv", of(who, 供水情况="正常", 停水天数=0)),
        csv("灾害损失.csv", of(one, 受灾日期=first, 损失金额="1,200.50元")),
        csv("机动车.csv", of(one, 车牌号="粤RA0001", 车型="摩托车")),
        xlsx("不动产.xlsx", of(one, 权证号="粤0001", 用途="住宅")),
        csv("财政供养.csv", of([{**one[0], "身份证号": factories.number(first.replace(year=1975))}], 工作单位="中学")),
        csv("低保名单.csv", of([{**one[0], "姓名": "同号人"}], 类别="低保", 状态="在保")),
        csv("信访热线.csv", of(one, 受理日期=first, 诉求类别="其他")),
        xlsx("务工就业.xlsx", of(who, 务工状态="在岗", 月收入=2600)),
        csv("公安交来.csv", [{"编号": 1, "备注": "表头不对"}]),
    ]


def load_and_screen(county: Any, heads: Sequence[Person], shot: Any) -> None:
    county.goto("/consolidation/screening/")
    county.locator("input[name=files]").set_input_files(files(heads))
    if county.get_by_role("button", name="上传并匹配").count():
        county.get_by_role("button", name="上传并匹配").click()
    expect(county.locator(MAIN)).to_contain_text("已上传 14 个文件")
    expect(county.get_by_role("row", name="公安交来.csv")).to_contain_text("没有认出")
    shot(county, "80-files")
    county.get_by_role("link", name="医保结算.csv", exact=True).click()
    for why in ("不在农户名册中", "重复"):
        expect(county.locator(MAIN)).to_contain_text(why)
    shot(county, "81-not-matched")
    county.goto("/consolidation/screening/")
    county.get_by_role("button", name="开始筛查").click()
    expect(county.locator("h1")).to_contain_text("筛查")
    run = ScreeningRun.objects.get()
    screening_runs.work(run.pk)
    county.goto(f"/consolidation/screening/runs/{run.pk}/")
    shot(county, "82-run")


def press(page: Any, address: str, label: str) -> None:
    """A step without a form of its own."""
    page.goto(address)
    page.get_by_role("button", name=label, exact=True).click()
    expect(page.locator(MAIN)).to_contain_text(f"已办理“{label}”")


def identify(case: Case, clock: Clock, page_of: Any) -> None:
    """From the check at home to the decision of the county, each on its own day."""
    file, home = f"/l/cases/{case.pk}/", case.household
    phone = page_of("村干", phone=True)
    begin(phone, file, "入户核实")
    fill_check(phone, 6_000)
    send(phone, "核实完毕")
    begin(phone, file, "承诺授权")
    fill_consent(phone, Person.objects.get(household=home, relation_to_head="head"))
    send(phone, "登记授权")
    county = page_of("县局")
    begin(county, file, "信息比对")
    send(county, "登记比对结果")
    begin(phone, file, "民主评议")
    fill_review(phone)
    tick(phone, risks="illness")
    send(phone, "登记评议结果")
    begin(phone, file, "张贴公示")
    send(phone, "张贴公示")
    clock.later((PublicNotice.objects.get().to_on - dates.today()).days + 1)
    press(page_of("镇办"), file, "镇审核")
    press(page_of("县局"), file, "县级审定")
    town = page_of("镇办")
    begin(town, file, "张贴公告")
    send(town, "张贴公告")


def help_them(home: Household, clock: Clock, page_of: Any) -> None:
    """A plan is not approved without a development measure; then two visits."""
    plan = home.plans.get()
    phone, town, address = page_of("村干", phone=True), page_of("镇办"), f"/l/assistance-plans/{plan.pk}/"
    phone.goto(address)
    phone.get_by_role("link", name="填写方案").click()
    phone.locator("#id_needs").fill("住院花费大，缺稳定收入")
    phone.locator("#id_contact_name").fill("苏晓彤")
    with phone.expect_navigation():
        phone.get_by_role("button", name="保存方案").click()
    phone.get_by_role("link", name="添加措施").click()
    choose(phone, "kind", "public_post")
    choose(phone, "item", "public_post")
    phone.locator("input[name=responsible]").fill("苏晓彤")
    phone.locator("input[name=due_on]").fill(f"{dates.today()}")
    choose(phone, "state", "delivered")
    phone.locator("input[name=delivered_on]").fill(f"{dates.today()}")
    phone.locator("[name=result]").fill("安排了保洁岗位，每月 1600 元")
    with phone.expect_navigation():
        phone.get_by_role("button", name="保存", exact=True).click()
    press(phone, address, "提交方案")
    press(town, address, "批准方案")
    for _ in range(2):
        clock.later(1)
        phone = page_of("村干", phone=True)  # who works the next day logs in again
        phone.goto(f"/activities/visit/{home.pk}/")
        choose(phone, "has_change", "false")
        phone.locator("#id_found").fill("岗位稳定，工资按月发放")
        with phone.expect_navigation():
            phone.get_by_role("button", name="登记走访").click()


def remove(home: Household, clock: Clock, page_of: Any, shot: Any) -> None:
    """Too early is told with the day; half a year later every step passes."""
    phone = page_of("村干", phone=True)
    phone.goto(f"/l/households/{home.pk}/")
    phone.get_by_role("link", name="风险消除研判").click()
    phone.locator("#id_ground").fill("保洁岗位收入稳定，医药费已报销")
    phone.get_by_role("button", name="开始研判").click()
    expect(phone.locator(MAIN)).to_contain_text("最早")
    shot(phone, "83-too-early")
    Household.objects.filter(pk=home.pk).update(contact_name="苏晓彤")
    removal = RiskRemoval.objects.get()
    address = f"/l/risk-removals/{removal.pk}/"
    clock.later(190)
    phone = page_of("村干", phone=True)
    press(phone, address, "提出消除")
    begin(phone, address, "入户核实")
    fill_check(phone, 60_000)
    phone.locator("#id_has_town_cadre").check(force=True)
    tick(phone, is_income_stable="true", is_risk_gone="true")
    send(phone, "核实完毕")
    begin(phone, address, "民主评议")
    fill_review(phone)
    send(phone, "登记评议结果")
    begin(phone, address, "张贴公示")
    send(phone, "张贴公示")
    clock.later((PublicNotice.objects.latest("pk").to_on - dates.today()).days + 1)
    press(page_of("镇办"), address, "镇审核")
    press(page_of("县局"), address, "县级审定")


def test_a_month_of_files_ends_with_one_family_helped_and_let_go(
    heads: list[Person], clock: Clock, page_of: Any, shot: Any
) -> None:
    load_and_screen(page_of("县局"), heads, shot)
    assert Clue.objects.filter(state=State.RECEIVED).count() == HOMES
    phone = page_of("村干", phone=True)
    phone.goto("/consolidation/clues/")
    assert sum(close_needless(phone) for _ in range(HOMES - 1)) == 18
    phone.get_by_role("button", name="立案").tap()
    phone.get_by_text("已立案").first.wait_for()
    case = Case.objects.select_related("household").get()
    home = case.household
    identify(case, clock, page_of)
    help_them(home, clock, page_of)
    remove(home, clock, page_of, shot)
    home.refresh_from_db()
    assert home.is_risk_removed
    told = page_of("县局")
    told.goto(f"/l/households/{home.pk}/")
    for step in STEPS:
        expect(told.locator(MAIN)).to_contain_text(step)
    shot(told, "84-story")
    outsider = page_of("外县")
    for address in (
        f"/l/households/{home.pk}/",
        f"/l/cases/{case.pk}/",
        f"/consolidation/screening/runs/{ScreeningRun.objects.get().pk}/",
    ):
        assert outsider.goto(address).status == 404
