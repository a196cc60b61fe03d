"""The states of a removal (1.1), from the study of the household to the end of tracking, and back to monitoring."""

from __future__ import annotations

from django.db import models

#: slug of the workflow that moves a removal, declared in removal_flow.py
FLOW = "risk-removals"


class State(models.TextChoices):
    CONSIDERED = "considered", "研判中"
    PROPOSED = "proposed", "待入户核实"
    VERIFIED = "verified", "待评议"
    ASSESSED = "assessed", "待公示"
    NOTICING = "noticing", "公示中"
    TOWN_REVIEWED = "town_reviewed", "待县审定"
    COUNTY_APPROVED = "county_approved", "待公告"
    TRACKING = "tracking", "已消除跟踪中"
    TRACKED = "tracked", "跟踪期满"
    REOPENED = "reopened", "已回退监测"
    DROPPED = "dropped", "暂不消除"


CLOSED = (State.TRACKED, State.REOPENED, State.DROPPED)
TONES = {
    State.NOTICING: "note",
    State.TRACKING: "ok",
    State.TRACKED: "ok",
    State.REOPENED: "warn",
    State.DROPPED: "muted",
}
