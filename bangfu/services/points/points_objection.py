"""积分公示异议 (3.4): what somebody says on the public page against points that are published; answered before they are posted."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import FIELD, OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.services.points.points_application import PointsApplication

OPEN = Q(answered_on=None, withdrawn_at=None)


class PointsObjection(Record):
    class Outcome(models.TextChoices):
        UPHELD = "upheld", "成立，重新评议"
        REJECTED = "rejected", "不成立"

    village = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="行政村"
    )
    points_application = models.ForeignKey(
        PointsApplication, models.PROTECT, related_name="objections", verbose_name="积分申报"
    )
    received_on = models.DateField("收到日期")
    content = models.CharField("异议内容", max_length=300)
    phone = models.CharField("联系电话", max_length=20, blank=True, default="", db_default="")
    answered_on = models.DateField("答复日期", null=True)
    outcome = models.CharField("结论", max_length=10, choices=Outcome.choices, blank=True, default="", db_default="")
    answer = models.CharField("核实情况", max_length=200, blank=True, default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "积分公示异议"
        indexes = [
            models.Index(fields=["village", "id"], name="points_objection_village"),
            models.Index(fields=["village", "received_on"], condition=OPEN, name="points_objection_open"),
        ]

    def __str__(self) -> str:
        return f"对{self.points_application}的异议"

    def is_open(self) -> bool:
        return self.answered_on is None and self.withdrawn_at is None


class PointsObjectionLedger(Ledger):
    slug, model, article, scope_from = "points-objections", PointsObjection, "3.4", "points_application"
    says = "村民在积分公示页上提的异议；答复以前，那一条积分不入账"
    read_by, edited_by, acts_only = (*OFFICIALS, *TEAM), FIELD, True
    columns = ("content", "points_application", "village", "received_on", "outcome", "answered_on")
    card = ("content", "points_application", "received_on", "outcome")
    filters = ("outcome", "received_on", "answered_on", "points_application")
    search = ("content",)
    masked = {"phone": mask_phone}
    tones = {"outcome": {"upheld": "warn", "rejected": "ok"}}
    groups = {
        "异议": ("points_application", "received_on", "content", "phone"),
        "答复": ("outcome", "answer", "answered_on"),
    }
    detail_template, work_page = "services/points_objection.html", ("services:points-jury", "积分评议")
    stats = (
        Stat("没有答复", where=OPEN, unit="件"),
        Stat("成立率", where=Q(outcome="upheld"), over=Q(answered_on__isnull=False)),
    )

    def visible_to(self, actor: Actor, act: Act = Act.READ) -> QuerySet[Any]:
        """With the household, from which an application has its name."""
        return super().visible_to(actor, act).select_related("points_application__household")

    def more(self, record: PointsObjection, actor: Actor) -> dict[str, Any]:
        within = actor.scope(Act.EDIT, self.edited_by)
        may = record.is_open() and record.village_id in within and actor.may_in_ledger(Act.EDIT, self.slug)
        return {"may_answer": may, "outcomes": PointsObjection.Outcome.choices}
