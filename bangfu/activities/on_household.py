"""What activities add to the page of a household: the button for a visit, and the visits in its story."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.activities import acts
from bangfu.people.offers import Offer
from bangfu.people.story import Item

_SHOWN = 30


def visit_button(household: Any, actor: Actor) -> Iterator[Offer]:
    ledger = acts.ledger()
    if ledger.may(actor, Act.EDIT) and household.village_id in actor.scope(Act.EDIT, ledger.edited_by):
        yield Offer("登记走访", "home", reverse("activities:visit", args=[household.pk]))


def visits(household: Any, actor: Actor) -> Iterator[Item]:
    ledger = acts.ledger()
    rows = ledger.visible_to(actor).filter(household=household, withdrawn_at=None).order_by("-held_on", "-pk")
    for row in rows[:_SHOWN]:
        follow_up = f"；后续：{row.follow_up}{'（已办结）' if row.done_on else ''}" if row.follow_up else ""
        yield Item(
            row.held_on, row.get_kind_display(), row.people, text=row.found + follow_up, url=ledger.record_url(row.pk)
        )
