"""The acts on a flow: start, take a step, undo, flag, assign. Each is one transaction with the row locked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit, User
from bangfu.accounts.roles import Act, Role
from bangfu.kernel.text import clean
from bangfu.lawbook.acts import recorded
from bangfu.policy.parameter import ParameterMissing
from bangfu.workflow import clocks
from bangfu.workflow.declaration import Step, Workflow
from bangfu.workflow.evidence import collect
from bangfu.workflow.models import Deed, Flow, StepRecord
from bangfu.workflow.openings import Hold, Refusal, covers, holds, may_undo, own_undo_until, refusals, waits_for

REASON_LENGTH = 500


class Refused(Exception):
    """The act is not done; `refusals` says every reason, each with what demands it."""

    def __init__(self, *refused: Refusal) -> None:
        super().__init__("；".join(refusal.words for refusal in refused))
        self.refusals = refused


class Overtaken(Exception):
    """Somebody else moved the flow meanwhile; `record` is what they did, `flow` as it is now."""

    def __init__(self, flow: Flow, record: StepRecord | None) -> None:
        done = ""
        if record:
            at = timezone.localtime(record.at)
            done = f"已由{record.who}于 {at:%Y-%m-%d %H:%M} 办理“{record.label}”，"
        super().__init__(f"{done}现在是“{flow.now.label}”；您填的内容还在，请看过再定")
        self.flow, self.record = flow, record


def refuse(words: str, source: str = "") -> Refused:
    return Refused(Refusal(words, source))


def start(
    workflow: Workflow,
    subject: Model,
    *,
    division: int,
    by: Actor | None,
    at: datetime,
    on: date | None = None,
    unit: Unit | None = None,
    assignee: User | None = None,
    reason: str = "",
    client_uuid: UUID | None = None,
) -> Flow:
    """A new flow in the first state. `on`: the day from which clocks count (T0), default the day of `at`.

    The same `client_uuid` gives the flow made first. `by` None: a program. Errors: Refused.
    """
    day = on or timezone.localdate(at)
    flow = Flow(
        slug=workflow.slug, subject_type=subject._meta.label, subject_id=subject.pk, division_id=division, unit=unit,
        state=workflow.initial.code, started_on=day, entered_on=day, assignee=assignee, client_uuid=client_uuid,
    )  # fmt: skip
    hold = None
    if by is not None:
        roles = [] if by.token else [role for role in workflow.started_by if covers(by, role, flow)]
        if not roles:
            raise refuse(f"您的角色不能在这里发起“{workflow.title}”", f"指引 {workflow.article}")
        hold = Hold(roles[0])
    if day > timezone.localdate(at):
        raise refuse(f"开始日期 {day} 还没有到")
    try:
        with recorded(by or Actor(None), f"发起{workflow.title}", reason):
            _set_due(flow, [])
            flow.save(force_insert=True)
            _record(flow, Deed.STARTED, "", by, hold, at, day, from_state=flow.state, reason=reason).save()
    except IntegrityError:
        first = client_uuid and Flow.objects.filter(client_uuid=client_uuid).first()
        if first:
            return first
        raise _in_hand(workflow, subject) from None
    return flow


def _in_hand(workflow: Workflow, subject: Model) -> Refused:
    other = Flow.objects.open().filter(slug=workflow.slug, subject_type=subject._meta.label, subject_id=subject.pk)
    begun = next((f"（{flow.started_on} 开始，现在是“{flow.now.label}”）" for flow in other), "")
    return refuse(f"“{workflow.title}”已有一件在办{begun}，请接着办那一件", f"指引 {workflow.article}")


def take(
    step: str | Step,
    flow: Flow,
    *,
    by: Actor,
    at: datetime,
    version: int,
    on: date | None = None,
    reason: str = "",
    evidence: Mapping[str, Any] | None = None,
    client_uuid: UUID | None = None,
    because: StepRecord | None = None,
) -> StepRecord:
    """Takes the step if the flow still has `version`. `on`: the day it was really done, default the day of `at`.

    `evidence`: code → text, number, date, or references of files. `because`: the record of another flow from which this
    one follows, so that its author needs no right here. Errors: Overtaken; Refused with every reason.
    """
    chosen = step if isinstance(step, Step) else _declared(flow.workflow, step)
    day, words = on or timezone.localdate(at), clean(reason)
    with recorded(by, chosen.label, words), _locked(flow, version, client_uuid) as (row, records, before):
        if before:
            return before
        hold = _follows(because) or holds(chosen, row, by, timezone.localdate(at))
        if hold is None:
            raise refuse(f"您的角色不能办理这里的“{chosen.label}”", f"指引 {row.workflow.article_of(chosen)}")
        if row.state not in chosen.sources:
            raise Overtaken(row, records[-1] if records else None)
        given, missing = collect(chosen, row, evidence or {})
        against = [*_day(row, records, day, at), *refusals(chosen, row, records, day), *missing]
        if chosen.asks_reason and not words:
            against.append(Refusal(f"请写明“{chosen.label}”的原因", f"指引 {row.workflow.article_of(chosen)}"))
        if against:
            raise Refused(*against)
        record = _record(row, Deed.STEP, chosen.code, by, hold, at, day, row.state, words, given, client_uuid)
        record.to_state = chosen.to
        _move(row, record, [*records, record], day)
        if chosen.effect:
            chosen.effect(row, record)
    flow.refresh_from_db()
    return record


def undo(
    flow: Flow, *, by: Actor, at: datetime, version: int, reason: str, client_uuid: UUID | None = None,
    because: StepRecord | None = None,
) -> StepRecord:  # fmt: skip
    """Takes the last step back: by a level above the one who took it, or by its own while the step's term runs.

    `because` as in `take`. Errors: Overtaken, Refused.
    """
    words = clean(reason)
    with recorded(by, "撤销上一步", words), _locked(flow, version, client_uuid) as (row, records, before):
        if before:
            return before
        standing = clocks.effective(records)
        if len(standing) < 2:
            raise refuse("还没有办理任何步骤，没有可撤销的")
        last, earlier = standing[-1], standing[-2]
        step = row.workflow.step(last.step)
        if step is None or not step.is_undoable:
            raise refuse(f"“{last.label}”办理后已经生效，不能撤销；请按流程里的退回或后续步骤处理")
        day = timezone.localdate(at)
        hold = _follows(because) or _undoer(last, row, by, day)
        if not words:
            raise refuse("请写明撤销的原因")
        record = _record(row, Deed.UNDONE, last.step, by, hold, at, day, row.state, words, {}, client_uuid)
        record.to_state, record.undoes = last.from_state, last
        try:
            with transaction.atomic():
                _move(row, record, [*records, record], earlier.on)
        except IntegrityError:
            raise refuse("同一对象已有另一件在办，这一件不能再打开") from None
        if step.on_undo:
            step.on_undo(row, record)
    flow.refresh_from_db()
    return record


def _follows(record: StepRecord | None) -> Hold | None:
    return Hold(Role(record.acted_as), record.on_behalf_of) if record and record.acted_as else None


def _undoer(last: StepRecord, flow: Flow, by: Actor, on: date) -> Hold:
    role = may_undo(last, flow, by, on)
    if role is None:
        until = own_undo_until(last, flow)
        own = f"；本级自己撤销的期限是 {until}" if until else ""
        raise refuse(f"“{last.label}”要由办理人的上一级撤销{own}")
    return Hold(role)


def raise_flag(flow: Flow, code: str, *, by: Actor, at: datetime, version: int, reason: str) -> StepRecord:
    """Marks the flow, which opens the steps that ask for the mark. Errors: Overtaken, Refused."""
    flag = flow.workflow.flag(code)
    if flag is None:
        raise LookupError(f"{flow.slug} has no flag {code!r}")
    with recorded(by, f"标记{flag.label}", reason), _locked(flow, version, None) as (row, records, _):
        role = next((role for role in flag.by if not by.token and covers(by, role, row)), None)
        if role is None or not clean(reason) or row.ended_on:
            words = "请写明原因" if role and not row.ended_on else f"您的角色现在不能标记“{flag.label}”"
            raise refuse(words, f"指引 {row.workflow.article}")
        row.flags = sorted({*row.flags, code})
        day = timezone.localdate(at)
        record = _record(row, Deed.FLAGGED, "", by, Hold(role), at, day, row.state, reason, {"flag": flag.label})
        _move(row, record, [*records, record], row.entered_on)
    flow.refresh_from_db()
    return record


def assign(flow: Flow, to: User, *, by: Actor, at: datetime, version: int, reason: str = "") -> StepRecord:
    """Names who is to go on: the flow stands on that person's list alone. Errors: Overtaken, Refused."""
    with recorded(by, "指定经办人", reason), _locked(flow, version, None) as (row, records, _):
        role = next((role for role in by.roles if by.may(Act.EDIT, (role,)) and covers(by, role, row)), None)
        if role is None or by.token or row.ended_on:
            raise refuse("您的角色现在不能指定这里的经办人")
        if not Flow.objects.filter(waits_for(Actor.of(to, timezone.localdate(at))), pk=row.pk).exists():
            raise refuse(f"{to}不能办理“{row.now.label}”这一步，请另选一位")
        row.assignee = to
        words = f"{to}。{reason}" if reason else str(to)
        record = _record(row, Deed.ASSIGNED, "", by, Hold(role), at, timezone.localdate(at), row.state, words)
        _move(row, record, [*records, record], row.entered_on)
    flow.refresh_from_db()
    return record


