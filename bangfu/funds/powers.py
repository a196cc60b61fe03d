"""Who may do what with money, and what the page of a row offers."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.divisions.models import Division
from bangfu.kernel.codes import Level
from bangfu.ledger.declaration import OFFICIALS, TEAM

READERS = (*OFFICIALS, *TEAM)
PAYERS = (Role.COUNTY, Role.TOWN)


def may_issue(actor: Actor, holder: Division) -> bool:
    """Documents and allotments are registered by number where policy is: province, city, county for their own level."""
    return holder.pk in actor.scope(Act.POLICY) and holder.level <= Level.COUNTY


def may_spend(actor: Actor, holder: int) -> bool:
    """The county's officer pays from what the county holds, the town's from what the town holds."""
    return holder in actor.scope(Act.EDIT, PAYERS)


def of_row(slug: str, record: Any, actor: Actor) -> dict[str, Any]:
    """Of a document, allotment or payment: its voucher, and what may be done to it."""
    acts = []
    if record.entry_id and not record.is_corrected and _may_counter(record, actor):
        if getattr(record, "kind", "") == "payment":
            acts.append(("收回退款", reverse("funds:refund", args=[record.pk])))
        acts.append(("冲正", reverse("funds:counter", args=[slug, record.pk])))
    return {"voucher": record.entry, "money_acts": acts}


def _may_counter(record: Any, actor: Actor) -> bool:
    if line := getattr(record, "line", None):
        return record.kind != "counter" and may_spend(actor, line.holder_id)
    return record.corrects_id is None and may_issue(actor, getattr(record, "giver", None) or record.division)
