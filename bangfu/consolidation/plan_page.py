"""What the page of a plan shows (1.1): where it stands, the measures of the household, what the labour rule asks."""

from __future__ import annotations

from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.consolidation import case_file, flow_page
from bangfu.consolidation.monitored import advice, labour_among
from bangfu.ledger import registry
from bangfu.ledger.rows import related


def page_of(plan: Any, actor: Actor) -> dict[str, Any]:
    measures = registry.get("assistance-measures")
    assert measures
    may_edit = measures.may(actor, Act.EDIT) and plan.household.village_id in actor.scope(Act.EDIT, measures.edited_by)
    home = case_file.of_home(plan.household)
    kinds = {measure.kind for measure in home.measures if measure.state != "stopped"}
    labour = labour_among(person.labour_skill for person in home.people)
    return flow_page.context("assistance-plans", plan, actor, {}) | {
        "measures": related(actor, "assistance-measures", "household", plan.household, home.measures),
        "labour": labour,
        "advice": advice(labour, kinds),
        "may_write": may_edit and plan.state == "drafting",
        "may_measure": may_edit and plan.closed_on is None,
    }
