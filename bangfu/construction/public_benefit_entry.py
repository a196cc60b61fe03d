"""公益基金收支 (2.5): what came into the public-benefit fund of a place and what went out; never more out than in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When

from bangfu.accounts.roles import Role
from bangfu.construction import fund_balance
from bangfu.divisions.models import Division
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class PublicBenefitEntry(Record):
    class Direction(models.TextChoices):
        IN = "in", "收入"
        OUT = "out", "支出"

    class Purpose(models.TextChoices):
        DEMONSTRATION = "demonstration", "示范点建设"
        GREENING = "greening", "绿化和古树保护"
        LIVELIHOOD = "livelihood", "民生帮扶"
        INDUSTRY = "industry", "产业帮扶"
        EDUCATION = "education", "教育医疗"
        OTHER = "other", "其他"

    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="基金所在地")
    voucher_no = models.CharField("凭证号", max_length=40)
    direction = models.CharField("收支", max_length=5, choices=Direction.choices)
    happened_on = models.DateField("日期")
    counterpart = models.CharField("捐赠人或收款人", max_length=80)
    purpose = models.CharField("用途", max_length=20, choices=Purpose.choices)
    amount_yuan = Yuan("金额", validators=[MinValueValidator(Decimal("0.01"))])
    #: what it does to the balance
    change_yuan = models.GeneratedField(
        expression=Case(When(direction="in", then=F("amount_yuan")), default=F("amount_yuan") * Value(-1)),
        output_field=Yuan("结余变化"),
        db_persist=True,
        verbose_name="结余变化",
    )
    published_on = models.DateField("公开日期", null=True, blank=True)
    note = text("说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "公益基金收支"
        indexes = [models.Index(fields=["division", "id"], name="public_benefit_division")]
        constraints = [models.UniqueConstraint(fields=["division", "voucher_no"], name="one_public_benefit_voucher")]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.voucher_no}"


class PublicBenefitEntryLedger(Ledger):
    slug, model, article, scope = "public-benefit-entries", PublicBenefitEntry, "2.5", "division"
    says = "乡村振兴公益基金的收入和支出；结余由此算出"
    edited_by = (Role.PROVINCE, Role.CITY, Role.COUNTY, Role.TOWN)
    columns = (
        "voucher_no",
        "division",
        "happened_on",
        "direction",
        "counterpart",
        "purpose",
        "amount_yuan",
        "published_on",
    )
    card = ("voucher_no", "direction", "amount_yuan")
    filters = ("direction", "purpose", "happened_on", "amount_yuan", "published_on")
    search = ("voucher_no", "counterpart")
    form = exchange = (
        "division", "voucher_no", "direction", "happened_on", "counterpart", "purpose", "amount_yuan", "published_on",
        "note",
    )  # fmt: skip
    bulk, identity = ("published_on",), ("voucher_no", "division")
    checks, untracked = (fund_balance.overdrawn,), ("change_yuan",)
    stats = (
        Stat("结余", total="change_yuan", unit="元"),
        Stat("按收支", by="direction"),
        Stat("没公开", where=Q(published_on=None), unit="笔"),
    )

    def clean(self, data: dict[str, Any], record: PublicBenefitEntry | None) -> dict[str, str]:
        short = data["direction"] == "out" and data["amount_yuan"] > fund_balance.of(data["division"], without=record)
        return {"amount_yuan": fund_balance.OVERDRAWN} if short else {}
