"""What the page of an asset says of its disposals (1.4), and the way to apply for one."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.assets import hooks
from bangfu.assets.asset import Asset
from bangfu.assets.disposal.acts import OWNED
from bangfu.assets.disposal.disposal import Disposal
from bangfu.assets.disposal.states import TONES, State
from bangfu.assets.operating.powers import may_write
from bangfu.funds.allotting import ledger_of


def section(asset: Asset, actor: Actor) -> list[dict[str, Any]]:
    ledger = ledger_of(Disposal)
    rows = ledger.visible_to(actor).filter(asset=asset, withdrawn_at=None).order_by("-pk")
    found = [(row, ledger.record_url(row.pk), TONES[State(row.state)]) for row in rows]
    return [{"title": "处置", "template": "assets/_disposals.html", "disposals": found}] if found else []


def buttons(asset: Asset, actor: Actor) -> list[tuple[str, str]]:
    may = asset.withdrawn_at is None and asset.state in OWNED and may_write(actor, asset.division_id)
    return [("申请处置", reverse("asset_disposal:apply", args=[asset.pk]))] if may else []


def join() -> None:
    hooks.sections.append(section)
    hooks.buttons.append(buttons)
