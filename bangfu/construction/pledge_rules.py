"""What holds for a pledge of trees (2.4): its code, where it may be, who books the money that came in for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.funds.powers import may_spend

PAID = Q(received_yuan=None, received_on=None) | (Q(received_yuan__gt=0, received_on__isnull=False) & ~Q(receipt_no=""))
FOR_ONE = Q(green_site=None, ancient_tree__isnull=False) | Q(green_site__isnull=False, ancient_tree=None)


def certified_on(pledge: Any) -> date | None:
    """Money that came in or trees in the ground: from that day it has a certificate."""
    return pledge.received_on or pledge.planted_on  # type: ignore[no-any-return]


def faults(data: Mapping[str, Any]) -> dict[str, str]:
    site, day = data["green_site"], data["pledged_on"]
    if site and (day < site.opened_on or (site.closed_on and day > site.closed_on)):
        return {"green_site": "这个绿化点那天还没开放或已经结束，请另选一处"}
    if (found := site or data["ancient_tree"]) and found.village_id != data["village"].pk:
        return {"village": f"{found}不在这个村，请核对"}
    return {}


def fund_of(pledge: Any) -> int:
    """The fund of the town."""
    return int(pledge.village_id) // 1000 * 1000


def may_receive(actor: Actor, pledge: Any) -> bool:
    """The fund's officer books what came in."""
    return not pledge.received_on and not pledge.withdrawn_at and may_spend(actor, fund_of(pledge))
