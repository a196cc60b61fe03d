"""Issue 5 in a real browser: a planned workshop gets its money, its workers, its assets; the year after, what is owed is told.

How it was declared, noticed, merged, reviewed and planned is played in test_project.py; here it begins planned, last year.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
from playwright.sync_api import expect

from bangfu.assets import acts as asset_acts
from bangfu.assets.disposal.tests.test_disposal import Way as DisposalWay
from bangfu.assets.models import Asset
from bangfu.funds.models import BookCheck, BudgetLine
from bangfu.funds.tests.town import COUNTY, PROVINCE, TOWN, VILLAGE, allot, document, doing
from bangfu.funds.verifying import running as verifying
from bangfu.industry.models import BusinessEntity, FarmerLinkage
from bangfu.kernel import dates
from bangfu.people.models import Household, Person
from bangfu.people.tests.factories import family, household
from bangfu.projects.models import Contract, DepartmentOpinion, LabourUse, Progress, Project
from bangfu.projects.tests.conftest import Way, actor_of, declare
from bangfu.workflow.models import Flow
from tests.journeys.steps import beside, fits

__all__ = ["actor_of", "declare"]  # fixtures
YEAR = dates.today().year - 1
SOURCES = (("central", 500_000), ("province", 250_000), ("paired", 150_000))
PAYEE = "东华建筑公司"
WORDS = ("中央", "省级", "对口帮扶")
PARTS = (("制衣车间厂房", 600_000), ("缝纫设备", 200_000), ("配电房", 76_000))
#: day, percent of the work, yuan; out of which line
PAYMENTS = (
    (date(YEAR, 5, 20), 60, 250_000, 1),
    (date(YEAR, 6, 20), 90, 150_000, 2),
    (date(YEAR, 7, 25), 100, 300_000, 0),
)
SHEETS = ("fund-use", "asset-management", "asset-disposal")


def planned(declare: Callable[..., Way]) -> Way:
    """The workshop as the county planned it last spring, and the money of three sources at the county."""
    way = declare(name="东华镇制衣车间", planned_yuan=Decimal(900_000), year=YEAR)
    first = date(YEAR, 3, 3)
    Flow.objects.filter(subject_id=way.project.pk, slug="projects").update(started_on=first, entered_on=first)
    way.on = first
    way.to_town().to_county()
    way.row(DepartmentOpinion, "县局", department="财政局", asked_on=way.on, is_agreed=True, given_on=way.on)
    way.take("admit", "县局").wait(13).take("plan", "县局", document_no="英帮扶〔2025〕1号")
    for source, yuan in SOURCES:
        paper = document(yuan, source, YEAR, document_no=f"粤财农〔{YEAR}〕{yuan}号")
        allot(PROVINCE, COUNTY, yuan, source, YEAR, document=paper)
    return way


def press(page: Any, step: str, label: str, on: date, **given: str) -> None:
    """The step on the page of the project, done on that day."""
    for name, text in given.items():
        page.locator(f"[name={step}-given_{name}]").fill(text)
    page.locator(f"[name={step}-on]").fill(on.isoformat())
    page.locator(f"#step-{step}").get_by_role("button", name=label).click()
    expect(page.locator("main")).to_contain_text("已办理")


def fill(page: Any, **values: object) -> None:
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(str(value))


def both(page: Any, shot: Any, name: str) -> None:
    """As a clerk sees it, and on a phone: nothing is wider than the screen."""
    shot(page, name)
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    fits(page)
    shot(page, name)
    page.set_viewport_size(size)


def funded(county: Any, way: Way, shot: Any) -> list[BudgetLine]:
    day = way.on + timedelta(days=1)
    for source, yuan in SOURCES:
        county.goto(f"/funds/projects/{way.project.pk}/assign/")
        county.locator(f"input[name=source][value={source}]").dispatch_event("click")
        fill(county, year=YEAR, amount_yuan=yuan, document_no=f"英财农〔{YEAR}〕3号", happened_on=day)
        county.get_by_role("button", name="安排资金").click()
        expect(county).to_have_url(re.compile(r"/l/budget-lines/[0-9]+/$"))
    county.goto(f"/l/projects/{way.project.pk}/")
    press(county, "fund", "下达资金", day, document_no=f"英财农〔{YEAR}〕3号")
    both(county, shot, "90-funded")
    way.project.refresh_from_db()
    assert way.project.state == "funded"
    return list(BudgetLine.objects.order_by("pk"))


def at_work(way: Way, town: Any, shot: Any) -> None:
    """Six people of three monitored households, chosen from the list where they stand first."""
    homes = [family() for _ in range(3)]
    Household.objects.filter(pk__in=[home.pk for home, _ in homes]).update(monitored_kind="marginal")
    six = [members[who].pk for _, members in homes for who in ("head", "wife")]
    Person.objects.filter(pk__in=six).update(labour_skill="general_labour")
    way.wait(1).take("procure", "镇办")
    way.row(Contract, "镇办", contract_no="HT-1", contractor="东华建筑公司", method="inquiry",
            amount_yuan=Decimal(880_000), signed_on=way.on)  # fmt: skip
    way.take("begin_work", "村干")
    town.goto(f"/projects/{way.project.pk}/candidates/")
    boxes = town.locator("input[name=person]")
    expect(boxes).to_have_count(6)
    for number in range(6):
        boxes.nth(number).dispatch_event("click")
    fill(town, from_on=way.on, to_on=way.on + timedelta(days=29), days="24.5", daily_yuan="160")
    both(town, shot, "91-six")
    town.get_by_role("button", name="登记用工").click()
    expect(town.locator("main")).to_contain_text("其中重点户 6 人")
    assert sum(LabourUse.objects.values_list("wage_yuan", flat=True)) == 6 * Decimal("24.5") * 160


def paid(way: Way, county: Any, phone: Any, lines: list[BudgetLine], shot: Any) -> Decimal:
    """The advance; a part that waits for the village's record of the work; two more by workbook."""
    county.goto(f"/funds/lines/{lines[0].pk}/pay/")
    advance = {
        "amount_yuan": 176_000,
        "voucher_no": "英支-1",
        "paid_on": way.on,
        "payee": PAYEE,
        "purpose": "预付款",
    }
    fill(county, **advance, work_percent=0)
    county.get_by_role("button", name="登记支付").click()
    expect(county).to_have_url(re.compile(r"/l/payments/[0-9]+/$"))
    on, percent, yuan, line = PAYMENTS[0]
    county.goto(f"/funds/lines/{lines[line].pk}/pay/")
    fill(county, **advance | {"amount_yuan": 1_000}, work_percent=0)
    county.get_by_role("button", name="登记支付").click()
    expect(county.locator("main")).to_contain_text("凭证号 英支-1 已经用过")
    both(county, shot, "92-twice")
    part = {
        "amount_yuan": yuan,
        "voucher_no": "英支-2",
        "paid_on": on,
        "purpose": "工程进度款",
        "work_percent": percent,
    }
    fill(county, **part)
    county.get_by_role("button", name="登记支付").click()
    expect(county.locator("main")).to_contain_text("项目进度登记到 0%，不能按 60% 付款")
    phone.goto(f"/l/project-progress/new/?project={way.project.pk}")
    fill(phone, reported_on=on, percent=percent)
    phone.get_by_role("button", name="保存", exact=True).tap()
    expect(phone).to_have_url(re.compile(r"/l/project-progress/[0-9]+/$"))
    county.get_by_role("button", name="登记支付").click()
    expect(county).to_have_url(re.compile(r"/l/payments/[0-9]+/$"))
    rows = []
    for number, (on, percent, yuan, line) in enumerate(PAYMENTS[1:], 3):
        way.row(Progress, "村干", percent=percent, reported_on=on)
        cells = (
            way.project.project_no,
            WORDS[line],
            YEAR,
            "HT-1",
            f"英支-{number}",
            yuan / 10_000,
            on,
            PAYEE,
            "工程进度款",
            percent,
        )
        rows.append(",".join(map(str, cells)))
    county.goto("/funds/payments/import/")
    sent = "项目编号,资金来源,资金年度,合同编号,凭证号,支付金额（万元）,支付日期,收款人,用途,工程进度\n" + "\n".join(
        rows
    )
    county.locator("input[name=file]").set_input_files(csv_of("支付.csv", sent))
    county.locator("input[name=unit][value=wan]").dispatch_event("click")
    county.get_by_role("button", name="核对并登记").click()
    expect(county.locator("main")).to_contain_text("已登记 2 笔")
    return Decimal(176_000) + sum(yuan for _, _, yuan, _ in PAYMENTS)


