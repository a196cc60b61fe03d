"""经营主体成员户 (4.1): households that are members of a co-operative or hold a share in a village company."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.terms import in_order, never_twice, point
from bangfu.industry import columns
from bangfu.industry.linkage.business_entities import BusinessEntity
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.models import Household
from bangfu.units import overlaps

TWICE = "这一户在这段时间已是这家经营主体的成员"


class EntityMember(Record):
    village = columns.place("行政村", follows=True)
    business_entity = models.ForeignKey(BusinessEntity, models.PROTECT, related_name="members", verbose_name="经营主体")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="农户")
    share_yuan = Yuan("出资额", null=True, blank=True, help_text="没有出资的不填")
    from_on = models.DateField("入社日期")
    to_on = models.DateField("退出日期", null=True, blank=True, help_text="含当日；仍是成员的不填")

    class Meta:
        verbose_name = verbose_name_plural = "经营主体成员户"
        indexes = [models.Index(fields=["village", "id"], name="entity_member_village")]
        constraints = [
            in_order("entity_member_in_order"),
            never_twice(
                "entity_member_once",
                point(F("business_entity")),
                point(F("household")),
                condition=Q(withdrawn_at=None),
                message=TWICE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household}—{self.business_entity}"


class EntityMemberLedger(Ledger):
    slug, model, article, scope_from = "entity-members", EntityMember, "4.1", "household"
    says = "哪些农户是合作社成员或在村公司入股"
    edited_by = FIELD
    columns = ("household", "village", "business_entity", "share_yuan", "from_on", "to_on")
    card = ("household", "business_entity", "from_on")
    filters = ("business_entity", "household", "from_on", "to_on")
    search = ("household__head_name", "business_entity__name")
    form = exchange = ("business_entity", "household", "share_yuan", "from_on", "to_on")
    identity = ("business_entity", "household", "from_on")
    aliases = {"business_entity": ("合作社",), "household": ("户编码",)}
    limits = {"share_yuan": (0, 100_000_000)}
    checks = (overlaps.never_twice(EntityMember, "business_entity_id", "household_id", message=TWICE),)
    stats = (
        Stat("现有成员", where=Q(to_on=None), unit="户"),
        Stat("出资额", total="share_yuan", unit="元"),
    )
