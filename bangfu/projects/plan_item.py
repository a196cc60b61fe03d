"""规划项目 (2.1): one item of a town's plan, with its factors: land, money, staff. Projects hang on items."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import amount, text
from bangfu.projects.plan import YEARS, Plan


class PlanItem(Record):
    town = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="镇"
    )
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="items", verbose_name="规划")
    item_no = text("序号", 20)
    name = models.CharField("规划项目名称", max_length=80)
    task = models.CharField("工作任务", max_length=codes.LENGTH, choices=codes.choices("task_line"))
    village_names = text("涉及的村", 300, "村名用顿号隔开；全镇的不填")
    planned_yuan = Yuan("规划投资（元）", null=True, blank=True, validators=[MinValueValidator(0)])
    first_year = models.PositiveSmallIntegerField("计划开始年份", validators=YEARS)
    last_year = models.PositiveSmallIntegerField("计划完成年份", validators=YEARS)
    land_mu = amount("用地（亩）", 10)
    land_note = text("用地落实情况", 120, "如：已调规；占用一般耕地，待报批")
    money_note = text("资金从哪里来", 120, "如：驻镇帮镇扶村资金，不足部分镇自筹")
    staff_note = text("人力安排", 120, "如：镇规划所一人、工作队一人跟进")
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "规划项目"
        indexes = [models.Index(fields=["town", "id"], name="plan_item_town")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "name"], name="one_plan_item_a_name"),
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")),
                name="plan_item_years_in_order",
                violation_error_message="计划完成年份早于开始年份，请核对",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlanItemLedger(Ledger):
    slug, model, article, scope, scope_from = "plan-items", PlanItem, "2.1", "town", "plan"
    says = "规划里要做的每一项：地、钱、人落实了没有，挂了哪些项目"
    edited_by = (Role.COUNTY, Role.TOWN, *TEAM)
    columns = ("name", "plan", "town", "task", "planned_yuan", "first_year", "last_year")
    card = ("name", "task", "planned_yuan")
    filters = ("plan", "task", "first_year", "last_year")
    search = ("name", "village_names")
    in_search = True
    form = exchange = (
        "plan", "item_no", "name", "task", "village_names", "planned_yuan", "first_year", "last_year", "land_mu",
        "land_note", "money_note", "staff_note", "longitude", "latitude",
    )  # fmt: skip
    identity = ("name", "plan")
    choice_aliases = codes.aliases(task="task_line")
    limits = {"longitude": (109.0, 118.0), "latitude": (20.0, 26.0)}
    groups = {"规划项目": form[:8], "要素": form[8:12], "位置": form[12:]}
    point = ("longitude", "latitude")
    stats = (Stat("按工作任务", by="task"), Stat("规划投资", total="planned_yuan", unit="元"))
    related = (("projects", "plan_item"),)

    def clean(self, data: dict[str, Any], record: PlanItem | None) -> dict[str, str]:
        first, last = data.get("first_year"), data.get("last_year")
        return {"last_year": "计划完成年份早于开始年份，请核对"} if first and last and last < first else {}
