"""Toilets of a village by the batch (2.3): problem → mended → checked again → keeper, each step for all that are ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.construction.household_toilets import HouseholdToilet
from bangfu.ledger import acts, registry, saved
from bangfu.ledger.bulk import FRESH_PLANS
from bangfu.ledger.declaration import Ledger


class Refused(ValueError):
    """What is wrong with what was sent, in words."""


@dataclass(frozen=True)
class Step:
    """`where`: the toilets it is for; `words`: what one writes, "" for nothing; `takes_day`: on which day."""

    title: str
    button: str
    says: str
    where: Q
    words: str = ""
    takes_day: bool = False


STEPS = {
    "mend": Step(
        "待整改", "所选已整改", "修好的勾上，填整改完成日期，转去复核。", Q(status__in=("to_mend", "mending")), takes_day=True
    ),
    "check": Step(
        "待复核", "所选复核通过", "现场看过没有问题的勾上，填复核日期；不行的退回整改，写明问题。", Q(status="mended"), "管护人",
        takes_day=True,
    ),
    "keep": Step(
        "没有管护人", "登记所选的管护人", "在用的厕所没有写谁管护的。", Q(status__in=("sound", "checked"), caretaker=""), "管护人"
    ),
    "find": Step("在用的", "所选发现问题", "排查出问题的勾上，写明问题，转去整改。", Q(status__in=("sound", "checked")), "问题"),
}  # fmt: skip
BACK = "back"


def ledger() -> Ledger:
    found = registry.of(HouseholdToilet)
    assert found
    return found


def take(act: str, keys: Sequence[int], *, on: date, words: str, by: Actor) -> tuple[int, int]:
    """(done, left: no longer at this step, or not in the actor's places). One transaction. Errors: Refused."""
    step = STEPS["check" if act == BACK else act]
    if act in (BACK, "find") and not words:
        raise Refused("请写明是什么问题，如：化粪池渗漏")
    if act == "keep" and not words:
        raise Refused("请写管护人")
    with acts.recorded(by, "change", step.title):
        rows = ledger().visible_to(by, Act.EDIT).filter(step.where, pk__in=keys, withdrawn_at=None)
        if act == "check":  # nobody checks before it was mended
            rows = rows.filter(Q(retrofitted_on=None) | Q(retrofitted_on__lte=on))
        found = list(rows.select_for_update(of=("self",)).order_by("pk"))
        if found:
            with connection.cursor() as cursor:
                cursor.execute(FRESH_PLANS)
            HouseholdToilet.objects.filter(pk__in=[row.pk for row in found]).update(
                **_after(act, on, words), version=F("version") + 1, updated_at=Now()
            )
        for row in found:
            saved.note(row)
    return len(found), len(set(keys)) - len(found)


def _after(act: str, on: date, words: str) -> dict[str, Any]:
    if act == "mend":
        return {"status": "mended", "retrofitted_on": on}
    if act == "check":
        return {"status": "checked", "checked_on": on} | ({"caretaker": words} if words else {})
    if act == "keep":
        return {"caretaker": words}
    return {"status": "to_mend", "problem": words, "retrofitted_on": None, "checked_on": None}
