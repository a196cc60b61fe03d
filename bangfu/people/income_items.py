"""收支各项 (1.1): items of income and expense of a household over twelve months, and the sums over them.

Used by the yearly collection and by the reckoning of a case. Sums are computed by the database, never typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, DecimalField, ExpressionWrapper, F, Value, When
from django.db.models.expressions import Combinable

from bangfu.ledger.columns import Yuan
from bangfu.ledger.record import Record

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


class IncomeItems(Record):
    """Base of rows with the items; the sums follow."""

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

    class Meta:
        abstract = True


ITEMS = (
    "population", "wage_income", "business_income", "business_expense", *PROPERTY, *TRANSFERS, "compliant_self_paid"
)  # fmt: skip
#: computed by the database from the items
SUMS = ("property_income", "transfer_income", "net_income", "per_capita_net", "per_capita_after_spending")
