"""积分商品 (3.4): what points are redeemed for; the stock is an account that moves by receipts and redemptions alone."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.services.points import books


class PointsGoods(Record):
    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    name = models.CharField("商品", max_length=60)
    points = models.PositiveIntegerField("需要积分", validators=[MinValueValidator(1)])
    unit = models.CharField("单位", max_length=10, help_text="如：瓶、袋")
    is_offered = models.BooleanField("可以兑换", default=True)
    note = text("说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "积分商品"
        indexes = [models.Index(fields=["village", "id"], name="points_goods_village")]
        constraints = [
            models.UniqueConstraint(
                fields=["village", "name"],
                condition=Q(withdrawn_at=None),
                name="one_points_goods_a_name",
                violation_error_message="这个村已有同名的商品；进货请在原来那一项上登记",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.points} 分）"


class PointsGoodsLedger(Ledger):
    slug, model, article = "points-goods", PointsGoods, "3.4"
    says = "积分超市里能换什么、几分；库存按进货和兑换自动结出"
    edited_by = FIELD
    columns = ("name", "village", "points", "unit", "is_offered")
    card = ("name", "points", "is_offered")
    filters = ("is_offered", "points")
    search = ("name",)
    form = exchange = ("village", "name", "points", "unit", "is_offered", "note")
    bulk, identity = ("is_offered",), ("village", "name")
    detail_template = "services/goods_record.html"
    stats = (Stat("可以兑换", where=Q(is_offered=True), unit="种"),)

    def more(self, record: PointsGoods, actor: Actor) -> dict[str, Any]:
        return {"stock": books.stock_of(record.pk)}
