"""驻镇工作队 (5.3): one team a town on any day; its people are cadres, its captain is one of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q, QuerySet

from bangfu.accounts.roles import Role
from bangfu.accounts.terms import in_order, never_twice, point
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.units import overlaps
from bangfu.units.days import on
from bangfu.units.group import Group
from bangfu.units.helped import ByTown

if TYPE_CHECKING:
    from bangfu.units.cadre import Cadre

TWO_TEAMS = "这个镇在这段时间已有工作队，请先填写原工作队的结束日期"


class Team(Record):
    town = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="驻点镇")
    name = models.CharField("工作队名称", max_length=80)
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="teams", verbose_name="组团")
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", null=True, blank=True, help_text="含当日；仍在驻镇的不填")
    note = text("说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "驻镇工作队"
        indexes = [models.Index(fields=["town", "id"], name="team_town")]
        constraints = [
            models.UniqueConstraint(fields=["town", "name"], name="one_team_a_name"),
            in_order("team_in_order"),
            never_twice(
                "team_one_a_town",
                point(F("town")),
                condition=Q(withdrawn_at=None),
                message=TWO_TEAMS,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def cadres_on(self, day: date) -> QuerySet[Cadre]:
        """Who serves in it on the day: the captain, the deputy, then the others by name."""
        return self.cadres.filter(on(day), withdrawn_at=None).order_by("post", "name")

    def captain_on(self, day: date) -> Cadre | None:
        return self.cadres_on(day).filter(post="captain").first()


class TeamLedger(ByTown, Ledger):
    slug, model, article, scope = "work-teams", Team, "5.3", "town"
    says = "驻镇帮镇扶村工作队，一镇一队"
    edited_by = (Role.COUNTY, Role.TOWN)
    columns = ("name", "town", "group", "from_on", "to_on")
    filters = ("group", "from_on", "to_on")
    search = ("name",)
    in_search = True
    form = exchange = ("name", "town", "group", "from_on", "to_on", "note")
    identity = ("name", "town")
    detail_template = "units/team_record.html"
    checks = (overlaps.never_twice(Team, "town_id", message=TWO_TEAMS),)
    aliases = {"town": ("乡镇",)}
    related = (("cadres", "team"),)
    stats = (Stat("正在驻镇", where=Q(to_on=None), unit="支"),)
