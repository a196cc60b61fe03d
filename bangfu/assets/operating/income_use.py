"""资产收益使用 (1.4): what the money of an asset was used for, by voucher, and whom it reached."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.accounts.actor import Actor
from bangfu.assets.operating import part, powers
from bangfu.assets.operating.purses import Purse
from bangfu.funds.columns import corrected, entry_of
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes


class IncomeUse(Record):
    """A counter-entry stands with a minus beside what it corrects."""

    division = part.place()
    asset = part.asset("uses")
    purse = models.CharField("出自", max_length=10, choices=Purse.choices, default=Purse.INCOME)
    use = models.CharField("用途", max_length=codes.LENGTH, choices=codes.choices("asset_income_use"))
    used_on = models.DateField("使用日期")
    amount_yuan = Yuan("金额")
    voucher_no = models.CharField("凭证号", max_length=60)
    payee = models.CharField("收款人", max_length=80)
    note = models.CharField("具体做什么", max_length=200, blank=True, default="", db_default="")
    households = models.PositiveIntegerField("受益户数", default=0)
    people = models.PositiveIntegerField("受益人数", default=0)
    decided_on = models.DateField("民主决策日期", null=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="corrected_by", verbose_name="针对的一笔"
    )
    is_corrected = corrected()
    entry = entry_of()

    class Meta:
        verbose_name = verbose_name_plural = "资产收益使用"
        indexes = [
            models.Index(fields=["division", "id"], name="income_use_division"),
            models.Index(fields=["asset", "used_on"], name="income_use_asset"),
            models.Index(fields=["used_on", "id"], name="income_use_day"),
        ]

    def __str__(self) -> str:
        return f"{self.used_on} {self.get_use_display()} {self.amount_yuan} 元"


class IncomeUseLedger(Ledger):
    slug, model, article, scope, scope_from = "asset-income-uses", IncomeUse, "1.4", "division", "asset"
    says = "资产的收益、本金、处置收入用在哪里，使多少户受益；用出去的不会多过收进来的"
    acts_only, read_by, edited_by = True, part.READERS, part.WRITERS
    work_page = ("asset_operation:books", "资产收益总账")
    columns = ("voucher_no", "asset", "division", "purse", "use", "used_on", "amount_yuan", "payee", "households")
    card = ("used_on", "use", "amount_yuan")
    filters = ("asset", "purse", "use", "used_on", "amount_yuan", "is_corrected")
    sorts = ("used_on",)
    search = ("voucher_no", "payee", "note", "asset__name")
    groups = {
        "使用": ("asset", "purse", "use", "used_on", "amount_yuan", "voucher_no", "payee", "note"),
        "受益和依据": ("households", "people", "decided_on", "corrects"),
    }
    detail_template = "assets/act_row.html"
    stats = (Stat("净使用", total="amount_yuan", unit="元"), Stat("按用途", by="use"))

    def more(self, record: IncomeUse, actor: Actor) -> dict[str, Any]:
        return powers.of_money(self.slug, record, actor)