Locked = tuple[Flow, list[StepRecord], StepRecord | None]


@contextmanager
def _locked(flow: Flow, version: int, client_uuid: UUID | None) -> Iterator[Locked]:
    """The row, alone; its records; and the record that the same request made before. Errors: Overtaken."""
    row = Flow.objects.select_for_update().get(pk=flow.pk)
    records = list(row.records.select_related("by", "on_behalf_of").order_by("pk"))
    for record in records:
        record.flow = row
    before = next((r for r in records if client_uuid is not None and r.client_uuid == client_uuid), None)
    if before is None and row.version != version:
        raise Overtaken(row, records[-1] if records else None)
    yield row, records, before


def _declared(workflow: Workflow, code: str) -> Step:
    found = workflow.step(code)
    if found is None:
        raise LookupError(f"{workflow.slug} has no step {code!r}")
    return found


def _record(
    flow: Flow,
    deed: Deed,
    step: str,
    by: Actor | None,
    hold: Hold | None,
    at: datetime,
    on: date,
    from_state: str,
    reason: str = "",
    evidence: Mapping[str, Any] | None = None,
    client_uuid: UUID | None = None,
) -> StepRecord:
    return StepRecord(
        flow=flow, deed=deed, step=step, from_state=from_state, to_state=from_state,
        by=by.user if by else None, acted_as=hold.role if hold else "", on_behalf_of=hold.on_behalf_of if hold else None,
        on=on, at=at, reason=reason[:REASON_LENGTH], evidence=dict(evidence or {}), client_uuid=client_uuid,
    )  # fmt: skip


def _move(flow: Flow, record: StepRecord, records: Sequence[StepRecord], entered_on: date) -> None:
    """Writes the record, and the flow as it stands after it. Whoever the state waits for next is unnamed again."""
    if flow.state != record.to_state:
        flow.assignee = None
    flow.state, flow.entered_on = record.to_state, entered_on
    flow.ended_on = record.on if flow.now.is_final else None
    record.save(force_insert=True)
    _set_due(flow, records)
    flow.version += 1
    flow.save()


def _set_due(flow: Flow, records: Sequence[StepRecord]) -> None:
    try:
        clocks.set_due(flow, records)
    except ParameterMissing as error:
        raise refuse(str(error), f"指引 {flow.workflow.article}") from None


def _day(flow: Flow, records: Sequence[StepRecord], day: date, at: datetime) -> Iterator[Refusal]:
    if day > timezone.localdate(at):
        yield Refusal(f"办理日期 {day} 还没有到", "")
    if day < flow.entered_on:
        yield Refusal(f"办理日期 {day} 早于上一步的 {flow.entered_on}，请核对", "")
