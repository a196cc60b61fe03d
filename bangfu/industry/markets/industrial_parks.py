"""产业园 (4.5): parks built together with the helping side, and pairs of places that work together."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.accounts.terms import in_order
from bangfu.divisions.models import Division
from bangfu.industry import columns
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import amount, text


class IndustrialPark(Record):
    class Kind(models.TextChoices):
        CO_BUILT = "co_built", "共建产业园"
        TRANSFER = "transfer", "产业转移承接园"
        AGRICULTURE = "agriculture", "现代农业产业园"
        PAIR = "pair", "产业协作结对"

    division = columns.place("所在地")
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("园区类别", max_length=20, choices=Kind.choices)
    helping = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="共建方",
        help_text="珠三角市、县（区）；没有共建方的不填",
    )  # fmt: skip
    agreement_no = text("协议或批文", 60)
    trade = text("主导方向", 120)
    area_mu = amount("规划面积（亩）", 12)
    from_on = models.DateField("启动日期")
    to_on = models.DateField("结束日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "产业园"
        indexes = [models.Index(fields=["division", "id"], name="industrial_park_division")]
        constraints = [
            in_order("industrial_park_in_order"),
            models.UniqueConstraint(fields=["name", "division"], name="one_park_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class IndustrialParkLedger(Ledger):
    slug, model, article, scope = "industrial-parks", IndustrialPark, "4.5", "division"
    says = "珠三角与帮扶地共建的园区、产业协作结对"
    is_open = True
    edited_by = FIELD
    columns = ("name", "division", "kind", "helping", "trade", "from_on", "to_on")
    card = ("name", "kind", "helping")
    filters = ("kind", "from_on", "to_on")
    search = ("name", "trade")
    in_search = True
    form = exchange = (
        "name", "division", "kind", "helping", "agreement_no", "trade", "area_mu", "from_on", "to_on",
    )  # fmt: skip
    identity = ("name", "division")
    limits = {"area_mu": (0, 1_000_000)}
    related = (("firm-landings", "park"),)
    stats = (
        Stat("按类别", by="kind"),
        Stat("有共建方", where=Q(helping__isnull=False, to_on=None), unit="个"),
        Stat("规划面积", total="area_mu", unit="亩"),
    )
