"""What a step of a disposal does beside moving it (1.4): its columns, its notice, its asset; and how that is taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from bangfu.assets.asset import Asset
from bangfu.assets.disposal.disposal import Disposal
from bangfu.assets.disposal.page import about
from bangfu.assets.disposal.proceeds import booked_of
from bangfu.assets.disposal.states import CLOSED
from bangfu.assets.operating import risk
from bangfu.assets.operating.moves import locked, move, write
from bangfu.assets.states import State
from bangfu.kernel.money import WAN, show_number, show_wan, show_yuan
from bangfu.notices import acts as notices
from bangfu.notices.acts import Draft
from bangfu.notices.models import PublicNotice
from bangfu.notices.redactor import Lines, PrivateData
from bangfu.policy.parameter import ParameterMissing
from bangfu.projects.moves import actor
from bangfu.workflow import acts
from bangfu.workflow.declaration import Effect
from bangfu.workflow.models import Flow, StepRecord

RULE = "指引 1.4"
DAYS = "asset_disposal_notice_days"
MOST = Decimal(10) ** 12
#: what a step reads of its evidence, and of its record → columns of the disposal
Reads = Callable[[StepRecord], Mapping[str, Any]]


def disposal_of(flow: Flow) -> Disposal:
    return Disposal.objects.select_related("asset", "division", "division__parent").get(pk=flow.subject_id)


def moves(reads: Reads | None = None, *also: Effect) -> Effect:
    """The state, what the step says, and what else it does; under the lock of the asset."""

    def effect(flow: Flow, record: StepRecord) -> None:
        row = disposal_of(flow)
        locked(row.asset_id)
        closed_on = record.on if record.to_state in CLOSED else None
        write(row, state=record.to_state, closed_on=closed_on, **(reads(record) if reads else {}))
        for each in also:
            each(flow, record)

    return effect


def back(cleared: Mapping[str, Any], *also: Effect) -> Effect:
    """The state before, and the columns of the step empty again."""

    def effect(flow: Flow, record: StepRecord) -> None:
        row = disposal_of(flow)
        locked(row.asset_id)
        for each in also:
            each(flow, record)
        write(row, state=record.to_state, closed_on=None, **cleared)

    return effect


def yuan(record: StepRecord, name: str, label: str) -> Decimal:
    value = Decimal(str(record.evidence[name]))
    if value < 0 or value != round(value, 2) or value >= MOST:
        raise acts.refuse(f"{label}应是不小于 0、精确到分的数", RULE)
    return value


def release(flow: Flow, record: StepRecord) -> None:
    """Refused or withdrawn: the asset is what it was."""
    row = disposal_of(flow)
    move(row.asset, row.state_before)
    risk.refresh([row.asset_id])


def seize(flow: Flow, record: StepRecord) -> None:
    """The refusal is taken back: the asset is in disposal again."""
    row = disposal_of(flow)
    if row.asset.state != row.state_before:
        raise acts.refuse(f"资产现在是“{row.asset.get_state_display()}”，这件处置不能再打开；请重新申请", RULE)
    move(row.asset, State.DISPOSING)
    risk.refresh([row.asset_id])


def dispose(flow: Flow, record: StepRecord) -> None:
    row = disposal_of(flow)
    move(row.asset, State.DISPOSED)
    risk.refresh([row.asset_id])


def undispose(flow: Flow, record: StepRecord) -> None:
    row = disposal_of(flow)
    if booked := booked_of(row):
        raise acts.refuse(f"处置收入已入账 {show_yuan(booked)} 元；先冲正收款，再撤销处置", RULE)
    move(row.asset, State.DISPOSING)
    risk.refresh([row.asset_id])


def post_notice(flow: Flow, record: StepRecord) -> None:
    """The notice hangs from that day; its days stand in the disposal."""
    if record.on != timezone.localdate(record.at):
        raise acts.refuse("公示从登记张贴的当天算起，不能往前补", RULE)
    row = disposal_of(flow)
    try:
        made = notices.post(draft_of(row), by=actor(record), at=record.on)
    except (PrivateData, ParameterMissing) as error:
        raise acts.refuse(str(error), RULE) from None
    write(row, notice_from_on=made.from_on, notice_to_on=made.to_on)


def draft_of(row: Disposal) -> Draft:
    asset: Asset = row.asset
    values = (
        ("资产名称", asset.name),
        ("坐落", row.division.label),
        ("所有权人", asset.owner),
        ("原值", _wan(asset.cost_yuan)),
        ("评估值", _wan(row.appraised_yuan) if row.appraised_yuan is not None else ""),
        ("处置原因", row.get_reason_kind_display()),
        ("处置方式", row.get_method_display()),
        ("收入用途", row.use_plan),
        ("批准机关", row.approver),
    )
    lines = tuple((label, text) for label, text in values if text)
    return Draft(PublicNotice.Kind.ASSET_DISPOSAL, row.division, Lines(lines), about(row.pk), DAYS)


def _wan(amount: Decimal) -> str:
    """Short enough for the reader of notices, who takes long runs of digits for numbers of people."""
    wan = amount / WAN
    return f"{show_wan(amount) if wan < WAN else show_number(wan.quantize(Decimal(1)))}万元".replace(",", "")


def take_down(flow: Flow, record: StepRecord) -> None:
    rows = PublicNotice.objects.filter(about=about(flow.subject_id), taken_down_on=None, to_on__gte=record.on)
    for notice in rows:
        notices.take_down(notice, by=actor(record), at=record.on, reason=record.reason or "撤销上一步")
