"""Whether a demand was made before: by the same asker with the same heads, or with nearly the same fields for the same rows
and period. Then the first answer serves, and nobody is asked again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from bangfu.demands.demand import Demand
from bangfu.demands.demand_parts import DemandHead, DemandPlace
from bangfu.demands.states import State, Use
from bangfu.exchange.heads import key
from bangfu.kernel import codes

#: share of the fields from which on two demands are the same
SAME_SHARE = 0.9
_LOCK = 0x42460501


@dataclass(frozen=True)
class Same:
    demand: Demand
    why: str


def one_at_a_time() -> None:
    """Two officers who register the same demand at once: the second sees the first. Until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])


def same_as(demand: Demand) -> Same | None:
    """The earliest demand for the same rows and period that asks the same. Four queries."""
    candidates = _for_the_same_rows(demand)
    if not candidates:
        return None
    heads: dict[int, list[DemandHead]] = {}
    for head in DemandHead.objects.filter(demand__in=[demand.pk, *(each.pk for each in candidates)]):
        heads.setdefault(head.demand_id, []).append(head)
    own = heads.get(demand.pk, [])
    for each in candidates:
        theirs = heads.get(each.pk, [])
        if key(each.asker) == key(demand.asker) and own and _keys(own) == _keys(theirs):
            return Same(each, "同一单位，表头相同")
        share = _share(own, theirs)
        if demand.state != State.DRAFT and each.state != State.DRAFT and share >= SAME_SHARE:
            return Same(each, f"要的项目有 {share:.0%} 相同")
    return None


def _for_the_same_rows(demand: Demand) -> list[Demand]:
    """Of the same row kind and period, with places that hold all of its places."""
    found = Demand.objects.filter(
        row_kind=demand.row_kind, period_first=demand.period_first, period_last=demand.period_last, withdrawn_at=None
    ).exclude(state__in=[State.REFUSED, State.CLOSED]).exclude(pk=demand.pk).order_by("pk")  # fmt: skip
    places: dict[int, list[int]] = {}
    rows = list(found)
    for pk, place in DemandPlace.objects.filter(demand__in=[demand.pk, *(each.pk for each in rows)]).values_list(
        "demand_id", "division_id"
    ):
        places.setdefault(pk, []).append(place)
    own = places.get(demand.pk, [])
    return [each for each in rows if own and all(_is_within(place, places.get(each.pk, ())) for place in own)]


def _is_within(place: int, outer: Iterable[int]) -> bool:
    return any(codes.contains(each, place) for each in outer)


def _keys(heads: Iterable[DemandHead]) -> set[str]:
    return {head.key for head in heads}


def _asked(heads: Iterable[DemandHead]) -> set[str]:
    """What a demand is after: facts and questions, without the names of places."""
    named = {head.fact if head.use == Use.FILL else f"?{head.key}" for head in heads if head.use != Use.BLANK}
    return {name for name in named if not name.startswith("place.")}


def _share(own: Iterable[DemandHead], theirs: Iterable[DemandHead]) -> float:
    wanted = _asked(own)
    return len(wanted & _asked(theirs)) / len(wanted) if wanted else 0.0
