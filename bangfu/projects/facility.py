"""公共设施 (2.2): what stands in a village for all, who keeps it, how often, from which money, and its notice board."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast, Substr
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.divisions.models import Division
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.projects import part
from bangfu.projects.facility_page import page_of
from bangfu.projects.project import Project

KEPT = ~Q(caretaker="") & Q(posted_on__isnull=False)


class Facility(Record):
    """`board_code` is given by the database and printed on the board: anybody may report a fault with it."""

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("设施类别", max_length=codes.LENGTH, choices=codes.choices("facility_kind"))
    natural_village = text("自然村或位置", 60)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="facilities", verbose_name="由哪个项目建成"
    )
    built_on = models.DateField("建成日期", null=True, blank=True)
    owner = text("产权人", 60, "如：村经济合作社")
    caretaker = text("管护人", 40)
    caretaker_phone = text("管护人电话", 20)
    every_days = models.PositiveSmallIntegerField(
        "多少天巡查一次", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    fund_note = text("管护经费从哪里来", 120)
    posted_on = models.DateField(
        "公示牌设立日期", null=True, blank=True, help_text="牌上写明管护人、监督电话和报修编号"
    )
    is_in_use = models.BooleanField("在用", default=True, db_default=True)
    board_code = models.CharField(
        "报修编号", max_length=13, unique=True, editable=False,
        db_default=Substr(Cast(RandomUUID(), models.CharField()), Value(1), Value(13)),
    )  # fmt: skip
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公共设施"
        indexes = [models.Index(fields=["village", "id"], name="facility_village")]
        constraints = [models.UniqueConstraint(fields=["name", "village"], name="one_facility_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def public_url(self) -> str:
        return reverse("facilities:report", args=[self.board_code])


class FacilityLedger(Ledger):
    slug, model, article = "facilities", Facility, "2.2"
    says = "村里的公共设施：谁管护、多久巡查、钱从哪里来、公示牌立了没有"
    edited_by = part.WRITERS
    columns = ("name", "village", "kind", "caretaker", "every_days", "posted_on", "is_in_use")
    card = ("name", "kind", "caretaker")
    filters = ("kind", "is_in_use", "posted_on", "built_on", "project")
    search = ("name", "caretaker")
    in_search = True
    form = exchange = (
        "village", "name", "kind", "natural_village", "project", "built_on", "owner", "is_in_use", "caretaker",
        "caretaker_phone", "every_days", "fund_note", "posted_on", "longitude", "latitude",
    )  # fmt: skip
    bulk = ("caretaker", "fund_note", "posted_on")
    identity = ("name", "village")
    choice_aliases = codes.aliases(kind="facility_kind")
    limits = {"longitude": (109.0, 118.0), "latitude": (20.0, 26.0)}
    masked = {"caretaker_phone": mask_phone}
    groups = {"设施": form[:8], "管护": (*form[8:13], "board_code"), "位置": form[13:]}
    point = ("longitude", "latitude")
    related = (("facility-faults", "facility"), ("facility-inspections", "facility"))
    stats = (
        Stat("有人管护并公示", where=KEPT, over=Q(is_in_use=True)),
        Stat("没有管护人", where=Q(caretaker="", is_in_use=True), unit="处"),
        Stat("按类别", by="kind"),
    )
    detail_template = "projects/facility.html"

    def more(self, record: Facility, actor: Actor) -> dict[str, Any]:
        return page_of(record)
