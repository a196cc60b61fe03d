"""The act 入户核实 (1.1): one record with the reckoning, the facts it confirmed written into the register, one visit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.activities import acts as activities
from bangfu.consolidation import reckoning
from bangfu.consolidation.household_checks import CONFIRMED, HouseholdCheck
from bangfu.kernel.text import clean
from bangfu.ledger import acts as ledger_acts
from bangfu.ledger import registry as ledgers
from bangfu.people.income_items import ITEMS
from bangfu.people.models import Household

_BETWEEN = re.compile(r"[、，,;；\s]+")


def names(text: str) -> list[str]:
    """陈志强、黄雪梅 → two people; the same name twice is one."""
    return list(dict.fromkeys(name for name in _BETWEEN.split(clean(text)) if name))


def record_check(
    household: Household, values: Mapping[str, Any], *, by: Actor, on: date, **about: Any
) -> HouseholdCheck:
    """`values`: checkers, has_town_cadre, found, the CONFIRMED facts, the ITEMS; for a removal its two findings.
    `about`: case=… or risk_removal=…. Errors: ParameterMissing."""
    people = names(values["checkers"])
    first, last = reckoning.months(on, household.village_id)
    line = reckoning.line(on, household.village_id)
    made = HouseholdCheck(
        household=household, village_id=household.village_id, checked_on=on, checkers="、".join(people),
        checker_count=len(people), has_town_cadre=values["has_town_cadre"], found=values["found"],
        first_month=first, last_month=last,
        line_yuan=int(line.value) if line else None, line_source=line.source if line else "",
        is_risk_gone=values.get("is_risk_gone"), is_income_stable=values.get("is_income_stable"),
        **{name: values[name] for name in (*CONFIRMED, *ITEMS)}, **about,
    )  # fmt: skip
    with ledger_acts.recorded(by, "household_check"):
        made.save(force_insert=True)
        _confirm(household, values, by)
        visit = {
            "held_on": on,
            "people": made.checkers,
            "has_change": True,
            "found": made.found[:500],
            "title": "入户核实",
        }
        activities.record_visit(household, visit, by=by)
    made.refresh_from_db()
    return made


def _confirm(household: Household, values: Mapping[str, Any], by: Actor) -> None:
    """What was found differs from the register: the register learns it, with its history."""
    home = Household.objects.select_for_update().get(pk=household.pk)
    given = {name: values[name] for name in CONFIRMED if values[name] not in (None, "")}
    fresh = {name: value for name, value in given.items() if getattr(home, name) != value}
    ledger = ledgers.of(Household)
    assert ledger
    if fresh:
        ledger_acts.change(ledger, home, fresh, by=by, version=home.version, reason="入户核实")
