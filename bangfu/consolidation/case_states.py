"""The states of a case (1.1), from the clue to the decision and the ways out; the words that lists and lines show."""

from __future__ import annotations

from django.db import models

#: slug of the workflow that moves a case, declared in case_flow.py
FLOW = "identifications"


class State(models.TextChoices):
    OPENED = "opened", "待入户核实"
    VERIFIED = "verified", "待授权"
    CONSENTED = "consented", "待比对"
    COMPARED = "compared", "待评议"
    ASSESSED = "assessed", "待公示"
    NOTICING = "noticing", "公示中"
    TOWN_REVIEWED = "town_reviewed", "待县审定"
    COUNTY_APPROVED = "county_approved", "待公告"
    ANNOUNCED = "announced", "待建档"
    MONITORED = "monitored", "已纳入监测"
    REJECTED = "rejected", "不予纳入待告知"
    OBJECTION_UPHELD = "objection_upheld", "异议成立待告知"
    TOLD = "told", "已告知可复核"
    APPEALED = "appealed", "复核中"
    NOT_INCLUDED = "not_included", "不予纳入"
    WITHDRAWN = "withdrawn", "已撤销"
    REVOKED = "revoked", "认定已撤销"


#: the case has ended; a new clue opens a new one
CLOSED = (State.MONITORED, State.NOT_INCLUDED, State.WITHDRAWN, State.REVOKED)
TONES = {
    State.MONITORED: "ok",
    State.NOTICING: "note",
    State.REJECTED: "warn",
    State.OBJECTION_UPHELD: "warn",
    State.APPEALED: "warn",
    State.NOT_INCLUDED: "muted",
    State.WITHDRAWN: "muted",
    State.REVOKED: "muted",
}
