"""入户核实 (1.1): who went, what was found, and the income of twelve full months reckoned to the last yuan."""

from __future__ import annotations

from django.db import models

from bangfu.consolidation.cases import Case
from bangfu.consolidation.removals import RiskRemoval
from bangfu.divisions.models import Division
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.people.columns import known, text
from bangfu.people.income_items import ITEMS, SUMS, IncomeItems
from bangfu.people.models import Household

#: facts of the household that the check confirms, written back into the register
CONFIRMED = ("house_grade", "has_safe_water", "has_dropout", "has_uninsured", "lacks_food", "lacks_clothes")


class HouseholdCheck(IncomeItems):
    """One check at home, for a case or for a removal. Sums follow from the items (people.income_items)."""

    village = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="行政村")
    household = models.ForeignKey(Household, models.PROTECT, related_name="checks", verbose_name="农户")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="checks", verbose_name="监测对象识别")
    risk_removal = models.ForeignKey(
        RiskRemoval, models.PROTECT, null=True, related_name="checks", verbose_name="风险消除"
    )
    checked_on = models.DateField("核实日期")
    checkers = models.CharField("核实人", max_length=200, help_text="姓名用顿号隔开，不少于两人")
    checker_count = models.PositiveSmallIntegerField("核实人数")
    has_town_cadre = models.BooleanField("有镇干部参加", default=False)
    first_month = models.DateField("收入起始月份")
    last_month = models.DateField("收入截止月份")
    line_yuan = models.PositiveIntegerField("监测范围（元/人·年）", null=True)
    line_source = text("监测范围的依据", 200)
    house_grade = text("住房安全等级", 4)
    has_safe_water = known("是否解决安全饮用水")
    has_dropout = known("是否义务教育阶段适龄儿童少年失学辍学")
    has_uninsured = known("是否有家庭成员未参加城乡居民（职工）基本医疗保险")
    lacks_food = known("吃不愁未解决")
    lacks_clothes = known("穿不愁未解决")
    is_risk_gone = known("风险已稳定消除")
    is_income_stable = known("收入持续稳定")
    found = models.TextField("核实情况")

    class Meta:
        verbose_name = verbose_name_plural = "入户核实"
        indexes = [models.Index(fields=["village", "id"], name="check_village")]
        constraints = [
            models.CheckConstraint(condition=models.Q(last_month__gte=models.F("first_month")), name="check_months")
        ]

    def __str__(self) -> str:
        return f"{self.checked_on} 入户核实"


class HouseholdCheckLedger(Ledger):
    slug, model, article = "household-checks", HouseholdCheck, "1.1"
    says = "监测对象识别和风险消除前的入户核实，含收入测算"
    read_by, scope_from, acts_only = (*OFFICIALS, *TEAM), "household", True
    columns = ("checked_on", "household", "village", "checkers", "per_capita_net", "line_yuan")
    card = ("checked_on", "household", "per_capita_net")
    filters = ("checked_on", "has_town_cadre", "per_capita_net", "case", "risk_removal", "household")
    in_menu = False
    groups = {
        "核实": ("checked_on", "household", "village", "checkers", "has_town_cadre", "found"),
        "“两不愁三保障”和饮水": CONFIRMED,
        "收入测算": (
            "first_month", "last_month", *ITEMS, *SUMS, "line_yuan", "line_source",
        ),
        "风险消除时": ("is_risk_gone", "is_income_stable"),
    }  # fmt: skip
    stats = (
        Stat("入户核实", where=models.Q(checker_count__gte=1), unit="次"),
        Stat("镇干部参加率", where=models.Q(has_town_cadre=True), over=models.Q(checker_count__gte=1)),
    )
    untracked = SUMS
