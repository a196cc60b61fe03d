"""What waits of 4.2: orders to be delivered, products that show a brand whose licence has ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.divisions.scope import Scope
from bangfu.industry.selling.brand_licences import BrandLicence
from bangfu.industry.selling.products import Product
from bangfu.industry.selling.purchases import Purchase
from bangfu.industry.waiting import Lines, Waiting, counted, opened
from bangfu.lawbook import parameters
from bangfu.ledger.peek import Found, Peek

NAMED = 3


def of_unit(actor: Actor, on: date) -> Lines:
    """For who keeps the purchases of a unit: orders whose day has come."""
    if not (units := actor.units(Act.EDIT, (Role.LIAISON,))):
        return
    orders = Purchase.objects.filter(unit__in=units, bought_on=None, deliver_by_on__lte=on, withdrawn_at=None)
    why, url = "收了货、付了款的填成交日期；没有送到的联系供应方", opened(Purchase, "待交货")
    yield counted(
        orders,
        lambda n, due: Waiting("4.2", f"本单位 {n} 单采购到了约定交货日期", why, url, "去办", due),
        "deliver_by_on",
    )


def waiting(scope: Scope, on: date) -> Lines:
    soon = on + timedelta(days=int(parameters.value("order_remind_days", on)))
    orders = Purchase.objects.filter(
        scope.q("division"), Q(deliver_by_on=None) | Q(deliver_by_on__lte=soon), bought_on=None, withdrawn_at=None
    )
    url = opened(Purchase, "待交货")
    why = "联系供应的主体和采购方；交货收款后填成交日期，取消的撤回并写明原因"
    yield counted(
        orders, lambda n, due: Waiting("4.2", f"{n} 单消费帮扶订单等交货", why, url, "去办", due), "deliver_by_on"
    )
    yield _ended(scope, on)


def _ended(scope: Scope, on: date) -> Peek[Waiting]:
    """On sale under a brand for which the operator has no licence today."""
    held = BrandLicence.objects.filter(
        brand=OuterRef("brand"), business_entity=OuterRef("business_entity"), withdrawn_at=None, from_on__lte=on, to_on__gte=on
    )  # fmt: skip
    products = Product.objects.filter(
        scope.q("division"), ~Exists(held), brand__isnull=False, is_on_sale=True, withdrawn_at=None
    )

    def told(found: list[Found]) -> Iterator[Waiting]:
        if found:
            names = "、".join(row.said["name"] for row in found[:NAMED]) + ("等" if len(found) > NAMED else "")
            why = f"{names}：续签后登记新的授权；不续的在产品上去掉品牌"
            yield Waiting("4.2", "产品的品牌授权已到期", why, opened(BrandLicence, "已过期"), "看授权")

    return Peek(products.order_by("pk"), told, {"name": "name"}, most=NAMED + 1)
