"""The named acts on clues (1.1): assign, check, close as needless, reopen, match to a household, open a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.accounts.roles import Act, Role
from bangfu.consolidation import cases
from bangfu.consolidation.cases import Case
from bangfu.consolidation.clues import OPEN, REASONS, Clue, State
from bangfu.ledger import history
from bangfu.ledger.acts import recorded
from bangfu.people.models import Household
from bangfu.policy.code_lists import code_list
from bangfu.workflow import acts as flows

#: who may look again at what the village closed
HIGHER = (Role.COUNTY, Role.TOWN)
history.ACTS |= {
    "clues.assign": "指定核实人",
    "clues.verify": "开始入户核实",
    "clues.close": "不需要帮扶",
    "clues.reopen": "重新核实",
    "clues.match": "对上农户",
    "clues.case": "立案",
}


class Refused(ValueError):
    """The act can't be; the message says why and what to do."""


def _write(rows: QuerySet[Clue], **columns: Any) -> int:
    return rows.update(**columns, version=F("version") + 1, updated_at=Now())


def _locked(clues: Iterable[Clue]) -> QuerySet[Clue]:
    """Locks clues that are open still. Errors: Refused, when somebody was first."""
    keys = sorted({clue.pk for clue in clues})
    found = list(Clue.objects.select_for_update().filter(pk__in=keys).order_by("pk").select_related(None))
    for clue in found:
        if clue.state not in OPEN or clue.withdrawn_at:
            who = f"（{clue.closed_by}）" if clue.closed_by_id else ""
            raise Refused(f"这条线索刚刚已有人处理{who}：{clue.get_state_display()}，请刷新后再看")
    return Clue.objects.filter(pk__in=keys)


def assign(clues: Iterable[Clue], *, to: User, by: Actor, at: datetime) -> int:
    """Says who goes there. Errors: Refused."""
    with recorded(by, "clues.assign"):
        return _write(_locked(clues), assignee=to, state=State.ASSIGNED)


def start_verifying(clue: Clue, *, by: Actor, at: datetime) -> None:
    """Somebody goes to the household; it stays on the list until it is closed or a case is opened."""
    with recorded(by, "clues.verify"):
        _write(_locked([clue]), state=State.VERIFYING, assignee=by.user)


def close_needless(clues: Iterable[Clue], *, reason: str, by: Actor, at: datetime, note: str = "") -> int:
    """Checked, no help is needed, because … ; its facts are remembered and don't come back. Errors: Refused."""
    known = {str(code.value): code for code in code_list(REASONS).codes}
    if reason not in known:
        raise Refused("请选择不需要帮扶的原因")
    if known[reason].facts.get("needs_remark") and not note:
        raise Refused("选“其他原因”的，请写一句说明")
    with recorded(by, "clues.close", note or known[reason].label):
        return _write(
            _locked(clues), state=State.NO_RISK, closed_reason=reason, closed_note=note[:200], closed_at=at,
            closed_by=by.user,
        )  # fmt: skip


def may_reopen(actor: Actor, clue: Clue, at: datetime) -> bool:
    """The level above; on the same day also who closed it, for a slip of the finger."""
    if clue.state != State.NO_RISK or clue.withdrawn_at:
        return False
    above = clue.village_id in actor.scope(Act.EDIT, HIGHER)
    is_own = actor.user is not None and clue.closed_by_id == actor.user.pk
    return above or (is_own and clue.closed_at is not None and _day(clue.closed_at) == _day(at))


def _day(at: datetime) -> Any:
    return timezone.localtime(at).date()


def reopen(clue: Clue, *, by: Actor, at: datetime, reason: str) -> None:
    """Back onto the list of the village, with who closed it in the history. Errors: Refused."""
    if not may_reopen(by, clue, at):
        raise Refused("已关闭的线索由镇或县重新打开")
    with recorded(by, "clues.reopen", reason):
        rows = Clue.objects.filter(pk=clue.pk, state=State.NO_RISK)
        if not _write(rows, state=State.RECEIVED, closed_reason="", closed_note="", closed_at=None, closed_by=None):
            raise Refused("这条线索刚刚已有人重新打开，请刷新后再看")


def match(clue: Clue, household: Household, *, by: Actor, at: datetime) -> None:
    """A report that fitted no number belongs to this household; it merges when the household has an open clue."""
    try:
        with recorded(by, "clues.match"):
            _write(_locked([clue]), household=household, village=household.village_id)
    except IntegrityError as error:
        raise Refused("这一户刚刚又收到一条线索，请再试一次") from error


def open_case(clue: Clue, *, by: Actor, at: datetime) -> Case:
    """The household may need help: its case, whose clock began with the earliest of its clues. Errors: Refused."""
    if clue.household is None:
        raise Refused("这条线索还没有对上农户，请先对上")
    try:
        with recorded(by, "clues.case"):
            rows = _locked([clue])
            merged = Clue.objects.filter(merged_into=clue.pk, withdrawn_at=None)
            case = cases.open_case(clue.household, [clue, *merged], by=by, at=at)
            _write(rows, state=State.CASE_OPENED, case=case)
            _write(merged, case=case)
            return case
    except (cases.Refused, flows.Refused) as refused:
        raise Refused(str(refused)) from refused
