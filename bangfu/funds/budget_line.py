"""项目资金安排 (1.4, 2.2): what one holder set aside for a project out of one source and year, and what of it is paid."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.bookkeeping.models import Account
from bangfu.divisions.models import Division
from bangfu.funds.columns import ZERO, fund_source, fund_year, kept
from bangfu.funds.document import FundDocument
from bangfu.funds.powers import READERS, may_spend
from bangfu.ledger.columns import Yuan
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.ledger.record import Record
from bangfu.projects.project import Project


class BudgetLine(Record):
    """`division` is where the project is; `holder` whose money it is and who pays."""

    division = models.ForeignKey(
        Division, models.PROTECT, db_index=False, editable=False, related_name="+", verbose_name="实施地点"
    )
    project = models.ForeignKey(Project, models.PROTECT, related_name="budget_lines", verbose_name="项目")
    holder = models.ForeignKey(
        Division, models.PROTECT, db_index=False, related_name="+", verbose_name="拨付单位所在地"
    )
    source = fund_source()
    year = fund_year()
    document = models.ForeignKey(
        FundDocument, models.PROTECT, null=True, related_name="budget_lines", verbose_name="资金来自的文件"
    )
    document_no = models.CharField("安排文号", max_length=80)
    first_on = models.DateField("首次安排日期")
    budgeted_yuan = kept("安排金额")
    paid_yuan = kept("支出金额")
    left_yuan = models.GeneratedField(
        expression=F("budgeted_yuan") - F("paid_yuan"), output_field=Yuan("结转结余"), db_persist=True,
        verbose_name="结转结余",
    )  # fmt: skip
    progress_percent = models.GeneratedField(
        expression=models.Case(
            models.When(budgeted_yuan__gt=0, then=F("paid_yuan") * 100 / F("budgeted_yuan")), default=ZERO
        ),
        output_field=models.DecimalField("支出进度（%）", max_digits=8, decimal_places=2),
        db_persist=True,
        verbose_name="支出进度（%）",
    )

    class Meta:
        verbose_name = verbose_name_plural = "项目资金安排"
        indexes = [
            models.Index(fields=["division", "id"], name="budget_line_division"),
            models.Index(fields=["holder", "year"], name="budget_line_holder"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["project", "holder", "source", "year"], name="one_line_a_source"),
            models.CheckConstraint(
                condition=Q(paid_yuan__gte=0) & Q(budgeted_yuan__gte=F("paid_yuan")), name="line_covers_payments"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.year}（{self.document_no}）"


class BudgetLineLedger(Ledger):
    slug, model, article, scope, scope_from = "budget-lines", BudgetLine, "1.4", "division", "project"
    says = "每个项目从哪个来源、哪一年的资金安排了多少，付了多少，还剩多少"
    acts_only = True
    read_by, edited_by = READERS, (Role.COUNTY, Role.TOWN)
    columns = ("project", "division", "source", "year", "budgeted_yuan", "paid_yuan", "left_yuan", "progress_percent")
    card = ("project", "source", "budgeted_yuan", "paid_yuan")
    filters = ("source", "year", "project", "document", "progress_percent", "left_yuan")
    search = ("project__name", "project__project_no", "document_no")
    groups = {
        "安排": ("project", "division", "holder", "source", "year", "document", "document_no", "first_on"),
        "执行": ("budgeted_yuan", "paid_yuan", "left_yuan", "progress_percent"),
    }
    related = (("payments", "line"),)
    detail_template = "funds/line.html"
    work_page = ("funds:trial", "资金总览")
    stats = (
        Stat("安排金额", total="budgeted_yuan", unit="元"),
        Stat("支出金额", total="paid_yuan", unit="元"),
        Stat("结转结余", total="left_yuan", unit="元"),
    )

    def more(self, record: BudgetLine, actor: Actor) -> dict[str, Any]:
        may = may_spend(actor, record.holder_id)
        ways = (("登记支付", "funds:pay"), ("收回安排", "funds:take-back")) if may and record.left_yuan else ()
        accounts = Account.objects.filter(key__in=[f"line:{record.pk}", f"spent:{record.pk}"]).order_by("pk")
        return {"money_acts": [(label, reverse(name, args=[record.pk])) for label, name in ways], "accounts": accounts}
