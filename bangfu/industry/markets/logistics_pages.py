"""物流通达情况 (4.5): villages that a logistics point stands in or reaches."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.industry import tables
from bangfu.industry.markets.logistics_reaches import LogisticsReach
from bangfu.industry.tables import Cell, Figure, Table
from bangfu.kernel import dates
from bangfu.kernel.codes import Level
from bangfu.ledger import registry

_VILLAGES = """SELECT v.code, v.name, v.parent_id, EXISTS (SELECT FROM industry_logisticspoint p WHERE p.division_id = v.code
        AND p.withdrawn_at IS NULL AND (p.to_on IS NULL OR p.to_on >= %(on)s) AND p.from_on <= %(on)s)
    OR EXISTS (SELECT FROM industry_logisticsreach r JOIN industry_logisticspoint p ON p.id = r.logistics_point_id
        WHERE r.village_id = v.code AND r.withdrawn_at IS NULL AND p.withdrawn_at IS NULL AND p.from_on <= %(on)s
        AND (p.to_on IS NULL OR p.to_on >= %(on)s)) AS is_reached
    FROM divisions_division v WHERE v.level = %(village)s AND v.valid_to IS NULL AND """


@require_GET
@needs(Act.READ)
def logistics(request: Request) -> HttpResponse:
    """By town: villages with a point or reached by one."""
    ledger = registry.of(LogisticsReach)
    assert ledger
    here = tables.within(tables.reach(request, ledger), "v.code")
    rows: list[Any] = tables.fetch(
        "SELECT t.code, t.full_name, count(*), count(*) FILTER (WHERE x.is_reached),"  # noqa: S608
        " left(string_agg(x.name, '、' ORDER BY x.code) FILTER (WHERE NOT x.is_reached), 120)"
        f" FROM ({_VILLAGES}{here}) x JOIN divisions_division t ON t.code = x.parent_id GROUP BY 1, 2 ORDER BY 1 LIMIT 2000",
        {"on": dates.today(), "village": int(Level.VILLAGE)},
    )
    all_, reached = sum(row[2] for row in rows), sum(row[3] for row in rows)
    percent = (Decimal(100 * reached) / all_).quantize(Decimal("0.1")) if all_ else "—"
    table = Table(
        "物流通达情况", ledger.article, "村里有正在运行的站点，或有站点通到这个村，算通达。",
        ("镇", "行政村", "已通达", "通达率（%）", "还没有通达的村"),
        [
            [Cell(name, f"{reverse('ledger:list', args=['logistics-reaches'])}?place={code}"), Cell(count), Cell(there),
             Cell((Decimal(100 * there) / count).quantize(Decimal("0.1"))), Cell(left)]
            for code, name, count, there, left in rows
        ],
        [Figure("行政村", all_, "个"), Figure("已通达", reached, "个"), Figure("通达率", percent, "%")],
    )  # fmt: skip
    return tables.page(request, table)
