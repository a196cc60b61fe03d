"""Samples of 1.3, chapter 2 and chapter 3 that need more than a valid value per field (samples.py)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from itertools import count
from typing import Any

_days = count(1)


def _all_on_one_day(values: dict[str, Any]) -> None:
    """What may not be before something else is on the same day."""
    first = next(value for value in values.values() if isinstance(value, datetime.date))
    values |= {name: first for name, value in values.items() if isinstance(value, datetime.date)}


def _on_a_day_of_its_own(values: dict[str, Any]) -> None:
    """Versions that share no day with any other sample's."""
    _all_on_one_day(values)
    day = datetime.date(2001, 1, 1) + datetime.timedelta(days=next(_days))
    values |= {name: day for name, value in values.items() if isinstance(value, datetime.date)}


def _of_kind(row: Any, **columns: Any) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()


def _without_a_visit(values: dict[str, Any]) -> None:
    _all_on_one_day(values)
    values["visit"] = None


def _of_a_training(values: dict[str, Any]) -> None:
    _of_kind(values["activity"], kind="training")
    values["certified_on"] = values["activity"].held_on


def _who_went_to_school(values: dict[str, Any]) -> None:
    _all_on_one_day(values)
    values["closed_reason"] = ""


def _found_alone(values: dict[str, Any]) -> None:
    _all_on_one_day(values)
    values["job_post"] = None


def _long_away(values: dict[str, Any]) -> None:
    _all_on_one_day(values)
    values |= {"months": 6, "refused_reason": ""}


def _for_grown_ups(values: dict[str, Any]) -> None:
    _all_on_one_day(values)
    values["age_max"] = 60


def _while_paired(values: dict[str, Any]) -> None:
    values["from_on"] = values["to_on"] = values["institution_pairing"].from_on


def _of_a_scheme_to_come(values: dict[str, Any]) -> None:
    day = datetime.date(2090, 1, 1) + datetime.timedelta(days=next(_days))
    _of_kind(values["points_scheme"], from_on=day, to_on=day)


def _at_a_fair(values: dict[str, Any]) -> None:
    _of_kind(values["activity"], kind="promotion_fair")


def _of_a_year(values: dict[str, Any]) -> None:
    values["year"] = 2024


def _of_a_site(values: dict[str, Any]) -> None:
    day = values["green_site"].opened_on
    values |= {name: day for name, value in values.items() if isinstance(value, datetime.date)}
    values["ancient_tree"] = None


def _opened_while_in_force(values: dict[str, Any]) -> None:
    values["opened_on"] = values["list_item"].from_on


def _by_the_version_of_its_day(values: dict[str, Any]) -> None:
    day = datetime.date(2001, 1, 1) + datetime.timedelta(days=next(_days))
    _of_kind(values["points_rule"].points_scheme, from_on=day, to_on=day)
    values |= {"happened_on": day, "applied_on": day}


def _of_whom_wishes(values: dict[str, Any]) -> None:
    values["person"] = values["wish"].person


def _with_a_phone(values: dict[str, Any]) -> None:
    values["phone"] = "13900139000"


OF_SERVICES: dict[str, Callable[[dict[str, Any]], None]] = {
    **dict.fromkeys(
        (
            "assistance-workshops", "borrowed-practices", "cooperation-projects", "demonstration-sites",
            "experience-cases", "green-sites", "greening-campaigns", "public-welfare-posts", "responsibility-lists",
            "village-appearances",
        ),
        _all_on_one_day,
    ),
    **dict.fromkeys(
        ("institution-pairings", "model-villages", "points-schemes", "village-covenants"), _on_a_day_of_its_own
    ),
    "dispatches": _while_paired,
    "employment-wishes": _without_a_visit,
    "fair-sales": _at_a_fair,
    "job-posts": _for_grown_ups,
    "matter-cases": _opened_while_in_force,
    "job-proposals": _of_whom_wishes,
    "pairing-plan-items": _of_a_year,
    "placements": _found_alone,
    "points-applications": _by_the_version_of_its_day,
    "points-objections": _with_a_phone,
    "points-rules": _of_a_scheme_to_come,
    "training-enrolments": _of_a_training,
    "training-needs": _without_a_visit,
    "travel-subsidies": _long_away,
    "tree-pledges": _of_a_site,
    "vocational-wishes": _who_went_to_school,
}  # fmt: skip
