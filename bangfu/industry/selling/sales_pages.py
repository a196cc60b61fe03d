"""消费帮扶销售情况 (4.2): what was sold in a year by town and kind of buyer, against the same time of the year before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.industry import tables
from bangfu.industry.selling.purchases import Buyer, Purchase
from bangfu.industry.tables import Cell, Figure, Table
from bangfu.kernel import dates
from bangfu.kernel.periods import add_months
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger

_ROWS = """SELECT t.code, t.full_name, {kinds}, sum(p.amount_yuan) FILTER (WHERE {now}) AS sold,
        sum(p.amount_yuan) FILTER (WHERE p.bought_on BETWEEN %(first_before)s AND %(last_before)s) AS before,
        sum(p.amount_yuan) FILTER (WHERE {now} AND p.activity_id IS NOT NULL) AS together
    FROM industry_purchase p JOIN divisions_division t ON t.code = p.division_id / 1000 * 1000
    WHERE p.withdrawn_at IS NULL AND p.bought_on BETWEEN %(first_before)s AND %(last)s AND {here} GROUP BY 1, 2 ORDER BY 1"""
_NOW = "p.bought_on BETWEEN %(first)s AND %(last)s"
ZERO = Decimal(0)


@require_GET
@needs(Act.READ)
def sales(request: Request) -> HttpResponse:
    ledger = registry.of(Purchase)
    assert ledger
    as_book, today = request.GET.get("book") == "1", dates.today()
    here = tables.of_viewer(request, ledger, "p.division_id", "p.unit_id", Act.EXPORT if as_book else Act.READ)
    year = tables.number(request.GET.get("year"))
    year = year if 2015 < year <= today.year else today.year
    first, last = date(year, 1, 1), min(date(year, 12, 31), today)
    kinds = ", ".join(f"sum(p.amount_yuan) FILTER (WHERE {_NOW} AND p.buyer_kind = '{kind.value}')" for kind in Buyer)
    rows: list[Any] = tables.fetch(
        _ROWS.format(kinds=kinds, now=_NOW, here=here),
        {"first": first, "last": last, "first_before": add_months(first, -12), "last_before": add_months(last, -12)},
    )
    of_year: dict[str, Any] = {"bought_on_after": first, "bought_on_before": last}
    sums, buyers = _figures(rows, ledger, of_year)
    table = Table(
        f"{year}年消费帮扶销售情况", ledger.article,
        f"按产地统计 {first} 至 {last} 成交的订单，上年同期比到同一天；没有交货收款的不算。",
        ("产地", *(str(kind.label) for kind in Buyer), "合计（元）", "上年同期（元）", "比上年（%）"),
        [_cells(row, ledger, of_year) for row in rows], sums, buyers,
        chips=[(f"{each}年", f"?year={each}", each == year) for each in range(today.year, today.year - 3, -1)],
        empty="这段时间没有成交的订单", book=urlencode({"year": year, "book": 1}),
    )  # fmt: skip
    return tables.workbook(request, ledger, table) if as_book else tables.page(request, table)


def _cells(row: Any, ledger: Ledger, of_year: dict[str, Any]) -> list[Cell]:
    code, name, *yuan, sold, before, _ = row
    return [
        Cell(name, f"{ledger.url()}?{urlencode({'place': code, **of_year})}"), *(Cell(each or ZERO) for each in yuan),
        Cell(sold or ZERO), Cell(before or ZERO), Cell(tables.growth(sold, before)),
    ]  # fmt: skip


def _figures(rows: list[Any], ledger: Ledger, of_year: dict[str, Any]) -> tuple[list[Figure], list[Figure]]:
    """Sums and growth, then the buyers."""

    def total(column: int) -> Decimal:
        return sum((row[column] or ZERO for row in rows), ZERO)

    def opened(**more: Any) -> str:
        return f"{ledger.url()}?{urlencode(of_year | more)}"

    rate = tables.growth(total(-3), total(-2))
    sums = [
        Figure("成交额", total(-3), "元", opened()),
        Figure("比上年同期", "—" if rate is None else rate, "%"),
        Figure("其中集中采购活动", total(-1), "元", definition="登记时选了集中采购活动的订单"),
    ]
    buyers = [
        Figure(str(kind.label), total(2 + n), "元", opened(buyer_kind=kind.value)) for n, kind in enumerate(Buyer)
    ]
    return sums, buyers
