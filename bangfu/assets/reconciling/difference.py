"""账实差异 (1.4): one place where money, project, asset and stock-taking do not agree; with who answers for it by when.

Found and closed by rules (rules.py), or by the tap of a stock-taking; a person closes one by saying how it was settled.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from bangfu.accounts.actor import Actor
from bangfu.assets.asset import Asset
from bangfu.divisions.models import Division
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import FIELD, OFFICIALS, TEAM, Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people.columns import text
from bangfu.projects.project import Project


class Difference(Record):
    class Kind(models.TextChoices):
        UNPAID = "unpaid", "已验收，没有支付记录"
        OVERPAID = "overpaid", "支付多于审定结算"
        NOT_FORMED = "not_formed", "已验收，没有形成资产也没有说明"
        ABOVE_PAID = "above_paid", "资产原值合计多于支付和结算"
        BELOW_SETTLED = "below_settled", "资产原值合计少于审定结算"
        PARTS_DIFFER = "parts_differ", "资金构成合计与原值不等"
        ELSEWHERE = "elsewhere", "资产和项目不在同一个县"
        NOT_THERE = "not_there", "盘点不在"
        OTHER_STATE = "other_state", "盘点状态不同"
        NOT_COUNTED = "not_counted", "盘点结束，没有盘到"

    division = models.ForeignKey(Division, models.PROTECT, db_index=False, related_name="+", verbose_name="所在地")
    kind = models.CharField("差异", max_length=20, choices=Kind.choices)
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="differences", verbose_name="项目")
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, related_name="differences", verbose_name="资产")
    #: the two figures that do not agree; their meaning is the kind's
    one_yuan = Yuan("一方金额（元）", null=True)
    other_yuan = Yuan("另一方金额（元）", null=True)
    gap_yuan = models.GeneratedField(
        expression=F("one_yuan") - F("other_yuan"), output_field=Yuan("相差（元）"), db_persist=True,
        verbose_name="相差（元）",
    )  # fmt: skip
    said = text("说明", 200)
    responsible = text("由谁核对", 80)
    found_on = models.DateField("发现日期")
    due_on = models.DateField("核对期限")
    settled_on = models.DateField("核清日期", null=True)
    settlement = text("怎样核清的", 200)

    named_by = ("asset", "project")

    class Meta:
        verbose_name = verbose_name_plural = "账实差异"
        indexes = [
            models.Index(fields=["division", "id"], name="difference_division"),
            models.Index(fields=["division", "due_on"], name="difference_open", condition=Q(settled_on=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "project", "asset"], nulls_distinct=False, condition=Q(settled_on=None),
                name="one_open_difference_of_a_kind",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.asset or self.project}"


class DifferenceLedger(Ledger):
    slug, model, article, scope = "asset-differences", Difference, "1.4", "division"
    says = "资金、项目、资产和盘点对不上的地方，由谁在什么时候之前核清"
    acts_only = True
    read_by, edited_by = (*OFFICIALS, *TEAM), FIELD
    columns = ("kind", "division", "asset", "project", "gap_yuan", "responsible", "due_on", "settled_on")
    card = ("kind", "asset", "due_on")
    filters = ("kind", "due_on", "settled_on", "asset", "project", "found_on")
    search = ("asset__name", "project__name")
    groups = {
        "差异": ("kind", "division", "project", "asset", "one_yuan", "other_yuan", "gap_yuan", "said"),
        "核对": ("responsible", "found_on", "due_on", "settled_on", "settlement"),
    }
    work_page = ("assets:reconcile", "账实核对")
    detail_template = "assets/difference.html"
    stats = (Stat("未核清", where=Q(settled_on=None), unit="处"), Stat("按差异", by="kind"))

    def more(self, record: Difference, actor: Actor) -> dict[str, Any]:
        return {"may_settle": record.settled_on is None and bool(actor.roles & set(FIELD))}
