"""村结对 (5.1): the unit that a village is paired with, inside the group of its town."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Role
from bangfu.accounts.terms import in_order, never_twice, point
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.units.helped import towns_of_units


class VillagePairing(Record):
    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="village_pairings", verbose_name="结对单位")
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", null=True, blank=True, help_text="含当日；仍在结对的不填")
    note = text("说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "村结对"
        indexes = [models.Index(fields=["village", "id"], name="village_pairing_village")]
        constraints = [
            in_order("village_pairing_in_order"),
            never_twice(
                "village_pairing_once",
                point(F("village")),
                point(F("unit")),
                condition=Q(withdrawn_at=None),
                message="这个村和这个单位在这段时间已登记结对",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.village}—{self.unit}"


class VillagePairingLedger(Ledger):
    slug, model, article, unit = "village-pairings", VillagePairing, "5.1", "unit"
    says = "每个村由组团里的哪个单位结对"
    edited_by = (Role.COUNTY, Role.TOWN, *TEAM)
    columns = ("village", "unit", "from_on", "to_on")
    filters = ("unit", "from_on", "to_on")
    search = ("unit__name",)
    form = exchange = ("village", "unit", "from_on", "to_on", "note")
    identity = ("village", "unit", "from_on")
    stats = (Stat("正在结对", where=Q(to_on=None), unit="个村"),)

    def of_units(self, units: frozenset[int]) -> Q:
        return Q(unit__in=units) | Q(village__parent__in=towns_of_units(units))