def csv_of(name: str, text: str) -> Any:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def accepted(way: Way, town: Any) -> None:
    way.on = date(YEAR, 7, 26)
    way.take("complete", "村干")
    town.goto(f"/l/projects/{way.project.pk}/")
    press(town, "accept", "验收通过", way.on, people="黄雪梅、罗水生", opinion="合格")
    way.wait(10).take("audit", "县局", settled_yuan="876000", document_no="英审〔2025〕9号")


def formed(way: Way, town: Any, shot: Any) -> list[Asset]:
    """Three assets whose cost is what was paid; one fen more is refused."""
    town.goto(f"/assets/forming/{way.project.pk}/")
    for number in range(1, len(PARTS)):
        town.get_by_role("button", name="再加一项").click()
        expect(town.locator(f"[name=row-{number}-name]")).to_have_count(1)
    for number, (name, yuan) in enumerate(PARTS):
        more = Decimal("0.01") if number == 0 else 0
        fill(
            town,
            **{
                f"row-{number}-name": name,
                f"row-{number}-cost_yuan": yuan + more,
                f"row-{number}-owner": "光明村经济合作社",
            },
        )
    town.get_by_role("button", name="登记资产").click()
    expect(town.locator("main")).to_contain_text("多于还可以登记的 876,000.00 元")
    fill(town, **{"row-0-cost_yuan": PARTS[0][1]})
    both(town, shot, "93-assets")
    town.get_by_role("button", name="登记资产").click()
    expect(town.locator("main")).to_contain_text("已登记 3 项资产")
    way.wait(1).take("form_asset", "镇办")
    made = list(Asset.objects.order_by("pk"))
    for asset in made[1:]:
        rights = {"right_confirmed_on": way.on, "owner_level": "village", "owner": asset.owner, "certificate_no": ""}
        asset_acts.confirm(asset, rights, doing())
        kept = {"handed_over_on": way.on, "user_name": "光明村委会", "operation_mode": "lease", "keeper": "罗水生",
                "keeper_phone": "", "care_fund": ""}  # fmt: skip
        asset_acts.hand_over(asset, kept, doing())
    town.goto(f"/l/assets/{made[0].pk}/")
    town.get_by_role("link", name="确权", exact=True).click()
    fill(town, right_confirmed_on=way.on)
    town.get_by_role("button", name="确权").click()
    expect(town.locator("main")).to_contain_text("已确权")
    town.get_by_role("link", name="移交", exact=True).click()
    fill(town, handed_over_on=way.on, user_name="光明村委会", keeper="罗水生")
    town.get_by_role("button", name="移交").click()
    expect(town.locator("main")).to_contain_text("已移交")
    made[0].refresh_from_db()
    assert (made[0].state, made[0].owner, made[0].keeper) == ("handed_over", "光明村经济合作社", "罗水生")
    return made


