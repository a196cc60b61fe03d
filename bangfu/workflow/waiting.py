"""What waits for me: flows that some role of mine is to go on with, soonest first; a digest when they are many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.workflow import clocks, registry
from bangfu.workflow.declaration import Workflow
from bangfu.workflow.models import Flow, readable, subjects
from bangfu.workflow.openings import principals, waits_for

SHOWN = 5  # flows of one workflow that are named one by one


@dataclass(frozen=True)
class Waiting:
    """One line of a to-do list. `due_on`: the (earliest) due date; `article`: why."""

    what: str
    why: str
    url: str
    article: str
    due_on: date | None
    standing: clocks.Standing


def waiting(actor: Actor, on: date) -> Iterator[Waiting]:
    """Two queries, and one for each workflow with few flows. Others' assigned flows are theirs."""
    if actor.user is None or not (actor.roles and registry.all_workflows()):
        return
    condition = waits_for(actor) & (Q(assignee=None) | Q(assignee=actor.user))
    delegated = Q(pk__in=[])
    for principal in principals(actor.user, on):
        delegated |= waits_for(principal) & (Q(assignee=None) | Q(assignee=principal.user))
    own = Q(pk__in=[])  # what is delegated opens no rows: the delegate must see them by grants of the own
    for workflow in registry.all_workflows():
        own |= readable(actor, workflow)
    condition |= delegated & own
    mine = Flow.objects.open().filter(condition)
    totals = mine.values("slug", "state").order_by("slug", "state")
    groups: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in totals.annotate(count=Count("pk"), first=Min("due_on"), late=Count("pk", filter=Q(due_on__lt=on))):
        groups[row["slug"]].append(dict(row))
    soon = clocks.soon_on(on) if groups else on
    for workflow in registry.all_workflows():
        rows = groups.get(workflow.slug, [])
        if sum(row["count"] for row in rows) <= SHOWN:
            yield from _each(workflow, mine.filter(slug=workflow.slug), on, soon) if rows else ()
        else:
            yield from (_digest(workflow, row, on, soon) for row in rows)


def _each(workflow: Workflow, flows: QuerySet[Flow], on: date, soon: date) -> Iterator[Waiting]:
    rows = list(flows.select_related("division").order_by("sort_on", "pk"))
    names = subjects(rows, apps.get_model(workflow.subject))
    for flow in rows:
        what = f"{names.get(flow.subject_id, workflow.title)}：{next_words(workflow, flow.state)}"
        why = f"{workflow.title}，{flow.division.label}"
        standing = clocks.standing_between(flow, on, soon)
        yield Waiting(what, why, flow.get_absolute_url(), workflow.article, flow.due_on, standing)


def _digest(workflow: Workflow, row: dict[str, Any], on: date, soon: date) -> Waiting:
    late, first, state = row["late"], row["first"], row["state"]
    what = f"{row['count']} 件{workflow.title}等着：{next_words(workflow, state)}"
    why = f"其中 {late} 件已超期" if late else "都没有超期"
    url = f"{reverse('workflow:flows', args=[workflow.slug])}?state={state}"
    return Waiting(what, why, url, workflow.article, first, clocks.standing_between(Flow(due_on=first), on, soon))


def next_words(workflow: Workflow, state: str) -> str:
    """What is to be done in a state, in words."""
    return " 或 ".join(step.label for step in workflow.ways_on(state))
