"""How far a round of complete screening is, place by place, and the named list of households not yet visited (1.1)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.activities.activity import VISIT, Activity
from bangfu.consolidation.rounds import RoundVillage, ScreeningRound
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.people.models import Household


def reaching(scope: Scope) -> Q:
    """The rounds that concern a place: of its county, or of a county inside it."""
    condition = scope.q("county")
    for low, _ in scope.ranges:
        condition |= Q(county__in=codes.ancestors(low))
    return condition


def rounds_of(scope: Scope) -> QuerySet[ScreeningRound]:
    """Newest first."""
    return ScreeningRound.objects.filter(reaching(scope), withdrawn_at=None).order_by("-to_on", "-pk")


@dataclass(frozen=True)
class Part:
    """One place's share: how many of its households were visited."""

    place: Division
    households: int
    visited: int
    responsible: str = ""
    #: of a village's share
    pk: int = 0

    @property
    def left(self) -> int:
        return self.households - self.visited

    @property
    def percent(self) -> int:
        """Whole percents, cut off: 100 only when nobody is left."""
        return 100 * self.visited // self.households if self.households else 100


def parts(of: ScreeningRound, within: Scope) -> list[Part]:
    """By town, or by village when the scope lies inside one town; places without households are left out. Two queries."""
    rows = RoundVillage.objects.filter(within.q("village"), screening_round=of, withdrawn_at=None, households__gt=0)
    if all(codes.level_of(low) >= Level.TOWN for low, _ in within.ranges):
        found = rows.select_related("village").order_by("village_id")
        return [Part(row.village, row.households, row.visited, row.responsible, row.pk) for row in found]
    width = codes.SPANS[Level.TOWN]
    towns = rows.values(town=F("village_id") / width * width).order_by("town")
    counted = {row["town"]: row for row in towns.annotate(seen=Sum("visited"), all=Sum("households"))}
    names = Division.objects.in_bulk(list(counted))
    return [Part(names[code], row["all"], row["seen"]) for code, row in counted.items() if code in names]


def totals(of: list[ScreeningRound], within: Scope) -> dict[int, tuple[int, int]]:
    """(households, visited) of each round in the place: one query."""
    rows = RoundVillage.objects.filter(within.q("village"), screening_round__in=of, withdrawn_at=None)
    counted = rows.values_list("screening_round").annotate(Sum("households"), Sum("visited")).order_by()
    return {pk: (households, visited) for pk, households, visited in counted}


def total(found: list[Part]) -> tuple[int, int]:
    """(households, visited)."""
    return sum(part.households for part in found), sum(part.visited for part in found)


def seen(of: ScreeningRound) -> Exists:
    """A visit of the household inside the round."""
    days = (of.from_on, of.to_on)
    return Exists(Activity.objects.filter(household=OuterRef("pk"), held_on__range=days, kind=VISIT, withdrawn_at=None))


def left_over(of: ScreeningRound, within: Scope, villages: list[int] | None = None) -> QuerySet[Household]:
    """Households not yet visited, in the order of villages. Villages that are done aren't looked into."""
    chosen = [village for village, _ in _unfinished(of, within)] if villages is None else villages
    rows = Household.objects.filter(~seen(of), village__in=chosen, withdrawn_at=None)
    return rows.order_by("village_id", "pk")


def _unfinished(of: ScreeningRound, within: Scope) -> list[tuple[int, int]]:
    """(village, households not yet visited)."""
    shares = RoundVillage.objects.filter(within.q("village"), screening_round=of, withdrawn_at=None)
    unfinished = shares.filter(households__gt=F("visited")).order_by("village_id")
    return list(unfinished.values_list("village_id", F("households") - F("visited")))


def left_page(
    of: ScreeningRound, within: Scope, after: tuple[int, int] | None, size: int
) -> tuple[list[Household], str]:
    """One page of `left_over`, which looks into no more villages than it needs."""
    villages, more = [], size + 1
    for village, left in _unfinished(of, within):
        if after and village < after[0]:
            continue
        if more <= 0:
            break
        villages.append(village)
        more -= 0 if after and village == after[0] else left
    return page_of(left_over(of, within, villages), after, size)


def page_of(rows: QuerySet[Household], after: tuple[int, int] | None, size: int) -> tuple[list[Household], str]:
    """One page behind (village, id), and the key of the next: "" on the last page."""
    if after:
        rows = rows.filter(TupleGreaterThan(Tuple(F("village_id"), F("pk")), after))
    found = list(rows.select_related("village")[: size + 1])
    following = f"{found[size - 1].village_id}-{found[size - 1].pk}" if len(found) > size else ""
    return found[:size], following


def key_of(text: str) -> tuple[int, int] | None:
    """The key of a page as `page_of` gave it; None for anything else."""
    village, _, pk = text.partition("-")
    return (int(village), int(pk)) if village.isdecimal() and pk.isdecimal() and len(text) < 40 else None


def scope_of(actor: Actor, roles: tuple[Role, ...], of: ScreeningRound, place: int | None = None) -> Scope:
    """What the actor sees of the round."""
    scope = actor.scope(Act.READ, roles).intersect(Scope.of([of.county_id]))
    return scope.intersect(Scope.of([place])) if place else scope
