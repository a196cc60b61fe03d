"""分配测算 (1.4): what each place below would get, and why, to the fen. Documented shares first, the rest by factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import BigIntegerField, Count, F, Q, Value
from django.db.models.functions import Mod

from bangfu.bookkeeping.posting import Refused
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel.codes import SPANS, Level
from bangfu.lawbook import parameters
from bangfu.people import codes
from bangfu.people.models import Household
from bangfu.policy.parameter import ParameterMissing
from bangfu.policy.parameter import Value as Documented

_ALL, _FEN = Decimal(100), Decimal("0.01")
#: who splits among whom, and what is counted there as places
BELOW = {Level.PROVINCE: Level.COUNTY, Level.CITY: Level.COUNTY, Level.COUNTY: Level.TOWN}
PLACES = {Level.COUNTY: (Level.TOWN, "镇"), Level.TOWN: (Level.VILLAGE, "村")}
#: sources for which a share may be registered by a document
SHARES = {source: f"fund_share_{source}_percent" for source in ("central", "province", "city", "paired")}


@dataclass(frozen=True)
class Part:
    """One place below: its share in percent, the amount in yuan, and how it came about."""

    place: Division
    percent: Decimal
    amount: Decimal
    why: str


@dataclass(frozen=True)
class _Factors:
    households: int
    places: int


def of(giver: Division, source: str, total: Decimal, on: date) -> list[Part]:
    """Their amounts sum up to the total. Five queries. Errors: Refused, when there is nothing to split by."""
    level = BELOW.get(Level(giver.level))
    if level is None:
        raise Refused("资金由省、市分到县，由县分到镇")
    below = list(Division.objects.filter(Scope.of([giver.pk]).q("code"), level=level, valid_to=None).order_by("code"))
    fixed = _documented(below, source, on)
    factors = {pk: found for pk, found in _factors(giver, level).items() if pk not in fixed}
    rest = _ALL - sum((Decimal(str(share.value)) for share in fixed.values()), Decimal(0))
    if rest < 0 or (rest and not factors):
        raise Refused(f"按文件登记的份额合计 {_ALL - rest:g}%，应为 100%；请在政策参数里核对")
    weights = {
        name: Decimal(str(parameters.value(f"fund_split_weight_{name}", on, giver.pk)))
        for name in ("households", "places")
    }
    shares: dict[int, tuple[Decimal, str]] = {
        pk: (Decimal(str(share.value)), f"{share.source} 定为 {Decimal(str(share.value)):g}%")
        for pk, share in fixed.items()
    }
    shares |= _by_factors(factors, weights, rest, PLACES[level][1])
    chosen = [place for place in below if shares.get(place.pk, (Decimal(0), ""))[0] > 0]
    amounts = _to_the_fen([shares[place.pk][0] for place in chosen], total)
    return [
        Part(place, shares[place.pk][0].quantize(_FEN), amount, shares[place.pk][1])
        for place, amount in zip(chosen, amounts, strict=True)
    ]


def _documented(below: Sequence[Division], source: str, on: date) -> dict[int, Documented]:
    """Shares that were set for the place itself; what is set for a wider area is no share of one place."""
    if source not in SHARES:
        return {}
    known, found = parameters.Snapshot.take(), {}
    for place in below:
        try:
            share = known.at(SHARES[source], on, place.pk)
        except ParameterMissing:
            continue
        if share.division == place.pk:
            found[place.pk] = share
    return found


def _factors(giver: Division, level: Level) -> dict[int, _Factors]:
    """Of the places that have households to be helped; the others get nothing by factors."""
    scope = Scope.of([giver.pk])
    helped = Household.objects.filter(
        scope.q("village"), Q(kind=codes.LIFTED) | ~Q(monitored_kind=""), withdrawn_at=None
    )
    homes = _count(helped, "village_id", level)
    places = _count(Division.objects.filter(scope.q("code"), level=PLACES[level][0], valid_to=None), "code", level)
    return {pk: _Factors(count, places.get(pk, 0)) for pk, count in homes.items()}


def _count(rows: object, column: str, level: Level) -> dict[int, int]:
    span = Value(SPANS[level], BigIntegerField())
    within = F(column) - Mod(F(column), span, output_field=BigIntegerField())
    counted = rows.annotate(within=within).order_by().values_list("within").annotate(count=Count("pk"))  # type: ignore[attr-defined]
    return {int(pk): count for pk, count in counted}


def _by_factors(
    factors: Mapping[int, _Factors], weights: Mapping[str, Decimal], rest: Decimal, unit: str
) -> dict[int, tuple[Decimal, str]]:
    sums = {name: Decimal(sum(getattr(each, name) for each in factors.values())) for name in weights}
    counted = {name: weight for name, weight in weights.items() if sums[name]}
    whole = sum(counted.values(), Decimal(0))
    found = {}
    for pk, each in factors.items() if whole else ():
        parts = {name: weight / whole * getattr(each, name) / sums[name] for name, weight in counted.items()}
        share = rest * sum(parts.values(), Decimal(0))
        said = (
            f"重点户 {each.households} 户，占 {_percent(each.households, sums['households'])}；"
            if sums["households"]
            else ""
        )
        said += f"{each.places} 个{unit}，占 {_percent(each.places, sums['places'])}" if sums["places"] else ""
        ratio = "、".join(f"{weight / whole * 100:.0f}%" for weight in counted.values())
        found[pk] = (share, f"{said}；权重 {ratio}" + (f"，分其余的 {rest:g}%" if rest != _ALL else ""))
    return found


def _percent(part: int, whole: Decimal) -> str:
    return f"{part * 100 / whole:.1f}%" if whole else "0%"


def _to_the_fen(shares: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """What is cut off goes to the largest remainders, so that nothing is left over."""
    whole = sum(shares, Decimal(0))
    exact = [total * share / whole for share in shares]
    found = [(amount // _FEN) * _FEN for amount in exact]
    left = int(((total - sum(found, Decimal(0))) / _FEN).to_integral_value())
    for index in sorted(range(len(found)), key=lambda n: found[n] - exact[n])[:left]:
        found[index] += _FEN
    return found
