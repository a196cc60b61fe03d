"""年度考核意见 (5.3): what the captain proposes for each member a year, the town reviews and the county files."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text
from bangfu.units import private
from bangfu.units.cadre import Cadre
from bangfu.workflow.models import known, newest
from bangfu.workflow.sheet import sheet


class State(models.TextChoices):
    PROPOSED = "proposed", "待镇审核"
    REVIEWED = "reviewed", "待县备案"
    FILED = "filed", "已备案"
    RETURNED = "returned", "已退回"


class YearlyOpinion(Record):
    town = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="驻点镇")
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="opinions", verbose_name="驻镇干部")
    year = models.PositiveSmallIntegerField("年度")
    grade = models.CharField("考核等次", max_length=codes.LENGTH, choices=codes.choices("opinion_grade"))
    opinion = models.CharField("考核意见", max_length=500)
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.PROPOSED)
    proposed_on = models.DateField("提出日期")
    filed_on = models.DateField("备案日期", null=True)
    remark = text("审核意见", 300)

    named_by = ("cadre",)

    class Meta:
        verbose_name = verbose_name_plural = "年度考核意见"
        indexes = [models.Index(fields=["town", "id"], name="opinion_town")]
        constraints = [
            models.UniqueConstraint(
                fields=["cadre", "year"],
                condition=Q(withdrawn_at=None),
                name="one_opinion_a_year",
                violation_error_message="这名干部这一年已有考核意见",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cadre}{self.year}年考核意见"


class YearlyOpinionLedger(Ledger):
    slug, model, article, scope, scope_from = "yearly-opinions", YearlyOpinion, "5.3", "town", "cadre"
    says = "队长提出、镇审核、县备案；派出单位和本人看得到，队友看不到"
    read_by, acts_only, edited_by = private.READERS, True, (Role.COUNTY, Role.TOWN, Role.CAPTAIN)
    columns = ("cadre", "town", "year", "grade", "state", "proposed_on", "filed_on")
    card = ("cadre", "year", "grade", "state")
    filters = ("year", "grade", "state", "cadre")
    search = ("cadre__name",)
    groups = {
        "考核意见": ("cadre", "town", "year", "grade", "opinion", "state"),
        "办理": ("proposed_on", "filed_on", "remark"),
    }
    detail_template = "units/yearly_opinion.html"
    tones = {"state": {"proposed": "warn", "reviewed": "note", "filed": "ok", "returned": "bad"}}
    stats = (Stat("按状态", by="state"), Stat("按等次", by="grade"))

    def visible_to(self, actor: Actor, act: Act = Act.READ) -> QuerySet[Any]:
        return private.visible_to(self, actor, act, unseen=(Role.MEMBER,))

    def more(self, record: YearlyOpinion, actor: Actor) -> dict[str, Any]:
        flow, records = newest(self.slug, record)
        known(record)
        mine = actor.scope(Act.READ, flow.workflow.read_by) if flow else ()
        return {
            "sheet": sheet(flow, actor, dates.today(), records=records) if flow and record.town_id in mine else None
        }
