"""设施巡查 (2.2): a keeper looked at a facility: sound or not."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.projects import part
from bangfu.projects.facility import Facility


class FacilityInspection(Record):
    village = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="行政村"
    )
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="inspections", verbose_name="公共设施")
    inspected_on = models.DateField("巡查日期", default=dates.today)
    is_sound = models.BooleanField("完好", default=True)
    found = text("发现的问题", 200)
    inspected_by = text("巡查人", 40)

    class Meta:
        verbose_name = verbose_name_plural = "设施巡查"
        indexes = [models.Index(fields=["village", "id"], name="inspection_village")]
        constraints = [models.UniqueConstraint(fields=["inspected_on", "facility"], name="one_inspection_a_day")]

    def __str__(self) -> str:
        return f"{self.inspected_on} {self.facility}"


class FacilityInspectionLedger(Ledger):
    slug, model, article, scope_from = "facility-inspections", FacilityInspection, "2.2", "facility"
    says = "公共设施的巡查记录"
    edited_by = part.WRITERS
    columns = ("inspected_on", "facility", "village", "is_sound", "found", "inspected_by")
    card = ("facility", "inspected_on", "is_sound")
    filters = ("facility", "is_sound", "inspected_on")
    form = exchange = ("facility", "inspected_on", "is_sound", "found", "inspected_by")
    bulk = ("inspected_by",)
    identity = ("inspected_on", "facility")
    in_menu = False
    tones = {"is_sound": {True: "ok", False: "bad"}}
    stats = (Stat("完好", where=Q(is_sound=True), over=Q(inspected_on__isnull=False)),)

    def clean(self, data: dict[str, Any], record: FacilityInspection | None) -> dict[str, str]:
        if data.get("inspected_on") and data["inspected_on"] > dates.today():
            return {"inspected_on": "日期还没有到，请核对"}
        return {"found": "不完好的，请写明发现的问题"} if not data.get("is_sound") and not data.get("found") else {}
