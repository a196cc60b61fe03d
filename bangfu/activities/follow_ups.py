"""后续事项: what an activity, meeting, visit, case or project left to be done, by whom and by when; one list for all."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from bangfu.accounts.models import Unit, User
from bangfu.accounts.roles import Role
from bangfu.activities.activity import Activity
from bangfu.divisions.models import Division
from bangfu.ledger import registry
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text

WAITS = Q(done_on=None, withdrawn_at=None)
OF_ACTIVITY = "activities"


class FollowUp(Record):
    """`source_ledger` and `source_id`: the slug and the number of the row it came out of."""

    what = models.CharField("要办的事", max_length=300)
    who = text("谁来办", 80, "姓名或单位")
    who_user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="follow_ups", verbose_name="承办账号"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办单位")
    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="地点")
    due_on = models.DateField("办理期限", null=True, blank=True)
    done_on = models.DateField("办结日期", null=True, blank=True)
    result = text("办理结果", 300)
    source_ledger = models.CharField("来自台账", max_length=60, default="", db_default="", editable=False)
    source_id = models.BigIntegerField("来自记录", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "后续事项"
        ordering = ["division_id", "id"]
        indexes = [
            models.Index(fields=["division", "id"], name="follow_up_division"),
            models.Index(fields=["source_ledger", "source_id"], name="follow_up_source"),
            models.Index(fields=["division", "due_on"], name="follow_up_open", condition=WAITS),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def source_url(self) -> str:
        """The page of the row it came out of, or "" for one that was entered by itself."""
        ledger = registry.get(self.source_ledger)
        return ledger.record_url(self.source_id) if ledger and self.source_id else ""

    @property
    def whose(self) -> str:
        return self.who or str(self.who_user or self.unit or "")


class FollowUpLedger(Ledger):
    slug, model, article, scope, unit = "follow-ups", FollowUp, "5.1", "division", "unit"
    says = "活动、会议、走访、监测和项目里定下要办的事，谁办、何时办完"
    edited_by = (*FIELD, Role.LIAISON)
    columns = ("what", "who", "unit", "division", "due_on", "done_on")
    card = ("what", "who", "due_on")
    filters = ("due_on", "done_on", "unit")
    search = ("what", "who")
    form = ("what", "who", "unit", "division", "due_on", "done_on", "result")
    exchange = ("what", "who", "division", "due_on", "done_on", "result")
    identity = ("what", "division", "due_on")
    work_page = ("activities:follow-ups", "看待办清单")
    stats = (
        Stat("没办完", where=WAITS, unit="件"),
        Stat("已办结", where=Q(done_on__isnull=False), unit="件"),
    )

    def unit_faults(self, data: dict[str, Any], units: frozenset[int]) -> dict[str, str]:
        unit = data.get("unit")
        return {} if unit and unit.pk in units else {"unit": "请选择本单位；别的单位的事项由那个单位或镇上登记"}


def of_activity(activity: Activity) -> models.QuerySet[FollowUp]:
    return FollowUp.objects.filter(source_ledger=OF_ACTIVITY, source_id=activity.pk, withdrawn_at=None).order_by("pk")


def page_url() -> str:
    return reverse("activities:follow-ups")
