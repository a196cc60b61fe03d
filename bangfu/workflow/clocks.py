"""Legal clocks: when a term began and ends by dated parameter and holidays, and how lists colour it, by set in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from django.db.models import Case, Q, QuerySet, TextChoices, Value, When

from bangfu.kernel.workdays import Holidays
from bangfu.lawbook import holidays, parameters
from bangfu.policy import guideline
from bangfu.policy import parameter as policy
from bangfu.policy.parameter import ParameterMissing
from bangfu.workflow.declaration import ENTERED, START, Clock, Step
from bangfu.workflow.models import Deed, Flow, StepRecord, has_opened

#: days before a due date from which a list shows it as due soon
DUE_SOON = "due_soon_days"
_BATCH = 2000


class Standing(TextChoices):
    OVERDUE = "overdue", "已超期"
    DUE_SOON = "due_soon", "快到期"
    NORMAL = "normal", "未到期"
    ENDED = "ended", "已办结"


TONES = {Standing.OVERDUE: "bad", Standing.DUE_SOON: "warn", Standing.NORMAL: "muted", Standing.ENDED: "ok"}


@dataclass(frozen=True)
class Term:
    """One running term. `is_firm`: the holidays of its last year are arranged, so the day will not move."""

    clock: Clock
    label: str
    value: policy.Value
    from_on: date
    last_on: date
    is_firm: bool


class Values(Protocol):
    """The module lawbook.parameters, or a Snapshot of it for many flows."""

    def at(self, code: str, on: date, division: int | None = None) -> policy.Value: ...


def effective(records: Sequence[StepRecord]) -> list[StepRecord]:
    """The moves that still stand, oldest first: neither undone nor an undoing."""
    undone = {record.undoes_id for record in records}
    return [record for record in records if record.pk not in undone and record.deed in (Deed.STARTED, Deed.STEP)]


def since(clock: Clock, flow: Flow, records: Sequence[StepRecord]) -> date | None:
    """The day the clock counts from; None when that step was not taken."""
    if clock.since == START:
        return flow.started_on
    if clock.since == ENTERED:
        return flow.entered_on
    taken = [record.on for record in effective(records) if record.step == clock.since]
    return taken[-1] if taken else None


def term(
    clock: Clock,
    flow: Flow,
    records: Sequence[StepRecord],
    values: Values = parameters,
    table: Holidays | None = None,
) -> Term | None:
    """None while the clock doesn't run. Errors: ParameterMissing, whose message tells what to register."""
    from_on = since(clock, flow, records)
    if from_on is None:
        return None
    table = table or holidays.table()
    value = values.at(clock.parameter, from_on, flow.division_id)
    label = guideline.newest(clock.parameter).label
    last_on = value.due_on(from_on, table)
    return Term(clock, label, value, from_on, last_on, table.knows(last_on))


def deadline(
    flow: Flow, records: Sequence[StepRecord], values: Values = parameters, table: Holidays | None = None
) -> tuple[Step, Term] | None:
    """The earliest deadline among the steps that leave the present state. Errors: ParameterMissing."""
    found = [
        (step, running)
        for step in flow.workflow.steps_at(flow.state)
        if step.within and (not step.only_with or step.only_with in flow.flags)
        if (running := term(step.within, flow, records, values, table))
    ]
    return min(found, key=lambda pair: pair[1].last_on, default=None)


def set_due(
    flow: Flow, records: Sequence[StepRecord], values: Values = parameters, table: Holidays | None = None
) -> None:
    """Errors: ParameterMissing."""
    found = None if flow.now.is_final else deadline(flow, records, values, table)
    flow.due_on = found[1].last_on if found else None
    flow.due_step = found[0].code if found else ""
    flow.opens_on = None if flow.now.is_final else _opening(flow, records, values, table)


def _opening(flow: Flow, records: Sequence[StepRecord], values: Values, table: Holidays | None) -> date | None:
    """The first day of what the state waits for, while a legal minimum runs; objections and the like may come before."""
    clocks = [step.not_before for step in flow.workflow.ways_on(flow.state) if step.not_before]
    found = [running.last_on for clock in clocks if (running := term(clock, flow, records, values, table))]
    return min(found) + timedelta(days=1) if found else None


def soon_on(on: date) -> date:
    """Up to which day something is due soon."""
    return parameters.due_on(DUE_SOON, on)


def overdue(flows: QuerySet[Flow], on: date) -> QuerySet[Flow]:
    """The flows with `standing` (a Standing), for colours and for filters by set."""
    return flows.annotate(
        standing=Case(
            When(ended_on__isnull=False, then=Value(Standing.ENDED)),
            When(opens_on__gt=on, then=Value(Standing.NORMAL)),
            When(due_on__lt=on, then=Value(Standing.OVERDUE)),
            When(due_on__lte=soon_on(on), then=Value(Standing.DUE_SOON)),
            default=Value(Standing.NORMAL),
        )
    )


def in_standing(standing: Standing, on: date) -> Q:
    """The condition of one standing, as a range of days that an index can walk."""
    return {
        Standing.OVERDUE: Q(has_opened(on), ended_on=None, sort_on__lt=on),
        Standing.DUE_SOON: Q(has_opened(on), ended_on=None, sort_on__gte=on, sort_on__lte=soon_on(on)),
        Standing.NORMAL: Q(ended_on=None) & (Q(sort_on__gt=soon_on(on)) | Q(opens_on__gt=on)),
        Standing.ENDED: Q(ended_on__isnull=False),
    }[standing]


def standing_of(flow: Flow, on: date) -> Standing:
    return standing_between(flow, on, soon_on(on))


def standing_between(flow: Flow, on: date, soon: date) -> Standing:
    """For many flows of one day: `soon` is asked once."""
    if flow.ended_on:
        return Standing.ENDED
    if flow.due_on is None or flow.due_on > soon or (flow.opens_on and flow.opens_on > on):
        return Standing.NORMAL
    return Standing.OVERDUE if flow.due_on < on else Standing.DUE_SOON


def renew(flows: QuerySet[Flow]) -> int:
    """Due dates of open flows anew, after a parameter or the holidays changed; the number that moved.

    Three queries for 2,000 flows; may be killed and run again. A flow whose parameter is missing keeps its date.
    """
    values, table, moved, last = parameters.Snapshot.take(), holidays.table(), 0, 0
    while batch := list(flows.filter(ended_on=None, pk__gt=last).order_by("pk").prefetch_related("records")[:_BATCH]):
        changed = [flow for flow in batch if _has_moved(flow, values, table)]
        for flow in changed:  # the version stays: nobody's open form is outdated by a new date
            Flow.objects.filter(pk=flow.pk, state=flow.state, version=flow.version).update(
                due_on=flow.due_on, due_step=flow.due_step, opens_on=flow.opens_on
            )
        moved, last = moved + len(changed), batch[-1].pk
    return moved


def _has_moved(flow: Flow, values: Values, table: Holidays) -> bool:
    before = flow.due_on, flow.due_step, flow.opens_on
    records = sorted(flow.records.all(), key=lambda record: record.pk)
    try:
        set_due(flow, records, values, table)
    except ParameterMissing:
        return False
    return (flow.due_on, flow.due_step, flow.opens_on) != before
