"""资金下达和收回 (1.4, 2.2): money passed down a level, taken back, given back to the treasury, carried into a new year."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.funds import powers
from bangfu.funds.columns import corrected, entry_of, fund_source, fund_year
from bangfu.funds.document import FundDocument
from bangfu.funds.powers import READERS
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class Allotment(Record):
    """`amount_yuan` is what the division got: less than zero where it gave back. `giver` is the level above it."""

    class Kind(models.TextChoices):
        ALLOT = "allot", "下达"
        RECOVER = "recover", "收回"
        RETURN = "return", "上缴国库"
        CARRY_OUT = "carry_out", "结转下年（转出）"
        CARRY_IN = "carry_in", "上年结转（转入）"

    division = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="所到的地方"
    )
    giver = models.ForeignKey(
        Division, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="上级"
    )
    kind = models.CharField("业务", max_length=10, choices=Kind.choices)
    document = models.ForeignKey(
        FundDocument, models.PROTECT, null=True, related_name="allotments", verbose_name="资金来自的文件"
    )
    document_no = models.CharField("文号", max_length=80)
    source = fund_source()
    year = fund_year()
    amount_yuan = Yuan("金额")
    happened_on = models.DateField("日期")
    note = text("说明", 200)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, related_name="corrected_by", verbose_name="冲正的一笔"
    )
    is_corrected = corrected()
    entry = entry_of()

    class Meta:
        verbose_name = verbose_name_plural = "资金下达和收回"
        indexes = [
            models.Index(fields=["division", "id"], name="allotment_division"),
            models.Index(fields=["giver", "happened_on"], name="allotment_giver"),
            models.Index(fields=["happened_on", "id"], name="allotment_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.document_no}"


class AllotmentLedger(Ledger):
    slug, model, article, scope = "allotments", Allotment, "1.4", "division"
    says = "资金从省到市、县、镇怎样一级级下达，哪些收回、上缴和结转"
    acts_only = True
    read_by, edited_by = READERS, (Role.COUNTY,)
    columns = ("document_no", "kind", "division", "giver", "source", "year", "amount_yuan", "happened_on")
    card = ("document_no", "division", "amount_yuan")
    filters = ("kind", "source", "year", "giver", "document", "is_corrected", "happened_on")
    sorts = ("happened_on",)
    search = ("document_no", "note")
    groups = {
        "资金": ("kind", "giver", "division", "source", "year", "amount_yuan"),
        "依据": ("document", "document_no", "happened_on", "corrects", "note"),
    }
    detail_template = "funds/act_row.html"
    work_page = ("funds:trial", "资金总览")
    stats = (Stat("净下达", total="amount_yuan", unit="元"), Stat("按业务", by="kind"))

    def more(self, record: Allotment, actor: Actor) -> dict[str, Any]:
        return powers.of_row(self.slug, record, actor)
