"""Who wants to know when activities change: told what was and what is, by set, inside the transaction of the change.

    changed.listeners.append(recount)      # recount(before, after): pk → Seen; one side lacks what is new or gone

Forms, the API, withdrawal and restoring, bulk edits, imports and their undo all pass here (Ledger.following).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from bangfu.activities import taking_part
from bangfu.activities.activity import Activity, ActivityCadre, ActivityPlace, ActivityUnit


@dataclass(frozen=True)
class Seen:
    """An activity as duties count it. `is_withdrawn`: it counts for nothing."""

    pk: int
    kind: str
    held_on: date
    division_id: int
    household_id: int | None
    group_id: int | None
    chair_id: int | None
    unit_names: str
    cadre_names: str
    other_places: str
    is_withdrawn: bool
    units: frozenset[tuple[int, str]] = frozenset()
    cadres: frozenset[int] = frozenset()
    places: frozenset[int] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """What the rows in the tables beside follow from."""
        return self.unit_names, self.cadre_names, self.other_places


NOBODY = ("", "", "")
SeenByKey = Mapping[int, Seen]
listeners: list[Callable[[SeenByKey, SeenByKey], None]] = []

_OWN = (
    "pk", "kind", "held_on", "division_id", "household_id", "group_id", "chair_id", "unit_names", "cadre_names",
    "other_places",
)  # fmt: skip


def look(keys: Sequence[int]) -> dict[int, Seen]:
    """Four queries."""
    if not keys:
        return {}
    units = _parts(ActivityUnit, keys, "unit", "rank")
    cadres, places = _parts(ActivityCadre, keys, "cadre"), _parts(ActivityPlace, keys, "division")
    rows = Activity.objects.filter(pk__in=keys).values(*_OWN, "withdrawn_at")
    return {
        row["pk"]: Seen(
            **{name: row[name] for name in _OWN},
            is_withdrawn=row["withdrawn_at"] is not None,
            units=frozenset(units[row["pk"]]),
            cadres=frozenset(one for (one,) in cadres[row["pk"]]),
            places=frozenset(one for (one,) in places[row["pk"]]),
        )
        for row in rows
    }


def _parts(model: type[Model], keys: Sequence[int], *names: str) -> defaultdict[int, set[tuple[Any, ...]]]:
    found: defaultdict[int, set[tuple[Any, ...]]] = defaultdict(set)
    for pk, *values in model._default_manager.filter(activity__in=keys).values_list("activity", *names):
        found[pk].add(tuple(values))
    return found


@contextmanager
def following(keys: list[int]) -> Iterator[None]:
    """Around a write of the rows with these keys; the block may add the keys of new rows to the list."""
    before = look(keys)
    yield
    now = look(keys)
    stale = [pk for pk in keys if pk not in now or now[pk].names != (before[pk].names if pk in before else NOBODY)]
    if stale:
        taking_part.sync(stale)
        now |= look(stale)
    for listener in listeners:
        listener(before, now)
