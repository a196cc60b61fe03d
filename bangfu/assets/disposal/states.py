"""Where a disposal stands (1.4); the codes of its flow, declared in disposal_flow.py."""

from __future__ import annotations

from django.db.models import TextChoices

FLOW = "asset-disposals"


class State(TextChoices):
    APPLIED = "applied", "已申请"
    DECIDED = "decided", "已民主决策"
    APPRAISED = "appraised", "已评估"
    REVIEWED = "reviewed", "镇已审核"
    APPROVED = "approved", "已批准"
    NOTICED = "noticed", "公示中"
    EXECUTED = "executed", "已处置"
    SETTLED = "settled", "已入账"
    REFUSED = "refused", "不同意"
    WITHDRAWN = "withdrawn", "已撤回"


CLOSED = (State.SETTLED, State.REFUSED, State.WITHDRAWN)
#: ended with the asset as it was
DROPPED = (State.REFUSED, State.WITHDRAWN)
BEFORE_APPROVAL = (State.APPLIED, State.DECIDED, State.APPRAISED, State.REVIEWED)
#: the asset is gone
DONE = (State.EXECUTED, State.SETTLED)
TONES = {
    **dict.fromkeys(BEFORE_APPROVAL, "warn"),
    State.APPROVED: "note",
    State.NOTICED: "note",
    **dict.fromkeys(DONE, "ok"),
    **dict.fromkeys(DROPPED, "muted"),
}
