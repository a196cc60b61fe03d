"""What of chapter 4 waits for a person: each room tells its own."""

from __future__ import annotations

from datetime import date

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.industry.collective import todos as collective
from bangfu.industry.finance import todos as finance
from bangfu.industry.linkage import todos as linkage
from bangfu.industry.markets import todos as markets
from bangfu.industry.selling import todos as selling
from bangfu.industry.technology import todos as technology
from bangfu.industry.waiting import KEEPERS, Lines


def waiting(actor: Actor, on: date) -> Lines:
    """A role that it is not for has no look."""
    yield from finance.waiting(actor, on)
    yield from technology.waiting(actor, on)
    yield from selling.of_unit(actor, on)
    if scope := actor.scope(Act.EDIT, KEEPERS):
        for room in (linkage, selling, collective, markets):
            yield from room.waiting(scope, on)
