"""村容村貌整治 (2.3): a place in a village before and after, with photos by choice as attachments."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.divisions.models import Division
from bangfu.ledger.columns import yuan
from bangfu.ledger.constraints import must, not_before
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class VillageAppearance(Record):
    class Kind(models.TextChoices):
        HOUSE_STYLE = "house_style", "农房风貌"
        GREENING = "greening", "绿化美化"
        LIGHTING = "lighting", "亮化"
        CLEANING = "cleaning", "三清三拆三整治"
        SMALL_GARDENS = "small_gardens", "四小园"
        WIRES = "wires", "三线整治"
        PUBLIC_SPACE = "public_space", "公共空间"
        OTHER = "other", "其他"

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    place = models.CharField("具体地点", max_length=80)
    kind = models.CharField("整治内容", max_length=20, choices=Kind.choices)
    before = models.CharField("整治前", max_length=200)
    after = text("整治后", 200, "照片作附件，传不传自便")
    started_on = models.DateField("动工日期")
    finished_on = models.DateField("完成日期", null=True, blank=True)
    households = models.PositiveIntegerField("受益户数", null=True, blank=True)
    cost_yuan = yuan("费用")
    caretaker = text("管护人", 40)

    class Meta:
        verbose_name = verbose_name_plural = "村容村貌整治"
        indexes = [models.Index(fields=["village", "id"], name="village_appearance_village")]
        constraints = [
            models.UniqueConstraint(fields=["village", "place", "kind", "started_on"], name="one_appearance_a_place"),
            not_before("finished_on", "started_on", "appearance_finished_on_in_order", "完成日期早于动工日期，请核对"),
            must(Q(finished_on=None) | ~Q(after=""), "appearance_after_of_finished", "已完成的，请写整治后是什么样"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.get_kind_display()}"


class VillageAppearanceLedger(Ledger):
    slug, model, article = "village-appearances", VillageAppearance, "2.3"
    says = "村里一处一处的整治：前后对比、费用和管护人"
    columns = ("place", "village", "kind", "started_on", "finished_on", "caretaker")
    card = ("place", "kind", "finished_on")
    filters = ("kind", "started_on", "finished_on", "households")
    search = ("place", "before", "after")
    form = exchange = (
        "village", "place", "kind", "before", "after", "started_on", "finished_on", "households", "cost_yuan",
        "caretaker",
    )  # fmt: skip
    bulk, identity = ("caretaker",), ("place", "village", "kind", "started_on")
    stats = (
        Stat("完成率", where=Q(finished_on__isnull=False), over=Q(id__isnull=False)),
        Stat("按内容", by="kind"),
        Stat("受益户数", total="households", unit="户次"),
    )
