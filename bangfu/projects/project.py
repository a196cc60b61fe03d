"""项目 (2.2): one wish of a village or town on its way to a finished work; moved by project_flow.py alone."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger.columns import Yuan
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import known, text
from bangfu.policy import guideline
from bangfu.projects.numbering import TRIGGER
from bangfu.projects.plan import YEARS
from bangfu.projects.plan_item import PlanItem
from bangfu.projects.states import State

KINDS, SORTS = "project_kind", "project_sort"
ARTICLES = [(article.number, f"{article.number} {article.title}") for article in guideline.load().articles.values()]
ALIVE = Q(withdrawn_at=None) & ~Q(state__in=(State.MERGED, State.REJECTED, State.WITHDRAWN))


class Grade(models.TextChoices):
    """绩效评价结论, by the county."""

    EXCELLENT = "excellent", "优"
    GOOD = "good", "良"
    FAIR = "fair", "中"
    POOR = "poor", "差"


def this_year() -> int:
    return dates.today().year


def _number(label: str, help_text: str = "") -> models.PositiveIntegerField:
    return models.PositiveIntegerField(label, default=0, db_default=0, help_text=help_text)


def _day(label: str) -> models.DateField:
    return models.DateField(label, null=True, blank=True)


class Project(Record):
    """`project_no` is given by the database (numbering.py) where a workbook brings none."""

    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="实施地点")
    other_places = text("还在哪些村", 300, "一个项目做在几个村的，填其他村的名称或代码，用顿号隔开")
    project_no = models.CharField("项目编号", max_length=24, unique=True, blank=True, default="", db_default="")
    name = models.CharField("项目名称", max_length=80)
    sort = models.CharField("项目子类型", max_length=codes.LENGTH, choices=codes.choices(SORTS))
    kind = models.CharField("项目类型", max_length=codes.LENGTH, choices=codes.choices(KINDS), editable=False)
    year = models.PositiveSmallIntegerField("计划年度", default=this_year, validators=YEARS)
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.DRAFT, db_default="draft")
    plan_item = models.ForeignKey(
        PlanItem, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name="规划项目"
    )
    why_outside = text("规划外的理由", 200, "不在规划里的，写明为什么要做")
    articles = ArrayField(
        models.CharField(max_length=4, choices=ARTICLES), blank=True, default=list, db_default=[],
        verbose_name="对应的工作要求",
    )  # fmt: skip
    need = text("需求和理由", 500, "群众缺什么、为什么现在要做")
    content = text("建设内容和规模", 500)
    planned_yuan = Yuan("计划投资（元）", validators=[MinValueValidator(0)])
    fund_note = text("资金从哪里来", 120)
    households = _number("受益户数")
    people = _number("受益人数")
    priority_households = _number("其中重点户数", "脱贫户、监测户和低收入户")
    implementer = text("实施单位", 80)
    implementer_code = text("实施单位统一社会信用代码", 18)
    responsible = text("负责人", 40)
    is_operating = models.BooleanField(
        "经营性项目", default=False, db_default=False, help_text="建成后有收益；要建联农带农台账，资产纳入三本台账"
    )
    has_land = known("用地已落实")
    has_design = known("方案或设计已有")
    has_consent = known("群众同意")
    unit_strength = text("组团单位能出什么力", 200)
    planned_start_on, planned_end_on = _day("计划开工日期"), _day("计划完工日期")
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="parts", verbose_name="并入的镇项目"
    )
    rolled_over = models.PositiveSmallIntegerField("结转次数", default=0, db_default=0, editable=False)
    #: an order other than the score's, by a decision (priority.py)
    rank = models.PositiveSmallIntegerField("调整后的次序", null=True, editable=False)
    rank_reason = text("调整次序的理由", 200)
    settled_yuan = Yuan("审定结算金额（元）", null=True, editable=False)
    grade = models.CharField(
        "绩效评价结论", max_length=10, choices=Grade.choices, blank=True, default="", db_default="", editable=False
    )
    declared_on, in_pool_on = _day("申报日期"), _day("入库日期")
    planned_on, funded_on = _day("列入计划日期"), _day("资金下达日期")
    started_on, completed_on = _day("开工日期"), _day("完工日期")
    accepted_on, audited_on = _day("验收日期"), _day("审计结算日期")
    closed_on = _day("归档或终止日期")

    class Meta:
        verbose_name = verbose_name_plural = "项目库"
        ordering = ["division_id", "id"]
        indexes = [
            models.Index(fields=["division", "id"], name="project_division"),
            models.Index(fields=["division", "year", "state"], name="project_year"),
            models.Index(fields=["planned_yuan", "id"], name="project_yuan"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_end_on=None) | Q(planned_start_on=None) | Q(planned_end_on__gte=F("planned_start_on")),
                name="project_ends_after_start",
                violation_error_message="计划完工日期早于开工日期，请核对",
            ),
        ]  # fmt: skip
        triggers = [TRIGGER]

    def __str__(self) -> str:
        return self.name
