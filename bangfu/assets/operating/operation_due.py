"""资产应收款 (1.4): what a contract makes due on a day, income or principal, and what of it has come in."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.assets.operating import part
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record


class OperationDue(Record):
    class Kind(models.TextChoices):
        INCOME = "income", "收益"
        PRINCIPAL = "principal", "本金"

    division = part.place()
    asset = part.asset("dues")
    contract = models.ForeignKey(OperationContract, models.PROTECT, related_name="dues", verbose_name="经营合同")
    kind = models.CharField("款项", max_length=10, choices=Kind.choices)
    due_on = models.DateField("应收日期")
    amount_yuan = Yuan("应收金额")
    #: kept with every receipt and counter-entry, in its transaction; checked against the books by proofs.py
    received_yuan = Yuan("实收金额", default=0, db_default=0, editable=False)
    left_yuan = models.GeneratedField(
        expression=F("amount_yuan") - F("received_yuan"), output_field=Yuan("未收金额"), db_persist=True,
        verbose_name="未收金额",
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "资产应收款"
        indexes = [
            models.Index(fields=["division", "id"], name="operation_due_division"),
            models.Index(fields=["asset", "due_on"], name="operation_due_asset"),
            models.Index(fields=["due_on", "id"], name="operation_due_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["contract", "kind", "due_on"], name="one_due_a_day"),
            models.CheckConstraint(
                condition=Q(received_yuan__gte=0, received_yuan__lte=F("amount_yuan")), name="due_covers_receipts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.get_kind_display()} {self.amount_yuan} 元"


class OperationDueLedger(Ledger):
    slug, model, article, scope, scope_from = "operation-dues", OperationDue, "1.4", "division", "asset"
    says = "每份经营合同哪一天应收多少收益、应还多少本金，收了多少；由合同生成"
    acts_only, read_by, edited_by = True, part.READERS, part.WRITERS
    work_page = ("asset_operation:books", "资产收益总账")
    columns = ("due_on", "asset", "division", "contract", "kind", "amount_yuan", "received_yuan", "left_yuan")
    card = ("due_on", "asset", "amount_yuan", "left_yuan")
    filters = ("asset", "contract", "kind", "due_on", "left_yuan")
    sorts = ("due_on",)
    search = ("asset__name", "contract__contract_no", "contract__operator")
    groups = {"应收": ("asset", "contract", "kind", "due_on", "amount_yuan", "received_yuan", "left_yuan")}
    related = (("asset-receipts", "due"),)
    stats = (
        Stat("应收", total="amount_yuan", unit="元"),
        Stat("实收", total="received_yuan", unit="元"),
        Stat("未收", total="left_yuan", unit="元"),
    )
