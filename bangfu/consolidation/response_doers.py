"""Who does the tasks of a response to a warning, and who ends it (1.1)."""

from __future__ import annotations

from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.consolidation.contingency import DOERS
from bangfu.ledger.declaration import TEAM

CLOSERS = (Role.COUNTY,)
#: role of a task → who has it as a to-do
DOERS_OF = {role: TEAM if role == Role.CAPTAIN else (role,) for role in DOERS}


def may_finish(actor: Actor, task: Any) -> bool:
    """Who has the role of the task in the place, or the county, which writes down what departments did."""
    return task.place_id in actor.scope(Act.EDIT, (*DOERS_OF[Role(task.role)], *CLOSERS))
