"""推后和转交: what somebody does later, and what a colleague does instead; both leave a trace and end by themselves."""

from __future__ import annotations

from datetime import date

import pghistory
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from bangfu.accounts.models import Grant, User
from bangfu.activities.follow_ups import WAITS, FollowUp
from bangfu.consolidation.response_tasks import ResponseTask
from bangfu.duties.counting import State
from bangfu.duties.standings import DutyStanding
from bangfu.workflow.models import Flow

FLOW, STANDING, FOLLOW_UP, TASK = "flow", "standing", "follow-up", "task"


def key_of(kind: str, subject: int | str, state: str = "") -> str:
    return ":".join(filter(None, (kind, str(subject), state)))


class End(models.TextChoices):
    DONE = "done", "已办完"
    TAKEN_BACK = "taken_back", "已收回"
    GIVEN_BACK = "given_back", "已退回"
    NO_GRANT = "no_grant", "对方已无授权"
    WOKEN = "woken", "提前恢复"
    DUE = "due", "到期恢复"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class Snooze(models.Model):
    """A thing that comes back on `until_on`, or on its legal day when that is earlier."""

    user = models.ForeignKey(User, models.CASCADE, related_name="snoozes", verbose_name="谁")
    key = models.CharField("事项", max_length=300)
    what = models.CharField("事项名称", max_length=400)
    url = models.CharField("地址", max_length=400)
    until_on = models.DateField("推后到")
    made_at = models.DateTimeField("推后时间", db_default=Now())
    ended_at = models.DateTimeField("结束时间", null=True)
    ended_by = models.CharField("怎么结束的", max_length=20, choices=End.choices, default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "推后的事"
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], condition=Q(ended_at=None), name="snoozed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.what}，推后到 {self.until_on}"


class HandOverQuerySet(QuerySet["HandOver"]):
    def standing(self, on: date) -> QuerySet[HandOver]:
        """Those that are not done, and whose delegate still works where the giver does."""
        return self.filter(IS_OPEN, Exists(Grant.objects.in_force(on).filter(pk=OuterRef("grant"))), ended_at=None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class HandOver(models.Model):
    """One thing that a colleague does instead. `kind`, `subject` and `state` say when it is done."""

    giver = models.ForeignKey(User, models.CASCADE, related_name="things_given", verbose_name="谁转交")
    delegate = models.ForeignKey(User, models.CASCADE, related_name="things_held", verbose_name="转给谁")
    kind = models.CharField("事项类别", max_length=20)
    subject = models.BigIntegerField("事项编号")
    state = models.CharField("办到哪里", max_length=40, default="", db_default="")
    grant = models.ForeignKey(Grant, models.CASCADE, db_index=False, related_name="+", verbose_name="凭哪项授权")
    what = models.CharField("事项名称", max_length=400)
    why = models.CharField("说明", max_length=600, default="", db_default="")
    url = models.CharField("地址", max_length=400)
    action = models.CharField("怎么办", max_length=20)
    article = models.CharField("条文", max_length=4, default="", db_default="")
    due_on = models.DateField("到期日", null=True)
    legal = models.BooleanField("是否法定", default=False)
    note = models.CharField("交代一句", max_length=200, default="", db_default="")
    made_at = models.DateTimeField("转交时间", db_default=Now())
    ended_at = models.DateTimeField("结束时间", null=True)
    ended_by = models.CharField("怎么结束的", max_length=20, choices=End.choices, default="", db_default="")

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "转交的事"
        indexes = [models.Index(fields=["delegate"], condition=Q(ended_at=None), name="hand_over_held")]
        constraints = [
            models.UniqueConstraint(
                fields=["giver", "kind", "subject", "state"], condition=Q(ended_at=None), name="handed_over_once"
            ),
            models.CheckConstraint(condition=~Q(giver=models.F("delegate")), name="hand_over_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.what} → {self.delegate}"

    @property
    def key(self) -> str:
        return key_of(self.kind, self.subject, self.state)


def _subject(rows: QuerySet[models.Model]) -> Exists:
    return Exists(rows.filter(pk=OuterRef("subject")))


#: whether the thing still is to be done, for each kind that can be handed to somebody
_OPEN: dict[str, Exists] = {
    FLOW: Exists(Flow.objects.filter(pk=OuterRef("subject"), state=OuterRef("state"), ended_on=None)),
    STANDING: _subject(
        DutyStanding.objects.filter(withdrawn_at=None, state__in=[State.DUE_SOON, State.MISSED, State.OPEN])
    ),
    FOLLOW_UP: _subject(FollowUp.objects.filter(WAITS)),
    TASK: _subject(ResponseTask.objects.filter(done_on=None, withdrawn_at=None)),
}
IS_OPEN = Q(pk__in=[])
for _kind, _exists in _OPEN.items():
    IS_OPEN |= Q(_exists, kind=_kind)


def can_be_handed(key: str) -> bool:
    return key.partition(":")[0] in _OPEN
