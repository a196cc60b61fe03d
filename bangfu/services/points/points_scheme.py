"""积分制方案 (3.4): the versions of a village's scheme; never two in force on a day. Accounts and entries come on top."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from bangfu.accounts.terms import never_twice, point
from bangfu.divisions.models import Division
from bangfu.ledger.constraints import not_before
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.services.columns import of_activity
from bangfu.units import overlaps

TWICE = "这个村在这段时间已有一版方案；换新版时，先给旧版填结束日期"


class PointsScheme(Record):
    class Redeeming(models.TextChoices):
        SHOP = "shop", "积分超市兑换"
        HONOUR = "honour", "评先评优"
        CREDIT = "credit", "信用贷款参考"
        SHARE = "share", "集体收益优先"

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    version_name = models.CharField("方案版本", max_length=60, help_text="如：2024年第一版")
    from_on = models.DateField("实施日期")
    to_on = models.DateField("结束日期", null=True, blank=True, help_text="含当日；正在用的不填")
    base_points = models.PositiveSmallIntegerField("每户基础分", default=0)
    redeeming = models.CharField("主要用途", max_length=10, choices=Redeeming.choices)
    objection_days = models.PositiveSmallIntegerField("公示天数", validators=[MinValueValidator(1)])
    is_reset_yearly = models.BooleanField("每年清零", default=True)
    adopted_by = of_activity("哪次村民会议通过")
    note = text("说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "积分制方案"
        indexes = [models.Index(fields=["village", "id"], name="points_scheme_village")]
        constraints = [
            not_before("to_on", "from_on", "points_scheme_to_on_in_order", "结束日期早于实施日期，请核对"),
            never_twice("points_scheme_once", point(F("village")), condition=Q(withdrawn_at=None), message=TWICE),
        ]

    def __str__(self) -> str:
        return str(self.version_name)


class PointsSchemeLedger(Ledger):
    slug, model, article = "points-schemes", PointsScheme, "3.4"
    says = "每个村的积分制方案，一天只有一版有效"
    edited_by = FIELD
    columns = ("version_name", "village", "from_on", "to_on", "base_points", "redeeming")
    card = ("version_name", "village", "from_on")
    filters = ("redeeming", "is_reset_yearly", "from_on", "to_on")
    search = ("version_name",)
    form = (
        "village", "version_name", "from_on", "to_on", "base_points", "redeeming", "objection_days", "is_reset_yearly",
        "adopted_by", "note",
    )  # fmt: skip
    exchange = tuple(name for name in form if name != "adopted_by")
    bulk, identity = ("is_reset_yearly",), ("version_name", "village", "from_on")
    told_by = ("version_name", "village__name")
    related = (("points-rules", "points_scheme"),)
    checks = (overlaps.never_twice(PointsScheme, "village_id", message=TWICE),)
    stats = (Stat("正在实施", where=Q(to_on=None), unit="个村"), Stat("按用途", by="redeeming"))
