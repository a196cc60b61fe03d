"""Sums that may not go beyond a limit (assets of a project, awards of a household), asked after every write of rows under
the lock of what they hang on: two who write at once see each other, by form, API and import alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from bangfu.ledger.acts import Refused

#: what a sum is of; the key of the row that is locked comes first
Group = tuple[Any, ...]


@contextmanager
def held(
    keys: list[int], sums: Callable[[list[int]], Mapping[Group, Decimal]], parents: QuerySet[Any],
    fault: Callable[[Sequence[Group]], str],
) -> Iterator[None]:  # fmt: skip
    """For `Ledger.following`: the groups whose sum this write made larger are asked. Errors: Refused, with what `fault` says.

    A sum that was too large before, and did not grow, is nobody's fault now.
    """
    before = sums(keys) if keys else {}
    yield
    after = sums(keys) if keys else {}
    grown = [group for group, total in after.items() if total > before.get(group, 0)]
    if not grown:
        return
    rows = parents.filter(pk__in={group[0] for group in grown}).order_by("pk").values_list("pk")
    list(rows.select_for_update(no_key=True, of=("self",)))
    if words := fault(grown):
        raise Refused(words)
