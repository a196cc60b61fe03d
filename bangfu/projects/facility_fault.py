"""设施报修 (2.2): a fault that anybody reported with the code of the board, or staff noted, until it is mended."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.kernel.masks import mask_phone
from bangfu.lawbook import parameters
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.projects import part
from bangfu.projects.facility import Facility

DAYS = "facility_repair_days"


class FacilityFault(Record):
    class Source(models.TextChoices):
        PUBLIC = "public", "群众扫码"
        STAFF = "staff", "工作人员"

    village = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="行政村"
    )
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="faults", verbose_name="公共设施")
    reported_on = models.DateField("报修日期", default=dates.today)
    source = models.CharField("来源", max_length=10, choices=Source.choices, default=Source.STAFF, editable=False)
    content = models.CharField("哪里坏了", max_length=200)
    phone = text("联系电话", 20)
    due_on = models.DateField("修好期限", null=True, editable=False)
    mended_on = models.DateField("修好日期", null=True, blank=True)
    mended_note = text("怎样处理的", 200)

    class Meta:
        verbose_name = verbose_name_plural = "设施报修"
        indexes = [
            models.Index(fields=["village", "id"], name="fault_village"),
            models.Index(fields=["facility", "due_on"], condition=Q(mended_on=None), name="fault_open"),
        ]

    def __str__(self) -> str:
        return f"{self.facility}：{self.content}"


class FacilityFaultLedger(Ledger):
    slug, model, article, scope_from = "facility-faults", FacilityFault, "2.2", "facility"
    says = "公共设施的报修和修复，群众扫公示牌就能报"
    edited_by = part.WRITERS
    columns = ("content", "facility", "village", "source", "reported_on", "due_on", "mended_on")
    card = ("content", "facility", "due_on")
    filters = ("facility", "source", "reported_on", "due_on", "mended_on")
    search = ("content",)
    form = ("facility", "reported_on", "content", "phone", "mended_on", "mended_note")
    groups = {"报修": (*form[:4], "source"), "修复": ("due_on", *form[4:])}
    masked = {"phone": mask_phone}
    stats = (Stat("没有修好", where=Q(mended_on=None), unit="件"),)

    def clean(self, data: dict[str, Any], record: FacilityFault | None) -> dict[str, str]:
        reported, mended = data.get("reported_on"), data.get("mended_on")
        if reported and reported > dates.today():
            return {"reported_on": "日期还没有到，请核对"}
        return {"mended_on": "修好日期早于报修日期，请核对"} if reported and mended and mended < reported else {}

    def prepare(self, record: FacilityFault) -> None:
        record.due_on = parameters.due_on(DAYS, record.reported_on, record.village_id)
