"""食堂预留采购进度 (4.2): what each budget unit should keep and bought."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.industry import tables
from bangfu.industry.selling.canteen_budgets import CanteenBudget
from bangfu.industry.selling.reserves import PARAMETER
from bangfu.industry.tables import Cell, Figure, Table
from bangfu.kernel import dates
from bangfu.lawbook.parameters import Snapshot
from bangfu.ledger import registry
from bangfu.policy.parameter import ParameterMissing


@require_GET
@needs(Act.READ)
def reserves(request: Request) -> HttpResponse:
    """What each budget unit should buy and bought in a year."""
    ledger = registry.of(CanteenBudget)
    assert ledger
    here, this = tables.of_viewer(request, ledger, "c.division_id", "c.unit_id"), dates.today().year
    year = tables.number(request.GET.get("year"))
    year = year if 2015 < year <= this else this
    last = date(year, 12, 31)
    rows = tables.fetch(
        "SELECT c.id, c.division_id, u.name, c.budget_yuan, coalesce((SELECT sum(p.amount_yuan) FROM industry_purchase p"  # noqa: S608
        " WHERE p.unit_id = c.unit_id AND p.is_canteen AND p.withdrawn_at IS NULL AND p.bought_on BETWEEN %(first)s AND %(last)s), 0)"
        f" FROM industry_canteenbudget c JOIN accounts_unit u ON u.id = c.unit_id WHERE c.year = %(year)s AND {here}"
        f" AND c.withdrawn_at IS NULL ORDER BY u.name LIMIT {tables.MOST}",
        {"year": year, "first": date(year, 1, 1), "last": last},
    )
    law, warning = Snapshot.take(), ""
    lines: list[list[Cell]] = []
    for pk, place, name, budget, bought in rows:
        try:
            share = budget * Decimal(str(law.at(PARAMETER, last, place).value)) / 100
            asked: Decimal | None = share.quantize(Decimal("0.01"))
        except ParameterMissing as missing:
            asked, warning = None, str(missing)
        percent = (100 * bought / asked).quantize(Decimal("0.1")) if asked else None
        url = reverse("ledger:detail", args=["canteen-budgets", pk])
        lines.append([Cell(name, url), Cell(budget), Cell(asked), Cell(bought), Cell(percent)])
    totals = [sum((line[column].text or 0 for line in lines), Decimal(0)) for column in (2, 3)]
    table = Table(
        f"{year}年食堂预留采购进度", ledger.article, "应预留 = 食堂年度采购额 × 当年有效的预留比例；已采购 = 标明食堂采购的采购记录。",
        ("预算单位", "年度采购额（元）", "应预留（元）", "已采购（元）", "完成（%）"), lines,
        [Figure("单位", len(lines), "个"), Figure("应预留", "—" if warning else totals[0], "元"), Figure("已采购", totals[1], "元")],
        chips=[(f"{each}年", f"?year={each}", each == year) for each in range(this, this - 3, -1)],
        empty="没有登记食堂采购预算", warning=warning,
    )  # fmt: skip
    return tables.page(request, table)
