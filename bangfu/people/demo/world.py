"""Where the invented households live: real villages, with more of them where the demo's cast works."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bangfu.divisions.models import Division
from bangfu.kernel.codes import Level, bounds
from bangfu.people.demo.block import Ints

CAST_COUNTY, CAST_TOWN_NAME = 441881000000, "东华镇"
_CAST_COUNTY_SHARE, _CAST_TOWN_SHARE = 0.36, 0.09  # of a demo of usual size; the larger, the less it is favoured
_USUAL = 20_000
_COMMUNITY_WEIGHT = 0.25  # few farming households live in urban communities


class NoVillages(RuntimeError):
    """The divisions are not loaded yet."""


@dataclass(frozen=True)
class World:
    """Villages in the order of their codes, how many households each has, and the name of the county of each."""

    villages: Ints
    counts: Ints
    counties: Ints  # code of the county; of the city where there is none (东莞)
    county_names: dict[int, str]

    @property
    def households(self) -> Ints:
        """Village of each household."""
        return np.repeat(self.villages, self.counts)


def make(rng: np.random.Generator, households: int) -> World:
    """Errors: NoVillages."""
    rows = list(
        Division.objects.filter(level=Level.VILLAGE, valid_to=None).order_by("code").values_list("code", "kind")
    )
    if not rows:
        raise NoVillages("还没有载入区划，请先运行 ./run bangfu divisions load")
    villages = np.array([code for code, _ in rows], dtype=np.int64)
    weights = np.array([1.0 if kind == "village" else _COMMUNITY_WEIGHT for _, kind in rows])
    weights *= np.exp(rng.normal(0, 0.5, len(rows)))
    weights = _favour(weights, villages, households)
    counties = villages // 10**6 * 10**6
    names = dict(Division.objects.filter(code__in=np.unique(counties).tolist()).values_list("code", "full_name"))
    return World(villages, rng.multinomial(households, weights / weights.sum()), counties, names)


def _favour(weights: np.ndarray, villages: Ints, households: int) -> np.ndarray:
    """Shares that sum to one, with the county and town of the cast lifted."""
    weights = weights / weights.sum()
    scale = min(1.0, _USUAL / households)
    town = Division.objects.filter(parent_id=CAST_COUNTY, name=CAST_TOWN_NAME).values_list("code", flat=True).first()
    for code, share in ((CAST_COUNTY, _CAST_COUNTY_SHARE), (town, _CAST_TOWN_SHARE)):
        low, high = bounds(code) if code else (0, -1)
        inside = (villages >= low) & (villages <= high)
        if inside.any() and not inside.all():
            lifted = max(share * scale, weights[inside].sum())
            weights[inside] *= lifted / weights[inside].sum()
            weights[~inside] *= (1 - lifted) / weights[~inside].sum()
    return weights
