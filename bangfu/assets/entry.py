"""What an asset owes before it is saved by hand (1.4): no more than its project spent, no less than its parts, no owner
that in the end owns itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Sum

from bangfu.assets.forming import money
from bangfu.exchange.sheet import Batch, Fault
from bangfu.funds.columns import ZERO
from bangfu.kernel.money import show_yuan

if TYPE_CHECKING:
    from bangfu.assets.asset import Asset

#: who holds shares in whom by assets put in (入股); from the one put into, who is reached
_CIRCLE = """
    WITH RECURSIVE held AS (
        SELECT %(company)s::text AS holder
        UNION
        SELECT a.user_name FROM held JOIN assets_asset a ON a.owner = held.holder
         WHERE a.operation_mode = 'equity' AND a.user_name <> '' AND a.withdrawn_at IS NULL AND a.id <> %(self)s
           AND a.division_id BETWEEN %(low)s AND %(high)s)
    SELECT EXISTS (SELECT 1 FROM held WHERE holder = %(owner)s)"""

#: who put what into whom in these counties, but for the assets that the workbook changes
_HELD = """
    SELECT division_id / 1000000, owner, user_name FROM assets_asset
     WHERE division_id / 1000000 = ANY(%s) AND operation_mode = 'equity' AND owner <> '' AND user_name <> ''
       AND withdrawn_at IS NULL AND id <> ALL(%s)"""
_CIRCULAR = "“{company}”的资产已经入股到“{owner}”，再反过来入股就成了互相持有，请核对所有权人"


def faults(data: dict[str, Any], record: Asset | None) -> dict[str, str]:
    return _dates(data) or _cost(data, record) or _owner(data, record)


def _dates(data: dict[str, Any]) -> dict[str, str]:
    acquired, year = data.get("acquired_on"), data.get("formed_year")
    if acquired and year and acquired.year > year + 1:
        return {"formed_year": f"购建日期是 {acquired.year} 年，形成年度 {year} 早了，请核对"}
    return {}


def _cost(data: dict[str, Any], record: Asset | None) -> dict[str, str]:
    cost: Decimal | None = data.get("cost_yuan")
    if cost is None:
        return {}
    if record and (parts := record.fund_parts.aggregate(total=Sum("yuan"))["total"] or ZERO) > cost:
        return {"cost_yuan": f"资金构成合计 {show_yuan(parts)} 元，多于原值 {show_yuan(cost)} 元；请先改资金构成"}
    if (project := data.get("project")) is None or (
        record and record.project_id == project.pk and record.cost_yuan == cost
    ):
        return {}
    known = money.money_of(project, but=record.pk if record else None)
    if known.is_known and cost > known.left:
        return {
            "cost_yuan": f"项目{known.by} {show_yuan(known.limit)} 元，其他资产已登记 {show_yuan(known.formed)} 元，"
            f"这一项最多 {show_yuan(known.left)} 元"
        }
    return {}


def _owner(data: dict[str, Any], record: Asset | None) -> dict[str, str]:
    """Shares go one way: what a company owns cannot be put, through others, into its own owner."""
    owner, user, mode = data.get("owner", ""), data.get("user_name", ""), data.get("operation_mode", "")
    if mode == "self" or not owner or not user:
        return {}
    if mode and owner == user:
        return {"user_name": "所有权人和使用主体是同一个，应是自营；承包、租赁、入股、委托要交给别人"}
    division = data.get("division")
    if mode == "equity" and division and is_circular(owner, user, division.pk, record.pk if record else 0):
        return {"user_name": _CIRCULAR.format(company=user, owner=owner)}
    return {}


def circles(batch: Batch) -> Iterable[Fault]:
    """The rule of shares for a workbook: its rows among themselves and with what is there."""
    sql = (
        "select _row, coalesce(_target, 0), division_id / 1000000, owner, user_name from {rows} "
        "where operation_mode = 'equity' and owner <> '' and user_name <> ''"
    )
    rows = batch.fetch(sql)
    held: defaultdict[tuple[int, str], set[str]] = defaultdict(set)  # (county, owner) → the companies put into
    for _, _, county, owner, company in rows:
        held[county, owner].add(company)
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [sorted({row[2] for row in rows}), [row[1] for row in rows]])
        for county, owner, company in cursor.fetchall():
            held[county, owner].add(company)
    for row, _, county, owner, company in rows:
        if owner == company or owner in _reached(held, county, company):
            yield Fault(row, "user_name", _CIRCULAR.format(company=company, owner=owner), company)


def _reached(held: Mapping[tuple[int, str], set[str]], county: int, company: str) -> set[str]:
    found, ahead = {company}, [company]
    while ahead:
        fresh = held.get((county, ahead.pop()), set()) - found
        found |= fresh
        ahead += fresh
    return found


def is_circular(owner: str, company: str, place: int, asset: int) -> bool:
    low = place // 10**6 * 10**6
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"company": company, "owner": owner, "self": asset, "low": low, "high": low + 10**6 - 1}
        cursor.execute(_CIRCLE, given)
        return bool(cursor.fetchone()[0])
