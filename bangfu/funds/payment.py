"""资金支付 (1.4, 2.2): what was paid for a project, by voucher; refunds and counter-entries stand with a minus."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.funds import powers
from bangfu.funds.budget_line import BudgetLine
from bangfu.funds.columns import corrected, entry_of
from bangfu.funds.powers import READERS
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.projects.contract import Contract
from bangfu.projects.project import Project


class Payment(Record):
    class Kind(models.TextChoices):
        PAYMENT = "payment", "支付"
        REFUND = "refund", "收回（退款）"
        COUNTER = "counter", "冲正"

    division = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="实施地点"
    )
    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="payments", verbose_name="项目资金安排")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, editable=False, related_name="payments", verbose_name="项目"
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="payments", verbose_name="合同"
    )
    kind = models.CharField("业务", max_length=10, choices=Kind.choices, default=Kind.PAYMENT)
    voucher_no = models.CharField("凭证号", max_length=60)
    amount_yuan = Yuan("金额")
    paid_on = models.DateField("支付日期")
    payee = models.CharField("收款人", max_length=80)
    purpose = models.CharField("用途", max_length=200)
    work_percent = models.PositiveSmallIntegerField(
        "工程进度（%）", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="corrected_by", verbose_name="针对的一笔"
    )
    is_corrected = corrected()
    entry = entry_of()

    class Meta:
        verbose_name = verbose_name_plural = "资金支付"
        indexes = [
            models.Index(fields=["division", "id"], name="payment_division"),
            models.Index(fields=["paid_on", "id"], name="payment_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.voucher_no}"


class PaymentLedger(Ledger):
    slug, model, article, scope, scope_from = "payments", Payment, "1.4", "division", "line"
    says = "每一笔支付的凭证、收款人、用途和进度；退款和冲正各记一笔，原来的不改"
    acts_only = True
    read_by, edited_by = READERS, (Role.COUNTY, Role.TOWN)
    columns = ("voucher_no", "project", "line", "division", "kind", "amount_yuan", "paid_on", "payee", "purpose")
    card = ("voucher_no", "project", "amount_yuan")
    filters = ("project", "line", "contract", "kind", "is_corrected", "paid_on", "amount_yuan")
    sorts = ("paid_on",)
    search = ("voucher_no", "payee", "purpose", "project__name")
    groups = {
        "支付": ("project", "line", "kind", "amount_yuan", "paid_on", "voucher_no", "payee"),
        "依据": ("contract", "work_percent", "purpose", "corrects"),
    }
    detail_template = "funds/act_row.html"
    work_page = ("funds:trial", "资金总览")
    stats = (Stat("净支出", total="amount_yuan", unit="元"), Stat("按业务", by="kind"))

    def more(self, record: Payment, actor: Actor) -> dict[str, Any]:
        return powers.of_row(self.slug, record, actor)
