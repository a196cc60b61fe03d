"""Judges some households of a store at once: one that is being compared, or all that yesterday's files touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bangfu.screening import cells, clues, county, facts, hashing, plan, registry, thresholds
from bangfu.screening.clues import Found
from bangfu.screening.county import Loaded
from bangfu.screening.memory import Memory
from bangfu.screening.rulebook import DAY, RuleBook
from bangfu.screening.store import FILES, Batch, County, Store
from bangfu.screening.thresholds import Overrides


@dataclass
class Judge:
    """What judging needs, made once: `sources` are the files as they stand today, whether facts were made of them or not."""

    store: Store
    book: RuleBook
    as_of: date
    past: Memory
    overrides: Overrides

    def __post_init__(self) -> None:
        self.sources = facts.sources(self.store, self.book, cells.month_number(self.as_of))
        self.made = {source.data_set.name: source.is_made(self.store) for source in self.sources}
        self._plans: dict[int, plan.Plan] = {}

    def households(self, one: County, households: NDArray[Any], *, all_flags: bool = False) -> Found:
        """Everything the rules say of these households of a county (their places there, sorted)."""
        if one.code not in self._plans:
            values = thresholds.bound(self.book, self.as_of, one.code * 10**6, self.overrides)
            self._plans[one.code] = plan.make(self.book, values, self.made)
        its = self._plans[one.code]
        with county.load(self.store, one, self.book, its.values[DAY], self._current()) as loaded:
            loaded.groups = self._groups(loaded, one, households)
            hits = county.judge(loaded, its, households)
            return clues.finish(self.store, loaded, hits, its.values, self.past, all_flags=all_flags)

    def _current(self) -> list[str]:
        return [name for name, is_made in self.made.items() if is_made]

    def _groups(self, loaded: Loaded, one: County, households: NDArray[Any]) -> Mapping[str, Batch]:
        """Facts that are older than the files are made anew for the members."""
        stale = [source for source in self.sources if not self.made[source.data_set.name]]
        persons = county.members(loaded, households) if stale else np.zeros(0, dtype=np.int32)
        fresh = {s.data_set.name: Batch(facts.of_persons(self.store, s, one, persons)) for s in stale}
        return {**loaded.groups, **fresh}


def one_household(judge: Judge, household_no: str, village: int | None = None) -> Found:
    """All clues and flags of one household. `village`: a code in its county, which saves looking through all.

    Errors: KeyError when the registry does not have it.
    """
    wanted = np.int64(np.uint64(hashing.of_text(household_no)).astype(np.int64))
    for one in judge.store.counties:
        if village is None or village // 10**6 == one.code:
            with judge.store.batch(registry.HOUSEHOLDS, one.place) as homes:
                place = np.flatnonzero(homes.numbers("hash") == wanted)
            if len(place):
                return judge.households(one, place, all_flags=True)
    raise KeyError(household_no)


def touched(store: Store, files: Iterable[str]) -> dict[int, NDArray[np.int64]]:
    """Place of county → households whose members have a row in one of the files (fingerprints)."""
    wanted = set(files)
    names = [entry["rows"] for entry in store.read_json(FILES, []) if entry["fingerprint"] in wanted]
    found = {}
    for one in store.counties:
        persons = [_persons(store, name, one) for name in names]
        if persons and len(who := np.unique(np.concatenate(persons))):
            with store.batch(registry.PERSONS, one.place) as people:
                found[one.place] = np.unique(people.numbers("household")[who]).astype(np.int64)
    return found


def _persons(store: Store, name: str, one: County) -> NDArray[np.int32]:
    with store.batch(name, one.place) as rows:
        return np.array(rows.numbers("person"))


def increment(judge: Judge, files: Iterable[str]) -> Found:
    """What the rules say today of every household that the files touched. For each of these households it replaces
    what was said before: a clue that is no longer there is over."""
    parts = [
        judge.households(judge.store.counties[place], households)
        for place, households in touched(judge.store, files).items()
    ]
    return Found(
        _joined([part.clues for part in parts], clues.CLUES),
        _joined([part.households for part in parts], clues.HOUSEHOLDS),
        _joined([part.flags for part in parts], clues.FLAGS),
        sum(part.closed for part in parts),
    )


def _joined(tables: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    return pa.concat_tables(tables) if tables else schema.empty_table()
