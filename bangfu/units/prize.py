"""表彰奖励 (5.3): what a cadre was given, by whom and when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.units.cadre import Cadre
from bangfu.units.helped import towns_of_units


class Prize(Record):
    town = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="驻点镇"
    )
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="prizes", verbose_name="驻镇干部")
    title = models.CharField("奖项", max_length=120)
    given_by = models.CharField("授予单位", max_length=120)
    given_on = models.DateField("授予日期")
    document_no = text("文件文号", 80)

    class Meta:
        verbose_name = verbose_name_plural = "表彰奖励"
        indexes = [models.Index(fields=["town", "id"], name="prize_town")]

    def __str__(self) -> str:
        return self.title


class PrizeLedger(Ledger):
    slug, model, article, scope, scope_from = "prizes", Prize, "5.3", "town", "cadre"
    says = "驻镇干部获得的表彰奖励"
    edited_by = (Role.COUNTY, Role.TOWN, Role.CAPTAIN)
    columns = ("title", "cadre", "town", "given_by", "given_on")
    filters = ("cadre", "given_on")
    search = ("title", "cadre__name")
    form = exchange = ("cadre", "title", "given_by", "given_on", "document_no")
    identity = ("title", "cadre", "given_on")
    stats = (Stat("有文号", where=~Q(document_no=""), unit="项"),)

    def of_units(self, units: frozenset[int]) -> Q:
        return Q(cadre__sending_unit__in=units) | Q(town__in=towns_of_units(units))
