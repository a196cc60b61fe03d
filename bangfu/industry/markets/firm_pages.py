"""落地企业一览 (4.5): firms that landed, by park, with the jobs, investment and tax of a year; those not told yet come first."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.industry import tables
from bangfu.industry.markets.firm_landings import FirmLanding
from bangfu.industry.markets.firm_years import FirmYear
from bangfu.industry.tables import Cell, Figure, Table
from bangfu.kernel import dates
from bangfu.ledger import registry

_ROWS = """SELECT f.id, b.name, k.id, k.name, o.name, f.landed_on, f.is_labour_intensive, y.id, y.jobs, y.local_jobs,
        y.invested_yuan, y.tax_yuan, z.jobs, z.tax_yuan
    FROM industry_firmlanding f JOIN industry_businessentity b ON b.id = f.business_entity_id
    LEFT JOIN industry_industrialpark k ON k.id = f.park_id LEFT JOIN divisions_division o ON o.code = f.came_from_id
    LEFT JOIN industry_firmyear y ON y.landing_id = f.id AND y.year = %(year)s AND y.withdrawn_at IS NULL
    LEFT JOIN industry_firmyear z ON z.landing_id = f.id AND z.year = %(year)s - 1 AND z.withdrawn_at IS NULL
    WHERE f.withdrawn_at IS NULL AND extract(year FROM f.landed_on) <= %(year)s
    AND (f.closed_on IS NULL OR extract(year FROM f.closed_on) >= %(year)s) AND """
#: the page shows the others
IN_BOOK = frozenset({"落地日期", "劳动密集", "就业比上年（%）"})
#: firms on the page; all are in the workbook
SHOWN = 200
HEADS = (
    "企业", "园区", "从哪里来", "落地日期", "劳动密集", "就业（人）", "其中本地（人）", "投资（元）", "税收（元）",
    "就业比上年（%）", "税收比上年（%）",
)  # fmt: skip


@require_GET
@needs(Act.READ)
def firms(request: Request) -> HttpResponse:
    ledger, years = registry.of(FirmLanding), registry.of(FirmYear)
    assert ledger and years
    as_book, this = request.GET.get("book") == "1", dates.today().year
    here = tables.within(tables.reach(request, ledger, Act.EXPORT if as_book else Act.READ), "f.division_id")
    year = tables.number(request.GET.get("year"))
    year = year if 2015 < year <= this else this - 1
    order = " ORDER BY y.id IS NOT NULL, k.id NULLS LAST, f.landed_on, f.id LIMIT "
    untold = request.GET.get("untold") == "1"
    found: list[Any] = tables.fetch(f"{_ROWS}{here}{order}{tables.MOST}", {"year": year})
    may_tell = years.may(request.actor, Act.EDIT)
    new = f"{years.new_url}?year={year}&landing=" if may_tell else ""
    told = [row for row in found if row[7]]
    shown = [row for row in found if not (untold and row[7])][: tables.MOST if as_book else SHOWN]
    table = Table(
        f"{year}年落地企业", ledger.article, "当年在当地的落地企业，就业是年末数，投资和税收是当年数；没有登记的在前。",
        HEADS, [_cells(row, new) for row in shown],
        [
            Figure("落地企业", len(found), "家", note=f"没有登记当年情况的 {len(found) - len(told)} 家"),
            Figure("就业", sum(row[8] for row in told), "人", note=f"其中本地 {sum(row[9] for row in told)} 人"),
            Figure("投资", sum((row[10] for row in told), Decimal(0)), "元"),
            Figure("税收", sum((row[11] for row in told), Decimal(0)), "元"),
        ],
        chips=[
            *((f"{each}年", f"?year={each}", each == year and not untold) for each in range(this, this - 4, -1)),
            ("没有登记的", f"?year={year}&untold=1", untold),
        ],
        empty="没有落地企业", book=f"year={year}&book=1", in_book=IN_BOOK,
    )  # fmt: skip
    return tables.workbook(request, ledger, table) if as_book else tables.page(request, table)


def _cells(row: Any, new: str) -> list[Cell]:
    (pk, name, park, park_name, origin, landed_on, is_intensive, told, jobs, local, invested, tax, jobs_before,
     tax_before) = row  # fmt: skip
    missing = Cell("去登记" if new else "未登记", f"{new}{pk}" if new else "", "" if new else "warn")
    return [
        Cell(name, reverse("ledger:detail", args=["firm-landings", pk])),
        Cell(park_name, reverse("ledger:detail", args=["industrial-parks", park]) if park else ""),
        Cell(origin), Cell(landed_on), Cell("是" if is_intensive else "否"),
        Cell(jobs, reverse("ledger:detail", args=["firm-years", told])) if told else missing,
        Cell(local), Cell(invested), Cell(tax), Cell(tables.growth(jobs, jobs_before)), Cell(tables.growth(tax, tax_before)),
    ]  # fmt: skip
