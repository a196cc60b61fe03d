"""联农带农兑现 (4.1): each payment to a household under its agreement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models

from bangfu.exchange.sheet import Batch, Fault
from bangfu.industry import columns
from bangfu.industry.linkage.farmer_linkages import FarmerLinkage
from bangfu.kernel import dates
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record

TOO_EARLY = "兑现日期早于协议开始日期"
NOT_YET = "日期还没有到；兑现后登记"


class LinkagePayment(Record):
    class Purpose(models.TextChoices):
        SALE = "sale", "收购款"
        WAGE = "wage", "劳务工资"
        DIVIDEND = "dividend", "分红"
        RENT = "rent", "租金"
        SERVICE = "service", "托养托管收益"
        OTHER = "other", "其他"

    village = columns.place("行政村", follows=True)
    linkage = models.ForeignKey(FarmerLinkage, models.PROTECT, related_name="payments", verbose_name="协议")
    paid_on = models.DateField("兑现日期")
    purpose = models.CharField("款项", max_length=20, choices=Purpose.choices)
    amount_yuan = Yuan("金额", validators=[MinValueValidator(0)])
    receipt_no = models.CharField(
        "凭据", max_length=60, help_text="转账流水号、签收表编号等；同一凭据对同一协议只登记一次"
    )

    class Meta:
        verbose_name = verbose_name_plural = "联农带农兑现"
        indexes = [
            models.Index(fields=["village", "id"], name="linkage_payment_village"),
            models.Index(fields=["linkage", "paid_on"], name="linkage_payment_linkage"),
        ]
        constraints = [models.UniqueConstraint(fields=["linkage", "receipt_no"], name="one_linkage_payment_a_receipt")]

    def __str__(self) -> str:
        return f"{self.paid_on} {self.get_purpose_display()}"


def on_days_that_fit(batch: Batch) -> Iterable[Fault]:
    """The rule of `clean`, by set."""
    found = (
        "select r._row, r.paid_on < l.from_on from {rows} r join industry_farmerlinkage l on l.id = r.linkage_id"
        " where r.paid_on < l.from_on or r.paid_on > %s"
    )
    return [
        Fault(row, "paid_on", TOO_EARLY if early else NOT_YET) for row, early in batch.fetch(found, [dates.today()])
    ]


class LinkagePaymentLedger(Ledger):
    slug, model, article, scope_from = "linkage-payments", LinkagePayment, "4.1", "linkage"
    says = "协议承诺的兑现，逐笔登记：日期、款项、金额"
    edited_by = FIELD
    columns = ("paid_on", "linkage", "village", "purpose", "amount_yuan", "receipt_no")
    card = ("paid_on", "linkage", "amount_yuan")
    filters = ("purpose", "linkage", "paid_on", "amount_yuan")
    search = ("linkage__agreement_no", "linkage__household__head_name", "receipt_no")
    form = exchange = ("linkage", "paid_on", "purpose", "amount_yuan", "receipt_no")
    identity = ("linkage", "receipt_no")
    checks = (on_days_that_fit,)
    stats = (Stat("金额", total="amount_yuan", unit="元"), Stat("按款项", by="purpose"))

    def clean(self, data: dict[str, Any], record: LinkagePayment | None) -> dict[str, str]:
        if data["paid_on"] < data["linkage"].from_on:
            return {"paid_on": TOO_EARLY}
        return {"paid_on": NOT_YET} if data["paid_on"] > dates.today() else {}
