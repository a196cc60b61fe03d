"""What waits for me: flows that some role of mine is to go on with, soonest first; a digest when they are many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import F, Q
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.divisions import naming
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.workflow import clocks, registry
from bangfu.workflow.declaration import Workflow
from bangfu.workflow.models import Flow, Subjects, readable, subjects
from bangfu.workflow.openings import in_hands_of, principals

SHOWN = 5  # flows of one workflow that are named one by one
COUNTED = 100  # of one state; more are “100 多”
#: what a line is made of
_TOLD = ("slug", "state", "due_on", "opens_on", "ended_on", "subject_id", "division_id", "sort_on")

#: stand in a compiled statement for the workflow and the state that are put in
_SLUG, _STATE = "?workflow", "?state"


@dataclass(frozen=True)
class Waiting:
    """One line of a to-do list. `due_on`: the (earliest) due date; `article`: why; `village`: the one it is about, by name.

    `flow` and `state`: of one flow, what is to be done; 0 for a digest.
    """

    what: str
    why: str
    url: str
    article: str
    due_on: date | None
    standing: clocks.Standing
    flow: int = 0
    state: str = ""
    village: str = ""


def waiting(actor: Actor, on: date, *, for_others: bool = True) -> Iterator[Waiting]:
    """Two queries, two for the days, and one for what the flows are about. Others' assigned flows are theirs.

    `for_others=False`: it is known that nobody has asked the actor to act for them, which saves one.
    """
    soonest = _soonest(actor, on, for_others)
    if not soonest:
        return
    soon = clocks.soon_on(on)
    of: defaultdict[str, list[Flow]] = defaultdict(list)
    for row in soonest.values():
        of[row.slug].append(row)
    names = subjects(row for rows in of.values() if len(rows) <= SHOWN for row in rows)
    for workflow in registry.all_workflows():
        mine = of[workflow.slug]
        if len(mine) <= SHOWN:
            yield from _each(workflow, mine, names, on, soon)
            continue
        for state in workflow.states:
            if rows := [row for row in mine if row.state == state.code]:
                yield _digest(workflow, state.code, rows, on, soon)


def _soonest(actor: Actor, on: date, for_others: bool) -> dict[int, Flow]:
    """Up to COUNTED flows of each workflow and state, in one query that walks an index for each."""
    if actor.user is None:
        return {}
    parts = [*_parts(actor, actor, on)]
    for principal in principals(actor.user, on) if for_others else ():
        parts += _parts(principal, actor, on)
    if not parts:
        return {}
    values = [value for _, given in parts for value in given]
    return {flow.pk: flow for flow in Flow.objects.raw(" UNION ALL ".join(sql for sql, _ in parts), values)}


def _parts(who: Actor, reader: Actor, on: date) -> Iterator[tuple[str, list[Any]]]:
    """What can be done today, as statements with values: one is compiled for all states that wait for the same roles.

    What is delegated opens no rows: the reader must see them by grants of the own.
    """
    waits: defaultdict[tuple[str, ...], list[tuple[Workflow, str]]] = defaultdict(list)
    for workflow in registry.all_workflows():
        for state in workflow.states:
            if roles := tuple(role for role in sorted(who.roles) if state.code in workflow.waiting_for(role)):
                own = "" if who is reader else workflow.slug  # who may read differs by workflow
                waits[(own, *roles)].append((workflow, state.code))
    for (_, *named), each in waits.items():
        flows = Flow.objects.to_do(on).filter(
            in_hands_of(who, [Role(role) for role in named]), slug=_SLUG, state=_STATE
        )
        flows = flows.filter(Q(assignee=None) | Q(assignee=who.user))
        flows = flows if who is reader else flows.filter(readable(reader, each[0][0]))
        told = flows.only(*_TOLD).annotate(place=F("division__name")).order_by("sort_on", "pk")[: COUNTED + 1]
        try:
            sql, values = told.query.sql_with_params()
        except EmptyResultSet:  # a role without a place
            continue
        for workflow, code in each:
            meant = {_SLUG: workflow.slug, _STATE: code}
            yield f"({sql})", [meant.get(value, value) if isinstance(value, str) else value for value in values]


def _each(workflow: Workflow, rows: list[Flow], names: Subjects, on: date, soon: date) -> Iterator[Waiting]:
    for flow in sorted(rows, key=lambda each: (each.sort_on, each.pk)):
        place = naming.label(flow.place)  # type: ignore[attr-defined]
        what = f"{names.get((flow.slug, flow.subject_id), workflow.title)}：{next_words(workflow, flow.state)}"
        village = place if codes.level_of(flow.division_id) is Level.VILLAGE else ""
        yield Waiting(
            what, f"{workflow.title}，{place}", flow.get_absolute_url(), workflow.article, flow.due_on,
            clocks.standing_between(flow, on, soon), flow.pk, flow.state, village,
        )  # fmt: skip


def _digest(workflow: Workflow, state: str, rows: list[Flow], on: date, soon: date) -> Waiting:
    late = sum(row.due_on is not None and row.due_on < on for row in rows)
    first = min((row.due_on for row in rows if row.due_on), default=None)
    what = f"{_number(len(rows))} 件{workflow.title}等着：{next_words(workflow, state)}"
    why = f"其中 {_number(late)} 件已超期" if late else "都没有超期"
    url = f"{reverse('workflow:flows', args=[workflow.slug])}?state={state}"
    return Waiting(what, why, url, workflow.article, first, clocks.standing_between(Flow(due_on=first), on, soon))


def _number(count: int) -> str:
    return f"{COUNTED} 多" if count > COUNTED else str(count)


def next_words(workflow: Workflow, state: str) -> str:
    """What is to be done in a state, in words."""
    return " 或 ".join(step.label for step in workflow.ways_on(state))
