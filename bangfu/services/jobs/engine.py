"""Globally good pairs of wishes and posts (3.1): candidates of each wish, then the best assignment, not first come.

All posts are looked at where there are few. Where a province has tens of thousands, a county looks at its own posts and at
those of far away that pay best, fit the trades asked or mention the skills; who gets nothing is shown more, and all is solved anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bangfu.services.jobs import solving
from bangfu.services.jobs.scoring import Ints, Posts, Scores, Weights, Wishes, matrix, steps

#: pairs that are solved at once, and by that the candidates of a wish, at least and at most
PAIRS, CANDIDATES = 800_000, (32, 256)
#: posts looked at without choosing; far ones of a county by wage, and by trade or skill; points worth all ranks of wage
ALL, FAR, FITTING, PRICE = 6000, 1600, 400, 25
#: another round is worth it while the last one brought more than one part in so many, or wishes would rather have more
ROUNDS, ENOUGH, GOOD = 4, 2000, 500
_CELLS, _NOTHING = 400_000, -1_000_000
_COUNTY = 10**6


@dataclass(frozen=True)
class Pairs:
    wish: Ints
    post: Ints
    score: Scores

    def __add__(self, other: Pairs) -> Pairs:
        wish, post = np.concatenate([self.wish, other.wish]), np.concatenate([self.post, other.post])
        _, first = np.unique(wish * (int(post.max(initial=0)) + 1) + post, return_index=True)
        return Pairs(wish[first], post[first], np.concatenate([self.score, other.score])[first])


@dataclass(frozen=True)
class Found:
    """`post`: place of the post of every wish, or -1; `score`: its points; `fitting`: had a wish any candidate at all."""

    post: Ints
    score: Scores
    fitting: NDArray[np.bool_]
    pairs: int

    @property
    def total(self) -> int:
        return int(self.score.sum())


def match(
    wishes: Wishes, posts: Posts, weights: Weights, forbidden: set[tuple[int, int]] | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> Found:  # fmt: skip
    """`forbidden`: (place of wish, place of post) that were declined."""
    look = _Look(wishes, posts, weights, forbidden or set())
    told("比较意向和岗位")
    pairs = _welfare_within_homes(look.candidates(np.arange(len(wishes)), _no_prices(posts), 0), wishes, posts)
    reached = 0
    for turn in range(1, ROUNDS + 1):
        told(f"求总体最好的搭配（第 {turn} 轮）")
        chosen = solving.assign(pairs.wish, pairs.post, pairs.score, posts.seats, len(wishes))
        got, best = _scores(pairs, chosen), np.zeros(len(wishes), np.int32)
        np.maximum.at(best, pairs.wish, pairs.score)
        wanting = np.flatnonzero((got < best) | (chosen < 0))
        gain, reached = int(got.sum()) - reached, int(got.sum())
        is_good = (int(best.sum()) - reached) * GOOD <= reached  # no seat in the world would bring more than this
        if turn == ROUNDS or is_good or gain * ENOUGH <= reached:
            break
        before, prices = len(pairs.wish), solving.prices(pairs.wish, pairs.post, pairs.score, chosen, posts.seats)
        pairs = _welfare_within_homes(pairs + look.candidates(wanting, prices, turn), wishes, posts)
        if len(pairs.wish) == before:
            break
    return Found(chosen, got, best > 0, len(pairs.wish))


def _no_prices(posts: Posts) -> Scores:
    return np.zeros(len(posts), np.int32)


def _scores(pairs: Pairs, chosen: Ints) -> Scores:
    found = np.zeros(len(chosen), np.int32)
    taken = chosen[pairs.wish] == pairs.post
    found[pairs.wish[taken]] = pairs.score[taken]
    return found


class _Look:
    """Finds candidates: the posts that are worth most to a wish above what others would pay in points for the seat."""

    def __init__(self, wishes: Wishes, posts: Posts, weights: Weights, forbidden: set[tuple[int, int]]) -> None:
        self.wishes, self.posts, self.weights = wishes, posts, weights
        self.alive = np.flatnonzero(posts.seats > 0)
        #: of the wage among all posts, 0 to 1
        self.rank = np.argsort(np.argsort(posts.wage_from + posts.wage_to)) / max(len(posts), 1)
        self.declined = defaultdict[int, list[int]](list)
        for wish, post in forbidden:
            self.declined[wish].append(post)

    def candidates(self, rows: Ints, prices: Scores, turn: int) -> Pairs:
        """Equal ones in an order of each wish's own, so that not all ask for the same seats."""
        found: list[tuple[Ints, Ints, Scores]] = []
        most = int(np.clip(PAIRS // max(len(self.wishes), 1), *CANDIDATES))
        for some, columns in self._groups(rows, prices, turn):
            for part in np.array_split(some, max(1, len(some) * len(columns) // _CELLS)):
                scores = matrix(self.wishes, part, self.posts, columns, self.weights)
                for place, wish in enumerate(part):
                    if wish in self.declined:
                        scores[place, np.isin(columns, self.declined[wish])] = 0
                found.append(_best(part, columns, scores, prices[columns], most, turn))
        none = np.empty(0, np.int64)
        parts = zip(*found, strict=True) if found else ([none], [none], [none.astype(np.int32)])
        return Pairs(*(np.concatenate(list(part)) for part in parts))

    def _groups(self, rows: Ints, prices: Scores, turn: int) -> Iterator[tuple[Ints, Ints]]:
        """Wishes of one county that want to go equally far, and the posts they are compared with."""
        if not len(rows) or not len(self.alive):
            return
        county, area = self.wishes.village[rows] // _COUNTY, self.wishes.area[rows]
        order = np.lexsort((area, county))
        kind = (county * 10 + area)[order]
        for some in np.split(rows[order], np.flatnonzero(np.diff(kind)) + 1):
            yield some, self.alive if len(self.alive) <= ALL else self._pool(some, prices, turn)

    def _pool(self, some: Ints, prices: Scores, turn: int) -> Ints:
        wishes, posts, alive = self.wishes, self.posts, self.alive
        far = steps(wishes.village[some[:1]], posts.place[alive], posts.floor[alive])
        near = alive[far <= 1]
        out = alive[(far > 1) & (far <= wishes.area[some[0]] + self.weights.farther_steps_max)]
        if not len(out):
            return near
        rng = np.random.default_rng([turn, int(wishes.village[some[0]]) // _COUNTY, int(wishes.area[some[0]])])
        value = self.rank[out] + rng.random(len(out)) * 0.6 - prices[out] / PRICE
        chosen = [near, _top(out, value, FAR)]
        for trade in set(wishes.industry[some].tolist()) - {0}:
            fits = posts.industry[out] == trade
            chosen.append(_top(out[fits], value[fits], FITTING))
        for word in {word for row in some for word in wishes.words[row]}:
            fits = posts.mentions(word)[out]
            chosen.append(_top(out[fits], value[fits], FITTING))
        is_chosen = np.zeros(len(posts), np.bool_)
        is_chosen[np.concatenate(chosen)] = True
        return np.flatnonzero(is_chosen)


def _best(rows: Ints, columns: Ints, scores: Scores, prices: Scores, most: int, turn: int) -> tuple[Ints, Ints, Scores]:
    most = min(most, len(columns))
    luck = np.random.default_rng([turn, int(rows[0]) if len(rows) else 0]).random(scores.shape, np.float32)
    worth = np.where(scores > 0, scores - prices, _NOTHING) + luck
    at = np.argpartition(-worth, most - 1, axis=1)[:, :most]
    points = np.take_along_axis(scores, at, axis=1)
    row, place = np.nonzero(points)
    return rows[row], columns[at[row, place]], points[row, place]


def _top(posts: Ints, value: NDArray[np.float64], most: int) -> Ints:
    return posts if len(posts) <= most else posts[np.argpartition(-value, most)[:most]]


def _welfare_within_homes(pairs: Pairs, wishes: Wishes, posts: Posts) -> Pairs:
    """A household with room for fewer public-welfare posts than it has people who could take one: those with most points
    are asked; another limit than one of pairs the solver cannot hold."""
    is_welfare = posts.is_welfare[pairs.post]
    if not is_welfare.any():
        return pairs
    best: dict[int, int] = {}
    for wish, score in zip(pairs.wish[is_welfare], pairs.score[is_welfare], strict=True):
        best[int(wish)] = max(best.get(int(wish), 0), int(score))
    homes = defaultdict(list)
    for wish, score in best.items():
        homes[int(wishes.home[wish])].append((-score, wish))
    asked = np.zeros(len(wishes), np.bool_)
    for people in homes.values():
        for _, wish in sorted(people)[: int(wishes.welfare_room[people[0][1]])]:
            asked[wish] = True
    kept = ~is_welfare | asked[pairs.wish]
    return Pairs(pairs.wish[kept], pairs.post[kept], pairs.score[kept])
