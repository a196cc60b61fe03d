"""What activities add to the page of a household: the button for a visit, and the visits in its story."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.activities import acts
from bangfu.activities.follow_ups import FollowUp
from bangfu.people.offers import Offer, Part
from bangfu.people.story import Item

_SHOWN = 30


def visit_button(household: Any, actor: Actor) -> Iterator[Offer]:
    ledger = acts.ledger()
    if ledger.may(actor, Act.EDIT) and household.village_id in actor.scope(Act.EDIT, ledger.edited_by):
        yield Offer("登记走访", "home", reverse("activities:visit", args=[household.pk]))


def visits(household: Any, actor: Actor) -> Iterator[Part]:
    rows = acts.ledger().visible_to(actor).filter(household=household, withdrawn_at=None)
    yield Part(rows.order_by("-held_on", "-pk")[:_SHOWN], lines=_told)


def _told(shown: list[Any]) -> Iterator[Item]:
    ledger = acts.ledger()
    left: defaultdict[int, list[str]] = defaultdict(list)
    if shown:
        open_or_done = FollowUp.objects.filter(source_ledger=ledger.slug, source_id__in=[row.pk for row in shown])
        for each in open_or_done.filter(withdrawn_at=None).order_by("pk"):
            left[each.source_id or 0].append(f"；后续：{each.what}{'（已办结）' if each.done_on else ''}")
    for row in shown:
        text = (row.found or row.result) + "".join(left[row.pk])
        yield Item(row.held_on, row.get_kind_display(), row.people, text=text, url=ledger.record_url(row.pk))
