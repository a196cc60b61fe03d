"""学校医院结对 (3.2): which school or hospital outside helps which one here, from when to when."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Role
from bangfu.accounts.terms import never_twice, point, text_point
from bangfu.divisions.models import Division
from bangfu.ledger.constraints import not_before
from bangfu.ledger.declaration import TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.services.pairing.institution import HOSPITALS, Institution
from bangfu.units import overlaps


class InstitutionPairing(Record):
    division = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="所在地"
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="pairings", verbose_name="受帮扶的学校或医院"
    )
    helper = models.CharField("帮扶的学校或医院", max_length=80)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="牵线的组团单位"
    )
    is_hospital = models.BooleanField("医院结对", default=False, editable=False)
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", null=True, blank=True, help_text="含当日；仍在结对的不填")
    agreement_no = text("协议编号", 60)
    aims = text("主要内容", 200, "如：专科建设、远程教研")

    class Meta:
        verbose_name = verbose_name_plural = "学校医院结对"
        indexes = [models.Index(fields=["division", "id"], name="institution_pairing_division")]
        constraints = [
            not_before("to_on", "from_on", "institution_pairing_to_on_in_order", "结束日期早于开始日期，请核对"),
            never_twice(
                "institution_pairing_once",
                point(F("institution")),
                text_point("helper"),
                condition=Q(withdrawn_at=None),
                message="这两家在这段时间已登记结对",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.helper}结对"


class InstitutionPairingLedger(Ledger):
    slug, model, article = "institution-pairings", InstitutionPairing, "3.2"
    scope, scope_from, unit = "division", "institution", "unit"
    says = "外面的学校、医院帮扶这里的哪一所；计划、派人、义诊都挂在结对上"
    edited_by = (Role.COUNTY, Role.TOWN, *TEAM)
    columns = ("institution", "helper", "division", "unit", "from_on", "to_on")
    card = ("institution", "helper", "from_on")
    filters = ("is_hospital", "unit", "from_on", "to_on", "institution")
    search = ("institution__name", "helper")
    form = exchange = ("institution", "helper", "unit", "from_on", "to_on", "agreement_no", "aims")
    identity = ("institution", "helper", "from_on")
    told_by = ("institution__name", "helper", "from_on")
    related = (("pairing-plan-items", "institution_pairing"), ("dispatches", "institution_pairing"))
    checks = (
        overlaps.never_twice(
            InstitutionPairing, "institution_id", "helper", message="这两家在这段时间已登记结对，请核对日期"
        ),
    )
    stats = (
        Stat("正在结对", where=Q(to_on=None), unit="对"),
        Stat("医院结对", where=Q(is_hospital=True, to_on=None), unit="对"),
        Stat("学校结对", where=Q(is_hospital=False, to_on=None), unit="对"),
    )
    computed = {
        "is_hospital": "coalesce((SELECT i.kind IN ('town_hospital', 'county_hospital', 'clinic') FROM services_institution i"
        " WHERE i.id = {institution_id}), false)"
    }

    def prepare(self, record: Any) -> None:
        record.is_hospital = record.institution.kind in HOSPITALS
