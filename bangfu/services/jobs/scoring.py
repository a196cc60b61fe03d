"""What a pair of wish and post is worth (3.1): points from dated parameters, worked out for many pairs at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Float = np.float32
Floats = NDArray[Float]
Bools = NDArray[np.bool_]
Scores = NDArray[np.int32]
#: from near to far, as the code list of 务工区域 has it; the place in it is a step
AREAS = ("town", "county", "city", "province", "other_province", "abroad")
#: the codes of two places agree up to these: in one town, county, city, province
_SHARED = (10**3, 10**6, 10**8, 10**10)


@dataclass(frozen=True)
class Weights:
    """In points, steps and percent; each the parameter `job_match_<name>`."""

    skill_points: int
    industry_points: int
    distance_points: int
    farther_points: int
    nearer_points: int
    farther_steps_max: int
    wage_points: int
    wage_full_percent: int
    wage_below_percent: int
    monitored_points: int
    lifted_points: int
    waiting_points_max: int
    waiting_days: int

    @classmethod
    def of(cls, parameter: Callable[[str], int]) -> Weights:
        return cls(**{name: parameter(f"job_match_{name}") for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Wishes:
    """One array place for each wish. `need`: points of the household whatever the post; `ask`: yuan, 0 = none said."""

    key: Ints
    village: Ints
    home: Ints
    area: Ints
    industry: Ints
    ask: Floats
    age: Ints
    need: Floats
    #: words of what somebody can do
    words: Sequence[tuple[str, ...]]
    #: how many more public-welfare posts the household may have
    welfare_room: Ints

    def __len__(self) -> int:
        return len(self.key)


@dataclass(frozen=True)
class Posts:
    """`place`: division of the work; `floor`: steps at least, for work in another province or abroad."""

    key: Ints
    place: Ints
    floor: Ints
    industry: Ints
    wage_from: Floats
    wage_to: Floats
    age_min: Ints
    age_max: Ints
    seats: Ints
    is_welfare: Bools
    #: title and what is asked, as one text each
    text: Sequence[str]
    _mentions: dict[str, Bools] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.key)

    def mentions(self, word: str) -> Bools:
        if word not in self._mentions:
            self._mentions[word] = np.fromiter((word in text for text in self.text), np.bool_, len(self))
        return self._mentions[word]


def steps(village: Ints, place: Ints, floor: Ints) -> Ints:
    """How far the work is from home: 0 in the town … 4 in another province; shapes broadcast."""
    far = np.full(np.broadcast_shapes(village.shape, place.shape), len(_SHARED), np.int64)
    for step in reversed(range(len(_SHARED))):
        far[village // _SHARED[step] == place // _SHARED[step]] = step
    return np.maximum(far, floor)


def matrix(wishes: Wishes, rows: Ints, posts: Posts, columns: Ints, weights: Weights) -> Scores:
    """Points of every row with every column; 0 where a limit forbids the pair."""
    far = steps(wishes.village[rows, None], posts.place[columns], posts.floor[columns]) - wishes.area[rows, None]
    allowed = far <= weights.farther_steps_max
    age = wishes.age[rows, None]
    allowed &= (age >= posts.age_min[columns]) & (age <= posts.age_max[columns]) & (posts.seats[columns] > 0)
    allowed &= ~posts.is_welfare[columns] | (wishes.welfare_room[rows, None] > 0)
    ask, top = wishes.ask[rows, None], posts.wage_to[columns]
    allowed &= top * 100 >= ask * (100 - weights.wage_below_percent)
    points = weights.distance_points - np.where(far > 0, far * weights.farther_points, -far * weights.nearer_points)
    total = (
        np.maximum(points, 1).astype(np.float32)
        + wishes.need[rows, None]
        + wage_points(ask, posts.wage_from[columns], posts.wage_to[columns], weights)
    )
    same = (wishes.industry[rows, None] == posts.industry[columns]) & (wishes.industry[rows, None] > 0)
    total += same * np.float32(weights.industry_points)
    total += _skilled(wishes, rows, posts, columns) * np.float32(weights.skill_points)
    return np.where(allowed, np.maximum(np.rint(total), 1), 0).astype(np.int32)


def wage_points(ask: Floats | Float, low: Floats | Float, high: Floats | Float, weights: Weights) -> Floats:
    """Nothing at the lowest that is proposed at all, all points from `wage_full_percent` of what is asked; half where
    nobody said a wage."""
    least, full = np.float32(1 - weights.wage_below_percent / 100), np.float32(weights.wage_full_percent / 100)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(((low + high) / 2 / ask - least) / (full - least), 0, 1)
    return np.where(ask > 0, share, np.float32(0.5)) * np.float32(weights.wage_points)


def _skilled(wishes: Wishes, rows: Ints, posts: Posts, columns: Ints) -> Bools:
    found = np.zeros((len(rows), len(columns)), np.bool_)
    by_words: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(rows):
        if words := wishes.words[row]:
            by_words.setdefault(words, []).append(place)
    for words, places in by_words.items():
        hits = np.logical_or.reduce([posts.mentions(word) for word in words])[columns]
        found[places] = hits
    return found


def need_points(weights: Weights, *, is_monitored: bool, is_lifted: bool, days: int) -> int:
    """Of the household, and for how long somebody has waited."""
    home = weights.monitored_points if is_monitored else weights.lifted_points if is_lifted else 0
    return home + min(weights.waiting_points_max, days // max(weights.waiting_days, 1))


def area_step(area: str) -> int:
    return AREAS.index(area)


def work_place(area: str, published_in: int, work_in: int | None) -> tuple[int, int]:
    """(division of the work, steps at least) of a post: what is said of its place, else how far it is from where it was published."""
    floor = AREAS.index(area) if area in AREAS[4:] else 0
    if work_in:
        return work_in, floor
    step = AREAS.index(area)
    widths: Mapping[int, int] = dict(enumerate(_SHARED))
    width = widths.get(step, 1)
    return published_in // width * width, floor
