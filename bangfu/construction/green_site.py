"""绿化点 (2.4): five edges, four sides, theme forests and parks; how many trees there is room for."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.construction.greening_campaign import GreeningCampaign
from bangfu.divisions.models import Division
from bangfu.ledger.constraints import not_before
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class GreenSite(Record):
    class Kind(models.TextChoices):
        HILLSIDE = "hillside", "山边"
        WATERSIDE = "waterside", "水边"
        ROADSIDE = "roadside", "路边（路旁）"
        VILLAGE_EDGE = "village_edge", "镇村边"
        SCENIC_EDGE = "scenic_edge", "景区边"
        DITCH = "ditch", "沟旁"
        CANAL = "canal", "渠旁"
        HOUSE = "house", "宅旁"
        PARK = "park", "绿美公园"

    class Theme(models.TextChoices):
        HOMETOWN = "hometown", "桑梓林"
        WORTHIES = "worthies", "乡贤林"
        YOUTH = "youth", "青年林"
        WOMEN = "women", "巾帼林"
        OTHER = "other", "其他主题林"

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    name = models.CharField("绿化点名称", max_length=80)
    kind = models.CharField("五边四旁", max_length=20, choices=Kind.choices)
    theme_forest = models.CharField("主题林", max_length=20, choices=Theme.choices, blank=True, default="")
    greening_campaign = models.ForeignKey(
        GreeningCampaign, models.PROTECT, null=True, blank=True, related_name="sites", verbose_name="绿化活动"
    )
    area_mu = models.DecimalField(
        "面积（亩）", max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    room_trees = models.PositiveIntegerField("可种株数", validators=[MinValueValidator(1)])
    species = text("主要树种", 80)
    opened_on = models.DateField("开放日期")
    closed_on = models.DateField("结束日期", null=True, blank=True, help_text="不再接受认捐、认种的日期")
    caretaker = text("管护人", 40)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "绿化点"
        indexes = [models.Index(fields=["village", "id"], name="green_site_village")]
        constraints = [
            models.UniqueConstraint(fields=["village", "name"], name="one_green_site_a_name"),
            not_before("closed_on", "opened_on", "green_site_closed_on_in_order", "结束日期早于开放日期，请核对"),
        ]

    def __str__(self) -> str:
        return self.name


class GreenSiteLedger(Ledger):
    slug, model, article = "green-sites", GreenSite, "2.4"
    says = "五边四旁的绿化点、主题林和绿美公园"
    is_open, edited_by = True, FIELD
    columns = ("name", "village", "kind", "theme_forest", "area_mu", "room_trees", "opened_on", "closed_on")
    card = ("name", "kind", "theme_forest")
    filters = ("kind", "theme_forest", "area_mu", "opened_on", "closed_on", "greening_campaign")
    search = ("name", "species")
    in_search = True
    form = exchange = (
        "village", "name", "kind", "theme_forest", "greening_campaign", "area_mu", "room_trees", "species", "opened_on",
        "closed_on", "caretaker", "longitude", "latitude",
    )  # fmt: skip
    bulk, identity = ("caretaker",), ("name", "village")
    limits, point = {"longitude": (109.0, 118.0), "latitude": (20.0, 26.0)}, ("longitude", "latitude")
    related = (("tree-pledges", "green_site"), ("tending-rounds", "green_site"))
    stats = (
        Stat("按五边四旁", by="kind"),
        Stat("面积", total="area_mu", unit="亩"),
        Stat("绿美公园", where=Q(kind="park"), unit="个"),
        Stat("主题林", where=~Q(theme_forest=""), unit="片"),
    )
