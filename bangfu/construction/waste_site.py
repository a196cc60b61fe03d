"""生活垃圾收运处理 (2.3): village points, town stations and county sites, each with where it sends to; never in a circle."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.construction import waste_chain
from bangfu.divisions.models import Division
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.constraints import must
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class WasteSite(Record):
    class Kind(models.TextChoices):
        POINT = "point", "村收集点"
        STATION = "station", "镇转运站"
        PLANT = "plant", "县处理场（厂）"

    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="所在地")
    name = models.CharField("名称", max_length=80, help_text="带上镇村名，如：东华镇转运站")
    kind = models.CharField("环节", max_length=10, choices=Kind.choices)
    sends_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="comes_from", verbose_name="运到哪里"
    )
    natural_villages = models.PositiveIntegerField("覆盖自然村", null=True, blank=True)
    is_sorted = models.BooleanField("开展垃圾分类", default=False)
    cleared_per_week = models.PositiveSmallIntegerField(
        "每周清运次数", null=True, blank=True, validators=[MinValueValidator(0)]
    )
    caretaker = text("管护人", 40)
    caretaker_phone = text("管护人电话", 20)
    stopped_on = models.DateField("停用日期", null=True, blank=True)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "垃圾收运点"
        indexes = [models.Index(fields=["division", "id"], name="waste_site_division")]
        constraints = [
            models.UniqueConstraint(fields=["division", "name"], name="one_waste_site_a_name"),
            must(Q(sends_to=None) | ~Q(kind="plant"), "waste_site_sends_to_of_plant", "县处理场是终点，不再运到别处"),
        ]

    def __str__(self) -> str:
        return self.name


class WasteSiteLedger(Ledger):
    slug, model, article, scope = "waste-sites", WasteSite, "2.3", "division"
    says = "村收集、镇转运、县处理：每一处运到哪里，链条在哪里断了"
    is_open, work_page = True, ("construction:waste-chain", "看断点")
    columns = ("name", "division", "kind", "sends_to", "is_sorted", "cleared_per_week", "caretaker")
    card = ("name", "kind", "sends_to")
    filters = ("kind", "is_sorted", "cleared_per_week", "stopped_on", "sends_to", "caretaker")
    search = ("name", "caretaker")
    form = exchange = (
        "division", "name", "kind", "sends_to", "natural_villages", "is_sorted", "cleared_per_week", "caretaker",
        "caretaker_phone", "stopped_on", "longitude", "latitude",
    )  # fmt: skip
    bulk, identity = ("is_sorted", "caretaker"), ("name", "division")
    masked = {"caretaker_phone": mask_phone}
    limits = {"longitude": (109.0, 118.0), "latitude": (20.0, 26.0)}
    point = ("longitude", "latitude")
    related = (("waste-sites", "sends_to"),)
    checks = (waste_chain.backwards,)
    stats = (
        Stat("分类覆盖率", where=Q(is_sorted=True, stopped_on=None), over=Q(stopped_on=None)),
        Stat("没写运到哪里", where=Q(sends_to=None, stopped_on=None) & ~Q(kind="plant"), unit="处"),
        Stat("按环节", by="kind"),
    )

    def clean(self, data: dict[str, Any], record: WasteSite | None) -> dict[str, str]:
        return waste_chain.faults(data, record)
