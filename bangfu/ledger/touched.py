"""Which villages' rows of a vast ledger changed since its figures were counted (cube.py): noted by triggers, whatever writes.

A note is appended, never updated: a long import would otherwise make every form of its county wait. A transaction that
commits late leaves its notes for the next count, so none is lost; a time stamp in the row could not promise that.
"""

from __future__ import annotations

import pgtrigger
from django.db import models


class TouchedVillage(models.Model):
    ledger = models.CharField(max_length=60)
    village = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.ledger} {self.village}"


_OLD, _NEW = "old_rows", "new_rows"
_WAYS = (
    ("figures_gain", pgtrigger.Insert, {"new": _NEW}),
    ("figures_lose", pgtrigger.Delete, {"old": _OLD}),
    ("figures_change", pgtrigger.Update, {"old": _OLD, "new": _NEW}),
)


def triggers(slug: str, column: str) -> list[pgtrigger.Trigger]:
    """For the table of the ledger; `column` holds the village."""
    return [_noting(slug, column, *way) for way in _WAYS]


def _noting(
    slug: str, column: str, name: str, operation: pgtrigger.Operation, rows: dict[str, str]
) -> pgtrigger.Trigger:
    both = " UNION ALL ".join(f"SELECT {column} FROM {each}" for each in rows.values())  # noqa: S608
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**rows),  # type: ignore[no-untyped-call]
        func="INSERT INTO ledger_touchedvillage (ledger, village)"  # noqa: S608 (names of declarations)
        f" SELECT DISTINCT '{slug}', village FROM ({both}) AS found (village); RETURN NULL;",
    )
