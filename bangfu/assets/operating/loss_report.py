"""资产灭失 (1.4): an asset was lost, stolen or destroyed: reported to whom, and found again or not."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.actor import Actor
from bangfu.assets.operating import part, powers
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class LossReport(Record):
    class Kind(models.TextChoices):
        LOST = "lost", "丢失"
        STOLEN = "stolen", "被盗"
        DESTROYED = "destroyed", "毁损"

    division = part.place()
    asset = part.asset("loss_reports")
    kind = models.CharField("情况", max_length=12, choices=Kind.choices)
    found_on = models.DateField("发现日期")
    what = models.CharField("经过", max_length=300)
    police_no = text("报案回执号", 60, "被盗的填")
    responsible = text("处理负责人", 40)
    back_on = models.DateField("找回或修复日期", null=True)
    outcome = text("处理结果", 200)
    state_before = part.state_before()

    class Meta:
        verbose_name = verbose_name_plural = "资产灭失报告"
        indexes = [models.Index(fields=["division", "id"], name="loss_report_division")]
        constraints = [
            models.UniqueConstraint(
                fields=["asset"], condition=Q(back_on=None, withdrawn_at=None), name="one_open_loss_report"
            ),
            models.CheckConstraint(
                condition=Q(back_on=None) | Q(back_on__gte=F("found_on")), name="loss_report_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.found_on} {self.get_kind_display()}"


class LossReportLedger(Ledger):
    slug, model, article, scope, scope_from = "asset-losses", LossReport, "1.4", "division", "asset"
    says = "丢失、被盗、毁损的资产：怎样发现、报没报案、找回没有；找不回的按处置核销"
    acts_only, read_by, edited_by = True, part.READERS, part.WRITERS
    columns = ("asset", "division", "kind", "found_on", "what", "police_no", "back_on")
    card = ("asset", "kind", "found_on")
    filters = ("asset", "kind", "found_on", "back_on")
    search = ("asset__name", "what", "police_no")
    groups = {
        "情况": ("asset", "kind", "found_on", "what", "police_no"),
        "处理": ("responsible", "back_on", "outcome"),
    }
    untracked = ("state_before",)
    detail_template = "assets/act_row.html"
    stats = (Stat("没有找回", where=Q(back_on=None), unit="项"), Stat("按情况", by="kind"))

    def more(self, record: LossReport, actor: Actor) -> dict[str, Any]:
        return powers.of_loss(record, actor)
