"""How the invented households live: kind, monitoring facts, conditions, land, and income by year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bangfu.people import codes
from bangfu.people.demo.block import Ints, Mask, Piece, Words, constant, day, hundredths, join, null_unless, number, yes
from bangfu.people.demo.chances import Table, happens, log_normal
from bangfu.people.demo.families import AS_OF, Families
from bangfu.people.demo.persons import Traits

YEARS = (AS_OF.year - 1, AS_OF.year)
_LIFTED_KINDS = Words(["", *codes.values("lifted_kind", "一般脱贫户", "低保脱贫户", "特困供养脱贫户")])
_MONITORED = Words(["", *codes.values("monitored_kind", "脱贫不稳定户", "边缘易致贫户", "突发严重困难户")])
_KINDS = Words([codes.ORDINARY, codes.LIFTED])
_REMOVALS = Words(["", *codes.values("removal_kind", "帮扶消除")])
_GRADES = Words(codes.values("house_grade", "A级", "B级", "C级", "D级"))
_ROADS = Words(codes.values("road_kind", "水泥路", "沥青路", "砂石路", "普通泥土路"))
_RISKS = Words(
    ["{}"]
    + [
        "{" + ",".join(codes.values("risk_type", *labels.split())) + "}"
        for labels in (
            "因病",
            "因残",
            "因学",
            "因病 缺劳动力",
            "因务工就业不稳",
            "缺劳动力",
            "因残 缺劳动力",
            "因意外事故",
            "因自然灾害",
        )
    ]
)
_NATURAL = Words(
    [
        "",
        *(
            first + last
            for first in "上下新老东西南北大"
            for last in ("围", "屋", "塘", "坑", "岭", "村", "洞", "坝", "湾", "寨")
        ),
    ]
)
_GROUPS = Words(["", *(f"第{n}村民小组" for n in "一二三四五六七八九十")])

_LIFTED_KIND = Table((58, 34, 8))
_HOUSE = Table((72, 26.8, 0.9, 0.3), (46, 52.8, 0.9, 0.3))  # ordinary, lifted or monitored
_ROAD = Table((86, 6, 6, 2))
_RISK = Table((34, 16, 14, 10, 10, 6, 5, 3, 2))


@dataclass(frozen=True)
class Homes:
    """One value per household of a block."""

    lifted: Mask
    monitored: Ints  # 0 none, 1–3 kind
    marginal: Mask

    @property
    def poor(self) -> Mask:
        return self.lifted | (self.monitored > 0)


def make(rng: np.random.Generator, count: int) -> Homes:
    lifted = happens(rng, 0.04, count)
    drawn = rng.random(count)
    monitored = np.where(lifted & (drawn < 0.055), 1, 0)
    monitored = np.where(~lifted & (drawn < 0.0022), 2, monitored)
    monitored = np.where((drawn > 0.9994), 3, monitored)
    return Homes(lifted, monitored, ~lifted & happens(rng, 0.0016, count))


def marks(rng: np.random.Generator, homes: Homes) -> dict[str, Piece]:
    """Kind of household and the national system's facts about monitoring."""
    count = len(homes.lifted)
    is_monitored, none = homes.monitored > 0, np.zeros(count, dtype=np.int64)
    identified = np.datetime64("2021-06", "M") + rng.integers(0, 48, count)
    removed = is_monitored & happens(rng, 0.55, count) & (identified < np.datetime64("2024-09", "M"))
    return {
        "kind": _KINDS[homes.lifted.astype(np.int64)],
        "lifted_kind": _LIFTED_KINDS[np.where(homes.lifted, _LIFTED_KIND.pick(rng, none) + 1, 0)],
        "lifted_year": null_unless(homes.lifted, number(rng.integers(2016, 2021, count))),
        "is_marginal_2019": yes(homes.marginal),
        "monitored_kind": _MONITORED[homes.monitored],
        "identified_month": null_unless(is_monitored, day(identified)),
        "risks": _RISKS[np.where(is_monitored, _RISK.pick(rng, none) + 1, 0)],
        "is_risk_removed": null_unless(is_monitored, yes(removed)),
        "removed_month": null_unless(removed, day(identified + rng.integers(7, 13, count))),
        "removal_kind": _REMOVALS[removed.astype(np.int64)],
        "has_development_measure": null_unless(is_monitored, yes(happens(rng, 0.9, count))),
    }