def operated(phone: Any, asset: Asset, shot: Any) -> None:
    """The village writes down the contract; principal comes back on the last day of last year."""
    phone.goto(f"/assets/operation/{asset.pk}/contract/")
    fits(phone)
    fill(phone, operator="东华制衣公司", contract_no="经-1", from_on=date(YEAR, 9, 1), to_on=date(YEAR + 3, 8, 31),
         yearly_yuan=60_000, first_due_on=date(YEAR + 1, 8, 31), principal_yuan=90_000, principal_from_on=date(YEAR, 12, 31),
         principal_times=3, distribution_plan="六成给重点户", households=30, people=110, decided_on=date(YEAR, 8, 20))  # fmt: skip
    phone.locator("input[name=mode][value=lease]").dispatch_event("click")
    shot(phone, "94-contract")
    phone.get_by_role("button", name="登记经营合同").tap()
    expect(phone.locator("main")).to_contain_text("已登记")


def linked(way: Way, page: Any, shot: Any) -> None:
    """Thirty households by one workbook: uploaded, looked at, confirmed."""
    entity = BusinessEntity.objects.create(
        division_id=TOWN, name="东华制衣公司", kind="enterprise", from_on=date(2015, 1, 1)
    )
    homes = [household(head_name=f"罗第{number}") for number in range(30)]
    rows = [f"联-{number},{entity.name},{home.household_no},{way.project.project_no},就业带动,1200,{YEAR}-09-01,{YEAR + 3}-08-31"
            for number, home in enumerate(homes, 1)]  # fmt: skip
    head = "协议编号,经营主体,农户,经营性项目,联农带农方式,每年承诺金额,开始日期,结束日期\n"
    page.goto("/imports/new/farmer-linkages/")
    page.locator("input[name=file]").set_input_files(csv_of("联农带农.csv", head + "\n".join(rows)))
    page.get_by_role("button", name="导入 30 行").click()
    expect(page.locator("main")).to_contain_text("已写入：新增 30 行")
    assert FarmerLinkage.objects.filter(project=way.project).count() == 30
    page.goto(f"/industry/linkage-book/?project={way.project.pk}")
    expect(page.locator("main")).to_contain_text("联结农户")
    both(page, shot, "95-linkage")


