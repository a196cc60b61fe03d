"""The acts on the money of assets (1.4): it comes in, it is used, it is countered; in double entry, per asset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F
from django.db.models.functions import Now

from bangfu.assets.asset import Asset
from bangfu.assets.operating import purses, risk
from bangfu.assets.operating.asset_receipt import AssetReceipt
from bangfu.assets.operating.income_use import IncomeUse
from bangfu.assets.operating.moves import added, locked, write
from bangfu.assets.operating.operation_due import OperationDue
from bangfu.assets.operating.purses import Purse
from bangfu.bookkeeping.models import Entry
from bangfu.bookkeeping.posting import Draft, Of, Refused, post, reverse
from bangfu.funds import rules
from bangfu.funds.allotting import Doing, first_of
from bangfu.kernel.money import show_yuan, to_fen
from bangfu.ledger import acts, history
from bangfu.policy.code_lists import code_list

history.ACTS |= {"assets.receive": "登记收款", "assets.use": "登记使用", "assets.counter": "冲正"}


def receive(asset: Asset, values: Mapping[str, Any], doing: Doing) -> AssetReceipt:
    """`values`: due or purse, received_on, amount_yuan, voucher_no, payer, note. Errors: Refused."""
    on, amount = values["received_on"], values["amount_yuan"]
    rules.positive(amount)
    rules.not_ahead(on, "收款日期")
    with acts.recorded(doing.by, "assets.receive"):
        asset = locked(asset)
        if first := first_of(AssetReceipt, doing):
            return first  # type: ignore[no-any-return]
        if asset.acquired_on and on < asset.acquired_on:
            raise Refused(f"收款日期早于资产购建日期 {asset.acquired_on}，请核对")
        due = _due(asset, values)
        purse = str(due.kind if due else values["purse"])
        kept = purses.book_of(asset)
        legs = (purses.payer(asset, kept), purses.purse(asset, purse, kept))
        entry = _written("asset_receipt", kept, on, legs, values, f"{values['payer']} {Purse(purse).label}", doing)
        if due:
            write(due, received_yuan=F("received_yuan") + amount)
        row = {
            "due": due, "contract": due.contract if due else None, "purse": purse, "received_on": on,
            "amount_yuan": amount, "voucher_no": values["voucher_no"], "payer": values["payer"],
            "note": values.get("note", ""), "entry": entry,
        }  # fmt: skip
        made = added(AssetReceipt, asset, row, doing)
        risk.refresh([asset.pk])
        return made


def _due(asset: Asset, values: Mapping[str, Any]) -> OperationDue | None:
    """The due that the money is for, locked; no more than is left of it."""
    if not values.get("due"):
        return None
    rows = OperationDue.objects.select_for_update(of=("self",)).select_related("contract")
    due = rows.get(pk=values["due"].pk, asset=asset)
    if due.withdrawn_at:
        raise Refused("这笔应收款已随合同终止，请重新选择")
    if values["amount_yuan"] > due.left_yuan:
        raise Refused(f"{due.due_on} 这一期还差 {show_yuan(due.left_yuan)} 元；多收的部分请另选一期登记")
    return due


def _written(
    what: str, kept: str, on: date, pair: tuple[Of, Of], values: Mapping[str, Any], says: str, doing: Doing
) -> Entry:
    """The entry of an act: the amount leaves the first account and comes to the second."""
    fen = to_fen(values["amount_yuan"])
    draft = Draft(
        kept, what, on, ((pair[0], -fen), (pair[1], fen)), f"{what}:{doing.request}", says=says,
        voucher_no=values["voucher_no"],
    )  # fmt: skip
    return post(draft, by=doing.by, at=doing.at)


def use(asset: Asset, values: Mapping[str, Any], doing: Doing) -> IncomeUse:
    """分配和使用. `values`: purse, use, used_on, amount_yuan, voucher_no, payee, note, households, people, decided_on.
    Errors: Refused; NotEnough when the asset has not that much."""
    on, amount = values["used_on"], values["amount_yuan"]
    rules.positive(amount)
    rules.not_ahead(on, "使用日期")
    if code_list("asset_income_use").code(values["use"]).facts["people"] and not values.get("households"):
        raise Refused("这项用途要写明受益户数")
    if (decided := values.get("decided_on")) and decided > on:
        raise Refused(f"民主决策日期 {decided} 晚于使用日期，先议定、再使用")
    with acts.recorded(doing.by, "assets.use"):
        asset = locked(asset)
        if made := first_of(IncomeUse, doing):
            return made  # type: ignore[no-any-return]
        kept = purses.book_of(asset)
        legs = (purses.purse(asset, values["purse"], kept), purses.used(asset, values["use"], kept))
        entry = _written("asset_use", kept, on, legs, values, f"{values['payee']} {values.get('note', '')}", doing)
        row = {**values, "households": values.get("households") or 0, "people": values.get("people") or 0}
        return added(IncomeUse, asset, row | {"entry": entry}, doing)


def counter(row: AssetReceipt | IncomeUse, on: date, reason: str, doing: Doing) -> AssetReceipt | IncomeUse:
    """冲正: a row and an entry with the other sign, dated in an open year; the wrong ones stay. Errors: Refused."""
    model: Any = type(row)
    rules.not_ahead(on, "冲正日期")
    with acts.recorded(doing.by, "assets.counter", reason):
        asset = locked(row.asset_id)
        if first := first_of(model, doing):
            return first  # type: ignore[no-any-return]
        row.refresh_from_db()
        if row.is_corrected:
            raise Refused("这一笔已经冲正过，不能再冲一次")
        if row.corrects_id:
            raise Refused("冲正本身不能再冲正；请重新登记正确的一笔")
        assert row.entry
        entry = reverse(
            row.entry, happened_on=on, says=reason, request_key=f"counter:{doing.request}", by=doing.by, at=doing.at
        )
        if isinstance(row, AssetReceipt) and row.due:
            write(row.due, received_yuan=F("received_yuan") - row.amount_yuan)
        model.objects.filter(pk=row.pk).update(is_corrected=True, version=F("version") + 1, updated_at=Now())
        made: Any = added(model, asset, _opposite(row, on, reason) | {"entry": entry}, doing)
        risk.refresh([asset.pk])
        return made  # type: ignore[no-any-return]


def _opposite(row: AssetReceipt | IncomeUse, on: date, reason: str) -> dict[str, Any]:
    names = {
        "contract", "due", "purse", "payer", "use", "payee", "decided_on",
    } & {field.name for field in row._meta.concrete_fields}  # fmt: skip
    day = "received_on" if isinstance(row, AssetReceipt) else "used_on"
    return {name: getattr(row, name) for name in names} | {
        "amount_yuan": -row.amount_yuan, day: on, "note": reason[:200], "corrects": row,
        "voucher_no": f"冲{row.voucher_no}"[:60],
    }  # fmt: skip
