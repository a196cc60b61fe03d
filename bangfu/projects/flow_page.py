"""What the page of a project or an adjustment shows of its flow (2.2)."""

from __future__ import annotations

from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.kernel import dates
from bangfu.workflow.models import Flow
from bangfu.workflow.sheet import sheet


def context(slug: str, record: Any, actor: Actor) -> dict[str, Any]:
    rows = Flow.objects.filter(slug=slug, subject_type=record._meta.label, subject_id=record.pk)
    flow = rows.select_related("division", "assignee").order_by("-pk").first()
    return {"sheet": sheet(flow, actor, dates.today()) if flow else None, "flow": flow}
