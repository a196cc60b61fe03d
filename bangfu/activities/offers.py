"""What an activity counts for: packages above add themselves when the apps are ready (like people/offers.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bangfu.activities.activity import Activity

#: (label, address or "")
Counted = tuple[str, str]
#: activity → what it counts for; several may say several
sources: list[Callable[[Activity], Iterable[Counted]]] = []


def counted_by(activity: Activity) -> list[Counted]:
    """Each once, in the order in which the packages came; nothing when it is withdrawn."""
    if activity.withdrawn_at:
        return []
    return list(dict.fromkeys(found for source in sources for found in source(activity)))
