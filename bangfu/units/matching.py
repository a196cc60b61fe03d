"""资源对接 (3.3): what is offered that fits what is asked, why it fits, and the acts that match, finish and part them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.ledger import acts, history, registry
from bangfu.units.helped import units_of_town
from bangfu.units.resource import Resource, Side

history.ACTS |= {"units.match": "对接资源", "units.match_done": "对接有结果", "units.unmatch": "解除对接"}
MOST = 200
SHOWN = 10


class Refused(ValueError):
    """In words for a clerk."""


@dataclass(frozen=True)
class Suggestion:
    """`reasons`: why it fits, the strongest first; `rank`: smaller is nearer."""

    resource: Resource
    reasons: tuple[str, ...]
    rank: int


def suggested(row: Resource, actor: Actor, on: date) -> list[Suggestion]:
    """Of the other side, the same kind, still open on the day, in the same place or by a unit that helps it. Two queries."""
    if row.matched_id or row.withdrawn_at or _is_over(row, on):
        return []
    ledger = registry.of(Resource)
    assert ledger
    other = Side.OFFERED if row.side == Side.ASKED else Side.ASKED
    rows = ledger.visible_to(actor).filter(side=other, kind=row.kind, matched=None, withdrawn_at=None)
    rows = rows.filter(Q(open_until=None) | Q(open_until__gte=max(on, row.from_on)))
    if row.open_until:
        rows = rows.filter(from_on__lte=row.open_until)
    helping = {unit.pk for unit in units_of_town(_town(row.division_id), on)} if _is_local(row) else set()
    around = Scope.of([_county(row.division_id), row.division_id]).q("division")
    rows = rows.filter(around | Q(division__in=codes.ancestors(row.division_id)) | Q(unit__in=helping))
    found = [_fit(row, each, helping) for each in rows.select_related("unit", "division").order_by("-pk")[:MOST]]
    return sorted((each for each in found if each), key=lambda each: (each.rank, -each.resource.pk))[:SHOWN]


def _is_over(row: Resource, on: date) -> bool:
    return row.open_until is not None and row.open_until < on


def _is_local(row: Resource) -> bool:
    return codes.level_of(row.division_id) >= Level.TOWN


def _town(code: int) -> int:
    return code // codes.SPANS[Level.TOWN] * codes.SPANS[Level.TOWN]


def _county(code: int) -> int:
    return code // codes.SPANS[Level.COUNTY] * codes.SPANS[Level.COUNTY]


def _fit(row: Resource, other: Resource, helping: set[int]) -> Suggestion | None:
    here, there = row.division_id, other.division_id
    places: list[tuple[int, str]] = []
    if other.unit_id in helping:
        places.append((0, f"{other.unit}是本镇的组团单位"))
    if here == there:
        places.append((1, "在同一个地方"))
    elif here in Scope.of([there]) or there in Scope.of([here]):
        places.append((2, f"{other.division.label}包含或就在这个地方"))
    elif _county(here) == _county(there):
        places.append((3, f"在同一个县，{other.division.label}"))
    if not places:
        return None
    kind, until = f"同为{row.get_kind_display()}", f"有效期到 {other.open_until}" if other.open_until else "长期有效"
    return Suggestion(other, (*(words for _, words in places), kind, until), places[0][0])


@transaction.atomic
def match(row: Resource, other: Resource, *, by: Actor, on: date) -> None:
    """Both rows name each other. The caller has made sure that `by` edits `row` and sees `other`. Errors: Refused."""
    found = {each.pk: each for each in Resource.objects.select_for_update().filter(pk__in=[row.pk, other.pk])}
    one, two = found.get(row.pk), found.get(other.pk)
    if one is None or two is None or one.withdrawn_at or two.withdrawn_at:
        raise Refused("这条资源已经撤回，请刷新页面")
    if one.matched_id == two.pk:
        return
    if one.matched_id or two.matched_id:
        raise Refused("其中一条刚刚已与别的资源对接，请刷新页面再选")
    if one.side == two.side or one.kind != two.kind:
        raise Refused("只能把同一类的需求和供给对接")
    with acts.recorded(by, "units.match"):
        _write(one, {"matched": two, "matched_on": on}, by)
        _write(two, {"matched": one, "matched_on": on}, by)


@transaction.atomic
def finish(row: Resource, result: str, *, by: Actor, on: date) -> None:
    """What came of it, on both sides; said again, it is replaced. Errors: Refused."""
    with acts.recorded(by, "units.match_done"):
        for each in _both(row):
            _write(each, {"result": result, "closed_on": on}, by)


@transaction.atomic
def part(row: Resource, reason: str, *, by: Actor) -> None:
    """It came to nothing: both are open again. Errors: Refused."""
    with acts.recorded(by, "units.unmatch", reason):
        for each in _both(row):
            if each.closed_on:
                raise Refused("已有对接结果，不能解除")
            _write(each, {"matched": None, "matched_on": None}, by, reason)


def _both(row: Resource) -> list[Resource]:
    both = list(Resource.objects.select_for_update().filter(Q(pk=row.pk) | Q(matched=row.pk)).order_by("pk"))
    if len(both) < 2:
        raise Refused("这条资源现在没有对接，请刷新页面")
    return both


def _write(row: Resource, values: Mapping[str, Any], by: Actor, reason: str = "") -> None:
    ledger = registry.of(Resource)
    assert ledger
    acts.change(ledger, row, values, by=by, version=row.version, reason=reason)


def may_match(row: Resource, actor: Actor) -> bool:
    ledger = registry.of(Resource)
    assert ledger
    return ledger.may(actor, Act.EDIT) and row.division_id in actor.scope(Act.EDIT, ledger.edited_by)
