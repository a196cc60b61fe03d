"""品牌授权 (4.2): who may use a regional brand, from when to when; an expired licence is no licence."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, TruncDate

from bangfu.accounts.terms import in_order, never_twice, point
from bangfu.industry import columns
from bangfu.industry.linkage.business_entities import BusinessEntity
from bangfu.industry.selling.regional_brands import RegionalBrand
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.units import overlaps

TWICE = "这家经营主体在这段时间已有这个品牌的授权"
TODAY = TruncDate(Now())


class BrandLicence(Record):
    division = columns.place("所属地方", follows=True)
    licence_no = models.CharField("授权编号", max_length=60, unique=True)
    brand = models.ForeignKey(RegionalBrand, models.PROTECT, related_name="licences", verbose_name="品牌")
    business_entity = models.ForeignKey(
        BusinessEntity, models.PROTECT, related_name="licences", verbose_name="经营主体"
    )
    from_on = models.DateField("授权开始日期")
    to_on = models.DateField("授权结束日期", help_text="含当日")

    class Meta:
        verbose_name = verbose_name_plural = "品牌授权"
        indexes = [models.Index(fields=["division", "id"], name="brand_licence_division")]
        constraints = [
            in_order("brand_licence_in_order"),
            never_twice(
                "brand_licence_once",
                point(F("brand")),
                point(F("business_entity")),
                condition=Q(withdrawn_at=None),
                message=TWICE,
            ),
        ]

    def __str__(self) -> str:
        return self.licence_no


class BrandLicenceLedger(Ledger):
    slug, model, article, scope, scope_from = "brand-licences", BrandLicence, "4.2", "division", "brand"
    says = "区域公用品牌授权给哪些经营主体、到什么时候；过期的不能再用在产品上"
    edited_by = FIELD
    columns = ("licence_no", "brand", "business_entity", "division", "from_on", "to_on")
    card = ("business_entity", "brand", "to_on")
    filters = ("brand", "business_entity", "from_on", "to_on")
    search = ("licence_no", "brand__name", "business_entity__name")
    form = exchange = ("licence_no", "brand", "business_entity", "from_on", "to_on")
    identity = ("licence_no",)
    checks = (overlaps.never_twice(BrandLicence, "brand_id", "business_entity_id", message=TWICE),)
    stats = (
        Stat("有效", where=Q(from_on__lte=TODAY, to_on__gte=TODAY), unit="份"),
        Stat("已过期", where=Q(to_on__lt=TODAY), unit="份"),
    )


def lacking(brand: Any, entity: Any, on: date) -> str:
    """Why the entity may not use the brand on the day; "" when it may."""
    mine = BrandLicence.objects.filter(brand=brand, business_entity=entity, withdrawn_at=None)
    if entity and mine.filter(from_on__lte=on, to_on__gte=on).exists():
        return ""
    last = mine.order_by("-to_on").first() if entity else None
    if last and last.to_on < on:
        return f"“{brand}”给这家的授权 {last.licence_no} 已于 {last.to_on} 到期，续签登记后再用这个品牌"
    return f"这家经营主体没有“{brand}”的有效授权，请先登记授权，或不填品牌"
