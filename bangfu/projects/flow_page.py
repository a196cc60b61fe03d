"""What the page of a project or an adjustment shows of its flow (2.2)."""

from __future__ import annotations

from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.kernel import dates
from bangfu.workflow.models import known, newest
from bangfu.workflow.sheet import sheet


def context(slug: str, record: Any, actor: Actor) -> dict[str, Any]:
    flow, records = newest(slug, record)
    known(record)
    return {"sheet": sheet(flow, actor, dates.today(), records=records) if flow else None, "flow": flow}
