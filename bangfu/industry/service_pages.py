"""Overviews of 4.2, 4.3 and 4.5: reserved shares of canteens, the question bank, villages that logistics reach."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.industry import tables
from bangfu.industry.canteen_budgets import CanteenBudget
from bangfu.industry.logistics_reaches import LogisticsReach
from bangfu.industry.reserves import PARAMETER
from bangfu.industry.tables import Cell, Figure, Table
from bangfu.industry.technology_requests import TechnologyRequest
from bangfu.kernel import dates
from bangfu.kernel.codes import Level
from bangfu.kernel.text import clean
from bangfu.lawbook.parameters import Snapshot
from bangfu.ledger import registry
from bangfu.policy.code_lists import code_list
from bangfu.policy.parameter import ParameterMissing


@require_GET
@needs(Act.READ)
def reserves(request: Request) -> HttpResponse:
    """What each budget unit should buy and bought in a year."""
    ledger = registry.of(CanteenBudget)
    assert ledger
    here, this = tables.within(tables.reach(request, ledger), "c.division_id"), dates.today().year
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
    law, lines, warning = Snapshot.take(), [], ""
    for pk, place, name, budget, bought in rows:
        try:
            asked = budget * Decimal(str(law.at(PARAMETER, last, place).value)) / 100
        except ParameterMissing as missing:
            asked, warning = Decimal(0), str(missing)
        percent = (100 * bought / asked).quantize(Decimal("0.1")) if asked else None
        url = reverse("ledger:detail", args=["canteen-budgets", pk])
        lines.append(
            [Cell(name, url), Cell(budget), Cell(asked.quantize(Decimal("0.01"))), Cell(bought), Cell(percent)]
        )
    totals = [sum((line[column].text for line in lines), Decimal(0)) for column in (2, 3)]
    table = Table(
        f"{year}年食堂预留采购进度", ledger.article, "应预留 = 食堂年度采购额 × 当年有效的预留比例；已采购 = 标明食堂采购的采购记录。",
        ("预算单位", "年度采购额（元）", "应预留（元）", "已采购（元）", "完成（%）"), lines,
        [Figure("单位", len(lines), "个"), Figure("应预留", totals[0], "元"), Figure("已采购", totals[1], "元")],
        chips=[(f"{each}年", f"?year={each}", each == year) for each in range(this, this - 3, -1)],
        empty="没有登记食堂采购预算", warning=warning,
    )  # fmt: skip
    return tables.page(request, table)


@require_GET
@needs(Act.READ)
def questions(request: Request) -> HttpResponse:
    """Answered questions of all places, without who asked: a clerk looks here before asking anew."""
    ledger = registry.of(TechnologyRequest)
    assert ledger
    tables.reach(request, ledger)
    crop, text = request.GET.get("crop", ""), clean(request.GET.get("q", ""))[:60]
    after, kinds = tables.number(request.GET.get("after")), code_list("product_kind")
    rows = TechnologyRequest.objects.filter(is_shared=True, answered_on__isnull=False, withdrawn_at=None, id__gt=after)
    if crop in {str(code.value) for code in kinds.codes}:
        rows = rows.filter(crop=crop)
    else:
        crop = ""
    if text:
        rows = rows.filter(question__icontains=text) | rows.filter(answer__icontains=text)
    found = list(
        rows.order_by("pk").values_list("pk", "crop", "question", "answer", "answered_on")[: tables.PER_PAGE + 1]
    )
    full = len(found) > tables.PER_PAGE
    query = {name: value for name, value in (("crop", crop), ("q", text)) if value}
    table = Table(
        "农技问答库", ledger.article, "科技特派员答复过、同意公开的问题和答复，不显示是谁问的。",
        ("品类", "问题", "答复", "答复日期"),
        [[Cell(kinds.label(kind)), Cell(asked), Cell(answer), Cell(day)] for _, kind, asked, answer, day in found[: tables.PER_PAGE]],
        chips=[("全部", "?", not crop), *((code.label, f"?crop={code.value}", code.value == crop) for code in kinds.codes)],
        empty="没有这样的问题；可以登记一条技术需求",
        next=urlencode(query | {"after": found[tables.PER_PAGE - 1][0]}) if full else "",
    )  # fmt: skip
    return tables.page(request, table)


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
