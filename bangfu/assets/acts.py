"""The named acts on an asset: rights confirmed, handed over, both taken back; and the way its state moves (1.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import F
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.assets.asset import Asset
from bangfu.assets.states import GONE, KEPT, State
from bangfu.bookkeeping.posting import Refused
from bangfu.funds.allotting import Doing
from bangfu.kernel import dates
from bangfu.ledger import history, saved
from bangfu.ledger.acts import recorded

history.ACTS |= {
    "assets.confirm": "确权", "assets.undo_confirm": "撤销确权", "assets.hand_over": "移交",
    "assets.undo_hand_over": "撤销移交", "assets.form": "形成资产", "assets.no_asset": "说明不形成资产",
    "assets.parts": "登记资金构成", "assets.count": "盘点", "assets.settle": "核清差异", "assets.same": "合并重复资产",
}  # fmt: skip


def locked(pk: int) -> Asset:
    """The asset as it is now, until the end of the transaction."""
    return Asset.objects.select_for_update(no_key=True).get(pk=pk)


def written(row: Asset, **values: Any) -> Asset:
    """Of a locked row, inside `recorded`."""
    Asset.objects.filter(pk=row.pk).update(**values, version=F("version") + 1, updated_at=Now())
    row.refresh_from_db()
    saved.note(row)
    return row


def move(
    asset: Asset, to: State, *, among: Iterable[str], act: str, by: Actor, reason: str = "", **values: Any
) -> Asset:
    """Into another state, from one of `among`, with the values. Errors: Refused."""
    with recorded(by, act, reason):
        row = locked(asset.pk)
        if row.withdrawn_at or row.state not in among:
            raise Refused(f"资产“{row}”现在是“{row.get_state_display()}”，不能办理“{history.ACTS.get(act, act)}”")
        return written(row, state=to, **values)


def _not_ahead(day: date, words: str) -> None:
    if day > dates.today():
        raise Refused(f"{words}还没有到，办了之后再登记")


def _is_repeated(row: Asset, values: Mapping[str, Any]) -> bool:
    """The same request again: everything is as it asks for."""
    return all(getattr(row, name) == value for name, value in values.items())


def confirm(asset: Asset, values: Mapping[str, Any], doing: Doing) -> Asset:
    """确权. `values`: right_confirmed_on, owner_level, owner, certificate_no. Errors: Refused."""
    on = values["right_confirmed_on"]
    _not_ahead(on, "确权日期")
    with recorded(doing.by, "assets.confirm"):
        row = locked(asset.pk)
        if row.right_confirmed_on is not None:
            if _is_repeated(row, values):
                return row
            raise Refused(f"已于 {row.right_confirmed_on} 确权；更正请先撤销确权")
        if row.withdrawn_at or row.state not in (State.REGISTERED, *KEPT):
            raise Refused(f"资产“{row}”现在是“{row.get_state_display()}”，不能确权")
        if row.acquired_on and on < row.acquired_on:
            raise Refused(f"确权日期早于购建日期 {row.acquired_on}，请核对")
        if row.handed_over_on and on > row.handed_over_on:
            raise Refused(f"这项资产已于 {row.handed_over_on} 移交，确权日期不能晚于移交日期")
        to = State.CONFIRMED if row.state == State.REGISTERED else row.state
        return written(row, **values, state=to)


def undo_confirm(asset: Asset, reason: str, doing: Doing) -> Asset:
    cleared = {"right_confirmed_on": None, "certificate_no": ""}
    return move(asset, State.REGISTERED, among=(State.CONFIRMED,), act="assets.undo_confirm", by=doing.by, reason=reason,
                **cleared)  # fmt: skip


def hand_over(asset: Asset, values: Mapping[str, Any], doing: Doing) -> Asset:
    """移交. `values`: handed_over_on, user_name, operation_mode, keeper, keeper_phone, care_fund. Errors: Refused."""
    on = values["handed_over_on"]
    _not_ahead(on, "移交日期")
    with recorded(doing.by, "assets.hand_over"):
        row = locked(asset.pk)
        if row.handed_over_on is not None:
            if _is_repeated(row, values):
                return row
            raise Refused(f"已于 {row.handed_over_on} 移交；更正请先撤销移交")
        if row.withdrawn_at or row.state != State.CONFIRMED or row.right_confirmed_on is None:
            raise Refused("先确权、后移交；这项资产还没有确权" if row.state not in GONE else "这项资产已经不在了")
        if on < row.right_confirmed_on:
            raise Refused(f"移交日期早于确权日期 {row.right_confirmed_on}，请核对")
        return written(row, **values, state=State.HANDED_OVER)


def undo_hand_over(asset: Asset, reason: str, doing: Doing) -> Asset:
    """Only while nothing was done with it since. Errors: Refused."""
    return move(asset, State.CONFIRMED, among=(State.HANDED_OVER,), act="assets.undo_hand_over", by=doing.by,
                reason=reason, handed_over_on=None)  # fmt: skip
