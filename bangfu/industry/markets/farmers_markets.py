"""农贸市场 (4.5): markets of towns before and after they were rebuilt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.exchange.sheet import Batch, Fault
from bangfu.industry import columns
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text

WITHOUT_DATE = "已完成改造的，请填写完成日期和改造后的摊位数"


class FarmersMarket(Record):
    class State(models.TextChoices):
        TO_REBUILD = "to_rebuild", "待改造"
        REBUILDING = "rebuilding", "改造中"
        REBUILT = "rebuilt", "已改造"
        SOUND = "sound", "无需改造"

    division = columns.place("所在地")
    name = models.CharField("市场名称", max_length=80)
    state = models.CharField("改造情况", max_length=20, choices=State.choices, default=State.TO_REBUILD)
    stalls_before = models.PositiveIntegerField("改造前摊位数", null=True, blank=True)
    stalls_after = models.PositiveIntegerField("改造后摊位数", null=True, blank=True)
    problem = text("改造前的问题", 300, "如：占道经营、没有排水")
    result = text("改造后的变化", 300)
    started_on = models.DateField("开工日期", null=True, blank=True)
    rebuilt_on = models.DateField("完成日期", null=True, blank=True)
    cost_yuan = Yuan("改造投入", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "农贸市场"
        indexes = [models.Index(fields=["division", "id"], name="farmers_market_division")]
        constraints = [models.UniqueConstraint(fields=["name", "division"], name="one_market_a_name")]

    def __str__(self) -> str:
        return self.name


def rebuilt_without_date(batch: Batch) -> Iterable[Fault]:
    """The rule of `clean`, by set; a blank keeps what is there."""
    found = """SELECT r._row FROM {rows} r LEFT JOIN industry_farmersmarket t ON t.id = r._target
        WHERE coalesce(r.state, t.state) = 'rebuilt' AND (coalesce(r.rebuilt_on, t.rebuilt_on) IS NULL
            OR coalesce(r.stalls_after, t.stalls_after) IS NULL)"""
    return [Fault(row, "rebuilt_on", WITHOUT_DATE) for (row,) in batch.fetch(found)]


class FarmersMarketLedger(Ledger):
    slug, model, article, scope = "farmers-markets", FarmersMarket, "4.5", "division"
    says = "镇村农贸市场改造前后：摊位、问题、投入；照片作附件，不作要求"
    edited_by = FIELD
    columns = ("name", "division", "state", "stalls_before", "stalls_after", "rebuilt_on", "cost_yuan")
    card = ("name", "division", "state")
    filters = ("state", "started_on", "rebuilt_on", "cost_yuan")
    search = ("name", "problem")
    in_search = True
    form = exchange = (
        "division", "name", "state", "stalls_before", "problem", "started_on", "rebuilt_on", "stalls_after", "result",
        "cost_yuan",
    )  # fmt: skip
    identity = ("name", "division")
    limits = {"cost_yuan": (0, 10_000_000_000)}
    tones = {"state": {"to_rebuild": "warn", "rebuilding": "note", "rebuilt": "ok", "sound": "muted"}}
    groups = {"市场": ("name", "division", "state"), "改造前": ("stalls_before", "problem"),
              "改造后": ("stalls_after", "result", "started_on", "rebuilt_on", "cost_yuan")}  # fmt: skip
    checks = (rebuilt_without_date,)
    stats = (
        Stat("已改造", where=Q(state="rebuilt"), over=~Q(state="sound")),
        Stat("按改造情况", by="state"),
        Stat("改造投入", total="cost_yuan", unit="元"),
    )

    def clean(self, data: dict[str, Any], record: FarmersMarket | None) -> dict[str, str]:
        if data["state"] == "rebuilt" and not (data["rebuilt_on"] and data["stalls_after"] is not None):
            return {"rebuilt_on": WITHOUT_DATE}
        if data["rebuilt_on"] and data["started_on"] and data["rebuilt_on"] < data["started_on"]:
            return {"rebuilt_on": "完成日期早于开工日期"}
        return {}
