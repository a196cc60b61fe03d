"""The named acts on activities: a visit to a household, what it left to be done, and the end of that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.activities.activity import VISIT, Activity
from bangfu.activities.activity_ledger import ActivityLedger
from bangfu.activities.follow_ups import FollowUp, FollowUpLedger
from bangfu.ledger import acts, history, registry
from bangfu.ledger.record import Record
from bangfu.people.models import Household

UNCHANGED = "走访核对，情况没有变化"

history.ACTS["activities.follow_up_done"] = "后续事项办结"


def ledger() -> ActivityLedger:
    found = registry.of(Activity)
    assert isinstance(found, ActivityLedger)
    return found


def follow_up_ledger() -> FollowUpLedger:
    found = registry.of(FollowUp)
    assert isinstance(found, FollowUpLedger)
    return found


def record(values: Mapping[str, Any], *, by: Actor, client_uuid: UUID | None = None) -> Activity:
    """Any activity, with `follow_up` and `follow_up_on` for what it leaves to be done. The same `client_uuid` again
    changes nothing. The caller has made sure that `by` may edit there."""
    told = dict(values)
    follow_up, due_on = told.pop("follow_up", ""), told.pop("follow_up_on", None)
    with acts.recorded(by, "create"):
        made = acts.create(ledger(), told | {"user": by.user}, by=by, client_uuid=client_uuid)
        assert isinstance(made, Activity)
        if follow_up and not FollowUp.objects.filter(source_ledger=ledger().slug, source_id=made.pk).exists():
            leave_own(made, follow_up, by=by, due_on=due_on)
    return made


def leave(source: Record, what: str, *, by: Actor, place: int, due_on: date | None, **whose: Any) -> FollowUp:
    """Something is left to be done after this row of some ledger. `whose`: who, who_user, unit."""
    origin = registry.of(type(source))
    assert origin
    values = {
        "what": what,
        "division_id": place,
        "due_on": due_on,
        "source_ledger": origin.slug,
        "source_id": source.pk,
    }
    made = acts.create(follow_up_ledger(), values | whose, by=by)
    assert isinstance(made, FollowUp)
    return made


def leave_own(activity: Activity, what: str, *, by: Actor, due_on: date | None) -> FollowUp:
    """Who recorded it does it; the list lets it be given to somebody else."""
    unit = min(by.units(Act.EDIT, ledger().edited_by), default=None)  # so that the colleagues of a liaison see it too
    whose = {"who_user": by.user, "who": str(by.user), "unit_id": unit}
    return leave(activity, what, by=by, place=activity.division_id, due_on=due_on, **whose)


def record_visit(
    household: Household, values: Mapping[str, Any], *, by: Actor, client_uuid: UUID | None = None
) -> Activity:
    """Somebody was at the household. `values`: held_on, people, and what is known of has_change, found, follow_up,
    follow_up_on."""
    place = {"kind": VISIT, "household": household, "division_id": household.village_id}
    return record(dict(values) | place, by=by, client_uuid=client_uuid)


def record_unchanged(household: Household, *, by: Actor, at: date, client_uuid: UUID | None = None) -> Activity:
    """A visit at which all that is known was found as it stands: two taps on the list of a round."""
    values = {"held_on": at, "people": str(by.user), "has_change": False, "found": UNCHANGED}
    return record_visit(household, values, by=by, client_uuid=client_uuid)


def finish_follow_up(follow_up: FollowUp, *, by: Actor, at: date, result: str = "") -> None:
    """Errors: ledger.acts.Overtaken."""
    with acts.recorded(by, "activities.follow_up_done"):
        done = {"done_on": at, "result": result or follow_up.result}
        acts.change(follow_up_ledger(), follow_up, done, by=by, version=follow_up.version)
