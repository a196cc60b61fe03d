"""户年度收支: the items of the national collection form (1.1). Totals are computed by the database, never typed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, DecimalField, ExpressionWrapper, F, Value, When
from django.db.models.expressions import Combinable

from bangfu.divisions.models import Division
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record, client_uuid_of_few, sent_once
from bangfu.people.household import Household

TRANSFERS = (
    "family_planning_grant", "subsistence_allowance", "extreme_poverty_allowance", "pension", "ecology_compensation",
    "other_transfer",
)  # fmt: skip
PROPERTY = ("asset_dividend", "other_property")


def _yuan(label: str, help_text: str = "") -> Yuan:
    return Yuan(
        label, max_digits=12, default=Decimal(0), db_default=Decimal(0),
        validators=[MinValueValidator(0)], help_text=help_text,
    )  # fmt: skip


def _total(names: Iterable[str]) -> Combinable:
    first, *rest = names
    total: Combinable = F(first)
    for name in rest:
        total = total + F(name)
    return total


def _computed(label: str, expression: Combinable) -> models.GeneratedField:
    money = Yuan(null=True)
    return models.GeneratedField(
        expression=ExpressionWrapper(expression, money), output_field=money, db_persist=True, verbose_name=label
    )


def _per_head(expression: Combinable) -> Combinable:
    divided = ExpressionWrapper(expression / F("population"), DecimalField(max_digits=14, decimal_places=2))
    return Case(When(population__gt=0, then=divided), default=Value(None))


_NET = _total(("wage_income", "business_income", *PROPERTY, *TRANSFERS)) - F("business_expense")


class HouseholdIncome(Record):
    """One household in one year. The year of yearly collection runs from 1 October before to 30 September."""

    #: no index of its own: one_income_a_year begins with it
    household = models.ForeignKey(
        Household, models.PROTECT, db_index=False, related_name="incomes", verbose_name="农户"
    )
    village = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", editable=False, verbose_name="行政村"
    )
    year = models.PositiveSmallIntegerField(
        "收入年度",
        validators=[MinValueValidator(2013), MaxValueValidator(2100)],
        help_text="上年10月1日至当年9月30日记为当年",
    )
    population = models.PositiveSmallIntegerField(
        "家庭人口数", validators=[MinValueValidator(1), MaxValueValidator(60)], help_text="期末人数"
    )
    wage_income = _yuan("工资性收入")
    business_income = _yuan("生产经营性收入")
    business_expense = _yuan("生产经营性支出")
    asset_dividend = _yuan("资产收益分红")
    other_property = _yuan("其他财产性收入", "租金、土地流转、利息等")
    family_planning_grant = _yuan("计划生育金")
    subsistence_allowance = _yuan("低保金")
    extreme_poverty_allowance = _yuan("特困供养金")
    pension = _yuan("养老保险金")
    ecology_compensation = _yuan("生态补偿金")
    other_transfer = _yuan("其他转移性收入", "赡养费、残疾人补贴、惠农补贴等")
    compliant_self_paid = _yuan("合规自付支出", "医疗、教育等部门核定的自付部分")

    property_income = _computed("财产性收入", _total(PROPERTY))
    transfer_income = _computed("转移性收入", _total(TRANSFERS))
    net_income = _computed("纯收入", _NET)
    per_capita_net = _computed("人均纯收入", _per_head(_NET))
    #: what the joint judgment looks at: hardship spending taken off
    per_capita_after_spending = _computed("扣减自付后人均", _per_head(_NET - F("compliant_self_paid")))

    client_uuid = client_uuid_of_few()

    class Meta:
        verbose_name = "户年度收支"
        verbose_name_plural = "户年度收支"
        ordering = ["village_id", "id"]
        indexes = [models.Index(fields=["village", "id"], name="income_village")]
        constraints = [
            models.UniqueConstraint(fields=["household", "year"], name="one_income_a_year"),
            sent_once("income_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.year} 年"


_ITEMS = (
    "population", "wage_income", "business_income", "business_expense", *PROPERTY, *TRANSFERS, "compliant_self_paid"
)  # fmt: skip


class HouseholdIncomeLedger(Ledger):
    slug, model, article = "household-incomes", HouseholdIncome, "1.1"
    says = "每户每年的收入和支出，人均纯收入由系统计算"
    scope_from = "household"
    columns = ("household", "village", "year", "population", "wage_income", "net_income", "per_capita_net")
    card = ("household", "year", "per_capita_net")
    filters = ("year", "per_capita_net", "household")
    form = exchange = ("household", "year", *_ITEMS)
    identity = ("household", "year")
    aliases = {
        "population": ("人口数",), "extreme_poverty_allowance": ("五保金",), "pension": ("养老金", "养老保险"),
        "family_planning_grant": ("计生金",),
    }  # fmt: skip
    limits = dict.fromkeys(_ITEMS[1:], (0, 10_000_000))
    groups = {
        "年度": ("household", "year", "population"),
        "收入": ("wage_income", "business_income", *PROPERTY, *TRANSFERS),
        "支出": ("business_expense", "compliant_self_paid"),
        "计算结果": ("property_income", "transfer_income", "net_income", "per_capita_net", "per_capita_after_spending"),
    }
    stats = (Stat("有收支记录", where=models.Q(population__gt=0), unit="户年"),)
    untracked = ("property_income", "transfer_income", "net_income", "per_capita_net", "per_capita_after_spending")
    is_vast = True
