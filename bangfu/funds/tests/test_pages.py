"""The pages of the money as the cast uses them; 外县 finds nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.bookkeeping.models import Account, Entry
from bangfu.funds.models import Allotment, BookCheck, BudgetLine, FundDocument, Payment
from bangfu.funds.tests.town import COUNTY, PROVINCE, TOWN, VILLAGE, Town, town
from bangfu.funds.verifying import running
from bangfu.projects.project import Project

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
MOST_QUERIES = 14  # eight beside log-in, place and menu


@pytest.fixture
def it(client_of: ClientOf) -> Town:
    found = town()
    found.pay(100, "记-1")
    return found


def pages(it: Town) -> list[str]:
    """Of the town's money."""
    account = Account.objects.get(kind="spent")
    entry = Entry.objects.get(voucher_no="记-1")
    return [f"/funds/accounts/{account.pk}/", f"/funds/entries/{entry.pk}/", f"/funds/lines/{it.line.pk}/pay/",
            f"/funds/lines/{it.line.pk}/take-back/", f"/funds/projects/{it.project.pk}/assign/",
            f"/funds/payments/{Payment.objects.get().pk}/refund/", f"/funds/payments/{Payment.objects.get().pk}/counter/"]  # fmt: skip


def test_every_page_opens_with_few_queries_and_another_county_finds_nothing(it: Town, client_of: ClientOf) -> None:
    here, outside = client_of("县局"), client_of("外县")
    for address in pages(it):
        with CaptureQueriesContext(connection) as queries:
            assert here.get(address).status_code == 200, address
        assert len(queries) <= MOST_QUERIES, (address, len(queries))
        assert outside.get(address).status_code == 404, address
        assert outside.post(address, {"request_uuid": uuid4()}).status_code in (404, 405), address
    for address in ("trial/", "progress/?year=2026", "accounts/", "sheets/fund-use/", "forbidden/", "verify/"):
        with CaptureQueriesContext(connection) as queries:
            page = here.get(f"/funds/{address}")
        assert page.status_code == 200, address
        assert len(queries) <= MOST_QUERIES, (address, len(queries))
        assert "光明村" not in outside.get(f"/funds/{address}").content.decode()


def test_the_trial_balance_says_what_came_and_where_it_is(it: Town, client_of: ClientOf) -> None:
    page = client_of("省厅").get("/funds/trial/?on=2026-06-30")
    line = page.context["trial"].lines[0]
    assert (line.documents, line.held, line.set_aside, line.spent, line.agrees) == (1000, 500, 400, 100, True)
    county = client_of("县局").get("/funds/trial/?on=2026-06-30").context["trial"].lines[0]
    assert (county.documents, county.above, county.held, county.agrees) == (0, 800, 300, True)
    assert client_of("县局").get("/funds/trial/?on=2026-01-01").context["trial"].lines == ()
    assert "账平" in page.content.decode()


