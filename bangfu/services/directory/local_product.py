"""特色产品和资源名录 (3.5): what a village has to show and sell; public only with the consent of whoever is named."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.columns import yuan
from bangfu.ledger.constraints import must
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text

MONTHS = (MinValueValidator(1), MaxValueValidator(12))


class LocalProduct(Record):
    class Kind(models.TextChoices):
        TEA = "tea", "茶叶"
        FRUIT = "fruit", "水果"
        GRAIN = "grain", "粮油"
        VEGETABLE = "vegetable", "蔬菜菌类"
        LIVESTOCK = "livestock", "畜禽水产"
        PROCESSED = "processed", "加工食品"
        CRAFT = "craft", "手工和非遗"
        SIGHT = "sight", "景点和古建筑"
        LODGING = "lodging", "民宿农家乐"
        OTHER = "other", "其他资源"

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=20, choices=Kind.choices)
    producer = text("生产者或经营者", 80)
    season_from = models.PositiveSmallIntegerField("上市月份起", null=True, blank=True, validators=MONTHS)
    season_to = models.PositiveSmallIntegerField("上市月份止", null=True, blank=True, validators=MONTHS)
    price_yuan = yuan("参考价")
    price_per = text("计价单位", 20, "如：斤、盒、间夜")
    certified_as = text("认证和品牌", 100, "如：地理标志、绿色食品")
    story = models.TextField("故事", max_length=2000, blank=True, default="", help_text="来历、特色，公开页面上会显示")
    contact = text("联系人", 40)
    contact_phone = text("联系电话", 20)
    has_consent = models.BooleanField("本人同意公开联系方式", default=False)
    is_public = models.BooleanField("在公开名录上展示", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "特色产品和资源"
        indexes = [
            models.Index(fields=["village", "id"], name="local_product_village"),
            models.Index(fields=["kind", "id"], name="local_product_public", condition=Q(is_public=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["village", "name", "producer"], name="one_local_product_a_producer"),
            must(
                Q(season_from=None, season_to=None) | Q(season_from__isnull=False, season_to__isnull=False),
                "local_product_season_to_together",
                "上市月份的起和止要一起填；全年都有的两个都不填",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LocalProductLedger(Ledger):
    slug, model, article = "local-products", LocalProduct, "3.5"
    says = "村里的特色产品和资源：上市季节、参考价、故事和联系人"
    edited_by = FIELD
    columns = ("name", "village", "kind", "producer", "season_from", "season_to", "price_yuan", "is_public")
    card = ("name", "kind", "price_yuan")
    filters = ("kind", "is_public", "has_consent", "season_from", "price_yuan")
    search = ("name", "producer", "certified_as")
    in_search = True
    form = exchange = (
        "village", "name", "kind", "producer", "season_from", "season_to", "price_yuan", "price_per", "certified_as",
        "story", "contact", "contact_phone", "has_consent", "is_public",
    )  # fmt: skip
    bulk, identity = ("is_public",), ("name", "village", "producer")
    told_by = ("name", "village__name", "producer")
    masked = {"contact_phone": mask_phone}
    groups = {"产品或资源": form[:10], "联系和公开": form[10:]}
    related = (("fair-sales", "local_product"),)
    stats = (Stat("按类别", by="kind"), Stat("已公开", where=Q(is_public=True), unit="项"))
