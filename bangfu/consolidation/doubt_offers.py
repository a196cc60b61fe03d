"""What doubts add to the page of a household: one button that leads to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.consolidation.doubts import Doubt, DoubtLedger
from bangfu.people.offers import Offer, Part


def button(household: Any, actor: Actor) -> Iterator[Part]:
    if household.village_id not in actor.scope(Act.EDIT, DoubtLedger.edited_by):
        return
    url = reverse("consolidation:household-doubts", args=[household.pk])

    def told(left: list[Any]) -> Iterator[Offer]:
        words = f"{len(left)} 个数据疑点" if left else "检查数据疑点"
        yield Offer(words, "alert-triangle" if left else "list-check", url)

    yield Part(Doubt.objects.filter(household=household, state=Doubt.State.OPEN, withdrawn_at=None).only("pk"), told)
