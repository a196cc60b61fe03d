"""展销和直播销售 (3.5): what was sold at a fair or in a live-stream; the event itself is one of the activities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from bangfu.activities.models import Activity
from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Batch, Fault
from bangfu.ledger.columns import yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.services.directory.local_product import LocalProduct


class FairSale(Record):
    class Way(models.TextChoices):
        FAIR = "fair", "展销会"
        SHOP = "shop", "社区超市"
        LIVE_STREAM = "live_stream", "直播带货"
        SHORT_VIDEO = "short_video", "短视频"

    village = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="行政村"
    )
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="sales", verbose_name="哪次展销推介")
    local_product = models.ForeignKey(LocalProduct, models.PROTECT, related_name="sales", verbose_name="产品")
    way = models.CharField("方式", max_length=20, choices=Way.choices)
    sold_on = models.DateField("销售日期", editable=False)
    quantity = models.DecimalField("数量", max_digits=12, decimal_places=2, null=True, blank=True)
    amount_yuan = yuan("销售额", required=True)
    views = models.PositiveIntegerField("观看人次", null=True, blank=True)
    note = text("说明", 100)

    class Meta:
        verbose_name = verbose_name_plural = "展销直播销售"
        indexes = [models.Index(fields=["village", "id"], name="fair_sale_village")]
        constraints = [
            models.UniqueConstraint(fields=["activity", "local_product", "way"], name="one_fair_sale_a_product")
        ]

    def __str__(self) -> str:
        return f"{self.local_product} {self.get_way_display()}"


NO_FAIR = "请选类别是“展销推介”的活动；没有的先记一次活动"


def at_a_fair(batch: Batch) -> Iterable[Fault]:
    found = batch.fetch(
        "SELECT r._row FROM {rows} r JOIN activities_activity a ON a.id = r.activity_id WHERE a.kind <> 'promotion_fair'"
    )
    return [Fault(row, "activity", NO_FAIR) for (row,) in found]


class FairSaleLedger(Ledger):
    slug, model, article, scope_from = "fair-sales", FairSale, "3.5", "local_product"
    says = "展销会、直播里各样产品卖了多少；活动本身登记在“活动”里"
    edited_by = FIELD
    columns = ("local_product", "village", "activity", "way", "sold_on", "amount_yuan", "views")
    card = ("local_product", "way", "amount_yuan")
    filters = ("way", "sold_on", "amount_yuan", "local_product", "activity")
    search = ("local_product__name",)
    form = ("activity", "local_product", "way", "quantity", "amount_yuan", "views", "note")
    exchange, identity = form, ("activity", "local_product", "way")
    checks = (at_a_fair,)
    computed = {"sold_on": "(SELECT a.held_on FROM activities_activity a WHERE a.id = {activity_id})"}
    stats = (
        Stat("销售额", total="amount_yuan", unit="元"),
        Stat("观看人次", total="views", unit="人次"),
        Stat("按方式", by="way"),
    )

    def prepare(self, record: Any) -> None:
        record.sold_on = record.activity.held_on

    def clean(self, data: dict[str, Any], record: FairSale | None) -> dict[str, str]:
        if data["activity"].kind != "promotion_fair":
            return {"activity": NO_FAIR}
        return {}
