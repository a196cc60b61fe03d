"""帮扶车间 (3.1): workshops near home, how many they can take on; who works there stands in the placements."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.constraints import not_before
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import coded, text

_OUT_OF_RANGE = {"longitude": (109.0, 118.0), "latitude": (20.0, 26.0)}


class AssistanceWorkshop(Record):
    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    name = models.CharField("车间名称", max_length=80)
    operator = models.CharField("经营单位", max_length=80)
    industry = coded("所属行业", "industry")
    product = text("主要产品", 80)
    places = models.PositiveIntegerField("可用工人数", validators=[MinValueValidator(1)])
    opened_on = models.DateField("开办日期")
    recognised_on = models.DateField("认定日期", null=True, blank=True, help_text="县级认定为帮扶车间的日期")
    closed_on = models.DateField("停办日期", null=True, blank=True)
    contact = text("联系人", 40)
    contact_phone = text("联系电话", 20)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "帮扶车间"
        indexes = [models.Index(fields=["village", "id"], name="workshop_village")]
        constraints = [
            models.UniqueConstraint(fields=["village", "name"], name="one_workshop_a_name"),
            not_before("closed_on", "opened_on", "workshop_closed_on_after_opening", "停办日期早于开办日期，请核对"),
        ]

    def __str__(self) -> str:
        return self.name


class AssistanceWorkshopLedger(Ledger):
    slug, model, article = "assistance-workshops", AssistanceWorkshop, "3.1"
    says = "家门口的帮扶车间；吸纳的人在“就业安置”里登记"
    edited_by = FIELD
    columns = ("name", "village", "operator", "industry", "places", "opened_on", "closed_on")
    card = ("name", "operator", "places")
    filters = ("industry", "opened_on", "recognised_on", "closed_on")
    search = ("name", "operator", "product")
    in_search = True
    form = exchange = (
        "village", "name", "operator", "industry", "product", "places", "opened_on", "recognised_on", "closed_on",
        "contact", "contact_phone", "longitude", "latitude",
    )  # fmt: skip
    bulk, identity = ("recognised_on",), ("name", "village")
    masked = {"contact_phone": mask_phone}
    limits, point = _OUT_OF_RANGE, ("longitude", "latitude")
    related = (("placements", "assistance_workshop"), ("job-posts", "assistance_workshop"))
    stats = (
        Stat("正在开办", where=Q(closed_on=None), unit="家"),
        Stat("可用工", total="places", unit="人"),
        Stat("已认定", where=Q(recognised_on__isnull=False), over=Q(closed_on=None)),
    )
