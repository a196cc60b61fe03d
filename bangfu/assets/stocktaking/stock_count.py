"""资产盘点结果 (1.4): what a village said of one asset in one round; written by the tap on the phone alone."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.assets.asset import Asset
from bangfu.assets.stocktaking.stock_round import StockRound
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class StockCount(Record):
    class Outcome(models.TextChoices):
        THERE = "there", "在"
        GONE = "gone", "不在"
        DIFFERENT = "different", "状态不同"

    division = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="坐落"
    )
    stock_round = models.ForeignKey(StockRound, models.PROTECT, related_name="counts", verbose_name="盘点轮次")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="counts", verbose_name="资产")
    outcome = models.CharField("盘点结果", max_length=20, choices=Outcome.choices)
    said = text("说明", 200)
    counted_on = models.DateField("盘点日期")

    class Meta:
        verbose_name = verbose_name_plural = "资产盘点结果"
        indexes = [models.Index(fields=["division", "id"], name="stock_count_division")]
        constraints = [models.UniqueConstraint(fields=["stock_round", "asset"], name="one_stock_count_a_round")]

    def __str__(self) -> str:
        return f"{self.asset} {self.get_outcome_display()}"


class StockCountLedger(Ledger):
    slug, model, article, scope, scope_from = "stock-counts", StockCount, "1.4", "division", "asset"
    says = "每一轮盘点里，各村对每一项资产的回答"
    acts_only = True
    read_by = (*OFFICIALS, *TEAM)
    columns = ("asset", "division", "stock_round", "outcome", "said", "counted_on")
    card = ("asset", "outcome", "counted_on")
    filters = ("stock_round", "outcome", "asset", "counted_on")
    search = ("asset__name", "asset__asset_no")
    tones = {"outcome": {"there": "ok", "gone": "bad", "different": "warn"}}
    work_page = ("assets:stock", "去盘点")
    in_menu = False
    stats = (
        Stat("在", where=Q(outcome="there"), over=~Q(outcome="")),
        Stat("不在", where=Q(outcome="gone"), unit="项"),
        Stat("状态不同", where=Q(outcome="different"), unit="项"),
    )
