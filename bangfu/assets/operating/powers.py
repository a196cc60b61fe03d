"""Who may act on an asset's operation, and what the page of a contract, a receipt, a spell offers."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.assets.asset import Asset
from bangfu.assets.operating import part
from bangfu.kernel import dates

Offered = list[tuple[str, str]]


def may_write(actor: Actor, division: int) -> bool:
    return division in actor.scope(Act.EDIT, part.WRITERS)


def may_file(actor: Actor, division: int) -> bool:
    """备案: the town takes the village's change of operator into its files."""
    return division in actor.scope(Act.EDIT, (Role.TOWN, Role.COUNTY))


def of_contract(record: Any, actor: Actor) -> dict[str, Any]:
    offered: Offered = []
    if record.withdrawn_at is None:
        page = _pages(record.pk)
        if record.filed_on is None and may_file(actor, record.division_id):
            offered.append(page("file", "登记备案"))
        if may_write(actor, record.division_id):
            if record.last_on >= dates.today():
                offered.append(
                    page("untrouble", "困难已解除") if record.trouble_on else page("trouble", "登记经营困难")
                )
            if record.ended_on or record.last_on > dates.today():
                offered.append(page("resume", "撤销终止") if record.ended_on else page("end", "提前终止"))
            offered.append(page("cancel", "撤销登记"))
    return {"offered": offered}


def _pages(pk: int) -> Any:
    return lambda act, label: (label, reverse(f"asset_operation:{act}", args=[pk]))


def of_money(slug: str, record: Any, actor: Actor) -> dict[str, Any]:
    """A receipt or use: its voucher, and the counter-entry."""
    may = may_write(actor, record.division_id) and not record.is_corrected and record.corrects_id is None
    offered = [("冲正", reverse("asset_operation:counter", args=[slug, record.pk]))] if may and record.entry_id else []
    return {"voucher": record.entry, "offered": offered}


def of_spell(record: Any, actor: Actor) -> dict[str, Any]:
    return {"offered": _of_open(record, record.used_on, ("used", "登记盘活"), actor, "spell")}


def of_loss(record: Any, actor: Actor) -> dict[str, Any]:
    return {"offered": _of_open(record, record.back_on, ("back", "登记找回或修复"), actor, "loss")}


def _of_open(record: Any, over_on: Any, ending: tuple[str, str], actor: Actor, what: str) -> Offered:
    """Of a spell or loss: end it; or take the last act on it back."""
    if record.withdrawn_at or not may_write(actor, record.division_id):
        return []
    page = _pages(record.pk)
    undo = page(f"undo-{what}", "撤销登记" if over_on is None else "撤销上一步")
    return [undo] if over_on else [page(*ending), undo]


def may_operate(asset: Asset, actor: Actor) -> bool:
    return asset.withdrawn_at is None and may_write(actor, asset.division_id)
