"""集中排查 (1.1): rounds in which every household of a county is visited, and each village's share of one.

Nobody types a total: how many households there are and how many were visited is counted from households and visits, by
the database, whatever wrote them (migration round_counts).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.kernel.codes import Level
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class ScreeningRound(Record):
    """One round in one county, from a day to a day."""

    #: a city without counties (东莞、中山) stands for itself
    county = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="县（市、区）")
    title = models.CharField("名称", max_length=80, unique=True, help_text="如：英德市2026年春季集中排查")
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期")
    note = text("说明", 300)

    class Meta:
        verbose_name = verbose_name_plural = "排查轮次"
        ordering = ["county_id", "id"]
        indexes = [models.Index(fields=["county", "id"], name="round_county")]
        constraints = [models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="round_to_after_from")]

    def __str__(self) -> str:
        return self.title


class RoundVillage(Record):
    """What one village has to do in a round, and how far it is."""

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    screening_round = models.ForeignKey(
        ScreeningRound, models.CASCADE, related_name="villages", verbose_name="排查轮次"
    )
    responsible = text("负责人", 80, "姓名用顿号隔开")
    households = models.PositiveIntegerField("应走访户数", default=0, db_default=0, editable=False)
    visited = models.PositiveIntegerField("已走访户数", default=0, db_default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "排查任务"
        ordering = ["village_id", "id"]
        indexes = [models.Index(fields=["village", "id"], name="round_village_village")]
        constraints = [
            models.UniqueConstraint(fields=["screening_round", "village"], name="one_share_a_village"),
        ]

    def __str__(self) -> str:
        return f"{self.village}：{self.screening_round}"


class ScreeningRoundLedger(Ledger):
    slug, model, article, scope = "screening-rounds", ScreeningRound, "1.1", "county"
    says = "全部农户走访一遍的集中排查，按村看走访了多少、还有谁没走访"
    read_by, edited_by = (*OFFICIALS, *TEAM), (Role.COUNTY,)
    columns = ("title", "county", "from_on", "to_on", "note")
    filters = ("from_on", "to_on")
    search = ("title",)
    form = exchange = ("county", "title", "from_on", "to_on", "note")
    identity = ("title",)
    detail_template = "consolidation/round.html"
    stats = (Stat("已建轮次", where=Q(from_on__isnull=False), unit="轮"),)

    def clean(self, data: dict[str, Any], record: ScreeningRound | None) -> dict[str, str]:
        if data["from_on"] and data["to_on"] and data["to_on"] < data["from_on"]:
            return {"to_on": "结束日期早于开始日期，请核对"}
        place = data.get("county")
        if place and place.level == Level.CITY and place.has_counties:
            return {"county": f"{place.name}有县（市、区），请选到县"}
        return {}


class RoundVillageLedger(Ledger):
    slug, model, article = "round-villages", RoundVillage, "1.1"
    says = "每个村由谁排查、走访到哪一步"
    read_by = (*OFFICIALS, *TEAM)
    columns = ("village", "screening_round", "responsible", "households", "visited")
    filters = ("screening_round", "households", "visited")
    search = ("responsible",)
    acts_only = True
    groups = {"任务": columns}
    in_menu = False
    untracked = ("households", "visited")
    stats = (
        Stat("应走访", total="households", unit="户"),
        Stat("已走访", total="visited", unit="户"),
    )
