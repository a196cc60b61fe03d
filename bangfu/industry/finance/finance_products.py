"""金融产品 (4.3): what banks and insurers offer here; the rules of the micro-loan itself are dated parameters."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Role
from bangfu.accounts.terms import in_order
from bangfu.industry import columns
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import BUSINESS, FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class Kind(models.TextChoices):
    MICRO = "micro", "脱贫人口小额信贷"
    FARMER = "farmer", "农户信用贷款"
    ENTITY = "entity", "经营主体贷款"
    INSURANCE = "insurance", "农业保险和防返贫保险"


class FinanceProduct(Record):
    division = columns.place("适用地方")
    bank = models.ForeignKey(Unit, models.PROTECT, related_name="finance_products", verbose_name="银行或保险机构")
    name = models.CharField("产品名称", max_length=80)
    kind = models.CharField("产品类别", max_length=20, choices=Kind.choices)
    most_yuan = Yuan("最高额度", null=True, blank=True, validators=[MinValueValidator(1)])
    most_months = models.PositiveSmallIntegerField(
        "最长期限（月）", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(360)]
    )
    rate_percent = models.DecimalField(
        "年利率（%）", max_digits=5, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    conditions = text("办理条件", 300)
    contact = text("怎么办理", 120, "网点、电话")
    from_on = models.DateField("开始日期")
    to_on = models.DateField("停办日期", null=True, blank=True, help_text="仍在办理的不填")

    class Meta:
        verbose_name = verbose_name_plural = "金融产品"
        indexes = [models.Index(fields=["division", "id"], name="finance_product_division")]
        constraints = [
            in_order("finance_product_in_order"),
            models.UniqueConstraint(fields=["name", "bank"], name="one_finance_product_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class FinanceProductLedger(Ledger):
    slug, model, article, scope, unit = "finance-products", FinanceProduct, "4.3", "division", "bank"
    says = "银行和保险机构能办的产品：给谁、最多多少、多久、利率"
    is_open = True
    read_by, edited_by = (*BUSINESS, Role.BANK), FIELD
    columns = ("name", "bank", "division", "kind", "most_yuan", "most_months", "rate_percent", "to_on")
    card = ("name", "bank", "most_yuan")
    filters = ("kind", "bank", "from_on", "to_on")
    search = ("name", "bank__name")
    form = exchange = (
        "name", "bank", "division", "kind", "most_yuan", "most_months", "rate_percent", "conditions", "contact",
        "from_on", "to_on",
    )  # fmt: skip
    identity = ("name", "bank")
    limits = {"rate_percent": (0, 24), "most_yuan": (1, 1_000_000_000)}
    stats = (Stat("按类别", by="kind"), Stat("正在办理", where=Q(to_on=None), unit="个"))

    def clean(self, data: dict[str, Any], record: FinanceProduct | None) -> dict[str, str]:
        if data["kind"] != Kind.INSURANCE and not data["most_yuan"]:
            return {"most_yuan": "贷款产品请填写最高额度"}
        return {}
