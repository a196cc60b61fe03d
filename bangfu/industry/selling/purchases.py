"""消费帮扶采购 (4.2): who bought which product, when, for how much; concentrated actions are activities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models

from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Role
from bangfu.activities.models import Activity
from bangfu.exchange.sheet import Batch, Fault
from bangfu.industry import columns
from bangfu.industry.selling.products import Product
from bangfu.kernel import dates
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text

WHO = "预算单位采购的，请选择采购单位"
NOT_YET = "日期还没有到；成交后登记"


class Buyer(models.TextChoices):
    BUDGET_UNIT = "budget_unit", "预算单位"
    UNION = "union", "工会"
    ENTERPRISE = "enterprise", "企业"
    INDIVIDUAL = "individual", "个人"
    PLATFORM = "platform", "平台"


class Purchase(Record):
    division = columns.place("产地", follows=True)
    order_no = models.CharField("订单或发票号", max_length=60, unique=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="purchases", verbose_name="产品")
    buyer_kind = models.CharField("采购方类别", max_length=20, choices=Buyer.choices)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="purchases", verbose_name="采购单位"
    )
    buyer = text("采购方名称", 80, "不是本系统单位的填名称；个人可以不填")
    bought_on = models.DateField("成交日期")
    amount_yuan = Yuan("金额", validators=[MinValueValidator(0)])
    is_canteen = models.BooleanField("食堂采购", default=False, help_text="计入预算单位食堂预留份额")
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="集中采购活动"
    )

    class Meta:
        verbose_name = verbose_name_plural = "消费帮扶采购"
        indexes = [
            models.Index(fields=["division", "id"], name="purchase_division"),
            models.Index(fields=["bought_on", "id"], name="purchase_bought"),
        ]

    def __str__(self) -> str:
        return f"{self.bought_on} {self.product}"


def of_nobody_or_to_come(batch: Batch) -> Iterable[Fault]:
    """The rules of `clean`, by set."""
    found = """SELECT r._row, r.bought_on > %s FROM {rows} r LEFT JOIN industry_purchase t ON t.id = r._target
        WHERE r.bought_on > %s OR (coalesce(r.buyer_kind, t.buyer_kind) = 'budget_unit'
            AND coalesce(r.unit_id, t.unit_id) IS NULL)"""
    rows = batch.fetch(found, [dates.today(), dates.today()])
    return [Fault(row, "bought_on" if early else "unit", NOT_YET if early else WHO) for row, early in rows]


class PurchaseLedger(Ledger):
    slug, model, article, scope, scope_from = "purchases", Purchase, "4.2", "division", "product"
    says = "预算单位、工会、企业、个人和平台采购帮扶产品，一单一行"
    unit, edited_by = "unit", (*FIELD, Role.LIAISON)
    columns = ("bought_on", "product", "division", "buyer_kind", "unit", "buyer", "amount_yuan")
    card = ("bought_on", "product", "amount_yuan")
    filters = ("buyer_kind", "is_canteen", "product", "unit", "activity", "bought_on", "amount_yuan")
    sorts = ("bought_on",)
    search = ("order_no", "product__name", "buyer", "unit__name")
    form = ("product", "buyer_kind", "unit", "buyer", "bought_on", "amount_yuan", "is_canteen", "activity", "order_no")
    exchange = ("order_no", "product", "buyer_kind", "unit", "buyer", "bought_on", "amount_yuan", "is_canteen")
    identity = ("order_no",)
    checks = (of_nobody_or_to_come,)
    stats = (Stat("按采购方", by="buyer_kind"), Stat("金额", total="amount_yuan", unit="元"))

    def clean(self, data: dict[str, Any], record: Purchase | None) -> dict[str, str]:
        if data["buyer_kind"] == Buyer.BUDGET_UNIT and not data["unit"]:
            return {"unit": WHO}
        return {"bought_on": NOT_YET} if data["bought_on"] > dates.today() else {}

    def unit_faults(self, data: dict[str, Any], units: frozenset[int]) -> dict[str, str]:
        mine = data.get("unit") and data["unit"].pk in units
        return {} if mine else {"unit": "请选择您自己的单位；别的单位的采购由他们登记"}