def test_the_county_goes_from_document_to_payment_by_forms_and_pressing_twice_is_once(
    it: Town, client_of: ClientOf
) -> None:
    client, once = client_of("县局"), {"request_uuid": str(uuid4())}
    paper = {"holder": COUNTY, "document_no": "英财农〔2026〕8号", "title": "县级配套", "source": "county", "year": "2026",
             "amount_yuan": "300", "issuer": "英德市财政局", "issued_on": "2026-02-01"}  # fmt: skip
    answers = [client.post("/funds/documents/new/", paper | once) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    assert FundDocument.objects.filter(source="county").count() == 1
    allot = {"holder": COUNTY, "division": TOWN, "source": "county", "year": "2026", "amount_yuan": "120",
             "document_no": "下达 5 号", "happened_on": "2026-02-05", "request_uuid": str(uuid4())}  # fmt: skip
    assert client.post("/funds/allotments/new/", allot).status_code == 302
    assert Allotment.objects.get(division=TOWN).amount_yuan == 120
    mine = {"holder": COUNTY, "source": "county", "year": "2026", "amount_yuan": "100", "document_no": "安排 1 号",
            "happened_on": "2026-02-10", "request_uuid": str(uuid4())}  # fmt: skip
    assert client.post(f"/funds/projects/{it.project.pk}/assign/", mine).status_code == 302
    line = BudgetLine.objects.get(source="county")
    paid = {"contract": "", "amount_yuan": "60", "voucher_no": "记-9", "paid_on": "2026-04-02", "payee": "某公司",
            "purpose": "管材", "request_uuid": str(uuid4())}  # fmt: skip
    too_much = client.post(f"/funds/lines/{line.pk}/pay/", paid | {"amount_yuan": "101"})
    assert too_much.status_code == 422
    assert "只余 100.00 元" in too_much.content.decode()
    answers = [client.post(f"/funds/lines/{line.pk}/pay/", paid) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [
        f"/l/payments/{Payment.objects.get(line=line).pk}/"
    ] * 2
    back = {"on": "2026-04-03", "reason": "记错", "request_uuid": str(uuid4())}
    assert client.post(f"/funds/payments/{Payment.objects.get(line=line).pk}/counter/", back).status_code == 302
    line.refresh_from_db()
    assert (line.paid_yuan, Payment.objects.filter(line=line).count()) == (0, 2)
    told = client.get(f"/l/payments/{Payment.objects.filter(line=line).first().pk}/").content.decode()  # type: ignore[union-attr]
    assert "第" in told and "已冲正" in told


def test_a_verification_is_a_job_whose_result_the_auditor_sees(it: Town, client_of: ClientOf) -> None:
    auditor, county = client_of("审计员"), client_of("县局")
    assert "还没有核验过" in auditor.get("/funds/verify/").content.decode()
    for client in (auditor, auditor, county):
        assert client.post("/funds/verify/").status_code == 302
    assert BookCheck.objects.count() == 2  # the second press is the first
    assert "正在核验" in auditor.get("/funds/verify/").content.decode()
    for check in BookCheck.objects.all():
        running.work(check.pk)
    page = auditor.get("/funds/verify/").content.decode()
    assert "核验通过" in page and "资产台账等于账户" in page and "光明村" not in page
    BudgetLine.objects.update(paid_yuan=1)
    assert county.post("/funds/verify/").status_code == 302
    running.work(BookCheck.objects.latest("pk").pk)
    page = county.get("/funds/verify/").content.decode()
    assert "有问题" in page and "核验通过" not in page
    assert client_of("安全员").get("/funds/verify/").status_code == 403
    assert "核验通过" not in client_of("外县").get("/funds/verify/").content.decode()


def test_who_may_what_with_money(it: Town, client_of: ClientOf) -> None:
    assert client_of("省厅").get("/funds/documents/new/").status_code == 200
    assert client_of("镇办").get("/funds/documents/new/").status_code == 403
    assert client_of("镇办").get(f"/funds/lines/{it.line.pk}/pay/").status_code == 403  # the county's money
    assert client_of("省厅").get(f"/funds/lines/{it.line.pk}/pay/").status_code == 403
    assert client_of("队员").get("/funds/trial/").status_code == 200
    assert client_of("联络员").get("/funds/trial/").status_code == 403
    given = {"division": TOWN, "holder": PROVINCE}
    assert client_of("县局").post("/funds/allotments/new/", given).status_code == 422  # not the province's money
    assert client_of("审计员").get("/funds/trial/").status_code == 403


def test_the_official_sheet_is_the_same_rows_at_three_levels_and_a_workbook(it: Town, client_of: ClientOf) -> None:
    client = client_of("县局")
    seen = [client.get(f"/funds/sheets/fund-use/?place={place}").context for place in (COUNTY, TOWN, VILLAGE)]
    assert [context["title"] for context in seen][:2] == ["英德市资金使用管理台账", "东华镇资金使用管理台账"]
    assert len({str(context["rows"]) for context in seen}) == 1
    cells = {head[0]: text for text, head in seen[0]["rows"][0][0]}
    assert (cells["序号"], cells["资金来源"], cells["下达金额（元）"], cells["支出进度%"]) == (
        "1",
        "中央",
        "500.00",
        "20",
    )
    answer = client.post(f"/funds/sheets/fund-use/workbook/?place={TOWN}")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer)))  # type: ignore[call-overload]
    rows = list(book.worksheets[0].values)
    assert book.sheetnames[0] == "东华镇资金使用管理台账"
    assert rows[0][:4] == ("序号", "年度", "资金来源", "资金文号")
    assert (rows[1][0], rows[1][4], rows[1][11], len(rows)) == (1, 500, 100, 2)
    assert client_of("外县").get(f"/funds/sheets/fund-use/?place={TOWN}").context["rows"] == []


def _workbook(rows: list[list[object]], amount_head: str = "支付金额") -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["英德市资金支付明细"])
    heads = [
        "项目编号",
        "资金来源",
        "资金年度",
        "合同编号",
        "凭证号",
        amount_head,
        "支付日期",
        "收款人",
        "用途",
        "工程进度（%）",
    ]
    for row in (heads, *rows):
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return SimpleUploadedFile("支付.xlsx", held.getvalue())


def test_payments_come_in_from_a_workbook_whose_unit_is_asked_and_never_guessed(it: Town, client_of: ClientOf) -> None:
    client, number = client_of("县局"), Project.objects.get().project_no
    first = [number, "中央", 2026, it.contract.contract_no, "记-21", 0.005, "2026-04-03", "东华建筑公司", "管材", 100]
    second = [number, "中央资金", "2026", "", "记-22", 0.006, "2026-04-04", "某农户", "青苗补助", None]
    total = ["合计", None, None, None, None, 0.011, None, None, None, None]

    def send(rows: list[list[object]], unit: str, head: str = "支付金额") -> HttpResponse:
        sent = {"file": _workbook(rows, head), "request_uuid": str(uuid4())} | ({"unit": unit} if unit else {})
        return client.post("/funds/payments/import/", sent)

    assert "unit" in send([first], "").context["form"].errors
    assert "您选的单位不是" in send([first], "yuan", "支付金额（万元）").content.decode()
    assert "单位与所选的不同" in send([[*first[:5], "50元", *first[6:]]], "wan").content.decode()
    half = send([first, [*second[:5], 9, *second[6:]], total], "wan")  # 90,000 of 400
    assert (half.status_code, [row for row, _ in half.context["faults"]]) == (422, [4])
    assert Payment.objects.count() == 1
    assert send([first, second, total], "wan").status_code == 302
    assert sorted(Payment.objects.filter(voucher_no__startswith="记-2").values_list("amount_yuan", flat=True)) == [
        50,
        60,
    ]
    again = send([first, second], "wan")
    assert "记-21 已经用过" in again.content.decode()
    assert Payment.objects.count() == 3
    assert client_of("队员").get("/funds/payments/import/").status_code == 403
