"""The named acts on activities: a visit to a household, and the end of what it left to be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from bangfu.accounts.actor import Actor
from bangfu.activities.activity import VISIT, Activity, ActivityLedger
from bangfu.ledger import acts, history, registry
from bangfu.people.models import Household

UNCHANGED = "走访核对，情况没有变化"

history.ACTS["activities.follow_up_done"] = "后续事项办结"


def ledger() -> ActivityLedger:
    found = registry.of(Activity)
    assert isinstance(found, ActivityLedger)
    return found


def record_visit(
    household: Household, values: Mapping[str, Any], *, by: Actor, client_uuid: UUID | None = None
) -> Activity:
    """Somebody was at the household. `values`: held_on, people, and what is known of has_change, found, follow_up,
    follow_up_on. The same `client_uuid` again changes nothing. The caller has made sure that `by` may edit there."""
    place = {"kind": VISIT, "household": household, "division_id": household.village_id, "user": by.user}
    made = acts.create(ledger(), dict(values) | place, by=by, client_uuid=client_uuid)
    assert isinstance(made, Activity)
    return made


def record_unchanged(household: Household, *, by: Actor, at: date, client_uuid: UUID | None = None) -> Activity:
    """A visit at which all that is known was found as it stands: two taps on the list of a round."""
    values = {"held_on": at, "people": str(by.user), "has_change": False, "found": UNCHANGED}
    return record_visit(household, values, by=by, client_uuid=client_uuid)


def finish_follow_up(activity: Activity, *, by: Actor, at: date) -> None:
    """Errors: ledger.acts.Overtaken."""
    with acts.recorded(by, "activities.follow_up_done"):
        acts.change(ledger(), activity, {"done_on": at}, by=by, version=activity.version)
