"""Matching of wishes and posts (3.1): a province's wishes on all posts, and how near to the optimum where it can be computed.

.venv/bin/python -m bench.matching                 50,000 wishes, 80,000 posts, in seconds
.venv/bin/python -m bench.matching --quality       smaller instances against the exact optimum of all pairs and seats
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np

from bangfu.services.jobs import engine, solving
from bangfu.services.jobs.scoring import AREAS, Posts, Scores, Weights, Wishes, matrix
from bench.report import Report

WEIGHTS = Weights(
    skill_points=25, industry_points=15, distance_points=30, farther_points=12, nearer_points=4, farther_steps_max=1,
    wage_points=25, wage_full_percent=130, wage_below_percent=10, monitored_points=20, lifted_points=8,
    waiting_points_max=10, waiting_days=30,
)  # fmt: skip
WORDS = ("电工证", "焊工", "厨师", "缝纫", "驾驶证", "育婴", "保安", "叉车", "会计", "收银", "装修", "茶叶加工")
COUNTIES, TOWNS = 125, 12


def invented(wishes: int, posts: int, seed: int, counties: int = COUNTIES) -> tuple[Wishes, Posts]:
    """Wages around what is paid, half of the wishes within the county, a twentieth of the posts large."""
    rng = np.random.default_rng(seed)
    county = 440000000000 + (rng.integers(0, counties, wishes + posts) // 8 + 1) * 10**8
    county += (rng.integers(0, 8, wishes + posts) + 1) * 10**6
    town = county + (rng.integers(0, TOWNS, wishes + posts) + 100) * 1000
    wages = np.round(rng.normal(4200, 900, posts), -2).clip(2000).astype(np.float32)
    size = np.where(rng.random(posts) < 0.05, rng.integers(10, 80, posts), rng.integers(1, 4, posts))
    young = rng.choice([16, 18, 20], posts)
    offered = Posts(
        np.arange(posts), town[wishes:], np.zeros(posts, np.int64), rng.integers(1, 21, posts), wages,
        wages * rng.choice([1, 1.2, 1.5], posts).astype(np.float32), young, rng.choice([45, 50, 55, 60, 80], posts), size,
        rng.random(posts) < 0.02, [f"普工 {word}" for word in rng.choice([*WORDS, "", "", ""], posts)],
    )  # fmt: skip
    asked = Wishes(
        np.arange(wishes), town[:wishes] + 201, rng.integers(0, wishes, wishes),
        rng.choice(len(AREAS), wishes, p=[0.15, 0.35, 0.15, 0.3, 0.05, 0]), rng.integers(0, 21, wishes),
        np.round(rng.normal(3800, 800, wishes), -2).clip(0).astype(np.float32), rng.integers(17, 60, wishes),
        rng.choice([0, 8, 20], wishes, p=[0.6, 0.3, 0.1]).astype(np.float32),
        [(word,) if word else () for word in rng.choice([*WORDS, *[""] * 24], wishes)], np.full(wishes, 2),
    )  # fmt: skip
    return asked, offered


SAMPLE = 2000


def share_of_best(wishes: Wishes, posts: Posts, score: Scores, weights: Weights = WEIGHTS) -> float:
    """Percent of what a sample of wishes would have with their best posts of all, as if seats were without end: the
    optimum is no more than that."""
    rows = np.sort(np.random.default_rng(2).choice(len(wishes), min(SAMPLE, len(wishes)), replace=False))
    columns = np.arange(len(posts))
    parts = np.array_split(rows, max(1, len(rows) * len(posts) // 4_000_000))
    best = sum(int(matrix(wishes, part, posts, columns, weights).max(axis=1).sum()) for part in parts)
    return 100 * int(score[rows].sum()) / best


def optimum(wishes: Wishes, posts: Posts) -> int:
    """Over all pairs and all seats. Only for some thousands."""
    scores = matrix(wishes, np.arange(len(wishes)), posts, np.arange(len(posts)), WEIGHTS)
    wish, post = np.nonzero(scores)
    chosen = solving.assign(wish, post, scores[wish, post], posts.seats, len(wishes), copies=int(posts.seats.max()))
    placed = np.flatnonzero(chosen >= 0)
    return int(scores[placed, chosen[placed]].sum())


def speed(report: Report, wishes: int, posts: int) -> None:
    asked, offered = invented(wishes, posts, 1)
    start, began = time.perf_counter(), time.process_time()
    found = engine.match(asked, offered, WEIGHTS)
    seconds, busy = time.perf_counter() - start, time.process_time() - began
    report.say(
        f"{wishes:,} wishes of {COUNTIES} counties, {posts:,} posts with {int(offered.seats.sum()):,} seats; {found.pairs:,}"
        f" pairs compared, {int((found.post >= 0).sum()):,} matched; {busy:.1f} s of CPU."
    )
    report.target("matching of a province: {} s", seconds, most=60)
    share = share_of_best(asked, offered, found.score)
    report.target(
        f"of what {SAMPLE:,} of them would have with their best posts, seats without end: {{}} %", share, least=99
    )


def quality(report: Report) -> None:
    rows = []
    for wishes, posts, counties in ((1500, 2400, 16), (3000, 600, 16), (2000, 1000, 40), (3000, 7000, 60)):
        asked, offered = invented(wishes, posts, wishes, counties)
        found, best = engine.match(asked, offered, WEIGHTS).total, optimum(asked, offered)
        rows.append((wishes, posts, int(offered.seats.sum()), found, best, f"{100 * found / best:.3f} %"))
    report.table(("wishes", "posts", "seats", "sum of points", "optimum", "share"), rows)
    report.target("the worst of them: {} %", min(100 * row[3] / row[4] for row in rows), least=99)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--wishes", type=int, default=50_000)
    parser.add_argument("--posts", type=int, default=80_000)
    parser.add_argument("--quality", action="store_true")
    parser.add_argument("--save", action="store_true")
    asked = parser.parse_args()
    report = Report("Matching against the optimum" if asked.quality else "Matching of a province")
    if asked.quality:
        quality(report)
    else:
        speed(report, asked.wishes, asked.posts)
    return report.end(save=asked.save)


if __name__ == "__main__":
    sys.exit(main())
