"""What a disposal must have before a step (1.4): "" or one sentence for the clerk, what is missing and what to do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bangfu.assets.disposal.disposal import Disposal
from bangfu.assets.disposal.effects import disposal_of
from bangfu.assets.disposal.page import about
from bangfu.assets.disposal.proceeds import booked_of
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.kernel.money import show_yuan
from bangfu.lawbook import parameters
from bangfu.notices.models import Objection
from bangfu.notices.objections import OPEN
from bangfu.workflow.models import Flow

HOUSEHOLD = "household"


def is_of_household(flow: Flow, on: date) -> str:
    return (
        ""
        if disposal_of(flow).asset.asset_class == HOUSEHOLD
        else "只有到户类资产由农户自己决定；集体的资产要经民主决策"
    )


def is_small(flow: Flow, on: date) -> str:
    """未达限额的备案: below the county's amount, or a household's."""
    row = disposal_of(flow)
    most = _limit("asset_disposal_filing_yuan", row, on)
    if row.asset.asset_class == HOUSEHOLD or row.asset.cost_yuan < most:
        return ""
    return f"原值 {show_yuan(row.asset.cost_yuan)} 元，达到 {show_yuan(most)} 元的要由县批准，不能只备案"


def needs_no_appraisal(flow: Flow, on: date) -> str:
    row = disposal_of(flow)
    most = _limit("asset_appraisal_yuan", row, on)
    if row.asset.asset_class == HOUSEHOLD or row.asset.cost_yuan < most:
        return ""
    return f"原值 {show_yuan(row.asset.cost_yuan)} 元，达到 {show_yuan(most)} 元的要先评估"


def _limit(code: str, row: Disposal, on: date) -> Decimal:
    return Decimal(str(parameters.value(code, on, row.division_id)))


def no_contract_runs(flow: Flow, on: date) -> str:
    rows = OperationContract.objects.filter(asset__disposals=flow.subject_id, withdrawn_at=None, last_on__gt=on)
    if running := rows.order_by("pk").first():
        return f"经营合同 {running} 还没有到期，请先在合同页面登记提前终止，把该收的收回"
    return ""


def objections_answered(flow: Flow, on: date) -> str:
    count = Objection.objects.filter(OPEN, public_notice__about=about(flow.subject_id)).count()
    return f"还有 {count} 件异议没有答复，请先核实答复" if count else ""


def is_booked(flow: Flow, on: date) -> str:
    row = disposal_of(flow)
    wanted, booked = row.proceeds_yuan or Decimal(0), booked_of(row)
    if wanted == booked:
        return ""
    return f"处置收入 {show_yuan(wanted)} 元，已入账 {show_yuan(booked)} 元，请先登记收款"
