"""项目资产 (1.4): one thing that a project left behind, what it cost, whose it is, who uses and who keeps it.

Its state and the dates of confirmation and hand-over change by named acts alone (acts.py); `inspected_on` is kept by
the inspections.
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from bangfu.assets.numbering import NUMBER, STATE
from bangfu.assets.states import State
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger.columns import Yuan
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import coded, several, text
from bangfu.projects.project import Project

YEARS = [MinValueValidator(1980), MaxValueValidator(2100)]


def this_year() -> int:
    return dates.today().year


def _day(label: str) -> models.DateField:
    return models.DateField(label, null=True, blank=True)


class Asset(Record):
    """`asset_no` is given by the database (numbering.py) where a workbook brings none; `old_no`: in an older ledger."""

    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="坐落")
    asset_no = models.CharField("资产编号", max_length=30, unique=True, blank=True, default="", db_default="")
    old_no = text("原台账编号", 40)
    name = models.CharField("资产名称", max_length=80)
    asset_class = models.CharField("资产类别", max_length=codes.LENGTH, choices=codes.choices("asset_class"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="assets", verbose_name="由哪个项目形成"
    )
    formed_year = models.PositiveSmallIntegerField("形成年度", default=this_year, validators=YEARS)
    acquired_on = _day("购建日期")
    spec = text("规格", 120)
    quantity = models.DecimalField(
        "数量", max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    unit_word = text("计量单位", 12, "如：座、米、台")
    cost_yuan = Yuan("原值（元）", validators=[MinValueValidator(0)])
    owner_level = coded("产权归属", "asset_owner_level", "尽量下沉：能归村集体的归村集体")
    owner = text("所有权人", 80, "如：某某村经济合作社")
    user_name = text("使用或经营主体", 80)
    operation_mode = coded("经营方式", "operation_mode")
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    keeper = text("管护责任人", 40)
    keeper_phone = text("管护责任人电话", 20)
    care_fund = text("管护经费来源", 80)
    note = text("备注", 200)
    right_confirmed_on = _day("确权日期")
    certificate_no = text("登记证号", 60)
    handed_over_on = _day("移交日期")
    state = models.CharField("资产状态", max_length=20, choices=State.choices, default=State.REGISTERED,
                             db_default="registered", editable=False)  # fmt: skip
    inspected_on = models.DateField("最近巡查日期", null=True, editable=False)
    #: kept by operating/risk.py after every act and each night; the page computes them anew, with their reasons
    risks = several("风险", "asset_risk", 10)

    class Meta:
        verbose_name = verbose_name_plural = "项目资产"
        ordering = ["division_id", "id"]
        indexes = [
            models.Index(fields=["division", "id"], name="asset_division"),
            models.Index(fields=["division", "state"], name="asset_state"),
            models.Index(fields=["cost_yuan", "id"], name="asset_cost"),
            models.Index(fields=["division"], name="asset_at_risk", condition=~Q(risks=[])),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(handed_over_on=None) | Q(right_confirmed_on=None) | Q(handed_over_on__gte=F("right_confirmed_on")),
                name="asset_owned_before_handover",
                violation_error_message="移交日期早于确权日期，请核对",
            ),
        ]  # fmt: skip
        triggers = [NUMBER, STATE]

    def __str__(self) -> str:
        return self.name
