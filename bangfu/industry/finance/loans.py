"""贷款 (4.3): loans granted to households and operators, due, extended, paid back; never above the rule of the product."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.industry import borrowers, columns, tables
from bangfu.industry.finance import loan_balances, loan_checks
from bangfu.industry.finance.finance_products import FinanceProduct
from bangfu.industry.finance.finance_wishes import FinanceWish
from bangfu.industry.selling.brand_licences import TODAY
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, OFFICIALS, TEAM, Ledger, Stat
from bangfu.people import codes
from bangfu.people.columns import text


class Loan(borrowers.Asker):
    division = columns.place("镇村")
    loan_no = models.CharField("借款合同号", max_length=60, unique=True)
    product = models.ForeignKey(FinanceProduct, models.PROTECT, related_name="loans", verbose_name="金融产品")
    wish = models.ForeignKey(
        FinanceWish, models.PROTECT, null=True, blank=True, related_name="loans", verbose_name="由哪条需求而来"
    )
    granted_on = models.DateField("放款日期")
    amount_yuan = Yuan("金额", validators=[MinValueValidator(1)])
    due_on = models.DateField("到期日期")
    purpose = models.CharField("用途", max_length=codes.LENGTH, choices=codes.choices("loan_purpose"))
    credit_field = models.CharField("投向", max_length=codes.LENGTH, choices=codes.choices("credit_field"))
    extended_to_on = models.DateField("展期到", null=True, blank=True)
    extension_reason = text("展期或续贷的理由", 200)
    repaid_on = models.DateField("还清日期", null=True, blank=True)
    ends_on = models.GeneratedField(
        expression=Coalesce("extended_to_on", "due_on"), output_field=models.DateField(), db_persist=True,
        verbose_name="最后到期日",
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "贷款"
        indexes = [
            models.Index(fields=["division", "id"], name="loan_division"),
            models.Index(fields=["ends_on", "id"], name="loan_open", condition=Q(repaid_on=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gt=F("granted_on")) & (Q(extended_to_on=None) | Q(extended_to_on__gt=F("due_on"))),
                name="loan_in_order",
                violation_error_message=loan_checks.ORDER,
            )
        ]

    def __str__(self) -> str:
        return self.loan_no


class LoanLedger(Ledger):
    slug, model, article, scope = "loans", Loan, "4.3", "division"
    says = "小额信贷和其他贷款：放款、到期、展期、还清，逾期的列为待办"
    read_by, edited_by = (*OFFICIALS, *TEAM, Role.BANK), FIELD
    columns = ("loan_no", "household", "business_entity", "division", "product", "amount_yuan", "ends_on", "repaid_on")
    card = ("loan_no", "household", "business_entity", "amount_yuan", "ends_on")
    filters = (
        "purpose", "credit_field", "product", "household", "business_entity", "wish", "granted_on", "due_on", "repaid_on",
    )  # fmt: skip
    search = ("loan_no", "household__head_name", "business_entity__name")
    form = exchange = (
        "division", "loan_no", "product", "household", "business_entity", "wish", "granted_on", "amount_yuan", "due_on",
        "purpose", "credit_field", "extended_to_on", "extension_reason", "repaid_on",
    )  # fmt: skip
    identity, untracked, related = ("loan_no",), ("ends_on",), (("loan-movements", "loan"),)
    detail_template = "industry/loan_record.html"
    checks = (borrowers.check, loan_checks.above_the_rule)
    groups = {"贷款": form[:11], "到期和归还": (*form[11:], "ends_on")}
    stats = (
        Stat("已逾期", where=Q(repaid_on=None, ends_on__lt=TODAY), unit="笔"),
        Stat("未还清", where=Q(repaid_on=None), unit="笔"),
        Stat("放款金额", total="amount_yuan", unit="元"),
        Stat("按投向", by="credit_field"),
    )

    def more(self, record: Loan, actor: Actor) -> dict[str, Any]:
        return {**loan_balances.shown(record), "to_enter": tables.entry("loan-movements", actor, loan=record.pk)}

    def following(self, keys: list[int]) -> AbstractContextManager[None]:
        return loan_checks.holding(keys)

    def of_units(self, units: frozenset[int]) -> Q:
        return Q(product__bank__in=units)

    def clean(self, data: dict[str, Any], record: Loan | None) -> dict[str, str]:
        return borrowers.faults(data) or loan_checks.faults(data, record)
