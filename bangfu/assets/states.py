"""Where an asset stands (1.4): registered, then owned, handed over, in use, and in the end disposed of or lost."""

from __future__ import annotations

from django.db.models import TextChoices


class State(TextChoices):
    REGISTERED = "registered", "已登记"
    CONFIRMED = "confirmed", "已确权"
    HANDED_OVER = "handed_over", "已移交"
    OPERATING = "operating", "运营中"
    IDLE = "idle", "闲置"
    INEFFICIENT = "inefficient", "低效"
    DISPOSING = "disposing", "处置中"
    DISPOSED = "disposed", "已处置"
    LOST = "lost", "已灭失"


#: no longer there
GONE = (State.DISPOSED, State.LOST)
#: on its way to be used; only such a row is withdrawn by hand
UNUSED = (State.REGISTERED, State.CONFIRMED)
#: somebody owns it and keeps it
KEPT = (State.HANDED_OVER, State.OPERATING, State.IDLE, State.INEFFICIENT)
TONES = {
    State.REGISTERED: "warn",
    State.CONFIRMED: "note",
    State.HANDED_OVER: "note",
    State.OPERATING: "ok",
    State.IDLE: "bad",
    State.INEFFICIENT: "warn",
    State.DISPOSING: "warn",
    State.DISPOSED: "muted",
    State.LOST: "muted",
}
