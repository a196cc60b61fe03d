"""资产收款 (1.4): what came in from an asset, by voucher: income, returned principal, proceeds of its disposal."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.accounts.actor import Actor
from bangfu.assets.operating import part, powers
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.assets.operating.operation_due import OperationDue
from bangfu.assets.operating.purses import Purse
from bangfu.funds.columns import corrected, entry_of
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record


class AssetReceipt(Record):
    """A counter-entry stands with a minus beside what it corrects."""

    division = part.place()
    asset = part.asset("receipts")
    contract = models.ForeignKey(
        OperationContract, models.PROTECT, null=True, related_name="receipts", verbose_name="经营合同"
    )
    due = models.ForeignKey(OperationDue, models.PROTECT, null=True, related_name="receipts", verbose_name="应收款")
    purse = models.CharField("款项", max_length=10, choices=Purse.choices)
    received_on = models.DateField("收款日期")
    amount_yuan = Yuan("金额")
    voucher_no = models.CharField("凭证号", max_length=60)
    payer = models.CharField("付款人", max_length=80)
    note = models.CharField("说明", max_length=200, blank=True, default="", db_default="")
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="corrected_by", verbose_name="针对的一笔"
    )
    is_corrected = corrected()
    entry = entry_of()

    class Meta:
        verbose_name = verbose_name_plural = "资产收款"
        indexes = [
            models.Index(fields=["division", "id"], name="asset_receipt_division"),
            models.Index(fields=["asset", "received_on"], name="asset_receipt_asset"),
            models.Index(fields=["received_on", "id"], name="asset_receipt_day"),
        ]

    def __str__(self) -> str:
        return f"{self.received_on} {self.get_purse_display()} {self.amount_yuan} 元"


class AssetReceiptLedger(Ledger):
    slug, model, article, scope, scope_from = "asset-receipts", AssetReceipt, "1.4", "division", "asset"
    says = "资产收到的收益、返还的本金、处置收入，每笔有凭证；记错的另记冲正"
    acts_only, read_by, edited_by = True, part.READERS, part.WRITERS
    work_page = ("asset_operation:books", "资产收益总账")
    columns = ("voucher_no", "asset", "division", "purse", "received_on", "amount_yuan", "payer", "is_corrected")
    card = ("received_on", "asset", "amount_yuan")
    filters = ("asset", "contract", "due", "purse", "received_on", "amount_yuan", "is_corrected")
    sorts = ("received_on",)
    search = ("voucher_no", "payer", "asset__name")
    groups = {
        "收款": ("asset", "purse", "received_on", "amount_yuan", "voucher_no", "payer"),
        "依据": ("contract", "due", "note", "corrects"),
    }
    detail_template = "assets/act_row.html"
    stats = (Stat("净收款", total="amount_yuan", unit="元"), Stat("按款项", by="purse"))

    def more(self, record: AssetReceipt, actor: Actor) -> dict[str, Any]:
        return powers.of_money(self.slug, record, actor)
