"""What packages above hang on projects: they append when the apps are ready (`on_project.py` of funds, assets, industry).

hooks.after_accepted.append(make_assets)      # make_assets(project, record): in the transaction of the acceptance
hooks.guards["begin_work"].append(has_budget)      # has_budget(flow, day) → "" or a sentence for the clerk
hooks.paid.append(paid_of)                    # paid_of([pk, …]) → {pk: yuan}: shown as progress of payment
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bangfu.workflow.models import Flow, StepRecord

if TYPE_CHECKING:
    from bangfu.accounts.actor import Actor
    from bangfu.projects.project import Project

#: called with the project and the record of the step, inside its transaction; what they raise stops the acceptance
after_accepted: list[Callable[[Project, StepRecord], None]] = []
#: the same when an acceptance is undone
after_acceptance_undone: list[Callable[[Project, StepRecord], None]] = []
#: code of a step of project_flow.py → further conditions for it
guards: defaultdict[str, list[Callable[[Flow, date], str]]] = defaultdict(list)
#: (project, yuan of a contract, its key or None) → "" or why it is too much
contract_faults: list[Callable[[Project, Decimal, int | None], str]] = []
#: (project, yuan that the audit settles) → "" or why it cannot be that
settlement_faults: list[Callable[[Project, Decimal], str]] = []
#: (project, yuan that it shall be planned for) → "" or why it cannot be that
plan_faults: list[Callable[[Project, Decimal], str]] = []
#: what was paid for projects so far, in yuan; several sources add up
paid: list[Callable[[Sequence[int]], Mapping[int, Decimal]]] = []
#: (project, actor) → sections of its page: dicts with title, template and whatever the template needs
sections: list[Callable[[Project, Actor], Sequence[Mapping[str, Any]]]] = []


def plan_fault(project: Project, yuan: Decimal) -> str:
    return "；".join(filter(None, (fault(project, yuan) for fault in plan_faults)))


def paid_of(keys: Sequence[int]) -> dict[int, Decimal]:
    """Yuan paid for each project; empty where nobody keeps payments."""
    found: defaultdict[int, Decimal] = defaultdict(Decimal)
    for source in paid:
        for pk, yuan in source(keys).items():
            found[pk] += yuan
    return dict(found)


def against(step: str) -> Callable[[Flow, date], str]:
    """The guard of a step that asks all of `guards[step]`, those added later too."""

    def check(flow: Flow, on: date) -> str:
        return "；".join(words for guard in guards[step] if (words := guard(flow, on)))

    return check
