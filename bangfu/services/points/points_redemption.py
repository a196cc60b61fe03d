"""积分兑换 (3.4): a household's points for goods of the shop; written by the act with its entry, undone by a counter-entry."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.bookkeeping.models import Entry
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.models import Household
from bangfu.services.points.points_goods import PointsGoods


class PointsRedemption(Record):
    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="农户")
    points_goods = models.ForeignKey(PointsGoods, models.PROTECT, related_name="redemptions", verbose_name="商品")
    quantity = models.PositiveSmallIntegerField("数量")
    points = models.PositiveIntegerField("积分")
    redeemed_on = models.DateField("兑换日期")
    undone_on = models.DateField("退回日期", null=True)
    undone_reason = models.CharField("退回原因", max_length=100, blank=True, default="")
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="+", verbose_name="凭证")

    class Meta:
        verbose_name = verbose_name_plural = "积分兑换"
        indexes = [models.Index(fields=["village", "id"], name="points_redemption_village")]

    def __str__(self) -> str:
        return f"{self.household} 换 {self.points_goods.name}"


class PointsRedemptionLedger(Ledger):
    slug, model, article = "points-redemptions", PointsRedemption, "3.4"
    says = "哪一户用几分换了什么；同一笔积分只能用一次"
    edited_by, acts_only = FIELD, True
    columns = ("household", "village", "points_goods", "quantity", "points", "redeemed_on", "undone_on")
    card = ("household", "points_goods", "points")
    filters = ("household", "points_goods", "redeemed_on", "undone_on")
    search = ("household__head_name", "points_goods__name")
    groups = {"兑换": (*columns, "undone_reason")}
    detail_template, work_page = "services/redemption_record.html", ("services:points-shop", "去兑换")
    untracked = ("entry",)
    stats = (Stat("兑换积分", total="points", unit="分"), Stat("退回", where=Q(undone_on__isnull=False), unit="笔"))
