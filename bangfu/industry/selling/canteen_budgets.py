"""食堂采购预算 (4.2): what a budget unit's canteen will buy in a year; the share kept for assistance products follows."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Role
from bangfu.industry import columns
from bangfu.industry.selling import reserves
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text


class CanteenBudget(Record):
    division = columns.place("单位所在地")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="canteen_budgets", verbose_name="预算单位")
    year = columns.year()
    budget_yuan = Yuan("食堂年度采购额", validators=[MinValueValidator(1)], help_text="全年食堂食材采购预算，元")
    note = text("说明", 200)

    class Meta:
        verbose_name = verbose_name_plural = "食堂采购预算"
        indexes = [models.Index(fields=["division", "id"], name="canteen_budget_division")]
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="one_canteen_budget_a_year")]

    def __str__(self) -> str:
        return f"{self.unit} {self.year}年"


class CanteenBudgetLedger(Ledger):
    slug, model, article, scope, unit = "canteen-budgets", CanteenBudget, "4.2", "division", "unit"
    says = "预算单位食堂全年采购额；应预留的份额和已采购的由系统计算"
    edited_by = (*FIELD, Role.LIAISON)
    columns = ("unit", "division", "year", "budget_yuan")
    filters = ("year", "unit", "budget_yuan")
    search = ("unit__name",)
    form = exchange = ("unit", "division", "year", "budget_yuan", "note")
    identity = ("unit", "year")
    aliases = {"unit": ("采购单位",)}
    detail_template = "industry/budget_record.html"
    work_page = ("industry:reserves", "看采购进度")
    stats = (Stat("采购额", total="budget_yuan", unit="元"),)

    def more(self, record: CanteenBudget, actor: Actor) -> dict[str, Any]:
        return {"reserve": reserves.of(record)}

    def unit_faults(self, data: dict[str, Any], units: frozenset[int]) -> dict[str, str]:
        mine = data.get("unit") and data["unit"].pk in units
        return {} if mine else {"unit": "请选择您自己的单位"}
