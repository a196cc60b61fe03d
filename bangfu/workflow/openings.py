"""Who may take which step of a flow now, and every reason why a step is not yet open, each with what demands it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.accounts.roles import REACH, Act, Role
from bangfu.kernel.codes import Level
from bangfu.lawbook import kept, parameters
from bangfu.policy.parameter import ParameterMissing
from bangfu.workflow import clocks, registry
from bangfu.workflow.declaration import Step
from bangfu.workflow.models import Delegation, Flow, StepRecord, within

#: those who answer for what is below them, narrowest first
OFFICIALS = (Role.VILLAGE, Role.TOWN, Role.COUNTY, Role.CITY, Role.PROVINCE)


@dataclass(frozen=True)
class Hold:
    """As what one acts: the role, and for whom when it is delegated."""

    role: Role
    on_behalf_of: User | None = None


@dataclass(frozen=True)
class Refusal:
    words: str
    source: str


@dataclass(frozen=True)
class Opening:
    """A step that is this person's; `refusals`: why it cannot be taken yet."""

    step: Step
    hold: Hold
    refusals: tuple[Refusal, ...]

    @property
    def is_open(self) -> bool:
        return not self.refusals


def covers(actor: Actor, role: Role, flow: Flow) -> bool:
    """Whether the actor's grant of the role reaches the place, or the unit, of the flow."""
    return flow.division_id in actor.scope(Act.READ, (role,)) or flow.unit_id in actor.units(Act.READ, (role,))


def principals(user: User, on: date) -> list[Actor]:
    """Those for whom the user may act on that day, with their grants; a reading request asks once."""
    held = Delegation.objects.in_force(on).filter(delegate=user, principal__is_active=True).select_related("principal")
    return kept.once_read((Delegation, user.pk, on), lambda: [Actor.of(each.principal, on) for each in held])


def holds(step: Step, flow: Flow, actor: Actor, on: date, for_whom: Sequence[Actor] | None = None) -> Hold | None:
    """As what the actor may take the step: an own role first, else one that was delegated. A program never may.

    What is delegated opens steps, not rows: the delegate must see the flow by grants of the own.
    """
    if actor.user is None or actor.token:
        return None
    for role in step.by:
        if covers(actor, role, flow):
            return Hold(role)
    if not flow.is_visible_to(actor):
        return None
    for principal in principals(actor.user, on) if for_whom is None else for_whom:
        for role in step.by:
            if covers(principal, role, flow):
                return Hold(role, principal.user)
    return None


def openings(flow: Flow, actor: Actor, on: date, records: Sequence[StepRecord] | None = None) -> list[Opening]:
    """The steps of the present state that are this person's, open or not yet, in the declared order. `records`: all of the
    flow's, when they have been read."""
    records = list(flow.records.order_by("pk")) if records is None else records
    for_whom = principals(actor.user, on) if actor.user else []
    mine = [(step, holds(step, flow, actor, on, for_whom)) for step in flow.workflow.steps_at(flow.state)]
    return [Opening(step, hold, tuple(refusals(step, flow, records, on))) for step, hold in mine if hold]


def open_steps(flow: Flow, actor: Actor, on: date) -> list[Step]:
    return [opening.step for opening in openings(flow, actor, on) if opening.is_open]


def refusals(step: Step, flow: Flow, records: Sequence[StepRecord], on: date) -> Iterator[Refusal]:
    """Everything that speaks against the step on that day, apart from papers still to be given."""
    article = f"指引 {flow.workflow.article_of(step)}"
    if step.only_with and step.only_with not in flow.flags:
        flag = flow.workflow.flag(step.only_with)
        yield Refusal(f"只用于标记了“{flag.label if flag else step.only_with}”的", article)
    if step.not_before:
        yield from _too_early(step, flow, records, on, article)
    for guard in step.guards:
        if words := guard.check(flow, on):
            yield Refusal(words, guard.source)
    for asked in step.evidence:
        if asked.find and asked.is_required and not asked.find(flow):
            yield Refusal(asked.says or f"还没有“{asked.label}”", article)


def _too_early(step: Step, flow: Flow, records: Sequence[StepRecord], on: date, article: str) -> Iterator[Refusal]:
    clock = step.not_before
    assert clock is not None
    try:
        term = clocks.term(clock, flow, records)
    except ParameterMissing as error:
        yield Refusal(str(error), article)
        return
    if term is None:
        before = flow.workflow.step(clock.since)
        yield Refusal(f"要先办理“{before.label if before else clock.since}”", article)
    elif on <= term.last_on:
        words = f"{term.label}是 {term.value}，自 {term.from_on} 算起，到 {term.last_on} 为止；满了才能办理"
        yield Refusal(words, term.value.source)


def may_undo(record: StepRecord, flow: Flow, actor: Actor, on: date) -> Role | None:
    """The role that stands above the one who took the step: a town for a village, a county for a town.

    Within the term that the step names also a role of the same level that may take it.
    """
    if actor.token:
        return None
    done_at = _level(Role(record.acted_as)) if record.acted_as else Level.VILLAGE
    above = [role for role in OFFICIALS if _level(role) < done_at]
    last = own_undo_until(record, flow)
    step = flow.workflow.step(record.step)
    own = [role for role in step.by if _level(role) == done_at] if step and last and on <= last else []
    return next((role for role in (*own, *above) if covers(actor, role, flow)), None)


def own_undo_until(record: StepRecord, flow: Flow) -> date | None:
    """The last day on which the level that took the step may take it back itself; None when it may not."""
    step = flow.workflow.step(record.step)
    if step is None or not step.own_undo:
        return None
    try:
        return parameters.due_on(step.own_undo, record.on, flow.division_id)
    except ParameterMissing:
        return None


def _level(role: Role) -> Level:
    """Where the role works; the lowest level for those who lie on a unit alone."""
    return max(REACH[role].levels, default=Level.VILLAGE)


def in_hands_of(actor: Actor, roles: Sequence[Role]) -> Q:
    """Flows in the place, or of the unit, of the actor's grants of these roles."""
    return within(actor.scope(Act.READ, roles)) | Q(unit__in=actor.units(Act.READ, roles))


def waits_for(actor: Actor) -> Q:
    """Flows, of whatever workflow, whose present state waits for a role of the actor in its place."""
    condition = Q(pk__in=[])
    for workflow in registry.all_workflows():
        for role in sorted(actor.roles):
            if states := workflow.waiting_for(role):
                condition |= Q(slug=workflow.slug, state__in=states) & in_hands_of(actor, (role,))
    return condition
