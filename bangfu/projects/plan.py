"""规划 (2.1): 镇域乡村振兴规划 and 帮镇扶村规划 of a town; maps and texts are its attachments."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.projects.plan_page import page_of

YEARS = (MinValueValidator(2016), MaxValueValidator(2050))


class Plan(Record):
    class Kind(models.TextChoices):
        TOWN = "town_plan", "镇域乡村振兴规划"
        ASSISTANCE = "assistance_town_plan", "帮镇扶村规划"

    town = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="镇")
    kind = models.CharField("规划类别", max_length=30, choices=Kind.choices)
    title = models.CharField("规划名称", max_length=80)
    first_year = models.PositiveSmallIntegerField("起始年份", validators=YEARS)
    last_year = models.PositiveSmallIntegerField("结束年份", validators=YEARS)
    document_no = text("批复文号", 80)
    approved_on = models.DateField("批复日期", null=True, blank=True)
    note = text("说明", 300, "图件和文本作为附件上传")

    class Meta:
        verbose_name = verbose_name_plural = "镇域规划"
        indexes = [models.Index(fields=["town", "id"], name="plan_town")]
        constraints = [
            models.UniqueConstraint(fields=["title", "town"], name="one_plan_a_title"),
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")),
                name="plan_years_in_order",
                violation_error_message="结束年份早于起始年份，请核对",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanLedger(Ledger):
    slug, model, article, scope = "town-plans", Plan, "2.1", "town"
    says = "镇域乡村振兴规划和帮镇扶村规划，以及规划了哪些项目、办到哪里"
    edited_by = (Role.COUNTY, Role.TOWN, *TEAM)
    columns = ("title", "town", "kind", "first_year", "last_year", "approved_on")
    card = ("title", "kind", "last_year")
    filters = ("kind", "first_year", "last_year", "approved_on")
    search = ("title", "document_no")
    in_search = True
    form = exchange = ("title", "town", "kind", "first_year", "last_year", "document_no", "approved_on", "note")
    identity = ("title", "town")
    stats = (Stat("按类别", by="kind"), Stat("已批复", where=Q(approved_on__isnull=False), unit="份"))
    related = (("plan-items", "plan"),)
    detail_template = "projects/plan.html"

    def clean(self, data: dict[str, Any], record: Plan | None) -> dict[str, str]:
        first, last = data.get("first_year"), data.get("last_year")
        return {"last_year": "结束年份早于起始年份，请核对"} if first and last and last < first else {}

    def more(self, record: Plan, actor: Actor) -> dict[str, Any]:
        return page_of(record, actor)
