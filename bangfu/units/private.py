"""Ledgers about one cadre that the peers in the team don't see (5.3, 5.4): officials of the place, the sending unit, oneself."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.ledger.declaration import TEAM, WRITING, Ledger

#: the team reads what is about oneself
READERS = (Role.PROVINCE, Role.CITY, Role.COUNTY, Role.TOWN, Role.LIAISON, *TEAM)


def visible_to(ledger: Ledger, actor: Actor, act: Act, unseen: tuple[Role, ...] = TEAM) -> QuerySet[Any]:
    """By place to officials, by unit to the liaison of the sending unit, to the cadre what is about the cadre.

    `unseen`: roles that see nothing else by their place."""
    rows = ledger.model._default_manager
    if not ledger.may(actor, act):
        return rows.none()
    roles = ledger.edited_by if act in WRITING else tuple(role for role in ledger.readers() if role not in unseen)
    seen = actor.scope(act, roles).q(ledger.scope) | Q(cadre__sending_unit__in=actor.units(act, roles))
    if act not in WRITING:
        seen |= Q(cadre__user=actor.user)
    return rows.filter(seen)
