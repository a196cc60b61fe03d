"""The page of an asset (1.4): what may be done to it now, what is due, what other parts of the package say of it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.assets import due, hooks
from bangfu.assets.asset import Asset
from bangfu.assets.powers import is_officer
from bangfu.assets.states import GONE, State
from bangfu.kernel import dates

UNDO = {State.CONFIRMED: "撤销确权", State.HANDED_OVER: "撤销移交"}


def page_of(record: Asset, actor: Actor) -> dict[str, Any]:
    is_mine = is_officer(actor, record.division_id) and record.withdrawn_at is None and record.state not in GONE
    return {
        "ways": [
            *(_ways(record) if is_mine else []),
            *(way for offer in hooks.buttons for way in offer(record, actor)),
        ],
        "undo": UNDO.get(State(record.state), "") if is_mine else "",
        "inspection_due": due.words(record, dates.today()),
        "differences": list(record.differences.filter(settled_on=None)[:5]),
        "sections": [section for source in hooks.sections for section in source(record, actor)],
    }


def _ways(record: Asset) -> list[tuple[str, str]]:
    found = []
    if record.right_confirmed_on is None:
        found.append(("确权", reverse("assets:confirm", args=[record.pk])))
    elif record.handed_over_on is None:
        found.append(("移交", reverse("assets:hand-over", args=[record.pk])))
    found.append(("资金构成", reverse("assets:parts", args=[record.pk])))
    return found
