"""What of chapter 2 waits for the town and the village: names on ancient trees that end, toilets to be mended or checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.construction.ancient_tree import AncientTree
from bangfu.construction.household_toilets import HouseholdToilet
from bangfu.construction.settlement.toilet_steps import STEPS
from bangfu.lawbook import parameters
from bangfu.ledger import registry
from bangfu.ledger.declaration import TEAM
from bangfu.ledger.peek import Found, Peek

NAMED, COUNTED = 3, 100
KEEPERS = (Role.TOWN, Role.VILLAGE, *TEAM)


@dataclass(frozen=True)
class Waiting:
    article: str
    what: str
    why: str
    url: str
    action: str
    due_on: date | None = None


def waiting(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    """A role that it is not for has no look."""
    scope = actor.scope(Act.EDIT, KEEPERS)
    if not scope:
        return
    soon = on + timedelta(days=int(parameters.value("tree_naming_remind_days", on)))
    named = AncientTree.objects.filter(scope.q("village"), withdrawn_at=None, named_until__lte=soon)
    yield _names(named.exclude(named_for=""), on)
    toilets = HouseholdToilet.objects.filter(scope.q("village"), withdrawn_at=None)
    yield _toilets(toilets, "mend", "座问题户厕等整改", "修好的勾上，填整改完成日期")
    yield _toilets(toilets, "check", "座户厕整改完等复核", "现场看过的勾上；不行的退回整改")


def _names(rows: QuerySet[AncientTree], on: date) -> Peek[Waiting]:
    ledger = registry.of(AncientTree)
    assert ledger

    def told(found: list[Found]) -> Iterator[Waiting]:
        for row in found:
            ended = row.due_on is not None and row.due_on < on
            tree = f"{row.said['species']}（{row.said['tree_no']}）"
            what = f"{tree}的冠名{'已经到期' if ended else '快到期了'}"
            why = f"冠名“{row.said['named_for']}”；续的改冠名日期，不续的清空冠名，换下铭牌"
            yield Waiting("2.4", what, why, f"{ledger.record_url(row.said['pk'])}edit/", "去办", row.due_on)

    said = {name: name for name in ("pk", "species", "tree_no", "named_for")}
    return Peek(rows.order_by("named_until", "pk"), told, said, "named_until", NAMED)


def _toilets(rows: QuerySet[Any], step: str, words: str, why: str) -> Peek[Waiting]:
    def told(found: list[Found]) -> Iterator[Waiting]:
        if found:
            number = f"{COUNTED} 多" if len(found) > COUNTED else str(len(found))
            url = f"{reverse('construction:toilets')}?step={step}"
            yield Waiting("2.3", f"{number} {words}", why, url, "成批办")

    return Peek(rows.filter(STEPS[step].where), told, most=COUNTED + 1)
