"""The computed tables of chapter 4, over the invented records of the demo."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.accounts.models import AccessKind, AccessLog, Grant
from bangfu.accounts.roles import Role
from bangfu.industry import models as m

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
PAGES = (
    "linkage-book", "unlinked", "sales", "reserves", "questions", "collectives", "contract-dues", "firms", "logistics",
)  # fmt: skip


def test_every_overview_opens_in_few_queries_and_shows_an_outsider_nothing(town: Any, client_of: ClientOf) -> None:
    inside, outside = client_of("县局"), client_of("外县")
    for page in PAGES:
        inside.get(f"/industry/{page}/")
        with CaptureQueriesContext(connection) as queries:
            answer = inside.get(f"/industry/{page}/")
        assert answer.status_code == 200, page
        assert len(queries) <= 11, (page, len(queries))  # 8 beside log-in
        for other in ("审计员", "银行"):
            assert client_of(other).get(f"/industry/{page}/?book=1").status_code == 403, (other, page)
        assert Client().get(f"/industry/{page}/?book=1").status_code == 302, page
        if page != "questions":
            shown = outside.get(f"/industry/{page}/").context["table"]
            assert not [cell for row in shown.rows for cell in row if "东华" in cell.shown or "光明" in cell.shown], (
                page
            )


def test_the_working_ledger_agrees_with_its_rows_as_page_and_as_workbook(town: Any, client_of: ClientOf) -> None:
    county = client_of("县局")
    table = county.get("/industry/linkage-book/").context["table"]
    assert len(table.rows) == m.FarmerLinkage.objects.count() > 0
    assert table.figures[4].text == sum(payment.amount_yuan for payment in m.LinkagePayment.objects.all())
    assert table.figures[5].text == sum(row[12].text for row in table.rows)
    lacking = county.get("/industry/linkage-book/?lacking=1").context["table"]
    assert all(row[12].text > 0 for row in lacking.rows)
    sheet = openpyxl.load_workbook(io.BytesIO(county.get("/industry/linkage-book/?book=1").content)).worksheets[0]
    assert sheet.max_row == len(table.rows) + 1
    assert (
        AccessLog.objects.filter(kind=AccessKind.EXPORT, subject="farmer-linkages", rows=len(table.rows)).count() == 1
    )
    dues = county.get("/industry/contract-dues/").context["table"]
    book = openpyxl.load_workbook(io.BytesIO(county.get("/industry/contract-dues/?book=1").content)).worksheets[0]
    assert book.max_row == max(len(dues.rows), 1) + 1
    assert county.get("/industry/linkage-book/?entity=999999999").context["table"].rows == []


def test_households_without_an_agreement_who_could_have_one_are_named(town: Any, client_of: ClientOf) -> None:
    address = "/industry/unlinked/?who=lifted"
    assert client_of("镇办").get(address).context["table"].rows == []
    m.FarmerLinkage.objects.update(withdrawn_at="2026-01-01T00:00:00Z")
    (row,) = client_of("镇办").get(address).context["table"].rows
    assert row[0].url == f"/l/households/{town.home.pk}/"
    assert client_of("镇办").get("/industry/unlinked/?who=monitored&after=x").status_code == 200


def test_bands_weak_villages_and_growth_follow_from_the_accounts(town: Any, client_of: ClientOf) -> None:
    year = town.today.year - 1
    table = client_of("县局").get(f"/industry/collectives/?year={year}").context["table"]
    incomes = list(
        m.CollectiveAccount.objects.filter(year=year, village__parent__parent=441881000000).values_list(
            "total_income_yuan", flat=True
        )
    )
    figures = [*table.figures, *table.bands]
    by_title = {figure.title: figure.text for figure in figures}
    assert by_title["经济薄弱村"] == sum(income < 100000 for income in incomes)
    assert by_title["5万元至10万元"] == sum(50000 <= income < 100000 for income in incomes)
    assert sum(number for title, number in by_title.items() if "万元" in title) == len(incomes)
    opened = next(figure.url for figure in figures if figure.title == "5万元至10万元")
    shown = client_of("县局").get(opened).context["rows"]
    assert len(shown) == by_title["5万元至10万元"]
    early = client_of("县局").get("/industry/collectives/?year=2016").context["table"]
    assert early.rows == [] and "经济薄弱村" in early.warning, "a year without a line says so"


def test_a_reserved_share_is_told_by_the_years_rule_or_said_to_be_missing(town: Any, client_of: ClientOf) -> None:
    m.CanteenBudget.objects.all().delete()
    budget = m.CanteenBudget.objects.create(unit=town.unit, division_id=441881000000, year=2025, budget_yuan=20000)
    page = client_of("县局").get(f"/l/canteen-budgets/{budget.pk}/")
    assert page.context["reserve"].asked == 6000
    assert "应预留采购额的 30%" in page.content.decode()
    m.CanteenBudget.objects.filter(pk=budget.pk).update(year=2026)
    assert client_of("县局").get("/industry/reserves/?year=2026").context["table"].warning


def test_a_bank_sees_only_what_people_agreed_to(town: Any, client_of: ClientOf, cast: Any) -> None:
    wish = m.FinanceWish.objects.first()
    assert wish
    Grant.objects.filter(user=cast["联络员"]).update(role=Role.BANK)
    bank = Grant.objects.get(user=cast["联络员"]).unit
    m.FinanceWish.objects.filter(pk=wish.pk).update(bank=bank, consented_on=None, outcome="open", answered_on=None)
    m.FinanceProduct.objects.exclude(kind="entity").update(bank=bank)
    address = f"/l/finance-wishes/{wish.pk}/"
    assert client_of("联络员").get(address).status_code == 404
    m.FinanceWish.objects.filter(pk=wish.pk).update(consented_on=town.today)
    page = client_of("联络员").get(address)
    assert page.status_code == 200
    fits = {fit.product.kind: fit for fit in page.context["fits"]}
    assert set(fits) == {"micro", "farmer"}, "a bank is told about its own products"
    assert {line.field for line in fits["micro"].lines} >= {"household", "amount_yuan", "due_on", "purpose"}


def test_sales_count_what_was_delivered_by_place_buyer_and_year_and_a_unit_sees_its_own(
    town: Any, refused: Callable[..., str], cast: Any, client_of: ClientOf
) -> None:
    m.Purchase.objects.all().delete()
    day, product, mine = town.today, m.Product.objects.get(name="清远鸡"), Grant.objects.get(user=cast["联络员"]).unit
    values = {"product": product, "buyer_kind": "budget_unit", "amount_yuan": "1000", "unit": mine, "is_canteen": True}
    assert "至少填一个" in refused("purchases", order_no="单-1", **values)
    assert "不能早于下单日期" in refused(
        "purchases", order_no="单-1", ordered_on=day, bought_on=day - timedelta(days=1), **values
    )
    assert "还没有到" in refused("purchases", order_no="单-1", bought_on=day + timedelta(days=1), **values)
    assert refused("purchases", order_no="单-1", ordered_on=day, deliver_by_on=day, **values) == ""
    assert refused("purchases", order_no="单-2", bought_on=day, **values) == ""
    other = values | {"buyer_kind": "individual", "unit": None, "is_canteen": False, "amount_yuan": "500"}
    assert refused("purchases", order_no="单-3", bought_on=day - timedelta(days=400), **other) == ""
    table = client_of("县局").get("/industry/sales/").context["table"]
    assert [figure.text for figure in table.bands] == [1000, 0, 0, 0, 0]
    assert (table.figures[0].text, table.rows[0][-3].text) == (1000, 1000)
    assert "本单位 1 单采购到了约定交货日期" in client_of("联络员").get("/").content.decode()
    own = client_of("联络员").get("/industry/sales/").context["table"]
    assert own.figures[0].text == 1000
    assert "1 单消费帮扶订单等交货" in client_of("镇办").get("/").content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(client_of("县局").get("/industry/sales/?book=1").content)).worksheets[0]
    assert sheet.max_row == 2


def test_firms_without_figures_come_first_and_growth_is_computed(town: Any, client_of: ClientOf) -> None:
    year = town.today.year - 1
    told = m.FirmYear.objects.filter(year=year).order_by("pk").first()
    assert told
    m.FirmYear.objects.filter(pk=told.pk).update(withdrawn_at="2026-01-01T00:00:00Z")
    table = client_of("镇办").get(f"/industry/firms/?year={year}").context["table"]
    assert table.rows[0][0].url.endswith(f"/{told.landing_id}/") and "landing=" in table.rows[0][5].url
    assert len(client_of("镇办").get(f"/industry/firms/?year={year}&untold=1").context["table"].rows) == 1
    assert table.rows[1][-1].text is not None
