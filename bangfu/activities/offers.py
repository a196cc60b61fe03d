"""What an activity counts for: packages above add themselves when the apps are ready (like people/offers.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bangfu.activities.activity import Activity
from bangfu.ledger import registry
from bangfu.policy.activity_kind import kinds

#: (label, address or "")
Counted = tuple[str, str]
#: activity → what it counts for; several may say several
sources: list[Callable[[Activity], Iterable[Counted]]] = []


def counted_by(activity: Activity) -> list[Counted]:
    """Each once, in the order in which the packages came; nothing when it is withdrawn."""
    if activity.withdrawn_at:
        return []
    return list(dict.fromkeys(found for source in sources for found in source(activity)))


def by_kind(activity: Activity) -> Iterator[Counted]:
    """The article of its kind, and the household's own story."""
    kind = kinds().get(activity.kind)
    if kind:
        yield f"{kind.article} {kind.label}", f"/guideline/{kind.article}/"
    if activity.household_id:
        ledger = registry.get("households")
        yield f"{activity.household}的经过", ledger.record_url(activity.household_id) if ledger else ""
