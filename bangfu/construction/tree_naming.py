"""How long an ancient tree bears a name (2.4): so many years as were in force on the day of the naming."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any

from django.db import models

from bangfu.kernel.periods import add_months
from bangfu.lawbook.parameters import Snapshot
from bangfu.policy.parameter import ParameterMissing


@contextmanager
def following(trees: type[models.Model], keys: list[int]) -> Iterator[None]:
    """Around a write of trees: works out their last day, by form and by import alike."""
    yield
    known = Snapshot.take()
    rows: list[Any] = list(trees._default_manager.filter(pk__in=keys))
    wrong = [row for row in rows if row.named_until != _until(known, row)]
    for row in wrong:
        row.named_until = _until(known, row)
    trees._default_manager.bulk_update(wrong, ["named_until"])


def _until(known: Snapshot, row: Any) -> date | None:
    """The last day, included; none without a naming, or before there was a term."""
    if row.named_on:
        with suppress(ParameterMissing):
            years = int(known.at("ancient_tree_naming_years", row.named_on, row.village_id).value)
            return add_months(row.named_on, 12 * years) - timedelta(days=1)
    return None
