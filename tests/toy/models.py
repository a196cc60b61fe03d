"""供水点台账 (2.2): water points of a village."""

from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record


class WaterPoint(Record):
    class Kind(models.TextChoices):
        PIPED = "piped", "集中供水"
        WELL = "well", "水井"
        SPRING = "spring", "山泉"

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, verbose_name="行政村")
    point_no = models.CharField("编号", max_length=20)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("供水方式", max_length=20, choices=Kind.choices)
    is_sound = models.BooleanField("运行正常", default=True)
    households = models.PositiveIntegerField("供水户数", default=0)
    cost_yuan = models.DecimalField("年运行费用（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    built_on = models.DateField("建成日期", null=True, blank=True)
    keeper = models.CharField("管护人", max_length=40, blank=True, default="")
    keeper_phone = models.CharField("管护人电话", max_length=20, blank=True, default="")
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    note = models.TextField("备注", blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "供水点台账"
        indexes = [
            models.Index(fields=["village", "id"], name="water_point_village"),
            models.Index(fields=["built_on", "id"], name="water_point_built"),
        ]
        constraints = [models.UniqueConstraint(fields=["village", "point_no"], name="one_water_point_a_number")]

    def __str__(self) -> str:
        return self.name


class WaterPointLedger(Ledger):
    slug, model, article = "water-points", WaterPoint, "2.2"
    says = "村里的供水点、运行和管护"
    edited_by = FIELD
    columns = ("name", "village", "kind", "is_sound", "households", "cost_yuan", "built_on")
    card = ("name", "kind", "is_sound")
    filters = ("kind", "is_sound", "built_on", "households")
    sorts = ("built_on",)
    search = ("name", "point_no", "keeper")
    in_search = True
    form = exchange = (
        "village", "point_no", "name", "kind", "is_sound", "households", "cost_yuan", "built_on",
        "keeper", "keeper_phone", "longitude", "latitude", "note",
    )  # fmt: skip
    bulk = ("kind", "keeper", "built_on")
    identity = ("village", "point_no")
    aliases = {"name": ("供水点名称",)}
    choice_aliases = {"kind": (("自来水", "piped"),)}
    limits = {"longitude": (109.0, 118.0), "latitude": (20.0, 26.0), "households": (0, 10000)}
    masked = {"keeper_phone": mask_phone}
    tones = {"is_sound": {True: "ok", False: "bad"}}
    groups = {"供水": form[:8], "管护": form[8:10], "位置和备注": form[10:]}
    point = ("longitude", "latitude")
    stats = (
        Stat("按方式", by="kind"),
        Stat("正常率", where=Q(is_sound=True), over=Q(kind__in=["piped", "well"])),
        Stat("停用", where=Q(is_sound=False), unit="处"),
        Stat("供水户数", total="households", unit="户"),
    )
