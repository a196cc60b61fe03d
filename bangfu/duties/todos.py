"""What the guideline asks of me and is due: one line a duty, named when few, with the form that records it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.duties import board, detail, evidence, holders
from bangfu.duties.changed import settle
from bangfu.duties.counting import State
from bangfu.duties.keeping import law_of
from bangfu.duties.standings import DutyStanding
from bangfu.units.helped import towns_of_units

NAMED = 3
COUNTED = 100


@dataclass(frozen=True)
class Line:
    what: str
    why: str
    url: str
    action: str
    article: str
    due_on: date
    tone: str
    #: the standing, where the line is about one
    pk: int = 0
    village: str = ""


def waiting(actor: Actor, on: date, *, has_notes: bool = True) -> Iterator[Line]:
    """One query when there is nothing new to count. `has_notes=False`: it is known that no changed row waits."""
    if not board.ledger().may(actor, Act.READ):
        return
    if has_notes:
        settle()
    by_duty: defaultdict[str, list[DutyStanding]] = defaultdict(list)
    for standing in _mine(actor, on)[:COUNTED]:
        by_duty[standing.duty].append(standing)
    for rows in by_duty.values():
        yield from map(_one, rows) if len(rows) <= NAMED else [_many(rows)]


def _mine(actor: Actor, on: date) -> QuerySet[DutyStanding]:
    """Due soon or missed in a period that runs, where a role of mine answers; less what other lists remind of."""
    rows = board.seen(actor).filter(first__lte=on, last__gte=on, state__in=[State.DUE_SOON, State.MISSED])
    by_role: defaultdict[Role, list[str]] = defaultdict(list)
    for duty in law_of(on):
        if not evidence.ALL[duty.evidence].is_reminded:
            for role in duty.owed_by or holders.KINDS[duty.holder].owed_by:
                by_role[Role(role)].append(duty.code)
    mine = Q(pk__in=[])
    for role in actor.roles.intersection(by_role):
        mine |= Q(duty__in=by_role[role]) & _reach(actor, role)
    return rows.filter(mine).select_related("division").order_by("due_on", "pk")


def _reach(actor: Actor, role: Role) -> Q:
    if role is Role.LIAISON:
        units = actor.units(Act.READ, [role])
        return Q(unit__in=units) | Q(unit=None, division__in=towns_of_units(units))
    return actor.scope(Act.READ, [role]).q("division")


def _one(standing: DutyStanding) -> Line:
    duty = detail.duty_of(standing)
    left = f"缺 {standing.done} 项" if duty.is_kept else f"还差 {standing.asked - standing.done} 次"
    to_record = "" if duty.is_kept else detail.to_record(standing)
    url = to_record or board.ledger().record_url(standing.pk)
    return Line(
        f"{duty.label}：{left}", f"{standing.holder_name}。{duty.says}", url, "登记" if to_record else "查看",
        duty.article, standing.due_on, State(standing.state).tone, standing.pk,
        standing.division.label if standing.holder_kind == "village" else "",
    )  # fmt: skip


def _many(rows: list[DutyStanding]) -> Line:
    duty, count = detail.duty_of(rows[0]), f"{len(rows)} 多" if len(rows) >= COUNTED else str(len(rows))
    tone = State(min(rows, key=lambda row: row.due_on).state).tone
    url = board.url(duty.code, rows[0].first.year, State(rows[0].state))
    return Line(f"{duty.label}：{count} 个还没有做到", duty.says, url, "看名单", duty.article, rows[0].due_on, tone)
