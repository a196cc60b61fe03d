"""请假外出 (5.3): only the exception is recorded, leave, an outing or another duty; nobody checks in (国办函〔2026〕12号)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.roles import Role
from bangfu.accounts.terms import never_twice, point
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.units import overlaps
from bangfu.units.cadre import Cadre
from bangfu.units.helped import towns_of_units

AWAY_ALREADY = "这名干部在这段时间已登记请假或外出"


class Absence(Record):
    town = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="驻点镇"
    )
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="absences", verbose_name="驻镇干部")
    kind = models.CharField("请假类别", max_length=codes.LENGTH, choices=codes.choices("absence_kind"))
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", help_text="含当日")
    reason = models.CharField("事由", max_length=200)
    approved_by = text("批准人", 40)

    class Meta:
        verbose_name = verbose_name_plural = "请假外出"
        indexes = [models.Index(fields=["town", "id"], name="absence_town")]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__gte=F("from_on")),
                name="absence_in_order",
                violation_error_message="结束日期早于开始日期",
            ),
            never_twice(
                "absence_once",
                point(F("cadre")),
                condition=Q(withdrawn_at=None),
                message=AWAY_ALREADY,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cadre}{self.get_kind_display()}"


class AbsenceLedger(Ledger):
    slug, model, article, scope, scope_from = "absences", Absence, "5.3", "town", "cadre"
    says = "只登记请假、外出和其他公务，不签到、不打卡"
    edited_by = (Role.COUNTY, Role.TOWN, Role.CAPTAIN, Role.MEMBER)
    columns = ("cadre", "town", "kind", "from_on", "to_on", "reason", "approved_by")
    card = ("cadre", "kind", "from_on", "to_on")
    filters = ("kind", "cadre", "from_on", "to_on")
    search = ("cadre__name",)
    form = exchange = ("cadre", "kind", "from_on", "to_on", "reason", "approved_by")
    identity = ("cadre", "from_on")
    checks = (overlaps.never_twice(Absence, "cadre_id", message=AWAY_ALREADY),)
    choice_aliases = codes.aliases(kind="absence_kind")
    stats = (Stat("按类别", by="kind"),)

    def of_units(self, units: frozenset[int]) -> Q:
        return Q(cadre__sending_unit__in=units) | Q(town__in=towns_of_units(units))

    def clean(self, data: dict[str, Any], record: Absence | None) -> dict[str, str]:
        cadre, first, last = data["cadre"], data["from_on"], data["to_on"]
        if cadre and first and (first < cadre.from_on or (cadre.to_on and (last or first) > cadre.to_on)):
            return {"from_on": f"{cadre}的任期是 {cadre.from_on} 至 {cadre.to_on or '今'}，请核对日期"}
        return {}
