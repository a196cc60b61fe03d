"""The page of a row that goes through a workflow (1.1): its steps, and beside them the pages that write a step's record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.kernel import dates
from bangfu.workflow.declaration import Kind
from bangfu.workflow.models import Flow, known, newest
from bangfu.workflow.openings import Refusal
from bangfu.workflow.sheet import Desk, sheet


@dataclass(frozen=True)
class Way:
    """One big button: the page on which the step's record is written and the step taken."""

    label: str
    says: str
    url: str
    #: why it cannot be done yet
    refusals: tuple[Refusal, ...] = ()


def context(slug: str, record: Any, actor: Actor, pages: Mapping[str, str]) -> dict[str, Any]:
    """`pages`: step → last part of the address of its page, under consolidation:<slug>-act."""
    flow, records = newest(slug, record)
    if flow is None:
        return {"sheet": None}
    known(record)
    whole = sheet(flow, actor, dates.today(), records=records)
    ways = [_way(desk, flow, pages[desk.opening.step.code]) for desk in whole.desks if desk.opening.step.code in pages]
    plain = [desk for desk in whole.desks if desk.opening.step.code not in pages]
    return {"sheet": replace(whole, desks=_with_main(plain, bool(ways))), "ways": ways, "flow": flow}


def _way(desk: Desk, flow: Flow, page: str) -> Way:
    step = desk.opening.step
    asked = {evidence.says for evidence in step.evidence if evidence.find}
    others = tuple(refusal for refusal in desk.opening.refusals if refusal.words not in asked)
    return Way(step.label, step.says, reverse("consolidation:act", args=[flow.slug, flow.subject_id, page]), others)


def _with_main(desks: list[Desk], has_ways: bool) -> list[Desk]:
    """The first step on stands open, with its reasons when it cannot be taken yet; none, when it has a page of its own."""
    first = next((desk.opening.step.code for desk in desks if desk.opening.step.kind is Kind.FORWARD), "")
    bound = next((desk.opening.step.code for desk in desks if desk.form is not None and desk.form.is_bound), "")
    shown = bound or ("" if has_ways else first)
    return [replace(desk, is_main=desk.opening.step.code == shown) for desk in desks]
