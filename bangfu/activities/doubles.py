"""One act entered by two people: offered as the same one, to open, to join, or to keep apart; nothing is lost."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.activities import acts, naming
from bangfu.activities.activity import Activity, ActivityUnit
from bangfu.activities.follow_ups import of_activity
from bangfu.ledger import acts as ledger_acts

SHOWN = 5
_LONGEST = {"people": 200, "result": 500, "found": 500}


def of(values: dict[str, Any], actor: Actor) -> list[Activity]:
    """The same kind on the same day, at the same place or of the same group, of the same household or a common unit."""
    units = [unit.pk for unit in naming.units_of([values["unit_names"]]).values()]
    common = Q(Exists(ActivityUnit.objects.filter(activity=OuterRef("pk"), unit__in=units)))
    nobody = Q(unit_names="", household=None, title=values["title"])
    who = Q(household=values["household"]) if values["household"] else common if units else nobody
    where = Q(division=values["division"]) | (Q(group=values["group"]) if values["group"] else Q(pk__in=[]))
    rows = acts.ledger().visible_to(actor).filter(who, where, kind=values["kind"], held_on=values["held_on"])
    return list(rows.filter(withdrawn_at=None).order_by("pk")[:SHOWN])


def may_join(activity: Activity, actor: Actor) -> bool:
    return bool(acts.ledger().visible_to(actor, Act.EDIT).filter(pk=activity.pk, withdrawn_at=None).exists())


def join(activity: Activity, values: dict[str, Any], *, by: Actor) -> Activity:
    """What the second person knows is added to the first record. Errors: ledger.acts.Overtaken."""
    merged: dict[str, Any] = {
        "unit_names": _units(activity.unit_names, values["unit_names"]),
        "cadre_names": _names(activity.cadre_names, values["cadre_names"]),
        "other_places": _names(activity.other_places, values["other_places"]),
        "people": _names(activity.people, values["people"]),
        "headcount": max(activity.headcount or 0, values["headcount"] or 0) or None,
        "result": _prose(activity.result, values["result"]),
        "found": _prose(activity.found, values["found"]),
        "details": "；".join(dict.fromkeys(filter(None, (activity.details, values["details"])))),
    }
    merged |= {
        name: getattr(activity, name) or values[name] for name in ("title", "place", "group", "chair", "ends_on")
    }
    merged |= {name: text[: _LONGEST[name]] for name, text in merged.items() if name in _LONGEST}
    with ledger_acts.recorded(by, "change", "与另一人登记的同一次活动合并"):
        ledger_acts.change(acts.ledger(), activity, merged, by=by, version=activity.version)
        what = values["follow_up"]
        if what and not of_activity(activity).filter(what=what).exists():  # pressed twice it is left once
            acts.leave_own(activity, what, by=by, due_on=values["follow_up_on"])
    return activity


def _names(first: str, second: str) -> str:
    return "、".join(dict.fromkeys([*naming.parts(first), *naming.parts(second)]))


def _units(first: str, second: str) -> str:
    return naming.told(dict.fromkeys([*naming.units_in(first), *naming.units_in(second)]))


def _prose(first: str, second: str) -> str:
    return first if not second or second in first else "；".join(filter(None, (first, second)))
