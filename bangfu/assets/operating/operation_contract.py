"""资产经营合同 (1.4): who operates an asset, how and how long, what is due from it; a change of operator keeps the old one."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from bangfu.accounts.actor import Actor
from bangfu.accounts.terms import in_order
from bangfu.assets.operating import part, powers
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.people import codes
from bangfu.people.columns import text

ZERO = [MinValueValidator(0)]


class OperationContract(Record):
    """`ended_on`: the last day, when it ended before `to_on`; `last_on` is the last day either way."""

    division = part.place()
    asset = part.asset("operation_contracts")
    contract_no = models.CharField("合同编号", max_length=60)
    operator = models.CharField("经营者", max_length=80, help_text="企业、合作社或个人的名称")
    operator_code = text("经营者统一社会信用代码", 18, "个人经营的不填")
    mode = models.CharField("经营方式", max_length=codes.LENGTH, choices=codes.choices("operation_mode"))
    from_on = models.DateField("开始日期")
    to_on = models.DateField("结束日期", help_text="含当日")
    yearly_yuan = Yuan("每年约定收益", validators=ZERO, default=0)
    first_due_on = models.DateField("第一次应收日期", null=True, help_text="以后每年同一天应收一次")
    principal_yuan = Yuan("应返还本金", validators=ZERO, default=0)
    principal_from_on = models.DateField("第一次返还日期", null=True)
    principal_times = models.PositiveSmallIntegerField("分几年返还", default=1)
    distribution_plan = text("收益分配方案", 200)
    households = models.PositiveIntegerField("受益户数", default=0)
    people = models.PositiveIntegerField("受益人数", default=0)
    decided_on = models.DateField("民主决策日期", null=True)
    filed_on = models.DateField("报镇备案日期", null=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name="接替的合同"
    )
    ended_on = models.DateField("提前终止日期", null=True)
    end_reason = text("终止原因", 200)
    last_on = models.GeneratedField(
        expression=Coalesce(F("ended_on"), F("to_on")), output_field=models.DateField("到期日期"), db_persist=True,
        verbose_name="到期日期",
    )  # fmt: skip
    trouble_on = models.DateField("经营困难始于", null=True)
    trouble = text("困难情况", 200)

    class Meta:
        verbose_name = verbose_name_plural = "资产经营合同"
        indexes = [
            models.Index(fields=["division", "id"], name="operation_contract_division"),
            models.Index(fields=["asset", "last_on"], name="operation_contract_asset"),
        ]
        constraints = [
            in_order("operation_contract_in_order"),
            models.UniqueConstraint(
                fields=["asset", "contract_no"], condition=Q(withdrawn_at=None), name="one_operation_contract_a_number"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("from_on"), ended_on__lte=F("to_on")),
                name="operation_contract_ended_in_its_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_no} {self.operator}"


class OperationContractLedger(Ledger):
    slug, model, article, scope, scope_from = "operation-contracts", OperationContract, "1.4", "division", "asset"
    says = "资产由谁经营、怎样经营、每年应收多少、本金怎样返还；换经营者时原合同保留"
    acts_only, read_by, edited_by = True, part.READERS, part.WRITERS
    columns = ("contract_no", "asset", "division", "operator", "mode", "yearly_yuan", "from_on", "last_on")
    card = ("operator", "asset", "yearly_yuan")
    filters = ("asset", "mode", "from_on", "last_on", "yearly_yuan", "filed_on", "trouble_on")
    search = ("contract_no", "operator", "operator_code", "asset__name")
    groups = {
        "合同": ("asset", "contract_no", "operator", "operator_code", "mode", "from_on", "to_on", "replaces"),
        "收益和本金": ("yearly_yuan", "first_due_on", "principal_yuan", "principal_from_on", "principal_times"),
        "分配": ("distribution_plan", "households", "people"),
        "决策和变动": ("decided_on", "filed_on", "ended_on", "end_reason", "trouble_on", "trouble"),
    }
    related, detail_template = (("operation-dues", "contract"), ("asset-receipts", "contract")), "assets/act_row.html"
    stats = (Stat("每年约定收益", total="yearly_yuan", unit="元"), Stat("按方式", by="mode"))

    def more(self, record: OperationContract, actor: Actor) -> dict[str, Any]:
        return powers.of_contract(record, actor)
