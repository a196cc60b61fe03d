"""组团成员 (5.1): a unit in a group for a term; one lead on any day; who replaced whom, and why."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Role
from bangfu.accounts.terms import in_order, never_twice, point
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.units import overlaps
from bangfu.units.group import Group
from bangfu.units.helped import ByTown

HERE = Q(withdrawn_at=None)
TWICE = "这个单位在这段时间已在本组团，请先填写原来一行的退出日期"
TWO_LEADS = "本组团在这段时间已有牵头单位，请先填写原牵头单位的退出日期"


class GroupMember(Record):
    town = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="结对镇"
    )
    group = models.ForeignKey(Group, models.PROTECT, related_name="members", verbose_name="组团")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="group_memberships", verbose_name="成员单位")
    is_lead = models.BooleanField("牵头", default=False)
    from_on = models.DateField("加入日期")
    to_on = models.DateField("退出日期", null=True, blank=True, help_text="含当日；仍在组团的不填")
    reason = text("变动原因", 200, "退出、替换或改为牵头的原因")

    class Meta:
        verbose_name = verbose_name_plural = "组团成员"
        indexes = [models.Index(fields=["town", "id"], name="group_member_town")]
        constraints = [
            in_order("group_member_in_order"),
            never_twice(
                "group_member_once",
                point(F("group")),
                point(F("unit")),
                condition=HERE,
                message=TWICE,
            ),
            never_twice(
                "group_one_lead",
                point(F("group")),
                condition=HERE & Q(is_lead=True),
                message=TWO_LEADS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}（{'牵头，' if self.is_lead else ''}{self.group}）"


class GroupMemberLedger(ByTown, Ledger):
    slug, model, article, scope, scope_from = "group-members", GroupMember, "5.1", "town", "group"
    says = "组团里的单位：牵头或成员、加入和退出"
    edited_by = (Role.COUNTY,)
    columns = ("unit", "group", "town", "is_lead", "from_on", "to_on")
    card = ("unit", "group", "is_lead")
    filters = ("is_lead", "group", "unit", "from_on", "to_on")
    search = ("unit__name", "group__title")
    form = exchange = ("group", "unit", "is_lead", "from_on", "to_on", "reason")
    identity = ("group", "unit", "from_on")
    checks = (
        overlaps.never_twice(GroupMember, "group_id", "unit_id", message=TWICE),
        overlaps.never_twice(GroupMember, "group_id", message=TWO_LEADS, only="{row}.is_lead"),
    )
    aliases = {"unit": ("组团单位",), "is_lead": ("是否牵头", "牵头单位")}
    tones = {"is_lead": {True: "ok"}}
    stats = (
        Stat("在组团中", where=Q(to_on=None), unit="个"),
        Stat("牵头", where=Q(is_lead=True, to_on=None), unit="个"),
    )
