"""What money acts must satisfy beside the books: project first, contract within budget, payment within contract and progress."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Min, Sum

from bangfu.bookkeeping.posting import Refused
from bangfu.divisions.models import Division
from bangfu.funds import books, forbidden
from bangfu.funds.budget_line import BudgetLine
from bangfu.funds.columns import ZERO
from bangfu.funds.document import FundDocument
from bangfu.funds.payment import Payment
from bangfu.kernel import codes, dates
from bangfu.kernel.money import show_yuan
from bangfu.lawbook import parameters
from bangfu.projects.contract import Contract
from bangfu.projects.progress import recorded_percent
from bangfu.projects.project import Project
from bangfu.projects.states import BEFORE_POOL, DROPPED, State

#: work that is paid for before the spade is in the ground
EARLY = (Contract.Kind.DESIGN, Contract.Kind.SERVICE)
AT_WORK = (
    State.STARTED, State.COMPLETED, State.ACCEPTED, State.AUDITED, State.ASSET_FORMED, State.EVALUATED, State.ARCHIVED,
)  # fmt: skip

#: more does not fit its column, and is a slip
MOST_YUAN = Decimal(10) ** 12


def positive(amount: Decimal) -> None:
    if amount <= 0:
        raise Refused("金额要大于零；退回和更正请用“收回”“冲正”")
    if amount >= MOST_YUAN:
        raise Refused("金额超过一万亿元，请核对单位")


def of_document(document: FundDocument | None, source: str, year: int) -> None:
    """Money moves under a document of its own source and year; its terms hang on it."""
    if document and (document.source, document.year) != (source, year):
        raise Refused(
            f"{document.document_no} 是{books.source_label(document.source)} {document.year} 年的资金，"
            f"与这笔的{books.source_label(source)} {year} 年不同，请重新选择文件"
        )


def own_place(holder: Division, project: Project) -> None:
    if not codes.contains(holder.pk, project.division_id):
        raise Refused(f"项目“{project}”不在{holder.full_name}，不能用{holder.full_name}的资金安排")


def not_ahead(day: date, words: str) -> None:
    if day > dates.today():
        raise Refused(f"{words}还没有到，发生之后再登记")


def allowed_use(*texts: str, on: date) -> None:
    for words in forbidden.refusals(*texts, on=on):
        raise Refused(words)


def budgeted_of(project: Project) -> Decimal:
    return BudgetLine.objects.filter(project=project).aggregate(total=Sum("budgeted_yuan"))["total"] or ZERO


def first_budgeted_on(project: int) -> date | None:
    """The day on which the first money that a project still has was set aside."""
    rows = BudgetLine.objects.filter(project=project, budgeted_yuan__gt=0)
    first: date | None = rows.aggregate(first=Min("first_on"))["first"]
    return first


def contracted_of(project: Project, *, but: int | None = None) -> Decimal:
    rows = Contract.objects.filter(project=project, withdrawn_at=None)
    rows = rows.exclude(pk=but) if but else rows
    return rows.aggregate(total=Sum("amount_yuan"))["total"] or ZERO


def may_be_budgeted(project: Project, amount: Decimal, on: date) -> None:
    """先入库、后安排; no more than the project was planned for."""
    if project.state in (*BEFORE_POOL, *DROPPED):
        raise Refused(f"项目“{project}”是“{project.get_state_display()}”，入库以后才能安排资金")
    if project.in_pool_on and on < project.in_pool_on:
        raise Refused(f"安排日期不能早于入库日期 {project.in_pool_on}")
    total = budgeted_of(project) + amount
    if total > project.planned_yuan:
        raise Refused(
            f"安排后合计 {show_yuan(total)} 元，超过项目计划投资 {show_yuan(project.planned_yuan)} 元；请先办项目调整"
        )
    allowed_use(project.name, project.content, on=on)


def still_covers_contracts(project: Project, taken: Decimal) -> None:
    """After the settlement what was settled is owed, and no more."""
    left, contracted = budgeted_of(project) - taken, contracted_of(project)
    if project.settled_yuan is not None:
        contracted = min(contracted, project.settled_yuan)
    if left < contracted:
        raise Refused(f"收回后项目只余安排 {show_yuan(left)} 元，不够已签合同 {show_yuan(contracted)} 元")


def contract_fault(project: Project, amount: Decimal, *, but: int | None = None) -> str:
    """合同 ≤ 预算: why a contract of that amount is too much; "" where no money is set aside yet."""
    budgeted = budgeted_of(project)
    total = contracted_of(project, but=but) + amount
    if not budgeted or total <= budgeted:
        return ""
    return f"项目合同合计 {show_yuan(total)} 元，超过已安排的资金 {show_yuan(budgeted)} 元"


def may_be_paid(
    row: BudgetLine, contract: Contract | None, amount: Decimal, on: date, work_percent: int | None
) -> None:
    """The caller holds the locks of contract and line."""
    project = row.project
    early = contract is not None and contract.kind in EARLY and project.state == State.PROCUREMENT
    if project.state not in AT_WORK and not early:
        raise Refused(f"项目“{project}”是“{project.get_state_display()}”，开工以后才能支付")
    if project.started_on and on < project.started_on and not early and not (contract and contract.kind in EARLY):
        raise Refused(f"支付日期不能早于开工日期 {project.started_on}")
    left = row.budgeted_yuan - row.paid_yuan
    if amount > left:
        raise Refused(f"这笔安排只余 {show_yuan(left)} 元，不够支付 {show_yuan(amount)} 元")
    if project.settled_yuan is not None:
        _within_settlement(project, amount)
    if contract:
        _within_contract(row, contract, amount, on, work_percent)


def may_stand_again(row: BudgetLine, contract: Contract | None, amount: Decimal) -> None:
    """A refund that is taken back counts as paid once more. The caller holds the locks of contract and line."""
    if row.project.settled_yuan is not None:
        _within_settlement(row.project, amount)
    if contract:
        _within_amount(contract, amount)


def _within_settlement(project: Project, amount: Decimal) -> None:
    paid = BudgetLine.objects.filter(project=project).aggregate(total=Sum("paid_yuan"))["total"] or ZERO
    if project.settled_yuan is not None and paid + amount > project.settled_yuan:
        raise Refused(
            f"项目审定结算 {show_yuan(project.settled_yuan)} 元，已付 {show_yuan(paid)} 元，"
            f"再付 {show_yuan(amount)} 元就超过结算了"
        )


def _within_contract(row: BudgetLine, contract: Contract, amount: Decimal, on: date, work_percent: int | None) -> None:
    if contract.project_id != row.project_id or contract.withdrawn_at:
        raise Refused("合同不是这个项目的，请重新选择")
    if on < contract.signed_on:
        raise Refused(f"支付日期不能早于合同签订日期 {contract.signed_on}")
    if fault := contract_fault(contract.project, ZERO):
        raise Refused(f"{fault}；请先更正合同或补充安排")
    _within_progress(contract, _within_amount(contract, amount), on, work_percent)


def _within_amount(contract: Contract, amount: Decimal) -> Decimal:
    """What is paid of the contract with this amount."""
    paid = Payment.objects.filter(contract=contract).aggregate(total=Sum("amount_yuan"))["total"] or ZERO
    if paid + amount > contract.amount_yuan:
        raise Refused(
            f"合同 {contract.contract_no} 共 {show_yuan(contract.amount_yuan)} 元，已付 {show_yuan(paid)} 元，"
            f"再付 {show_yuan(amount)} 元就超过合同了"
        )
    return paid + amount


def _within_progress(contract: Contract, total: Decimal, on: date, work_percent: int | None) -> None:
    """The advance is free; beyond it the work must be recorded. Design and services have no works to record."""
    if work_percent is None:
        raise Refused("按合同支付要填写工程进度，按进度付款")
    advance = Decimal(str(parameters.value("fund_advance_max_percent", on, contract.division_id)))
    most = contract.amount_yuan * max(advance, Decimal(work_percent)) / 100
    recorded = 100 if contract.kind in EARLY else recorded_percent(contract.project, on)
    if work_percent > recorded and total > contract.amount_yuan * advance / 100:
        raise Refused(
            f"到 {on} 项目进度登记到 {recorded}%，不能按 {work_percent}% 付款（预付款上限 {advance:g}%）；"
            "请先由村或镇登记项目进度，再支付"
        )
    if total > most:
        raise Refused(
            f"工程进度 {work_percent}%，累计最多可付 {show_yuan(most)} 元（预付款上限 {advance:g}%），"
            f"这次支付后累计 {show_yuan(total)} 元"
        )
