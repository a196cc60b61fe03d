"""村集体合同收款 (4.4): each sum that came in under a contract."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models

from bangfu.exchange.sheet import Batch, Fault
from bangfu.industry import columns
from bangfu.industry.collective.collective_contracts import CollectiveContract
from bangfu.kernel import dates
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record

NOT_YET = "日期还没有到；收到后登记"


class ContractReceipt(Record):
    village = columns.place("行政村", follows=True)
    contract = models.ForeignKey(CollectiveContract, models.PROTECT, related_name="receipts", verbose_name="村集体合同")
    received_on = models.DateField("收款日期")
    amount_yuan = Yuan("金额", validators=[MinValueValidator(0)])
    receipt_no = models.CharField("票据号", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "村集体合同收款"
        indexes = [
            models.Index(fields=["village", "id"], name="contract_receipt_village"),
            models.Index(fields=["contract", "received_on"], name="contract_receipt_contract"),
        ]
        constraints = [models.UniqueConstraint(fields=["contract", "receipt_no"], name="one_receipt_a_contract")]

    def __str__(self) -> str:
        return f"{self.received_on} {self.amount_yuan}元"


def in_future(batch: Batch) -> Iterable[Fault]:
    found = batch.fetch("select _row from {rows} where received_on > %s", [dates.today()])
    return [Fault(row, "received_on", NOT_YET) for (row,) in found]


class ContractReceiptLedger(Ledger):
    slug, model, article, scope_from = "contract-receipts", ContractReceipt, "4.4", "contract"
    says = "村集体合同每笔收款"
    edited_by = FIELD
    columns = ("received_on", "contract", "village", "amount_yuan", "receipt_no")
    card = ("received_on", "contract", "amount_yuan")
    filters = ("contract", "received_on", "amount_yuan")
    search = ("contract__contract_no", "contract__title", "receipt_no")
    form = exchange = ("contract", "received_on", "amount_yuan", "receipt_no")
    identity = ("contract", "receipt_no")
    checks = (in_future,)
    stats = (Stat("金额", total="amount_yuan", unit="元"),)

    def clean(self, data: dict[str, Any], record: ContractReceipt | None) -> dict[str, str]:
        return {"received_on": NOT_YET} if data["received_on"] > dates.today() else {}
