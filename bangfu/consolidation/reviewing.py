"""The act 民主评议 (1.1): the assembly's finding, kept once as a meeting and once as the step's record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.activities.models import Activity
from bangfu.consolidation.assessments import VillageReview
from bangfu.ledger import acts as ledger_acts
from bangfu.ledger import registry as ledgers
from bangfu.people.models import Household

MEETING = "meeting"


def record_review(
    household: Household, values: Mapping[str, Any], *, by: Actor, on: date, **about: Any
) -> VillageReview:
    """`values`: attended, in_favour, against, people, minutes, and of a case monitored_kind, risks, risk_note.

    Agreed when more than half of those present are in favour (村民委员会组织法 26).
    """
    ledger = ledgers.of(Activity)
    assert ledger
    with ledger_acts.recorded(by, "village_review"):
        meeting = {
            "kind": MEETING, "held_on": on, "division_id": household.village_id, "title": f"民主评议：{household}",
            "people": values["people"] or f"到会 {values['attended']} 人", "found": values["minutes"][:500], "user": by.user,
        }  # fmt: skip
        activity = ledger_acts.create(ledger, meeting, by=by)
        assert isinstance(activity, Activity)
        return VillageReview.objects.create(
            household=household, village_id=household.village_id, activity=activity, held_on=on,
            attended=values["attended"], in_favour=values["in_favour"], against=values["against"],
            is_agreed=values["in_favour"] * 2 > values["attended"], monitored_kind=values.get("monitored_kind", ""),
            risks=values.get("risks", []), risk_note=values.get("risk_note", ""), minutes=values["minutes"], **about,
        )  # fmt: skip
