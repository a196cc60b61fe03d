"""The acts on a running case (3.4): a step done, the case stopped. Each once, however often it is sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.kernel import dates
from bangfu.ledger import acts, registry
from bangfu.ledger.declaration import Ledger
from bangfu.services.lists.matter_case import MatterCase


class Refused(Exception):
    """Why not, in words for the clerk."""


def ledger() -> Ledger:
    found = registry.of(MatterCase)
    assert found
    return found


def tick(case: MatterCase, *, step: int, on: date, by: Actor) -> None:
    """Step number `step` (from 0) was done on the day. Sent again it does nothing. Errors: Refused, acts.Overtaken."""
    if step < len(case.step_days):
        return
    _demand_running(case)
    last = case.step_days[-1] if case.step_days else case.opened_on
    if step != len(case.step_days) or step >= len(case.steps):
        raise Refused("请按步骤的先后登记")
    if on < last or on > dates.today():
        raise Refused(f"日期应在 {last} 和今天之间")
    values: dict[str, Any] = {"step_days": [*case.step_days, on]}
    if step == len(case.steps) - 1:
        values |= {"closed_on": on, "outcome": MatterCase.Outcome.DONE}
    acts.change(ledger(), case, values, by=by, version=case.version)


def stop(case: MatterCase, *, reason: str, by: Actor) -> None:
    """Errors: Refused, acts.Overtaken."""
    _demand_running(case)
    if not reason:
        raise Refused("请写终止的原因，申请人来问时要说得清")
    values = {"closed_on": dates.today(), "outcome": MatterCase.Outcome.STOPPED, "stopped_reason": reason}
    acts.change(ledger(), case, values, by=by, version=case.version, reason=reason)


def _demand_running(case: MatterCase) -> None:
    if case.outcome != MatterCase.Outcome.RUNNING:
        raise Refused("这一件已经办结或终止")
