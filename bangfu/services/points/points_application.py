"""积分申报 (3.4): what a household did under a rule; judged by the jury, published, then posted to the household's account."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger.declaration import FIELD, WRITING, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.people.models import Household
from bangfu.services.points.application_import import COMPUTED, CONSTRAINTS, SAME, State, already_judged, rule_faults
from bangfu.services.points.points_rule import PointsRule


class PointsApplication(Record):
    State = State
    named_by = ("household",)

    village = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="行政村"
    )
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="农户")
    points_rule = models.ForeignKey(
        PointsRule, models.PROTECT, null=True, related_name="applications", verbose_name="积分事项"
    )
    item = models.CharField("事项", max_length=80, editable=False)
    happened_on = models.DateField("哪天的事")
    applied_on = models.DateField("申报日期", default=dates.today, help_text="按这一天有效的方案评议")
    times = models.PositiveSmallIntegerField(
        "次数", default=1, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    proof = text("说明和凭据", 200)
    points = models.IntegerField("申报积分", editable=False)
    granted_points = models.IntegerField("评定积分", null=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.APPLIED, editable=False)
    judged_on = models.DateField("评议日期", null=True, editable=False)
    judged_words = models.CharField("评议意见", max_length=200, blank=True, default="", editable=False)
    objection_until = models.DateField("公示到", null=True, editable=False)
    posted_on = models.DateField("入账日期", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "积分申报"
        indexes = [
            models.Index(fields=["village", "id"], name="points_application_village"),
            models.Index(fields=["state", "objection_until"], name="points_application_due"),
        ]
        constraints = CONSTRAINTS

    def __str__(self) -> str:
        return f"{self.household} {self.item}"


class PointsApplicationLedger(Ledger):
    slug, model, article, scope_from = "points-applications", PointsApplication, "3.4", "household"
    says = "农户做了什么、按哪条规则申报几分；评议、公示后自动入账"
    edited_by = FIELD
    columns = ("household", "village", "item", "points", "granted_points", "happened_on", "state")
    card = ("household", "item", "points", "state")
    filters = ("state", "household", "points_rule", "happened_on", "applied_on", "posted_on")
    search = ("household__head_name", "item")
    form = ("household", "points_rule", "happened_on", "applied_on", "times", "proof")
    exchange = ("household", "item", *form[2:])
    identity, computed, checks = SAME, COMPUTED, (already_judged,)
    tones = {"state": {"applied": "warn", "published": "note", "posted": "ok", "refused": "muted", "undone": "muted"}}
    _judged = ("granted_points", "judged_on", "judged_words", "objection_until", "posted_on")
    groups = {"申报": form, "评议和入账": ("points", "state", *_judged)}
    stats = (
        Stat("待评议", where=Q(state="applied"), unit="条"),
        Stat("入账积分", total="granted_points", unit="分"),
        Stat("按状态", by="state"),
    )

    def visible_to(self, actor: Actor, act: Act = Act.READ) -> QuerySet[Any]:
        """What was judged moves by acts alone."""
        rows = super().visible_to(actor, act)
        return rows.filter(state="applied") if act in WRITING else rows

    def prepare(self, record: PointsApplication) -> None:
        assert record.points_rule
        record.item, record.points = record.points_rule.item, record.points_rule.points * record.times

    def clean(self, data: dict[str, Any], record: PointsApplication | None) -> dict[str, str]:
        return rule_faults(data)
