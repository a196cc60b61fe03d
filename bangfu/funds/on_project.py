"""What funds say on the page and in the steps of a project: money set aside and paid, contracts within it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.funds import rules
from bangfu.funds.allotting import ledger_of
from bangfu.funds.budget_line import BudgetLine
from bangfu.funds.columns import ZERO
from bangfu.funds.forms import holders_of
from bangfu.funds.powers import may_spend
from bangfu.kernel.codes import Level
from bangfu.kernel.money import show_yuan
from bangfu.projects import hooks
from bangfu.projects.moves import project_of
from bangfu.projects.project import Project
from bangfu.projects.states import BEFORE_POOL, DROPPED
from bangfu.workflow.models import Flow


def paid_of(keys: Sequence[int]) -> Mapping[int, Decimal]:
    rows = BudgetLine.objects.filter(project__in=keys).values_list("project").annotate(paid=Sum("paid_yuan"))
    return dict(rows.order_by())


def has_budget(flow: Flow, on: date) -> str:
    """先安排、后下达、再采购和开工: money that was set aside by that day."""
    first_on = rules.first_budgeted_on(flow.subject_id)
    if first_on is None:
        return "还没有安排资金；请先在项目页面的“资金”里从资金文件安排，再办这一步"
    return f"资金 {first_on} 才安排，这一步的日期不能更早，请核对" if on < first_on else ""


def contracts_fit(flow: Flow, on: date) -> str:
    """合同 ≤ 预算, asked when work begins."""
    return rules.contract_fault(project_of(flow), ZERO)


def nothing_is_open(flow: Flow, on: date) -> str:
    """A project with money is dropped or archived only after what is not spent was taken back."""
    rows = BudgetLine.objects.filter(project=flow.subject_id, left_yuan__gt=0)
    left = rows.aggregate(total=Sum("left_yuan"))["total"]
    return f"还有 {show_yuan(left)} 元安排没有支付，请先付清，或在资金安排里收回" if left else ""


def plan_covers_budget(project: Project, planned: Decimal) -> str:
    """A smaller plan may not be below what is set aside already."""
    budgeted = rules.budgeted_of(project)
    if planned >= budgeted:
        return ""
    return f"已安排资金 {show_yuan(budgeted)} 元，计划投资不能调到 {show_yuan(planned)} 元；请先收回安排"


def section(project: Project, actor: Actor) -> list[dict[str, Any]]:
    """Its money by source, each line opening to payments and vouchers."""
    ledger = ledger_of(BudgetLine)
    rows = list(ledger.visible_to(actor).filter(project=project).order_by("year", "source"))
    holders = holders_of(actor, lambda each: each.level <= Level.TOWN and may_spend(actor, each.pk))
    may = bool(holders) and project.state not in (*BEFORE_POOL, *DROPPED)
    lines = [(row, ledger.record_url(row.pk), may_spend(actor, row.holder_id) and row.left_yuan > 0) for row in rows]
    assign = reverse("funds:assign", args=[project.pk]) if may else ""
    return (
        [{"title": "资金", "template": "funds/_project.html", "lines": lines, "assign": assign}] if rows or may else []
    )


def contract_fits(project: Project, amount: Decimal, contract: int | None) -> str:
    """合同 ≤ 预算, asked when a contract is written."""
    return rules.contract_fault(project, amount, but=contract)


def settlement_fits(project: Project, settled: Decimal) -> str:
    """已支付 ≤ 审定结算, asked when the audit settles it."""
    paid = paid_of([project.pk]).get(project.pk, ZERO)
    if paid <= settled:
        return ""
    return (
        f"已支付 {show_yuan(paid)} 元，多于审定结算的 {show_yuan(settled)} 元；请先把多付的收回（在支付里办“收回退款”）"
    )


def join() -> None:
    hooks.contract_faults.append(contract_fits)
    hooks.settlement_faults.append(settlement_fits)
    hooks.paid.append(paid_of)
    hooks.sections.append(section)
    for step in ("fund", "procure", "begin_work", "begin_without_contract"):
        hooks.guards[step].append(has_budget)
    hooks.guards["begin_work"].append(contracts_fit)
    for step in ("drop", "archive"):
        hooks.guards[step].append(nothing_is_open)
    hooks.plan_faults.append(plan_covers_budget)
