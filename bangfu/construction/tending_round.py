"""抚育和成活检查 (2.4): what was done at a site, and how many of the planted trees live."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, Q

from bangfu.construction.green_site import GreenSite
from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Batch, Fault
from bangfu.kernel import dates
from bangfu.ledger.constraints import must
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class TendingRound(Record):
    village = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="行政村"
    )
    green_site = models.ForeignKey(GreenSite, models.PROTECT, related_name="rounds", verbose_name="绿化点")
    tended_on = models.DateField("日期")
    planted_trees = models.PositiveIntegerField("已种株数")
    living_trees = models.PositiveIntegerField("成活株数", null=True, blank=True, help_text="只抚育、没清点的不填")
    replanted_trees = models.PositiveIntegerField("补种株数", default=0)
    work = text("做了什么", 100, "浇水、施肥、除草、扶正等")
    done_by = text("谁做的", 60)

    class Meta:
        verbose_name = verbose_name_plural = "抚育和成活检查"
        indexes = [models.Index(fields=["village", "id"], name="tending_round_village")]
        constraints = [
            models.UniqueConstraint(fields=["green_site", "tended_on"], name="one_tending_round_a_day"),
            must(
                Q(living_trees=None) | Q(living_trees__lte=F("planted_trees")),
                "tending_living_trees_of_planted",
                "成活株数多于已种株数，请核对",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.green_site} {self.tended_on}"


NO_ROOM = "这个绿化点只可种 {} 株，请核对"


def within_room(batch: Batch) -> Iterable[Fault]:
    found = batch.fetch(
        "SELECT r._row, s.room_trees FROM {rows} r JOIN construction_greensite s ON s.id = r.green_site_id"
        " WHERE r.planted_trees > s.room_trees"
    )
    return [Fault(row, "planted_trees", NO_ROOM.format(room)) for row, room in found]


class TendingRoundLedger(Ledger):
    slug, model, article, scope_from = "tending-rounds", TendingRound, "2.4", "green_site"
    says = "绿化点的抚育和成活清点；成活数不会多于已种数"
    columns = ("green_site", "village", "tended_on", "planted_trees", "living_trees", "replanted_trees", "work")
    card = ("green_site", "tended_on", "living_trees")
    filters = ("tended_on", "living_trees", "green_site")
    search = ("green_site__name", "work")
    form = exchange = (
        "green_site", "tended_on", "planted_trees", "living_trees", "replanted_trees", "work", "done_by",
    )  # fmt: skip
    identity, checks = ("green_site", "tended_on"), (within_room,)
    limits = {"tended_on": (None, dates.today)}
    stats = (
        Stat("清点过", where=Q(living_trees__isnull=False), unit="次"),
        Stat("补种", total="replanted_trees", unit="株"),
    )

    def clean(self, data: dict[str, Any], record: TendingRound | None) -> dict[str, str]:
        if data["planted_trees"] > data["green_site"].room_trees:
            return {"planted_trees": NO_ROOM.format(data["green_site"].room_trees)}
        return {"tended_on": "日期还没有到"} if data["tended_on"] > dates.today() else {}
