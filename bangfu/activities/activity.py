"""活动: the only place where a real act (visit, meeting, field study) is recorded; no position, no forced photo."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.models import Unit, User
from bangfu.activities.details import DetailsField
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import known, text
from bangfu.people.models import Household
from bangfu.units.cadre import Cadre
from bangfu.units.group import Group

KINDS, RANKS = "activity_kind", "leader_rank"
VISIT, FIELD_STUDY = "household_visit", "field_study"
MAIN_LEADER, DEPUTY_LEADER, OTHER = "main_leader", "deputy_leader", "other"
IS_VISIT = Q(kind=VISIT, withdrawn_at=None)


class Activity(Record):
    """One act; over midnight or New Year it counts on the day it began. A visit's place is the village of its household.

    Units, cadres and further places that count stand in tables of their own; the columns with their names are what lists,
    workbooks and history show, and `taking_part.sync` brings the tables to what the names say.
    """

    kind = models.CharField("活动类别", max_length=codes.LENGTH, choices=codes.choices(KINDS), default=VISIT)
    held_on = models.DateField("日期", default=dates.today)
    ends_on = models.DateField("结束日期", null=True, blank=True, help_text="当天结束的不填；跨年的计入开始那一年")
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="地点")
    place = text("具体地点", 80, "如：镇政府会议室")
    other_places = text("还在哪些地方", 300, "同时在几个镇开展的，填其他镇、村的名称或代码，用顿号隔开")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, db_index=False, related_name="activities", verbose_name="农户"
    )
    title = text("主题", 120)
    unit_names = text(
        "参加单位", 600, "单位名称或统一社会信用代码，用顿号隔开；职务写在括号里，如：某某局（分管负责同志）"
    )
    group = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="组团"
    )
    chair = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name="主持单位"
    )
    cadre_names = text("参加干部", 600, "驻镇干部的姓名，用顿号隔开；同名的在括号里注明派出单位")
    people = text("参加人员", 200, "姓名用顿号隔开")
    headcount = models.PositiveIntegerField("参加人数", null=True, blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="登记人")
    has_change = known("情况有变化")
    found = text("发现的情况", 500)
    result = text("结果", 500, "议定了什么、解决了什么、对接成了什么")
    details = DetailsField("其他内容", help_text="如：学时：4；授课人：张三")
    #: what two rows of a workbook have in common when they are the same act (sameness.py)
    same_key = models.CharField("比对码", max_length=32, default="", db_default="", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "活动"
        ordering = ["division_id", "id"]
        indexes = [
            models.Index(fields=["division", "id"], name="activity_division"),
            models.Index(fields=["held_on", "id"], name="activity_held"),
            models.Index(fields=["kind", "held_on"], name="activity_kind_held"),
            models.Index(fields=["household", "held_on"], name="activity_household"),
            models.Index(fields=["household", "held_on"], name="activity_visit", condition=IS_VISIT),
            models.Index(fields=["same_key"], name="activity_same_key"),
            models.Index(fields=["group", "held_on"], name="activity_group", condition=Q(group__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("held_on")),
                name="activity_ends_after_start",
                violation_error_message="结束日期早于开始日期，请核对",
            )
        ]

    def __str__(self) -> str:
        return self.title or f"{self.household or ''}{self.get_kind_display()}"


class ActivityUnit(models.Model):
    """A unit that took part, and who of its leaders. The parts of an activity go with it: no constraint holds it back."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="units", db_constraint=False, db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False, verbose_name="单位")
    rank = models.CharField("职务", max_length=codes.LENGTH, choices=codes.choices(RANKS), default=OTHER)

    class Meta:
        verbose_name = "参加单位"
        indexes = [models.Index(fields=["unit", "activity"], name="activity_unit_unit")]
        constraints = [models.UniqueConstraint(fields=["activity", "unit", "rank"], name="activity_unit_once")]

    def __str__(self) -> str:
        return f"{self.unit}（{self.get_rank_display()}）"


class ActivityCadre(models.Model):
    """A cadre who took part: an attendance, a hearing, a comfort."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="cadres", db_constraint=False, db_index=False)
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="+", db_index=False, verbose_name="干部")

    class Meta:
        verbose_name = "参加干部"
        indexes = [models.Index(fields=["cadre", "activity"], name="activity_cadre_cadre")]
        constraints = [models.UniqueConstraint(fields=["activity", "cadre"], name="activity_cadre_once")]

    def __str__(self) -> str:
        return str(self.cadre)


class ActivityPlace(models.Model):
    """A further town or village in which the activity was."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="places", db_constraint=False, db_index=False)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", db_index=False, verbose_name="地点")

    class Meta:
        verbose_name = "另一地点"
        indexes = [models.Index(fields=["division", "activity"], name="activity_place_division")]
        constraints = [models.UniqueConstraint(fields=["activity", "division"], name="activity_place_once")]

    def __str__(self) -> str:
        return str(self.division)
