"""资金文件 (1.4, 2.2): money that came by a document; the first line of everything that is spent."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.funds import powers
from bangfu.funds.columns import corrected, entry_of, fund_source, fund_year
from bangfu.funds.powers import READERS
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class FundDocument(Record):
    """A counter-entry is a row of its own with the amount below zero, naming the row that it corrects."""

    division = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="接收单位所在地"
    )
    document_no = models.CharField("文号", max_length=80)
    title = text("文件名称", 160)
    source = fund_source()
    year = fund_year()
    amount_yuan = Yuan("下达金额")
    issuer = text("下达机关", 80)
    issued_on = models.DateField("下达日期")
    spend_by_on = models.DateField("支出期限", null=True, blank=True)
    note = text("说明", 200)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, related_name="corrected_by", verbose_name="冲正的文件"
    )
    is_corrected = corrected()
    entry = entry_of()

    class Meta:
        verbose_name = verbose_name_plural = "资金文件"
        indexes = [
            models.Index(fields=["division", "id"], name="fund_document_division"),
            models.Index(fields=["issued_on", "id"], name="fund_document_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["division", "document_no", "source"],
                condition=Q(corrects=None, is_corrected=False),
                name="one_fund_document_a_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_no}（冲正）" if self.corrects_id else self.document_no


class FundDocumentLedger(Ledger):
    slug, model, article, scope = "fund-documents", FundDocument, "1.4", "division"
    says = "哪份文件下达了多少钱、哪一年、从哪里来；每一分支出都能找回这里"
    acts_only = True
    read_by, edited_by = READERS, (Role.COUNTY,)
    columns = ("document_no", "title", "division", "source", "year", "amount_yuan", "issued_on", "spend_by_on")
    card = ("document_no", "source", "amount_yuan")
    filters = ("source", "year", "is_corrected", "issued_on", "spend_by_on")
    sorts = ("issued_on",)
    search = ("document_no", "title")
    groups = {
        "文件": ("document_no", "title", "issuer", "issued_on", "division"),
        "资金": ("source", "year", "amount_yuan", "spend_by_on", "corrects", "note"),
    }
    related = (("allotments", "document"),)
    detail_template = "funds/act_row.html"
    work_page = ("funds:trial", "资金总览")
    stats = (Stat("下达金额", total="amount_yuan", unit="元"), Stat("按来源", by="source"))

    def more(self, record: FundDocument, actor: Actor) -> dict[str, Any]:
        return powers.of_row(self.slug, record, actor)