def told_of_principal(town: Any, asset: Asset, shot: Any) -> None:
    """The year after: the to-do names the asset, the asset says why."""
    town.goto("/")
    line = town.locator(".todo", has_text=f"{asset.name}：返还的本金逾期")
    expect(line).to_contain_text("还差 30,000.00 元")
    both(town, shot, "96-overdue")
    line.get_by_role("link", name="去办").click()
    expect(town).to_have_url(re.compile(rf"/l/assets/{asset.pk}/$"))
    expect(town.locator("main")).to_contain_text(f"返还的本金应于 {date(YEAR, 12, 31)} 收到，还差 30000.00 元")
    both(town, shot, "97-why")


def disposed(cast: Any, asset: Asset, village: Any, shot: Any) -> None:
    """By the book, the last two pages in the browser."""
    way = (
        DisposalWay(cast, asset)
        .reviewed()
        .take("approve", "县局", document_no="英府〔2026〕8号")
        .take("post_notice", "村干")
    )
    way.on += timedelta(days=20)
    way.take("execute", "村干", proceeds_yuan=85_000, receiver="英德五金公司")
    village.goto(f"/assets/disposal/{way.row.pk}/proceeds/")
    fill(village, voucher_no="处-1", received_on=dates.today())
    village.get_by_role("button", name="登记处置收入").click()
    expect(village).to_have_url(re.compile(r"/l/asset-disposals/[0-9]+/$"))
    press(village, "settle", "入账核销", dates.today(), write_off_no="核-1")
    both(village, shot, "98-disposed")
    asset.refresh_from_db()
    assert asset.state == "disposed"


def sheet_sums(page: Any, slug: str, place: int) -> tuple[list[Any], dict[str, Decimal]]:
    """Rows of the workbook of one level without its running number, and the sums of its columns of money."""
    answer = beside(page).post(f"/funds/sheets/{slug}/workbook/?place={place}")
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer))).worksheets[0].values)  # type: ignore[call-overload]
    sums: dict[str, Decimal] = {}
    for head, *cells in zip(*rows, strict=True):
        if "元" in str(head) and all(isinstance(cell, int | float | None) for cell in cells):
            sums[str(head)] = sum((Decimal(str(cell or 0)) for cell in cells), Decimal(0))
    return [row[1:] for row in rows[1:]], sums


def test_a_workshop_from_its_money_to_its_assets_and_what_is_owed_the_year_after(
    page_of: Any, declare: Callable[..., Way], cast: Any, shot: Any
) -> None:
    way = planned(declare)
    county, town, phone = page_of("县局"), page_of("镇办"), page_of("村干", phone=True)
    lines = funded(county, way, shot)
    at_work(way, town, shot)
    spent = paid(way, county, phone, lines, shot)
    accepted(way, town)
    building, machines, power = formed(way, town, shot)
    operated(phone, building, shot)
    linked(way, town, shot)
    told_of_principal(town, building, shot)
    disposed(cast, machines, phone, shot)

    sums: dict[str, Decimal] = {}
    for slug in SHEETS:
        found = [sheet_sums(county, slug, place) for place in (COUNTY, TOWN, VILLAGE)]
        assert found[0] == found[1] == found[2], slug
        sums |= {f"{slug} {head}": value for head, value in found[0][1].items()}
    assert spent == sum(yuan for _, yuan in PARTS) == 876_000 == Project.objects.get(pk=way.project.pk).settled_yuan
    assert set(sums.values()) >= {spent, spent - machines.cost_yuan}, sums

    county.goto("/funds/trial/")
    expect(county.locator("main")).to_contain_text("账平")
    county.goto("/funds/accounts/?kind=spent&category=central")
    county.locator("main table a").first.click()
    county.locator("main table a", has_text="英支-1").first.click()
    expect(county.locator("main")).to_contain_text("东华建筑公司 预付款")
    both(county, shot, "99-voucher")
    auditor = page_of("审计员")
    auditor.goto("/funds/verify/")
    auditor.get_by_role("button", name="现在核验").click()
    expect(auditor.locator("main")).to_contain_text("正在核验")
    verifying.work(BookCheck.objects.get().pk)  # what the worker does; the page asks again by itself
    expect(auditor.locator("main")).to_contain_text("核验通过")
    expect(auditor.locator("main")).not_to_contain_text("制衣")
    both(auditor, shot, "99-verified")
    assert power.cost_yuan == 76_000
