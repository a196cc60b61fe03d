"""要数答复 (一张表; 5.1): what no record knows, asked once of one row; an answer is kept for the next demand with that head."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit, User
from bangfu.accounts.roles import Act, Role
from bangfu.demands.demand import Demand
from bangfu.demands.rowkinds import ROW_KINDS
from bangfu.demands.states import AnswerKind, State
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import TEAM, Ledger, Stat
from bangfu.ledger.record import Record

#: who answers for rows of the own place; the liaison for those of the own unit
ANSWERERS = (Role.TOWN, Role.VILLAGE, *TEAM, Role.LIAISON)


class DemandQuestion(Record):
    demand = models.ForeignKey(Demand, models.PROTECT, related_name="questions", verbose_name="数据需求")
    row_kind = models.CharField("一行是什么", max_length=20, choices=[(kind, label) for kind, label, _ in ROW_KINDS])
    row = models.BigIntegerField("行的编号")
    row_name = models.CharField("是谁的", max_length=200)
    head_key = models.CharField("比对码", max_length=300)
    head_title = models.CharField("问什么", max_length=300)
    answer_kind = models.CharField("回答", max_length=10, choices=AnswerKind.choices, default=AnswerKind.TEXT)
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="地方")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    value = models.CharField("答复", max_length=500, default="")
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="答复账号")
    answered_name = models.CharField("答复人", max_length=40, default="")

    class Meta:
        verbose_name = verbose_name_plural = "要数答复"
        ordering = ["division_id", "id"]
        constraints = [models.UniqueConstraint(fields=["demand", "row", "head_key"], name="asked_once_a_demand")]
        indexes = [
            models.Index(fields=["division", "id"], name="question_division"),
            models.Index(
                fields=["head_key", "row_kind", "row"], name="answer_kept", condition=Q(answered_at__isnull=False)
            ),
            models.Index(fields=["division", "demand"], name="question_open", condition=Q(answered_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.row_name} {self.head_title}"


#: waits for an answer
IS_OPEN = Q(answered_at=None, withdrawn_at=None, demand__state=State.OPEN, demand__withdrawn_at=None)


class DemandQuestionLedger(Ledger):
    slug, model, article, scope, unit = "demand-answers", DemandQuestion, "5.1", "division", "unit"
    says = "系统里没有、问到村镇和单位的每一格，谁在哪天怎么答的；以后再要同一项先拿它来用"
    acts_only = True
    read_by, edited_by = (Role.PROVINCE, Role.CITY, Role.COUNTY), ANSWERERS
    columns = ("row_name", "head_title", "value", "division", "answered_at", "answered_name", "demand")
    card = ("row_name", "head_title", "value")
    filters = ("demand", "answered_at", "answer_kind")
    search = ("row_name", "head_title")
    stats = (
        Stat("已答", where=Q(answered_at__isnull=False), unit="格"),
        Stat("没答", where=Q(answered_at=None), unit="格"),
    )
    untracked = ("head_key",)
    work_page = ("demands:board", "上级要数")

    def works(self, actor: Actor) -> bool:
        return actor.may(Act.EDIT, ANSWERERS)

    def visible_to(self, actor: Actor, act: Act = Act.READ) -> QuerySet[DemandQuestion]:
        return super().visible_to(actor, act).filter(demand__withdrawn_at=None)
