"""The page of a facility (2.2): when it was last inspected and is next due, and the open faults with their clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bangfu.kernel import dates

if TYPE_CHECKING:
    from bangfu.projects.facility import Facility


def page_of(facility: Facility) -> dict[str, Any]:
    last = facility.inspections.filter(withdrawn_at=None).order_by("-inspected_on").first()
    since = last.inspected_on if last else facility.posted_on or facility.built_on
    due_on = since + timedelta(days=facility.every_days) if since and facility.every_days else None
    lacking = [label for label, value in (("管护人", facility.caretaker), ("公示牌", facility.posted_on)) if not value]
    return {
        "last": last,
        "due_on": due_on,
        "is_overdue": due_on is not None and due_on < dates.today(),
        "lacking": "、".join(lacking) if facility.is_in_use else "",
        "open_faults": list(facility.faults.filter(mended_on=None, withdrawn_at=None).order_by("due_on", "pk")),
        "today": dates.today(),
    }
