"""资产盘点轮次 (1.4): a county or town asks its villages to say of each asset whether it is there; nobody else is asked."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.assets.stocktaking import figures
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.kernel.codes import Level
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record


class StockRound(Record):
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="盘点范围")
    title = models.CharField("名称", max_length=60, help_text="如：2026年度项目资产盘点")
    opened_on = models.DateField("开始日期", default=dates.today)
    due_on = models.DateField("完成期限")
    ended_on = models.DateField("结束日期", null=True, blank=True, help_text="盘点做完了再填")

    class Meta:
        verbose_name = verbose_name_plural = "资产盘点轮次"
        indexes = [models.Index(fields=["division", "id"], name="stock_round_division")]
        constraints = [
            models.UniqueConstraint(fields=["title", "division"], name="one_stock_round_a_title"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opened_on")), name="stock_round_due_after_opening",
                violation_error_message="完成期限早于开始日期，请核对",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class StockRoundLedger(Ledger):
    slug, model, article, scope = "stock-rounds", StockRound, "1.4", "division"
    says = "县、镇开一轮盘点，各村在手机上逐项点“在”“不在”或“状态不同”"
    read_by, edited_by = (*OFFICIALS, *TEAM), (Role.COUNTY, Role.TOWN)
    columns = ("title", "division", "opened_on", "due_on", "ended_on")
    filters = ("opened_on", "due_on", "ended_on")
    search = ("title",)
    form = ("division", "title", "opened_on", "due_on", "ended_on")
    detail_template = "assets/stock_round.html"
    stats = (Stat("进行中", where=Q(ended_on=None), unit="轮"),)

    def clean(self, data: dict[str, Any], record: StockRound | None) -> dict[str, str]:
        division, opened, due, ended = (data.get(name) for name in ("division", "opened_on", "due_on", "ended_on"))
        if division and division.level not in (Level.COUNTY, Level.TOWN):
            return {"division": "盘点由县或镇开展，请选择县或镇"}
        if opened and due and due < opened:
            return {"due_on": "完成期限早于开始日期，请核对"}
        return {"ended_on": "结束日期早于开始日期，请核对"} if opened and ended and ended < opened else {}

    def more(self, record: StockRound, actor: Actor) -> dict[str, Any]:
        return figures.of_round(record, actor)
