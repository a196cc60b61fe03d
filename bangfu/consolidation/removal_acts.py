"""The named acts on a removal that leave a record and take its step in one transaction (1.1); errors as in case_acts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.consolidation import checking, notice_drafts, reviewing
from bangfu.consolidation.removals import RiskRemoval
from bangfu.ledger.acts import recorded
from bangfu.notices import acts as notices
from bangfu.notices.models import PublicNotice
from bangfu.workflow import acts
from bangfu.workflow.models import Flow


def verify(
    removal: RiskRemoval, flow: Flow, values: Mapping[str, Any], *, by: Actor, at: datetime, on: date, version: int
) -> None:
    with recorded(by, "verify"):
        checking.record_check(removal.household, values, by=by, on=on, risk_removal=removal)
        acts.take("verify", flow, by=by, at=at, on=on, version=version)


def assess(
    removal: RiskRemoval, flow: Flow, values: Mapping[str, Any], *, by: Actor, at: datetime, on: date, version: int
) -> None:
    with recorded(by, "assess"):
        reviewing.record_review(removal.household, values, by=by, on=on, risk_removal=removal)
        acts.take("assess", flow, by=by, at=at, on=on, version=version)


def publish(
    removal: RiskRemoval, flow: Flow, step: str, *, remark: str, by: Actor, at: datetime, on: date, version: int
) -> PublicNotice:
    """More errors: notices.redactor.PrivateData."""
    notice_drafts.refuse_past(on, at)
    kind = PublicNotice.Kind.REMOVAL if step == "post_notice" else PublicNotice.Kind.REMOVED
    with recorded(by, step):
        made = notices.post(notice_drafts.of_removal(removal, kind, remark), by=by, at=on)
        acts.take(step, flow, by=by, at=at, on=on, version=version)
    return made
