"""What earlier work says about new clues: closed ones that must not come back, cases that are open, how often rules were right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bangfu.kernel.periods import add_months
from bangfu.screening import cells, hashing, reading
from bangfu.screening.finding import Finder
from bangfu.screening.registry import files_of
from bangfu.screening.rulebook import RuleBook

_NO_AMOUNT = -1


@dataclass(frozen=True)
class Memory:
    """`measures`: amount at which each closed clue was closed, -1 for none; `cases`: hashes of household numbers, sorted.

    `past`: rule → (clues that were checked, clues that were confirmed).
    """

    closed: Finder
    measures: NDArray[np.int64]
    cases: NDArray[np.uint64]
    past: Mapping[str, tuple[int, int]]

    def is_closed(self, prints: NDArray[np.uint64], measures: NDArray[np.int64], returns: int) -> NDArray[np.bool_]:
        """Whether the same fact was closed, and has not grown by `returns` since."""
        found = self.closed.find(prints)
        then = self.measures[np.maximum(found, 0)] if len(self.measures) else np.full(len(found), _NO_AMOUNT)
        same = (then == _NO_AMOUNT) | (measures == _NO_AMOUNT) | (measures < then + returns)
        return np.asarray((found >= 0) & same)

    def in_case(self, households: NDArray[np.uint64]) -> NDArray[np.bool_]:
        return np.isin(households, self.cases)

    def precision(self, rule: str, prior_percent: float, prior_clues: int) -> float:
        """Share of the rule's clues that turn out true: what was seen, leaning on the prior while little was seen."""
        checked, confirmed = self.past.get(rule, (0, 0))
        return (confirmed + prior_percent / 100 * prior_clues) / (checked + prior_clues)


def nothing() -> Memory:
    return Memory(
        Finder.of(np.zeros(0, dtype=np.uint64)), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64), {}
    )


def read(folder: Path, book: RuleBook, today: date, remembered_months: int) -> Memory:
    """From cases.*, closed.* and past.* in the folder of the registry, as far as they are there. Errors: FileRefused."""
    cases = [_column(path, book, "cases", "household_no") for path in files_of(folder, book.tables["cases"])]
    prints, measures = [], []
    since = cells.day_number(add_months(today, -remembered_months))
    for path in files_of(folder, book.tables["closed"]):
        source = reading.read(path, book.tables["closed"], {})
        columns = book.tables["closed"].columns
        closed_on = cells.read(columns["closed_on"], source.columns["closed_on"], today)
        holds = closed_on.valid & (closed_on.values > since)
        prints.append(parsed_prints(source.columns["fingerprint"])[holds])
        amounts = np.full(source.rows, _NO_AMOUNT, dtype=np.int64)
        if "measure_yuan" in source.columns:
            read_amounts = cells.read(columns["measure_yuan"], source.columns["measure_yuan"], today)
            amounts = np.where(read_amounts.valid, read_amounts.values, _NO_AMOUNT)
        measures.append(amounts[holds])
    return of(
        _joined(prints, np.uint64), _joined(measures, np.int64), _joined(cases, np.uint64), _past(folder, book, today)
    )


def of(
    prints: NDArray[np.uint64], measures: NDArray[np.int64], cases: NDArray[np.uint64],
    past: Mapping[str, tuple[int, int]],
) -> Memory:  # fmt: skip
    """Of a clue that was closed several times the highest amount counts."""
    order = np.argsort(-measures, kind="stable")
    return Memory(Finder.of(prints[order]), measures[order], np.sort(cases), past)


def parsed_prints(texts: pa.Array) -> NDArray[np.uint64]:
    """Sixteen hexadecimal digits each; what is none becomes 0, which is nobody's."""
    found = np.zeros(len(texts), dtype=np.uint64)
    for row, text in enumerate(texts.cast(pa.string()).to_pylist()):
        try:
            found[row] = int(text or "0", 16)
        except (ValueError, OverflowError):
            continue
    return found


def _joined(parts: list[NDArray[Any]], kind: type) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)


def _column(path: Path, book: RuleBook, table: str, name: str) -> NDArray[np.uint64]:
    return hashing.of_texts(reading.read(path, book.tables[table], {}).columns[name])


def _past(folder: Path, book: RuleBook, today: date) -> dict[str, tuple[int, int]]:
    past: dict[str, tuple[int, int]] = {}
    table = book.tables["past"]
    for path in files_of(folder, table):
        source = reading.read(path, table, {})
        counts = [
            cells.read(table.columns[name], source.columns[name], today).values for name in ("checked", "confirmed")
        ]
        codes = source.columns["rule"].cast(pa.string()).to_pylist()
        past |= {code: (int(a), int(b)) for code, a, b in zip(codes, *counts, strict=True)}
    return past
