"""结对关系 (5.1): the helping city or county and the city or county it helps."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.roles import Role
from bangfu.accounts.terms import in_order, never_twice, point
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class Pairing(Record):
    helped = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="被帮扶地")
    helping = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="帮扶地")
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", null=True, blank=True, help_text="含当日；仍在结对的不填")
    document_no = text("文件文号", 80)

    class Meta:
        verbose_name = verbose_name_plural = "地区结对"
        indexes = [models.Index(fields=["helped", "id"], name="pairing_helped")]
        constraints = [
            in_order("pairing_in_order"),
            models.CheckConstraint(
                condition=~Q(helped=F("helping")), name="pairing_of_two", violation_error_message="帮扶地和被帮扶地相同"
            ),
            never_twice(
                "pairing_once",
                point(F("helped")),
                point(F("helping")),
                condition=Q(withdrawn_at=None),
                message="这两个地方在这段时间已登记结对",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.helping}—{self.helped}"


class PairingLedger(Ledger):
    slug, model, article, scope = "pairings", Pairing, "5.1", "helped"
    says = "珠三角市（县、区）与被帮扶市、县的结对关系"
    is_open = True
    edited_by = (Role.COUNTY,)
    columns = ("helped", "helping", "from_on", "to_on", "document_no")
    filters = ("from_on", "to_on")
    form = exchange = ("helped", "helping", "from_on", "to_on", "document_no")
    identity = ("helped", "helping", "from_on")
    aliases = {"helping": ("帮扶市", "帮扶方"), "helped": ("被帮扶县", "受帮扶方")}
    stats = (Stat("正在结对", where=Q(to_on=None), unit="对"),)
