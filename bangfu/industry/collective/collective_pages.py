"""村集体经济总览 (4.4): income by bands with dated lines, growth, weak villages, contracts with something overdue."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.divisions.scope import Scope
from bangfu.industry import tables
from bangfu.industry.collective import contract_dues
from bangfu.industry.collective.collective_accounts import CollectiveAccount
from bangfu.industry.collective.collective_contracts import CollectiveContract
from bangfu.industry.tables import Cell, Figure, Table
from bangfu.kernel import codes, dates
from bangfu.kernel.codes import Level
from bangfu.kernel.money import show_number
from bangfu.lawbook.parameters import Snapshot
from bangfu.ledger import registry
from bangfu.policy.parameter import ParameterMissing

#: a range of a list includes both of its ends
CENT = Decimal("0.01")
#: contracts on the page; all of them are in the workbook
SHOWN = 200
HEADS = ("集体经济组织", "行政村", "总收入（元）", "经营性收入（元）", "上年总收入（元）", "比上年（%）")
BANDS, WEAK = "collective_income_bands_yuan", "weak_village_income_yuan"
#: organisations with the account of the year and of the year before
_FROM = """FROM industry_collectiveorganisation o JOIN divisions_division v ON v.code = o.village_id
    LEFT JOIN industry_collectiveaccount a ON a.organisation_id = o.id AND a.year = %(year)s AND a.withdrawn_at IS NULL
    LEFT JOIN industry_collectiveaccount b ON b.organisation_id = o.id AND b.year = %(year)s - 1 AND b.withdrawn_at IS NULL
    WHERE o.withdrawn_at IS NULL AND """


def bands(year: int, place: int | None, law: Snapshot) -> list[int]:
    """The lines between the bands in force at the end of the year."""
    return sorted(int(part) for part in str(law.at(BANDS, date(year, 12, 31), place).value).split(","))


def place_of(scope: Scope) -> int | None:
    """The (first) county that is looked at: its own lines hold."""
    low = scope.ranges[0][0] if scope else 0
    return low // codes.SPANS[Level.COUNTY] * codes.SPANS[Level.COUNTY] or None


@require_GET
@needs(Act.READ)
def overview(request: Request) -> HttpResponse:
    ledger = registry.of(CollectiveAccount)
    assert ledger
    scope = tables.reach(request, ledger)
    this = dates.today().year
    year = tables.number(request.GET.get("year")) or this - 1
    year = year if 2015 < year <= this else this - 1
    law, here, place = Snapshot.take(), tables.within(scope, "o.village_id"), place_of(scope)
    title, chips = (
        f"{year}年村集体经济",
        [(f"{each}年", f"?year={each}", each == year) for each in range(this, this - 4, -1)],
    )
    try:
        line, lines = int(law.at(WEAK, date(year, 12, 31), place).value), bands(year, place, law)
    except ParameterMissing as missing:
        return tables.page(request, Table(title, ledger.article, "", HEADS, [], chips=chips, warning=str(missing)))
    values: dict[str, Any] = {"year": year, "line": line, "lines": lines}
    after = tables.number(request.GET.get("after"))
    rows = tables.fetch(
        f"SELECT o.id, o.name, v.full_name, a.id, a.total_income_yuan, a.own_income_yuan, b.total_income_yuan {_FROM}{here}"
        " AND (a.id IS NULL OR a.total_income_yuan < %(line)s) AND o.id > %(after)s"
        f" ORDER BY o.id LIMIT {tables.PER_PAGE + 1}",  # noqa: S608
        values | {"after": after},
    )
    full = len(rows) > tables.PER_PAGE
    figures, split = _figures(ledger.url(), here, values) if not after else ([], [])
    new = f"{ledger.new_url}?year={year}&organisation=" if ledger.may(request.actor, Act.EDIT) else ""
    table = Table(
        title, ledger.article,
        f"经济薄弱村：总收入低于 {line:,} 元的村（{year}年末有效的线），还没有登记当年账的也列在这里。",
        HEADS, [_weak(row, new) for row in rows[: tables.PER_PAGE]], figures, split,
        chips=chips, empty="没有经济薄弱村", next=f"year={year}&after={rows[tables.PER_PAGE - 1][0]}" if full else "",
    )  # fmt: skip
    return tables.page(request, table)


def _weak(row: Any, new: str) -> list[Cell]:
    pk, name, village, account, total, own, before = row
    shown = (
        Cell(total, reverse("ledger:detail", args=["collective-accounts", account]))
        if account
        else Cell("去登记" if new else "未登记", f"{new}{pk}" if new else "", "" if new else "warn")
    )
    return [
        Cell(name, reverse("ledger:detail", args=["collective-organisations", pk])),
        Cell(village), shown, Cell(own), Cell(before), Cell(tables.growth(total, before)),
    ]  # fmt: skip


def _figures(url: str, here: str, values: dict[str, Any]) -> tuple[list[Figure], list[Figure]]:
    """Sums and growth, then the bands."""
    year, lines = values["year"], values["lines"]
    ((all_, told, weak, total, both, before),) = tables.fetch(
        "SELECT count(*), count(a.id), count(*) FILTER (WHERE a.total_income_yuan < %(line)s), sum(a.total_income_yuan),"  # noqa: S608
        f" sum(a.total_income_yuan) FILTER (WHERE b.id IS NOT NULL), sum(b.total_income_yuan) FILTER (WHERE a.id IS NOT NULL)"
        f" {_FROM}{here}",
        values,
    )
    counted = dict(
        tables.fetch(
            f"SELECT width_bucket(a.total_income_yuan, %(lines)s::numeric[]), count(*) {_FROM}{here} AND a.id IS NOT NULL"  # noqa: S608
            " GROUP BY 1",
            values,
        )
    )
    of_year = f"{url}?year_min={year}&year_max={year}"
    below = f"{of_year}&total_income_yuan_max={values['line'] - CENT}"
    rate = tables.growth(both, before)
    figures = [
        Figure("已登记年度账", told, f"÷ {all_} 个村", of_year),
        Figure("总收入", total or Decimal(0), "元", of_year),
        Figure("比上年", "—" if rate is None else rate, "%", definition="两年都有账的村，总收入之和相比"),
        Figure("经济薄弱村", weak, "个", below, note=f"线：{values['line']:,} 元"),
    ]
    split = []
    for number in range(len(lines) + 1):
        low, high = (lines[number - 1] if number else None), (lines[number] if number < len(lines) else None)
        edges = (f"&total_income_yuan_min={low}" if low is not None else "") + (
            f"&total_income_yuan_max={high - CENT}" if high else ""
        )
        split.append(Figure(_between(low, high), counted.get(number, 0), "个村", f"{of_year}{edges}"))
    return figures, split


def _between(low: int | None, high: int | None) -> str:
    if low is None:
        return f"{_wan(high or 0)}以下"
    return f"{_wan(low)}及以上" if high is None else f"{_wan(low)}至{_wan(high)}"


def _wan(yuan: int) -> str:
    return f"{show_number(Decimal(yuan) / 10000)}万元"


@require_GET
@needs(Act.READ)
def dues(request: Request) -> HttpResponse:
    """Contracts of which something is due and has not come, the oldest first."""
    ledger = registry.of(CollectiveContract)
    assert ledger
    as_book = request.GET.get("book") == "1"
    scope = tables.reach(request, ledger, Act.EXPORT if as_book else Act.READ)
    here, values = tables.within(scope, "d.village_id"), {"on": dates.today()}
    found = tables.fetch(
        f"SELECT d.id, k.title, o.name, k.party, k.to_on, d.due, d.came, d.since FROM ({contract_dues.ROWS}) d"  # noqa: S608
        " JOIN industry_collectivecontract k ON k.id = d.id JOIN industry_collectiveorganisation o ON o.id = k.organisation_id"
        f" WHERE {here} AND d.came < d.due ORDER BY d.since, d.id LIMIT {tables.MOST}",
        values,
    )
    lacking = sum((row[5] - row[6] for row in found), Decimal(0))
    table = Table(
        "村集体合同应收款", ledger.article,
        f"到今天应收没有收齐的合同，由合同和收款记录算出，最早欠的在前；页面列前 {SHOWN} 份，全部的在导出的表格里。",
        ("标的", "集体经济组织", "对方", "合同到期", "应收（元）", "已收（元）", "未收（元）", "从哪天起没有收齐"),
        [
            [Cell(title, reverse("ledger:detail", args=["collective-contracts", pk])), Cell(name), Cell(party), Cell(ends),
             Cell(due), Cell(came), Cell(due - came), Cell(since)]
            for pk, title, name, party, ends, due, came, since in (found if as_book else found[:SHOWN])
        ],
        [Figure("没有收齐的合同", len(found), "份"), Figure("未收", lacking, "元")],
        empty="合同应收款都收齐了", book="book=1",
    )  # fmt: skip
    return tables.workbook(request, ledger, table) if as_book else tables.page(request, table)
