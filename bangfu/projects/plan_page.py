"""The page of a plan (2.1): its items, and how far the projects that hang on them are; counted, never typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum

from bangfu.accounts.actor import Actor
from bangfu.projects.states import DROPPED

if TYPE_CHECKING:
    from bangfu.projects.plan import Plan

ALIVE = Q(projects__withdrawn_at=None) & ~Q(projects__state__in=DROPPED)


def page_of(plan: Plan, actor: Actor) -> dict[str, Any]:
    """Items with numbers of projects, started, finished, and money planned in them; the same sums for the plan."""
    rows = plan.items.filter(withdrawn_at=None).annotate(
        projects_in=Count("projects", ALIVE),
        started=Count("projects", ALIVE & Q(projects__started_on__isnull=False)),
        finished=Count("projects", ALIVE & Q(projects__accepted_on__isnull=False)),
        project_yuan=Sum("projects__planned_yuan", filter=ALIVE),
    )
    items = list(rows.order_by("item_no", "pk"))
    return {
        "items": items,
        "figures": {
            "planned": len(items),
            "with_project": sum(item.projects_in > 0 for item in items),
            "started": sum(item.started > 0 for item in items),
            "finished": sum(0 < item.projects_in == item.finished for item in items),
        },
    }
