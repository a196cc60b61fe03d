"""资源对接 (3.3): what a place asks for and a unit offers, of the same kind, until one is matched with the other."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.units.helped import towns_of_units


class Side(models.TextChoices):
    ASKED = "asked", "需要"
    OFFERED = "offered", "可提供"


class Resource(Record):
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="服务地")
    side = models.CharField("需求或供给", max_length=10, choices=Side.choices)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="resources", verbose_name="提出单位"
    )
    kind = models.CharField("资源类别", max_length=codes.LENGTH, choices=codes.choices("resource_kind"))
    title = models.CharField("内容", max_length=120)
    detail = text("说明", 500)
    from_on = models.DateField("提出日期")
    open_until = models.DateField("有效期至", null=True, blank=True, help_text="含当日；不填为长期")
    matched = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="对接的资源"
    )
    matched_on = models.DateField("对接日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "资源对接"
        indexes = [models.Index(fields=["division", "id"], name="resource_division")]
        constraints = [
            models.CheckConstraint(
                condition=Q(matched=None, matched_on=None) | Q(matched__isnull=False, matched_on__isnull=False),
                name="resource_matched_on_a_day",
                violation_error_message="对接的资源和对接日期要一起填",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ResourceLedger(Ledger):
    slug, model, article, scope = "resources", Resource, "3.3", "division"
    says = "镇村的资源需求和组团单位能提供的资源，按类别对接"
    is_open = True
    edited_by = (Role.COUNTY, Role.TOWN, Role.VILLAGE, *TEAM)
    columns = ("title", "side", "kind", "division", "unit", "open_until", "matched")
    card = ("title", "side", "kind", "matched")
    filters = ("side", "kind", "unit", "open_until", "matched_on")
    search = ("title", "detail")
    in_search = True
    form = exchange = ("division", "side", "unit", "kind", "title", "detail", "from_on", "open_until")
    identity = ("title", "division", "side", "from_on")
    choice_aliases = codes.aliases(kind="resource_kind")
    groups = {"资源": form, "对接": ("matched", "matched_on")}
    stats = (
        Stat("按类别", by="kind"),
        Stat("已对接", where=Q(matched__isnull=False), unit="项"),
        Stat("待对接的需求", where=Q(side=Side.ASKED, matched=None), unit="项"),
    )

    def of_units(self, units: frozenset[int]) -> Q:
        towns = towns_of_units(units)
        return Q(unit__in=units) | Q(division__in=towns) | Q(division__parent__in=towns)

    def clean(self, data: dict[str, Any], record: Resource | None) -> dict[str, str]:
        if data["side"] == Side.OFFERED and not data["unit"]:
            return {"unit": "可提供的资源，请选择提供单位"}
        if data["open_until"] and data["from_on"] and data["open_until"] < data["from_on"]:
            return {"open_until": "有效期早于提出日期"}
        return {}
