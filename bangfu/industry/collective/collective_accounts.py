"""村集体年度账 (4.4): income by kind, costs, assets and debts of a collective in a year; every sum is computed."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.industry import columns
from bangfu.industry.collective import closing
from bangfu.industry.collective.collective_organisations import CollectiveOrganisation
from bangfu.industry.columns import computed_yuan, total, yuan
from bangfu.ledger.declaration import FIELD, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text

OWN = ("operating_income_yuan", "contract_income_yuan", "investment_income_yuan")
INCOME = (*OWN, "subsidy_income_yuan", "other_income_yuan")
COSTS = ("operating_cost_yuan", "management_cost_yuan", "other_cost_yuan")
ASSETS = ("current_assets_yuan", "fixed_assets_yuan", "invested_assets_yuan")
DEBTS = ("short_debts_yuan", "long_debts_yuan")
ITEMS = (*INCOME, *COSTS, *ASSETS, *DEBTS, "distributed_yuan")
SUMS = ("own_income_yuan", "total_income_yuan", "surplus_yuan", "net_assets_yuan")


class CollectiveAccount(Record):
    village = columns.place("行政村", follows=True)
    organisation = models.ForeignKey(
        CollectiveOrganisation, models.PROTECT, related_name="accounts", verbose_name="集体经济组织"
    )
    year = columns.year()
    operating_income_yuan = yuan("经营收入")
    contract_income_yuan = yuan("发包及上交收入", "发包、出租、承包金等")
    investment_income_yuan = yuan("投资收益", "入股联营分得的收益")
    subsidy_income_yuan = yuan("补助收入", "财政补助；不算经营性收入")
    other_income_yuan = yuan("其他收入")
    operating_cost_yuan = yuan("经营支出")
    management_cost_yuan = yuan("管理费用")
    other_cost_yuan = yuan("其他支出")
    current_assets_yuan = yuan("流动资产", "年末数")
    fixed_assets_yuan = yuan("固定资产和在建工程", "年末数")
    invested_assets_yuan = yuan("对外投资和其他资产", "年末数")
    short_debts_yuan = yuan("短期债务", "年末数")
    long_debts_yuan = yuan("长期债务", "年末数")
    distributed_yuan = yuan("成员分配", "当年分给成员的数额")
    correction_reason = text("更正理由", 200, "年度账结账以后补登或修改的，写明理由")

    own_income_yuan = computed_yuan("经营性收入", total(OWN))
    total_income_yuan = computed_yuan("总收入", total(INCOME))
    surplus_yuan = computed_yuan("当年盈余", total(INCOME) - total(COSTS))
    net_assets_yuan = computed_yuan("净资产", total(ASSETS) - total(DEBTS))

    class Meta:
        verbose_name = verbose_name_plural = "村集体年度账"
        indexes = [
            models.Index(fields=["village", "id"], name="collective_account_village"),
            models.Index(fields=["year", "village"], name="collective_account_year"),
        ]
        constraints = [models.UniqueConstraint(fields=["organisation", "year"], name="one_collective_account_a_year")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}年"


class CollectiveAccountLedger(Ledger):
    slug, model, article, scope_from = "collective-accounts", CollectiveAccount, "4.4", "organisation"
    says = "集体经济组织每年的收入、支出、资产和债务，合计由系统计算；结账后修改要写理由"
    edited_by = FIELD
    columns = ("organisation", "village", "year", *SUMS)
    card = ("organisation", "year", "total_income_yuan")
    filters = ("year", "organisation", "total_income_yuan", "own_income_yuan")
    search = ("organisation__name",)
    form = exchange = ("organisation", "year", *ITEMS, "correction_reason")
    identity = ("organisation", "year")
    limits = dict.fromkeys(ITEMS, (0, 10_000_000_000))
    groups = {
        "年度": ("organisation", "village", "year", "correction_reason"),
        "收入": (*INCOME, "own_income_yuan", "total_income_yuan"),
        "支出和分配": (*COSTS, "surplus_yuan", "distributed_yuan"),
        "资产和债务": (*ASSETS, *DEBTS, "net_assets_yuan"),
    }
    checks = (closing.check(ITEMS),)
    work_page = ("industry:collectives", "看总览")
    stats = (
        Stat("总收入", total="total_income_yuan", unit="元"),
        Stat("经营性收入", total="own_income_yuan", unit="元"),
        Stat("资不抵债", where=models.Q(net_assets_yuan__lt=0), unit="个"),
        Stat("支出大于收入", where=models.Q(surplus_yuan__lt=0), unit="个"),
    )
    untracked = SUMS

    def clean(self, data: dict[str, Any], record: CollectiveAccount | None) -> dict[str, str]:
        if data["distributed_yuan"] and data["distributed_yuan"] > sum(data[name] for name in INCOME):
            return {"distributed_yuan": "成员分配大于当年总收入，请核对"}
        return closing.faults(data, record, ITEMS)
