"""关爱保障 (5.4): work fund, subsidy, health check and insurance of each cadre by year; private from peers."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.divisions.models import Division
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.units import private
from bangfu.units.cadre import Cadre


class CareItem(Record):
    town = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="驻点镇"
    )
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="care_items", verbose_name="驻镇干部")
    kind = models.CharField("保障事项", max_length=codes.LENGTH, choices=codes.choices("care_kind"))
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2021), MaxValueValidator(2100)])
    in_place_on = models.DateField("落实日期")
    amount_yuan = Yuan("金额", null=True, blank=True, validators=[MinValueValidator(0)])
    paper_no = text("凭据", 80, "拨款文号、保单号等；体检只记已检，不记结果")

    class Meta:
        verbose_name = verbose_name_plural = "关爱保障"
        indexes = [models.Index(fields=["town", "id"], name="care_item_town")]
        constraints = [
            models.CheckConstraint(
                condition=Q(in_place_on__year=F("year")) | Q(in_place_on__year__lt=F("year")),
                name="care_item_of_its_year",
                violation_error_message="落实日期晚于所填的年度",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cadre}{self.year}年{self.get_kind_display()}"


class CareItemLedger(Ledger):
    slug, model, article, scope, scope_from = "care-items", CareItem, "5.4", "town", "cadre"
    says = "每名驻镇干部每年的工作经费、补助、体检和意外险，队友看不到"
    unit, read_by, edited_by = "", private.READERS, (Role.COUNTY, Role.TOWN)
    columns = ("cadre", "town", "kind", "year", "in_place_on", "paper_no")
    card = ("cadre", "kind", "year", "in_place_on")
    filters = ("kind", "year", "cadre", "in_place_on")
    search = ("cadre__name",)
    form = exchange = ("cadre", "kind", "year", "in_place_on", "amount_yuan", "paper_no")
    identity = ("cadre", "kind", "year", "in_place_on")
    choice_aliases = codes.aliases(kind="care_kind")
    stats = (Stat("按事项", by="kind"), Stat("金额", total="amount_yuan", unit="元"))

    def visible_to(self, actor: Actor, act: Act = Act.READ) -> QuerySet[Any]:
        return private.visible_to(self, actor, act)

    def clean(self, data: dict[str, Any], record: CareItem | None) -> dict[str, str]:
        year, day = data["year"], data["in_place_on"]
        return {"in_place_on": "落实日期晚于所填的年度"} if year and day and day.year > year else {}
