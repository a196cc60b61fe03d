"""The village cube of a run and its roll-up to five levels: pages read these, never persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bangfu.kernel.codes import SPANS, Level
from bangfu.screening.clues import COLOURS, STATES, Found
from bangfu.screening.county import Loaded
from bangfu.screening.rulebook import RuleBook

Cube = tuple[NDArray[np.int64], NDArray[np.int64]]


def names(book: RuleBook) -> list[str]:
    """Figures of a village, in the order of the cube's columns."""
    return [
        *("households", "persons", "clues", "clue_households"),
        *(f"{colour}_households" for colour in COLOURS),
        *(f"{state}_households" for state in STATES),
        *(f"rule_{rule.code}" for rule in book.rules if not rule.is_flag),
    ]


def cube(loaded: Loaded, found: Found) -> Cube:
    """(villages, one row of figures each)."""
    villages = loaded.households.numbers("village")
    codes, place = np.unique(villages, return_inverse=True)
    sizes = loaded.households.numbers("size")
    rules = [rule.code for rule in loaded.book.rules if not rule.is_flag]
    clue_rule = pc.index_in(found.clues["rule"], pa.array(rules)).to_numpy()
    of_clue = np.searchsorted(codes, found.clues["village"].to_numpy())
    of_home = np.searchsorted(codes, found.households["village"].to_numpy())
    by_rule = np.bincount(of_clue * len(rules) + clue_rule, minlength=len(codes) * len(rules))
    columns = [
        np.bincount(place, minlength=len(codes)),
        np.bincount(place, weights=sizes, minlength=len(codes)),
        np.bincount(of_clue, minlength=len(codes)),
        np.bincount(of_home, minlength=len(codes)),
        *_by_word(found.households["colour"], COLOURS, of_home, len(codes)),
        *_by_word(found.households["state"], STATES, of_home, len(codes)),
    ]
    return codes, np.column_stack([*columns, by_rule.reshape(len(codes), len(rules))]).astype(np.int64)


def _by_word(texts: pa.ChunkedArray, words: Sequence[str], place: NDArray[Any], size: int) -> list[NDArray[np.int64]]:
    which = pc.index_in(texts, pa.array(words)).to_numpy()
    counts = np.bincount(place * len(words) + which, minlength=size * len(words)).reshape(size, len(words))
    return [counts[:, column] for column in range(len(words))]


def table(book: RuleBook, codes: NDArray[Any], figures: NDArray[Any]) -> pa.Table:
    return pa.table([pa.array(codes), *(pa.array(column) for column in figures.T)], names=["division", *names(book)])


def roll_up(book: RuleBook, codes: NDArray[np.int64], figures: NDArray[np.int64]) -> pa.Table:
    """Every division of the five levels, from the province down; `level` is 1 to 5."""
    parts, levels = [], []
    for level in Level:
        above = codes // SPANS[level] * SPANS[level]
        divisions, place = np.unique(above, return_inverse=True)
        sums = np.zeros((len(divisions), figures.shape[1]), dtype=np.int64)
        np.add.at(sums, place, figures)
        parts.append(table(book, divisions, sums))
        levels.append(np.full(len(divisions), int(level), dtype=np.int8))
    return pa.concat_tables(parts).add_column(0, "level", pa.array(np.concatenate(levels)))
