"""积分规则 (3.4): what earns or costs how many points under one version of a scheme, with its cap, proof and who decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Batch, Fault
from bangfu.kernel import dates
from bangfu.ledger.constraints import must
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.services.points import rule_versions
from bangfu.services.points.points_scheme import PointsScheme

ENDED = "这一版方案已经结束，规则不能再改；请在新版方案里登记"


class PointsRule(Record):
    class Topic(models.TextChoices):
        ENVIRONMENT = "environment", "环境卫生"
        CUSTOMS = "customs", "乡风文明"
        PUBLIC_AFFAIRS = "public_affairs", "公共事务"
        INDUSTRY = "industry", "产业发展"
        LAW = "law", "遵纪守法"
        VOLUNTEERING = "volunteering", "公益志愿"

    class Decided(models.TextChoices):
        CADRE = "cadre", "村干部登记"
        JURY = "jury", "评议小组评定"

    class Period(models.TextChoices):
        MONTH = "month", "每月"
        YEAR = "year", "每年"

    village = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="行政村"
    )
    points_scheme = models.ForeignKey(PointsScheme, models.PROTECT, related_name="rules", verbose_name="方案")
    topic = models.CharField("类别", max_length=20, choices=Topic.choices)
    item = models.CharField("事项", max_length=80)
    points = models.SmallIntegerField(
        "积分", validators=[MinValueValidator(-1000), MaxValueValidator(1000)], help_text="扣分写负数"
    )
    cap_points = models.PositiveSmallIntegerField("封顶", null=True, blank=True, help_text="一段时间里这一项最多几分")
    cap_period = models.CharField("封顶按", max_length=10, choices=Period.choices, default=Period.YEAR)
    proof = text("凭什么", 100, "照片、签到表、证书等")
    decided_by = models.CharField("由谁评", max_length=10, choices=Decided.choices, default=Decided.JURY)

    class Meta:
        verbose_name = verbose_name_plural = "积分规则"
        indexes = [models.Index(fields=["village", "id"], name="points_rule_village")]
        constraints = [
            models.UniqueConstraint(fields=["points_scheme", "item"], name="one_points_rule_an_item"),
            must(~Q(points=0), "points_rule_points_not_nothing", "积分不能是 0；加分写正数，扣分写负数"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.points:+d}"


def still_in_force(batch: Batch) -> Iterable[Fault]:
    found = batch.fetch(
        "SELECT r._row FROM {rows} r JOIN services_pointsscheme s ON s.id = r.points_scheme_id WHERE s.to_on < %s",
        [dates.today()],
    )
    return [Fault(row, "points_scheme", ENDED) for (row,) in found]


class PointsRuleLedger(Ledger):
    slug, model, article, scope_from = "points-rules", PointsRule, "3.4", "points_scheme"
    says = "做什么加几分、扣几分，封顶多少，凭什么，由谁评"
    edited_by = FIELD
    columns = ("item", "points_scheme", "topic", "points", "cap_points", "cap_period", "decided_by")
    card = ("item", "topic", "points")
    filters = ("topic", "points", "decided_by", "points_scheme")
    search = ("item",)
    form = ("points_scheme", "topic", "item", "points", "cap_points", "cap_period", "proof", "decided_by")
    exchange, identity = form, ("points_scheme", "item")
    checks = (still_in_force, rule_versions.told_already)
    bulk = ("decided_by",)
    tones = {"decided_by": {"cadre": "muted"}}
    stats = (
        Stat("按类别", by="topic"),
        Stat("扣分项", where=Q(points__lt=0), unit="项"),
    )

    def clean(self, data: dict[str, Any], record: PointsRule | None) -> dict[str, str]:
        ended = data["points_scheme"].to_on
        if ended and ended < dates.today():
            return {"points_scheme": ENDED}
        return rule_versions.faults(record, data)
