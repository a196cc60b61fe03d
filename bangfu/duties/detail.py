"""What the page of one standing shows beside its numbers: the rows that prove it, the pace, who chairs next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.activities.chairing import next_chair
from bangfu.duties import evidence, exemptions
from bangfu.duties.counting import State, forecast
from bangfu.duties.standings import DutyStanding
from bangfu.kernel import dates
from bangfu.kernel.periods import Period
from bangfu.ledger import registry
from bangfu.policy import guideline
from bangfu.policy.duty import Duty

SHOWN = 200
_OPEN = (State.OPEN, State.DUE_SOON, State.MISSED)


@dataclass(frozen=True)
class Shown:
    """A proving row; no title and address where the viewer may not see it."""

    day: date
    title: str = ""
    url: str = ""


def more(standing: DutyStanding, actor: Actor) -> dict[str, Any]:
    duty, today = duty_of(standing), dates.today()
    period = Period(standing.first, standing.last, "")
    is_open = standing.state in _OPEN and not duty.is_kept
    return {
        "duty": duty,
        "evidence": evidence.ALL[duty.evidence],
        "proofs": proofs(standing, actor),
        "missing": max(0, standing.asked - standing.done) if is_open else 0,
        "pace": forecast(standing.done, period, today) if is_open and period.first <= today <= period.last else None,
        "next_chair": next_chair(standing.holder) if duty.evidence == "joint_meetings" else None,
        "to_record": to_record(standing) if is_open else "",
        "may_exempt": is_open and exemptions.may_exempt(standing, actor),
        "sealed": getattr(standing, "sealed", None),
    }


def duty_of(standing: DutyStanding) -> Duty:
    """As the law of its time says it."""
    return guideline.load(standing.law).duties[standing.duty]


def proofs(standing: DutyStanding, actor: Actor) -> list[Shown]:
    """Newest first. Two queries."""
    rows = list(standing.proofs.order_by("-day", "-row")[:SHOWN])
    ledger = registry.get(rows[0].source) if rows else None
    if ledger is None:
        return []
    named = ledger.visible_to(actor, Act.READ).select_related(*getattr(ledger.model, "named_by", ()))
    seen = {row.pk: row for row in named.filter(pk__in=[proof.row for proof in rows])}
    return [
        Shown(proof.day, str(seen[proof.row]), ledger.record_url(proof.row)) if proof.row in seen else Shown(proof.day)
        for proof in rows
    ]


def to_record(standing: DutyStanding) -> str:
    """The form with which one act for this holder is recorded, with what is known filled in."""
    kind = evidence.ALL[duty_of(standing).evidence]
    ledger = registry.get(kind.source)
    if ledger is None or ledger.acts_only:
        return ""
    known = {"division": standing.division_id} if kind.starts_with else {}
    if standing.unit_id:
        known["unit"] = standing.unit_id
    if standing.holder_kind in ("group", "cadre"):
        known[standing.holder_kind] = standing.holder
    form = reverse("activities:new") if kind.starts_with else ledger.url("new")
    return f"{form}?{'&'.join(filter(None, (kind.starts_with, urlencode(known))))}"
