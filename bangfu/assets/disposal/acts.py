"""The acts on a disposal beside the steps of its flow (1.4): apply, book its proceeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from bangfu.assets.asset import Asset
from bangfu.assets.disposal.disposal import Disposal
from bangfu.assets.disposal.proceeds import booked_of
from bangfu.assets.disposal.states import DONE, FLOW
from bangfu.assets.operating import receiving, risk
from bangfu.assets.operating.asset_receipt import AssetReceipt
from bangfu.assets.operating.moves import added, locked, move, must_be
from bangfu.assets.operating.purses import Purse
from bangfu.assets.states import State
from bangfu.bookkeeping.posting import Refused
from bangfu.funds.allotting import Doing, first_of
from bangfu.kernel.money import show_yuan
from bangfu.ledger import acts, history
from bangfu.workflow import acts as flows
from bangfu.workflow import registry

history.ACTS |= {"assets.dispose": "申请处置"}
#: somebody's, and still on the books
OWNED = (State.CONFIRMED, State.HANDED_OVER, State.OPERATING, State.IDLE, State.INEFFICIENT, State.LOST)


def apply(asset: Asset, values: Mapping[str, Any], doing: Doing) -> Disposal:
    """`values`: reason_kind, reason, method, use_plan, applicant. From now on the asset is in disposal, and no second
    disposal, contract or report is taken. Errors: Refused."""
    flow = registry.get(FLOW)
    assert flow
    with acts.recorded(doing.by, "assets.dispose", values["reason"]):
        asset = locked(asset)
        if first := first_of(Disposal, doing):
            return first  # type: ignore[no-any-return]
        if open_one := Disposal.objects.filter(asset=asset, closed_on=None, withdrawn_at=None).first():
            raise Refused(
                f"该资产已在处置中（{open_one.applied_on} 申请，现在是“{open_one.get_state_display()}”），请接着办那一件"
            )
        if asset.state == State.REGISTERED:
            raise Refused("这项资产还没有确权；先确权，分清是谁的，再申请处置")
        must_be(asset, OWNED, "申请处置")
        row = {**values, "applied_on": timezone.localdate(doing.at), "state_before": asset.state}
        made = added(Disposal, asset, row, doing)
        move(asset, State.DISPOSING)
        try:
            flows.start(flow, made, division=asset.division_id, by=doing.by, at=doing.at)
        except flows.Refused as refused:
            raise Refused(str(refused)) from refused
        risk.refresh([asset.pk])
        return made


def book_proceeds(disposal: Disposal, values: Mapping[str, Any], doing: Doing) -> AssetReceipt:
    """处置收入入账. `values` as of receiving.receive, without due and purse. Errors: Refused."""
    with acts.recorded(doing.by, "assets.receive"):
        locked(disposal.asset_id)
        if made := first_of(AssetReceipt, doing):
            return made  # type: ignore[no-any-return]
        disposal.refresh_from_db()
        if disposal.state not in DONE or disposal.disposed_on is None:
            raise Refused("批准、公示并办理处置以后，才能登记处置收入")
        if values["received_on"] < disposal.approved_on:
            raise Refused(f"收款日期早于批准日期 {disposal.approved_on}，请核对")
        left = (disposal.proceeds_yuan or 0) - booked_of(disposal)
        if values["amount_yuan"] > left:
            raise Refused(f"处置收入还差 {show_yuan(left)} 元，登记的金额多了；金额有变的，先撤销“处置”一步再改")
        given = {**values, "purse": Purse.PROCEEDS, "due": None}
        return receiving.receive(disposal.asset, given, doing)
