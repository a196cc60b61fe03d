"""贷款变动 (4.3): what was lent on top of a loan and what was paid back of it; a loan ends when nothing is left."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.accounts.roles import Role
from bangfu.industry import columns
from bangfu.industry.finance import loan_balances, movement_checks
from bangfu.industry.finance.loans import Loan
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class LoanMovement(Record):
    class Kind(models.TextChoices):
        REPAYMENT = "repayment", "归还本金"
        ADD_ON = "add_on", "追加放款"

    division = columns.place("镇村", follows=True)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="movements", verbose_name="贷款")
    kind = models.CharField("变动", max_length=10, choices=Kind.choices, default=Kind.REPAYMENT)
    moved_on = models.DateField("日期")
    amount_yuan = Yuan("金额", validators=[MinValueValidator(1)])
    voucher_no = models.CharField("凭证号", max_length=60, help_text="同一笔贷款里不重复")
    note = text("说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "贷款变动"
        indexes = [models.Index(fields=["division", "id"], name="loan_movement_division")]
        constraints = [
            models.UniqueConstraint(
                fields=["loan", "voucher_no"], name="one_loan_voucher", violation_error_message="这张凭证已经登记过"
            )
        ]

    def __str__(self) -> str:
        return f"{self.loan} {self.get_kind_display()}"


class LoanMovementLedger(Ledger):
    slug, model, article, scope, scope_from = "loan-movements", LoanMovement, "4.3", "division", "loan"
    says = "追加放款和分次归还；还清后贷款自动记还清日期"
    read_by, edited_by = (*OFFICIALS, *TEAM, Role.BANK), FIELD
    columns = ("loan", "division", "kind", "moved_on", "amount_yuan", "voucher_no")
    card = ("loan", "kind", "amount_yuan", "moved_on")
    filters = ("kind", "loan", "moved_on")
    search = ("loan__loan_no", "voucher_no")
    form = exchange = ("loan", "kind", "moved_on", "amount_yuan", "voucher_no", "note")
    identity = ("loan", "voucher_no")
    checks = (movement_checks.fit,)
    stats = (
        Stat("追加放款", where=Q(kind="add_on"), unit="笔"),
        Stat("归还", where=Q(kind="repayment"), unit="笔"),
    )

    def of_units(self, units: frozenset[int]) -> Q:
        return Q(loan__product__bank__in=units)

    def following(self, keys: list[int]) -> AbstractContextManager[None]:
        return loan_balances.following(keys)

    def clean(self, data: dict[str, Any], record: LoanMovement | None) -> dict[str, str]:
        return movement_checks.faults(data, record)
