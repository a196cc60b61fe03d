"""Does the order of the list find the true cases early? Simulated months whose truth knows nothing of the scoring.

Every month is a new population. Which clues are true is drawn from hidden chances of the rules, a hidden weakness of each
household, and the amount; officials check all clues, and what they found is all that the next month's run is told.
    .venv/bin/python -m bench.screening.replay [people a month] [months]
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.screening import rulebook, run
from bench.report import Report
from bench.screening import generator

TENTH = 0.1
#: hidden: a few kinds of clue are often true, most hardly ever
OFTEN, SOMETIMES, HARDLY = (0.15, 0.35), (0.02, 0.05), (0.0005, 0.004)


def hidden_chances(codes: list[str], rng: np.random.Generator) -> dict[str, float]:
    kinds = rng.choice(3, len(codes), p=[0.1, 0.25, 0.65])
    return {
        code: float(rng.uniform(*(OFTEN, SOMETIMES, HARDLY)[kind])) for code, kind in zip(codes, kinds, strict=True)
    }


def truth(clues: pa.Table, chances: dict[str, float], rng: np.random.Generator) -> np.ndarray:
    """Which clues are confirmed when somebody goes there."""
    homes, place = np.unique(clues["household_no"].to_numpy(zero_copy_only=False), return_inverse=True)
    weakness = rng.lognormal(-0.3, 0.8, len(homes))[place]
    chance = np.array([chances[code] for code in clues["rule"].to_pylist()])
    return rng.random(len(clues)) < np.minimum(chance * weakness, 0.95)


def main(people: int, months: int) -> int:
    book = rulebook.load()
    rng = np.random.default_rng(11)
    chances = hidden_chances([rule.code for rule in book.rules], rng)
    seen: dict[str, list[int]] = {}
    report = Report(f"replay of {months} months with {people:,} people each")
    rows = []
    for month in range(months):
        with tempfile.TemporaryDirectory() as name:
            clues, homes = _month(Path(name), people, month, seen, book)
        true = truth(clues, chances, rng)
        rows.append(
            (
                month + 1,
                len(homes),
                len(set(clues["household_no"].filter(pa.array(true)).to_pylist())),
                *_found(homes, clues, true),
            )
        )
        for code, is_true in zip(clues["rule"].to_pylist(), true.tolist(), strict=True):
            counts = seen.setdefault(code, [0, 0])
            counts[0], counts[1] = counts[0] + 1, counts[1] + is_true
    report.table(
        (
            "month",
            "households with a clue",
            "true cases",
            "in the first tenth %",
            "by score alone %",
            "by chance %",
            "of each village's list %",
        ),
        rows,
    )
    report.target("true cases in the first tenth of the list, last month: {} %", rows[-1][3], least=50)
    return report.end(save=False)


def _month(folder: Path, people: int, month: int, seen: dict[str, list[int]], book: Any) -> tuple[pa.Table, pa.Table]:
    generator.generate(people, folder, seed=100 + month, months=12)
    if seen:
        past = {
            "rule": list(seen),
            "checked": [c for c, _ in seen.values()],
            "confirmed": [t for _, t in seen.values()],
        }
        pq.write_table(pa.table(past), folder / "registry/past.parquet")
    run.screen(
        folder / "registry",
        folder / "departments",
        folder / "out",
        run.Inputs(date(2026, 3, 31)),
        book,
        lambda said: None,
    )
    return pq.read_table(folder / "out/result/clues"), pq.read_table(folder / "out/result/households")


def _found(homes: pa.Table, clues: pa.Table, true: np.ndarray) -> tuple[float, float, float, float]:
    """Share of the true cases that stand in the first tenth: by the product's order, by score, by chance, village by village."""
    cases = set(clues["household_no"].filter(pa.array(true)).to_pylist())
    is_case = np.array([number in cases for number in homes["household_no"].to_pylist()])
    tenth = int(np.ceil(len(homes) * TENTH))
    need, score = homes["need_percent"].to_numpy(), homes["score"].to_numpy()
    shares = [
        is_case[np.argsort(-order, kind="stable")[:tenth]].sum() / max(is_case.sum(), 1)
        for order in (need, score.astype(float))
    ]
    villages, place, sizes = np.unique(homes["village"].to_numpy(), return_inverse=True, return_counts=True)
    first = homes["rank_in_village"].to_numpy() <= np.ceil(sizes[place] * TENTH)
    return (*(100 * share for share in shares), 100 * TENTH, 100 * (is_case & first).sum() / max(is_case.sum(), 1))


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(numbers + [60_000, 6][len(numbers) :])))
