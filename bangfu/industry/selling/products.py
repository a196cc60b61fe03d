"""产品供应清单 (4.2): what may be bought from a place, in which months, at what price, under which brand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.exchange.sheet import Batch, Fault
from bangfu.industry import columns
from bangfu.industry.linkage.business_entities import BusinessEntity
from bangfu.industry.selling.brand_licences import lacking
from bangfu.industry.selling.regional_brands import RegionalBrand
from bangfu.kernel import dates
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import amount, text

UNLICENSED = "这家经营主体没有这个品牌的有效授权（没有登记或已过期），请先登记授权，或不填品牌"
SEASON = "上市的起止月份要一起填；全年供应的都不填"


def _month(label: str) -> models.PositiveSmallIntegerField:
    limits = [MinValueValidator(1), MaxValueValidator(12)]
    return models.PositiveSmallIntegerField(label, null=True, blank=True, validators=limits)


class Product(Record):
    division = columns.place("产地")
    name = models.CharField("产品名称", max_length=80)
    kind = models.CharField("产品类别", max_length=codes.LENGTH, choices=codes.choices("product_kind"))
    business_entity = models.ForeignKey(
        BusinessEntity, models.PROTECT, null=True, blank=True, related_name="products", verbose_name="供应的经营主体"
    )
    brand = models.ForeignKey(
        RegionalBrand, models.PROTECT, null=True, blank=True, related_name="products", verbose_name="使用的品牌"
    )
    price_yuan = Yuan("单价（元）", null=True, blank=True, validators=[MinValueValidator(0)])
    measure = text("计价单位", 20, "如：斤、箱、盒")
    season_from, season_to = _month("上市月份从"), _month("上市月份到")
    yearly_tons = amount("年供应量（吨）", 12)
    is_recognised = models.BooleanField("帮扶产品认定", default=False)
    is_on_sale = models.BooleanField("正在供应", default=True)
    is_public = models.BooleanField("在公开名录上展示", default=False, help_text="供应方同意后再勾选")
    story = text("产品介绍", 500)

    class Meta:
        verbose_name = verbose_name_plural = "产品供应清单"
        indexes = [models.Index(fields=["division", "id"], name="product_division")]
        constraints = [models.UniqueConstraint(fields=["division", "name"], name="one_product_a_name")]

    def __str__(self) -> str:
        return self.name


def unlicensed(batch: Batch) -> Iterable[Fault]:
    """The rule of `clean`, by set; a product that has had its brand keeps it."""
    found = """SELECT r._row FROM {rows} r LEFT JOIN industry_product t ON t.id = r._target
        WHERE r.brand_id IS NOT NULL AND r.brand_id IS DISTINCT FROM t.brand_id AND NOT EXISTS (
            SELECT FROM industry_brandlicence l WHERE l.brand_id = r.brand_id AND l.withdrawn_at IS NULL
            AND l.business_entity_id = coalesce(r.business_entity_id, t.business_entity_id)
            AND %s BETWEEN l.from_on AND l.to_on)"""
    return [Fault(row, "brand", UNLICENSED) for (row,) in batch.fetch(found, [dates.today()])]


class ProductLedger(Ledger):
    slug, model, article, scope = "products", Product, "4.2", "division"
    says = "各镇村能供应的产品：上市月份、价格、供应量、品牌"
    is_open = True
    edited_by = FIELD
    columns = ("name", "division", "kind", "business_entity", "price_yuan", "measure", "season_from", "season_to")
    card = ("name", "division", "price_yuan")
    filters = ("kind", "business_entity", "brand", "season_from", "season_to", "is_recognised", "is_on_sale", "is_public")
    search = ("name", "business_entity__name")
    in_search = True
    form = exchange = (
        "division", "name", "kind", "business_entity", "brand", "price_yuan", "measure", "season_from", "season_to",
        "yearly_tons", "is_recognised", "is_on_sale", "is_public", "story",
    )  # fmt: skip
    bulk, identity = ("is_public",), ("name", "division")
    choice_aliases = codes.aliases(kind="product_kind")
    checks = (unlicensed,)
    related = (("purchases", "product"),)
    stats = (Stat("按类别", by="kind"), Stat("正在供应", where=Q(is_on_sale=True), unit="个"))

    def clean(self, data: dict[str, Any], record: Product | None) -> dict[str, str]:
        if bool(data["season_from"]) != bool(data["season_to"]):
            return {"season_from": SEASON}
        is_new = data["brand"] and (record is None or record.brand_id != data["brand"].pk)
        words = lacking(data["brand"], data["business_entity"], dates.today()) if is_new else ""
        return {"brand": words} if words else {}
