"""户年度收支 (1.1): one household in one year of the yearly collection, items and sums as income_items.py has them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from bangfu.divisions.models import Division
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import client_uuid_of_few, sent_once
from bangfu.people.household import Household
from bangfu.people.income_items import ITEMS, PROPERTY, SUMS, TRANSFERS, IncomeItems


class HouseholdIncome(IncomeItems):
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


class HouseholdIncomeLedger(Ledger):
    slug, model, article = "household-incomes", HouseholdIncome, "1.1"
    says = "每户每年的收入和支出，人均纯收入由系统计算"
    scope_from = "household"
    columns = ("household", "village", "year", "population", "wage_income", "net_income", "per_capita_net")
    card = ("household", "year", "per_capita_net")
    filters = ("year", "per_capita_net", "household")
    form = exchange = ("household", "year", *ITEMS)
    identity = ("household", "year")
    aliases = {
        "population": ("人口数",), "extreme_poverty_allowance": ("五保金",), "pension": ("养老金", "养老保险"),
        "family_planning_grant": ("计生金",),
    }  # fmt: skip
    limits = dict.fromkeys(ITEMS[1:], (0, 10_000_000))
    groups = {
        "年度": ("household", "year", "population"),
        "收入": ("wage_income", "business_income", *PROPERTY, *TRANSFERS),
        "支出": ("business_expense", "compliant_self_paid"),
        "计算结果": SUMS,
    }
    stats = (Stat("有收支记录", where=models.Q(population__gt=0), unit="户年"),)
    untracked = SUMS
    is_vast = True
