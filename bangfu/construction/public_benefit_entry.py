"""公益基金收支 (2.5): what came into the public-benefit fund of a place and what went out, by vouchers; never more out than in."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.funds.columns import corrected, entry_of
from bangfu.funds.powers import may_issue, may_spend
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class PublicBenefitEntry(Record):
    """A counter-entry is a row of its own with the amount below zero, naming the row that it corrects."""

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
    voucher_no = models.CharField("凭证号", max_length=60)
    direction = models.CharField("收支", max_length=5, choices=Direction.choices)
    happened_on = models.DateField("日期")
    counterpart = models.CharField("捐赠人或收款人", max_length=80)
    is_named = models.BooleanField("捐赠人同意公开姓名", default=False, db_default=False)
    purpose = models.CharField("用途", max_length=20, choices=Purpose.choices)
    amount_yuan = Yuan("金额")
    #: what it does to the balance
    change_yuan = models.GeneratedField(
        expression=Case(When(direction="in", then=F("amount_yuan")), default=F("amount_yuan") * Value(-1)),
        output_field=Yuan("结余变化"),
        db_persist=True,
        verbose_name="结余变化",
    )
    note = text("说明", 200)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, related_name="corrected_by", verbose_name="冲正的一笔"
    )
    is_corrected = corrected()
    entry = entry_of()

    class Meta:
        verbose_name = verbose_name_plural = "公益基金收支"
        indexes = [models.Index(fields=["division", "id"], name="public_benefit_division")]
        constraints = [models.UniqueConstraint(fields=["division", "voucher_no"], name="one_public_benefit_voucher")]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.voucher_no}"


class PublicBenefitEntryLedger(Ledger):
    slug, model, article, scope = "public-benefit-entries", PublicBenefitEntry, "2.5", "division"
    says = "乡村振兴公益基金的收入和支出，一笔一张凭证；结余由此算出，按地方公开"
    acts_only = True
    edited_by = (Role.PROVINCE, Role.CITY, Role.COUNTY, Role.TOWN)
    columns = ("voucher_no", "division", "happened_on", "direction", "counterpart", "purpose", "amount_yuan")
    card = ("voucher_no", "direction", "amount_yuan")
    filters = ("direction", "purpose", "happened_on", "amount_yuan", "is_named", "is_corrected")
    search = ("voucher_no", "counterpart")
    groups = {
        "收支": ("voucher_no", "division", "direction", "happened_on", "amount_yuan", "purpose"),
        "对方": ("counterpart", "is_named", "corrects", "note"),
    }
    untracked = ("change_yuan",)
    detail_template = "construction/benefit_row.html"
    work_page = ("construction:benefit-funds", "基金总览")
    stats = (
        Stat("结余", total="change_yuan", unit="元"),
        Stat("按收支", by="direction"),
        Stat("不公开姓名的捐赠", where=Q(direction="in", is_named=False, corrects=None), unit="笔"),
    )

    def more(self, record: PublicBenefitEntry, actor: Actor) -> dict[str, Any]:
        may = may_issue(actor, record.division) or may_spend(actor, record.division_id)
        open_row = may and not record.is_corrected and record.corrects_id is None
        acts = [("冲正", reverse("construction:benefit-counter", args=[record.pk]))] if open_row else []
        return {"money_acts": acts, "voucher": record.entry}