def conditions(rng: np.random.Generator, homes: Homes, families: Families, traits: Traits) -> dict[str, Piece]:
    """Housing, water, road, land, the three guarantees."""
    count = len(homes.lifted)
    grade = _HOUSE.pick(rng, homes.poor.astype(np.int64))
    water, toilet = happens(rng, 0.993, count), happens(rng, 0.965, count)
    natural = rng.integers(0, len(_NATURAL.table), count)
    columns = {
        "natural_village": _NATURAL[natural],
        "group_name": _GROUPS[rng.integers(0, len(_GROUPS.table), count)],
        "house_grade": _GRADES[grade],
        "is_house_unsafe": yes(grade >= 2),
        "house_area": hundredths(np.round(log_normal(rng, 118, 0.35, count)).astype(np.int64) * 100),
        "has_safe_water": yes(water),
        "is_water_clean": yes(water | happens(rng, 0.4, count)),
        "is_water_enough": yes(water | happens(rng, 0.6, count)),
        "is_water_near": yes(water | happens(rng, 0.7, count)),
        "is_water_steady": yes(water | happens(rng, 0.5, count)),
        "has_power": yes(happens(rng, 0.9998, count)),
        "is_road_hardened": yes(happens(rng, 0.93, count)),
        "road_kind": _ROADS[_ROAD.pick(rng, np.zeros(count, dtype=np.int64))],
        "road_distance_km": hundredths(np.minimum(log_normal(rng, 22, 1.0, count), 1_900).astype(np.int64)),
        "has_sanitary_toilet": yes(toilet),
        "is_toilet_usable": yes(toilet & happens(rng, 0.97, count)),
        "arable_mu": hundredths(np.minimum(log_normal(rng, 210, 0.6, count), 6_000).astype(np.int64)),
        "forest_mu": hundredths(np.minimum(log_normal(rng, 480, 1.1, count), 15_000).astype(np.int64)),
        "lacks_food": yes(np.zeros(count, dtype=bool)),
        "lacks_clothes": yes(np.zeros(count, dtype=bool)),
        "has_dropout": yes(_any(families, traits.is_dropout)),
        "has_uninsured": yes(_any(families, traits.uninsured)),
        "is_safety_net": yes(homes.poor & ~_any(families, traits.labour < 3)),
    }
    return columns


def _any(families: Families, mask: Mask) -> Mask:
    return np.asarray(np.bincount(families.household, weights=mask, minlength=len(families.size)) > 0)


def _sum(families: Families, values: Ints | Mask) -> Ints:
    summed = np.bincount(families.household, weights=values, minlength=len(families.size))
    return np.asarray(summed, dtype=np.int64)


def incomes(
    rng: np.random.Generator, homes: Homes, families: Families, traits: Traits, members: Ints
) -> list[dict[str, Piece]]:
    """One table of columns per year, amounts in yuan with fen. `members`: people of each household."""
    count = len(homes.lifted)
    farming = log_normal(rng, 11_500, 0.8, count) * 100 * happens(rng, 0.78, count)
    elders = _sum(families, families.age >= 60)
    allowances, supported = _sum(families, traits.allowance), _sum(families, traits.supported)
    ill = _any(families, traits.serious)
    wages = _sum(families, np.where(traits.works, traits.wage * traits.months, 0))
    tables = []
    for place, year in enumerate(YEARS):
        growth = 0.95 if place == 0 else 1.0
        shake = log_normal(rng, growth, 0.08, count)
        business = (farming * shake).astype(np.int64)
        yuan: dict[str, Ints] = {
            "wage_income": (wages * np.minimum(shake, 1.3)).astype(np.int64) // 100 * 100,
            "business_income": business,
            "business_expense": (business * rng.uniform(0.25, 0.5, count)).astype(np.int64),
            "asset_dividend": homes.poor * rng.integers(200, 1_500, count) * 100,
            "other_property": happens(rng, 0.3, count) * rng.integers(200, 4_000, count) * 100,
            "family_planning_grant": happens(rng, 0.05, count) * 96_000,
            "subsistence_allowance": (allowances * 620_000 * growth).astype(np.int64),
            "extreme_poverty_allowance": (supported * 1_320_000 * growth).astype(np.int64),
            "pension": (elders * 250_000 * shake).astype(np.int64),
            "ecology_compensation": happens(rng, 0.35, count) * rng.integers(40, 400, count) * 100,
            "other_transfer": rng.integers(0, 1_800, count) * 100,
            "compliant_self_paid": ill * rng.integers(1_000, 26_000, count) * 100,
        }
        keys = {"year": constant(str(year), count), "population": number(np.maximum(members, 1))}
        tables.append(keys | {name: hundredths(value) for name, value in yuan.items()})
    return tables


def head_phone(phone: Piece, has_phone: Mask, families: Families) -> tuple[Piece, Mask]:
    """Phone of the household: the head's, where there is one."""
    heads = np.flatnonzero(families.is_head)
    return phone[heads], has_phone[heads]


def array(*pieces: Piece) -> Piece:
    """Members of an array literal between braces; the pieces bring their commas."""
    rows = len(pieces[0])
    return join(constant("{", rows), *pieces, constant("}", rows))
