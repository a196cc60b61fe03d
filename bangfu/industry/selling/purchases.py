"""消费帮扶采购 (4.2): one row an order, from the day it was placed to the day it was delivered and paid; who, how much."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Role
from bangfu.activities.models import Activity
from bangfu.industry import columns
from bangfu.industry.selling import purchase_checks
from bangfu.industry.selling.products import Product
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


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
    ordered_on = models.DateField("下单日期", null=True, blank=True, help_text="当场成交的不用填")
    deliver_by_on = models.DateField("约定交货日期", null=True, blank=True)
    bought_on = models.DateField(
        "成交日期", null=True, blank=True, help_text="交货收款的日期；还没有交货的不填，列为待办"
    )
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
            models.Index(fields=["division", "deliver_by_on"], name="purchase_open", condition=Q(bought_on=None)),
        ]
        constraints = purchase_checks.CONSTRAINTS

    def __str__(self) -> str:
        return f"{self.order_no} {self.product}"


class PurchaseLedger(Ledger):
    slug, model, article, scope, scope_from = "purchases", Purchase, "4.2", "division", "product"
    says = "预算单位、工会、企业、个人和平台采购帮扶产品，一单一行：先下单的填下单日期，交货收款后补成交日期"
    unit, edited_by = "unit", (*FIELD, Role.LIAISON)
    columns = ("order_no", "product", "division", "buyer_kind", "unit", "amount_yuan", "deliver_by_on", "bought_on")
    card = ("order_no", "product", "amount_yuan", "deliver_by_on", "bought_on")
    filters = ("buyer_kind", "is_canteen", "product", "unit", "activity", "ordered_on", "deliver_by_on", "bought_on",
               "amount_yuan")  # fmt: skip
    sorts = ("bought_on",)
    search = ("order_no", "product__name", "buyer", "unit__name")
    form = ("product", "order_no", "buyer_kind", "unit", "buyer", "amount_yuan", "is_canteen", "activity", "ordered_on",
            "deliver_by_on", "bought_on")  # fmt: skip
    exchange = tuple(name for name in form if name != "activity")
    identity = ("order_no",)
    checks = (purchase_checks.by_set,)
    groups = {"订单": form[:8], "下单和成交": form[8:]}
    work_page = ("industry:sales", "看销售情况")
    stats = (
        Stat("按采购方", by="buyer_kind"),
        Stat("金额", total="amount_yuan", unit="元"),
        Stat("待交货", where=Q(bought_on=None), unit="单"),
    )

    def clean(self, data: dict[str, Any], record: Purchase | None) -> dict[str, str]:
        return purchase_checks.faults(data)

    def unit_faults(self, data: dict[str, Any], units: frozenset[int]) -> dict[str, str]:
        mine = data.get("unit") and data["unit"].pk in units
        return {} if mine else {"unit": "请选择您自己的单位；别的单位的采购由他们登记"}
