"""When do two rows of a workbook mean one act? When they agree in kind, day, place, household, title and units."""

from __future__ import annotations

import hashlib
from typing import Any

from bangfu.activities.activity import Activity

#: columns as they stand in a frame; the household by its number. Migration taking_part says the same in SQL
SAID = ("kind", "held_on", "division_id", "household", "title", "unit_names")


def key(*said: Any) -> str:
    """32 letters; of nothing, the empty text."""
    return hashlib.md5("|".join(map(str, said)).encode(), usedforsecurity=False).hexdigest()


def key_of(record: Activity) -> str:
    household = record.household.household_no if record.household else ""
    return key(record.kind, record.held_on, record.division_id, household, record.title, record.unit_names)
