"""The named acts on a demand: register, choose the worksheet, map, open, deliver, close, override, withdraw.

Each is one transaction with who and why in the history; a repeated or overtaken one changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.demands import opening, papers, sameness, suggesting
from bangfu.demands.demand import Demand
from bangfu.demands.demand_parts import DemandHead, DemandPlace, DemandUnit
from bangfu.demands.reading import Layout, Reading
from bangfu.demands.spelling import head_key, joined
from bangfu.demands.states import State, Use
from bangfu.divisions.models import Division
from bangfu.ledger import history
from bangfu.ledger.acts import Overtaken, recorded

history.ACTS |= {
    "demands.register": "登记", "demands.file": "换工作簿", "demands.sheet": "选工作表", "demands.map": "对表头",
    "demands.open": "发出", "demands.deliver": "交出", "demands.close": "停办", "demands.override": "再要一次",
    "demands.withdraw": "撤回",
}  # fmt: skip
UNSENT = (State.DRAFT, State.MAPPED)


class NotYet(ValueError):
    """The act does not fit; the message says what to do first."""


def register(
    values: Mapping[str, Any], places: Sequence[Division], units: Iterable[Unit], content: bytes, file_name: str,
    found: Reading, *, office: Division, by: Actor, client_uuid: UUID | None = None,
) -> Demand:  # fmt: skip
    """Adds a demand with its workbook, heads read and suggested. The same `client_uuid` gives the one made first."""
    demand = Demand(
        **values, division=opening.holder_of(places), office=office, registered_by=by.user, file_name=file_name[-200:],
        sha256=papers.keep(content), client_uuid=client_uuid,
    )  # fmt: skip
    try:
        with recorded(by, "demands.register"):
            sameness.one_at_a_time()
            demand.save(force_insert=True)
            DemandPlace.objects.bulk_create(DemandPlace(demand=demand, division=place) for place in places)
            DemandUnit.objects.bulk_create(DemandUnit(demand=demand, unit=unit) for unit in units)
            _take_layout(demand, found.layouts[0] if len(found.layouts) == 1 else None)
    except IntegrityError:
        first = Demand.objects.filter(client_uuid=client_uuid).first() if client_uuid else None
        if first is None:
            raise
        return first
    return demand


def replace_file(demand: Demand, content: bytes, file_name: str, found: Reading, *, by: Actor) -> None:
    """Another workbook before anything was sent out; what was mapped is suggested again. Errors: Overtaken."""
    with recorded(by, "demands.file"):
        sameness.one_at_a_time()
        _move(demand, UNSENT, State.DRAFT, sha256=papers.keep(content), file_name=file_name[-200:])
        _take_layout(demand, found.layouts[0] if len(found.layouts) == 1 else None)


def choose_sheet(demand: Demand, layout: Layout, *, by: Actor) -> None:
    with recorded(by, "demands.sheet", layout.sheet):
        sameness.one_at_a_time()
        _move(demand, UNSENT, State.DRAFT)
        _take_layout(demand, layout)


def _take_layout(demand: Demand, layout: Layout | None) -> None:
    """Heads as the workbook has them, with the best suggestion each; refused when the same was asked before."""
    DemandHead.objects.filter(demand=demand).delete()
    demand.layout = layout.told() if layout else {}
    Demand.objects.filter(pk=demand.pk).update(layout=demand.layout)
    if layout is None:
        return
    suggestions = suggesting.suggest(demand.row_kind, [names for _, names in layout.heads], without=demand.pk)
    DemandHead.objects.bulk_create(
        DemandHead(
            demand=demand, position=column, title=joined(names), key=head_key(names), use=each.use,
            fact=each.fact.code if each.fact and each.use is Use.FILL else "", answer_kind=each.answer_kind,
        )
        for (column, names), each in zip(layout.heads, suggestions, strict=True)
    )  # fmt: skip
    _refuse_same(demand)


def map_heads(demand: Demand, heads: Sequence[DemandHead], *, by: Actor) -> None:
    """Writes what the officer decided for every head. Errors: Overtaken, NotYet."""
    if not any(head.use != Use.BLANK for head in heads):
        raise NotYet("所有表头都空着，没有要填的")
    with recorded(by, "demands.map"):
        sameness.one_at_a_time()
        _move(demand, UNSENT, State.MAPPED)
        DemandHead.objects.bulk_update(heads, ["use", "fact", "answer_kind", "asks_blanks"])
        _refuse_same(demand)


def _refuse_same(demand: Demand) -> None:
    same = None if demand.override_reason else sameness.same_as(demand)
    if same:
        _move(demand, UNSENT, State.REFUSED, first_id=same.demand.pk)


def override(demand: Demand, reason: str, *, by: Actor) -> None:
    """Asked again all the same, for a reason in writing. Errors: NotYet, Overtaken."""
    if not reason:
        raise NotYet("请写明为什么要再要一次，例如“上次的数据日期不符合审计要求”")
    with recorded(by, "demands.override", reason):
        _move(demand, (State.REFUSED,), State.DRAFT, override_reason=reason)


def open_demand(demand: Demand, *, by: Actor, at: datetime) -> None:
    """Fills what is known, asks the rest. Errors: NotYet, Overtaken."""
    with recorded(by, "demands.open"):
        _move(demand, (State.MAPPED,), State.OPEN, opened_at=at)
        counts = opening.send_out(demand, by)
        state = State.OPEN if counts["question_count"] else State.ANSWERED
        Demand.objects.filter(pk=demand.pk).update(**counts, state=state)
    demand.refresh_from_db()


def deliver(demand: Demand, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Handed to the asker; before all is answered only with a reason. Errors: NotYet, Overtaken."""
    if demand.state == State.OPEN and not reason:
        raise NotYet("还没有答齐。要现在就交，请写明原因")
    with recorded(by, "demands.deliver", reason):
        _move(demand, (State.OPEN, State.ANSWERED), State.DELIVERED, delivered_at=at)


def close(demand: Demand, reason: str, *, by: Actor) -> None:
    """No longer wanted: nobody is asked any more. Errors: NotYet, Overtaken."""
    _need(reason, "停办")
    with recorded(by, "demands.close", reason):
        _move(demand, (*UNSENT, State.REFUSED, State.OPEN, State.ANSWERED), State.CLOSED)


def withdraw(demand: Demand, reason: str, *, by: Actor) -> None:
    """Registered by mistake: it leaves lists and figures, answers with it. Errors: NotYet, Overtaken."""
    _need(reason, "撤回")
    with recorded(by, "demands.withdraw", reason):
        _move(demand, tuple(State), demand.state, withdrawn_at=Now(), withdrawn_reason=reason)


def _need(reason: str, act: str) -> None:
    if not reason:
        raise NotYet(f"请写明{act}的原因")


def _move(demand: Demand, states: Iterable[str], to: str, **columns: Any) -> None:
    """Only from these states and from the version that was seen. Errors: Overtaken."""
    rows = Demand.objects.filter(pk=demand.pk, version=demand.version, state__in=list(states), withdrawn_at=None)
    if not rows.update(state=to, version=F("version") + 1, updated_at=Now(), **columns):
        raise Overtaken(Demand.objects.get(pk=demand.pk))
    demand.refresh_from_db()
