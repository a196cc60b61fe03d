"""资金构成 (1.4): how much of an asset's cost came from which source and, where known, from which budget line; the parts
of an asset make its cost."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.assets.asset import Asset
from bangfu.divisions.models import Division
from bangfu.funds.books import SOURCES
from bangfu.funds.budget_line import BudgetLine
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes


class FundPart(Record):
    division = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="坐落"
    )
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="fund_parts", verbose_name="资产")
    source = models.CharField("资金来源", max_length=codes.LENGTH, choices=codes.choices(SOURCES))
    line = models.ForeignKey(
        BudgetLine, models.PROTECT, null=True, blank=True, related_name="asset_parts", verbose_name="项目资金安排"
    )
    yuan = Yuan("金额（元）")

    class Meta:
        verbose_name = verbose_name_plural = "资产资金构成"
        indexes = [models.Index(fields=["division", "id"], name="asset_fund_part_division")]
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "source", "line"], nulls_distinct=False, name="one_part_a_line_of_an_asset"
            ),
            models.CheckConstraint(condition=Q(yuan__gt=0), name="asset_fund_part_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.yuan}"


class FundPartLedger(Ledger):
    slug, model, article, scope, scope_from = "asset-fund-parts", FundPart, "1.4", "division", "asset"
    says = "资产的原值由哪些来源的资金构成，合计等于原值"
    acts_only = True
    read_by = (*OFFICIALS, *TEAM)
    columns = ("asset", "division", "source", "line", "yuan")
    filters = ("source", "asset", "line")
    search = ("asset__name", "asset__asset_no")
    in_menu = False
    stats = (Stat("按来源", by="source"), Stat("金额", total="yuan", unit="元"))
