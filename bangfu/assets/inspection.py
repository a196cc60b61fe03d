"""资产巡查 (1.4): somebody looked at an asset: is it sound and in use; `Asset.inspected_on` follows the newest row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models
from django.db.models import Max, OuterRef, Q, Subquery

from bangfu.assets.asset import Asset
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger.declaration import FIELD, OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class AssetInspection(Record):
    division = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="坐落"
    )
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="inspections", verbose_name="资产")
    inspected_on = models.DateField("巡查日期", default=dates.today)
    is_sound = models.BooleanField("完好在用", default=True)
    found = text("发现的问题", 200)
    inspected_by = text("巡查人", 40)

    class Meta:
        verbose_name = verbose_name_plural = "资产巡查"
        indexes = [models.Index(fields=["division", "id"], name="asset_inspection_division")]
        constraints = [models.UniqueConstraint(fields=["inspected_on", "asset"], name="one_asset_inspection_a_day")]

    def __str__(self) -> str:
        return f"{self.inspected_on} {self.asset}"


class AssetInspectionLedger(Ledger):
    slug, model, article, scope, scope_from = "asset-inspections", AssetInspection, "1.4", "division", "asset"
    says = "资产的巡查记录；多久巡查一次按资产类别，到期的列在首页"
    read_by, edited_by = (*OFFICIALS, *TEAM), FIELD
    columns = ("inspected_on", "asset", "division", "is_sound", "found", "inspected_by")
    card = ("asset", "inspected_on", "is_sound")
    filters = ("asset", "is_sound", "inspected_on")
    form = exchange = ("asset", "inspected_on", "is_sound", "found", "inspected_by")
    bulk = ("inspected_by",)
    identity = ("inspected_on", "asset")
    tones = {"is_sound": {True: "ok", False: "bad"}}
    stats = (Stat("完好", where=Q(is_sound=True), over=Q(inspected_on__isnull=False)),)

    def clean(self, data: dict[str, Any], record: AssetInspection | None) -> dict[str, str]:
        if data.get("inspected_on") and data["inspected_on"] > dates.today():
            return {"inspected_on": "日期还没有到，请核对"}
        return {"found": "不完好的，请写明发现的问题"} if not data.get("is_sound") and not data.get("found") else {}

    @contextmanager
    def following(self, keys: list[int]) -> Iterator[None]:
        before = list(AssetInspection.objects.filter(pk__in=keys).values_list("asset_id", flat=True))
        yield
        now = AssetInspection.objects.filter(pk__in=keys).values_list("asset_id", flat=True)
        keep_latest([*before, *now])


def keep_latest(assets: list[int]) -> None:
    """By set; an asset whose only inspection was withdrawn has none."""
    rows = AssetInspection.objects.filter(asset=OuterRef("pk"), withdrawn_at=None).order_by().values("asset")
    latest = rows.annotate(latest=Max("inspected_on")).values("latest")
    Asset.objects.filter(pk__in=set(assets)).update(inspected_on=Subquery(latest))
