"""组团 (5.1): the units that together help one town in one round; who belongs to it on a day is in its members."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q, QuerySet

from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Role
from bangfu.accounts.terms import in_order, never_twice, point
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.units import overlaps
from bangfu.units.days import on
from bangfu.units.helped import ByTown

TWO_GROUPS = "这个镇在这段时间已有一个组团，请先填写原组团的结束日期"


class Group(Record):
    town = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="结对镇")
    title = models.CharField("组团名称", max_length=80)
    round = models.CharField("轮次", max_length=codes.LENGTH, choices=codes.choices("group_round"))
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", null=True, blank=True, help_text="含当日；仍在帮扶的不填")
    document_no = text("文件文号", 80)

    class Meta:
        verbose_name = verbose_name_plural = "组团"
        indexes = [models.Index(fields=["town", "id"], name="group_town")]
        constraints = [
            models.UniqueConstraint(fields=["town", "title"], name="one_group_a_title"),
            in_order("group_in_order"),
            never_twice(
                "group_one_a_town",
                point(F("town")),
                condition=Q(withdrawn_at=None),
                message=TWO_GROUPS,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def members_on(self, day: date) -> QuerySet[Unit]:
        """The units that belong to it on the day, the lead first."""
        rows = self.members.filter(on(day), withdrawn_at=None)
        return Unit.objects.filter(group_memberships__in=rows).order_by("-group_memberships__is_lead", "name")

    def lead_on(self, day: date) -> Unit | None:
        return self.members_on(day).filter(group_memberships__is_lead=True).first()


class GroupLedger(ByTown, Ledger):
    slug, model, article, scope = "groups", Group, "5.1", "town"
    says = "组团结对帮扶一个镇的若干单位：牵头单位、成员、轮次、起止"
    edited_by = (Role.COUNTY,)
    columns = ("title", "town", "round", "from_on", "to_on")
    filters = ("round", "from_on", "to_on")
    search = ("title",)
    in_search = True
    form = exchange = ("title", "town", "round", "from_on", "to_on", "document_no")
    identity = ("title", "town")
    checks = (overlaps.never_twice(Group, "town_id", message=TWO_GROUPS),)
    choice_aliases = codes.aliases(round="group_round")
    related = (("group-members", "group"), ("work-teams", "group"))
    stats = (Stat("按轮次", by="round"), Stat("正在帮扶", where=Q(to_on=None), unit="个"))
