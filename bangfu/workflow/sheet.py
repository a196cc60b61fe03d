"""All that a page shows of one flow: where it stands, what to do, by when and why, who is next, what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Grant, User
from bangfu.accounts.roles import Act, Role
from bangfu.kernel import codes
from bangfu.lawbook import holidays
from bangfu.policy.parameter import ParameterMissing
from bangfu.workflow import clocks, refused
from bangfu.workflow.declaration import Asked, Flag, Kind, Workflow
from bangfu.workflow.diagram import way_through
from bangfu.workflow.forms import AssignForm, StepForm
from bangfu.workflow.models import Deed, Flow, StepRecord, subject_of
from bangfu.workflow.openings import Opening, covers, may_undo, openings
from bangfu.workflow.waiting import next_words

CANDIDATES = 50


@dataclass(frozen=True)
class Stage:
    """As ui/_steps.html shows it."""

    title: str
    state: str
    note: str = ""


@dataclass(frozen=True)
class Told:
    """One line of the story. `papers`: (what it is, text, address)."""

    record: StepRecord
    is_undone: bool
    papers: Sequence[tuple[str, str, str]] = field(default_factory=tuple)


@dataclass(frozen=True)
class Desk:
    """A step of mine, with its form when it is open."""

    opening: Opening
    form: StepForm | None
    article: str
    is_main: bool


@dataclass(frozen=True)
class Sheet:
    flow: Flow
    subject: Any
    stages: list[Stage]
    desks: list[Desk]
    standing: clocks.Standing
    tone: str
    term: clocks.Term | None
    due_label: str
    next_words: str
    next_roles: str
    story: list[Told]
    #: the last step and the role that may take it back, if the viewer is that role
    undoable: StepRecord | None
    #: the day from which the next step may be taken, when it has not come
    opens_on: date | None
    flags: list[Flag]
    raisable: list[Flag]
    assign_form: AssignForm | None


def sheet(
    flow: Flow, actor: Actor, on: date, bound: StepForm | None = None, records: list[StepRecord] | None = None
) -> Sheet:
    """`bound`: a form that was refused, shown again with what was typed; `records`: as of `newest`, when they were read."""
    bound = bound or refused.form_of(flow)
    workflow = flow.workflow
    records = list(flow.records.select_related("by", "on_behalf_of").order_by("pk")) if records is None else records
    for record in records:
        record.flow = flow
    mine = [o for o in openings(flow, actor, on, records) if not o.step.only_with or o.step.only_with in flow.flags]
    term = _term(flow, records)  # first: the law of the place is that of the province too
    standing = clocks.standing_of(flow, on)
    waits_for = [role for role in Role if flow.state in workflow.waiting_for(role)]
    step = workflow.step(flow.due_step)
    return Sheet(
        flow=flow,
        subject=subject_of(flow),
        stages=stages(flow, records),
        desks=_desks(flow, mine, on, bound),
        standing=standing,
        tone=clocks.TONES[standing],
        term=term,
        due_label=step.label if step else "",
        next_words=next_words(workflow, flow.state),
        next_roles="、".join(role.label for role in waits_for),
        story=_story(workflow, flow, records),
        undoable=_undoable(flow, records, actor, on),
        opens_on=flow.opens_on if flow.opens_on and flow.opens_on > on else None,
        flags=[flag for flag in workflow.flags if flag.code in flow.flags],
        raisable=_raisable(workflow, flow, actor),
        assign_form=_assign_form(flow, actor, waits_for, on),
    )


def stages(flow: Flow, records: Sequence[StepRecord]) -> list[Stage]:
    """The way on, as far as it is gone; a state that stands aside comes last when the flow is there."""
    main, entered = way_through(flow.workflow), {record.to_state: record for record in clocks.effective(records)}
    here = main.index(flow.state) if flow.state in main else len(main)
    found = []
    for row, code in enumerate([*main, *([] if flow.state in main else [flow.state])]):
        record = entered.get(code)
        was_here = record is not None and row <= here
        state = "now" if row == here and not flow.ended_on else "done" if was_here else "todo"
        found.append(Stage(flow.workflow.state(code).label, state, f"{record.on}" if record and was_here else ""))
    return found


def _desks(flow: Flow, mine: list[Opening], on: date, bound: StepForm | None) -> list[Desk]:
    first = next((o.step.code for o in mine if o.is_open and o.step.kind is Kind.FORWARD), "")
    shown = bound.opening.step.code if bound else first
    found = []
    for opening in mine:
        is_bound = bound is not None and bound.opening.step.code == opening.step.code
        form = bound if is_bound else StepForm(opening, flow, on) if opening.is_open else None
        article = flow.workflow.article_of(opening.step)
        found.append(Desk(opening, form, article, opening.step.code == shown))
    return found


def _term(flow: Flow, records: Sequence[StepRecord]) -> clocks.Term | None:
    """The term behind the due date, as it stands in the row: a later parameter shows only after `renew`."""
    step = flow.workflow.step(flow.due_step)
    if step is None or step.within is None or flow.ended_on:
        return None
    try:
        return clocks.term(step.within, flow, records, table=holidays.table())
    except ParameterMissing:
        return None


def _story(workflow: Workflow, flow: Flow, records: Sequence[StepRecord]) -> list[Told]:
    """Newest first."""
    undone = {record.undoes_id for record in records}
    references = [
        each for record in records for value in record.evidence.values() if isinstance(value, list) for each in value
    ]
    links = workflow.papers.links(flow, references) if workflow.papers and references else {}
    told = [Told(record, record.pk in undone, _papers(workflow, record, links)) for record in records]
    return told[::-1]


def _papers(workflow: Workflow, record: StepRecord, links: Mapping[str, tuple[str, str]]) -> list[tuple[str, str, str]]:
    step = workflow.step(record.step)
    found: list[tuple[str, str, str]] = []
    for asked in step.evidence if step and record.deed == Deed.STEP else ():
        value = record.evidence.get(asked.code)
        if asked.kind is Asked.FILE:
            found += [(asked.label, *links.get(each, ("已移除", ""))) for each in value or ()]
        elif value:
            found.append((asked.label, "已有记录" if asked.kind is Asked.RECORD else str(value), ""))
    return found


def _undoable(flow: Flow, records: Sequence[StepRecord], actor: Actor, on: date) -> StepRecord | None:
    standing = clocks.effective(records)
    if len(standing) < 2:
        return None
    step = flow.workflow.step(standing[-1].step)
    return standing[-1] if step and step.is_undoable and may_undo(standing[-1], flow, actor, on) else None


def _raisable(workflow: Workflow, flow: Flow, actor: Actor) -> list[Flag]:
    if flow.ended_on:
        return []
    unset = [flag for flag in workflow.flags if flag.code not in flow.flags]
    return [flag for flag in unset if any(covers(actor, role, flow) for role in flag.by)]


def _assign_form(flow: Flow, actor: Actor, waits_for: list[Role], on: date) -> AssignForm | None:
    """For who may edit here, when there is somebody else to choose."""
    if flow.ended_on or flow.division_id not in actor.scope(Act.EDIT):
        return None
    places = [*codes.ancestors(flow.division_id), flow.division_id]
    grants = Grant.objects.in_force(on).filter(role__in=waits_for, division__in=places, user__is_active=True)
    users = User.objects.filter(pk__in=grants.values("user"))[:CANDIDATES]
    people = sorted(users, key=lambda user: (user.name, user.pk))
    return AssignForm(people, initial={"to": flow.assignee_id, "version": flow.version}) if people else None
