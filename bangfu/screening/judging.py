"""Judges some households of a store at once: one that is being compared, or all that yesterday's files touched.

Their rows are taken out of every county and put together as one small county, so that the rules run once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bangfu.screening import cells, clues, county, facts, hashing, plan, thresholds
from bangfu.screening.clues import Found
from bangfu.screening.county import Loaded
from bangfu.screening.memory import Memory
from bangfu.screening.plan import Plan
from bangfu.screening.rulebook import DAY, RuleBook
from bangfu.screening.store import FILES, HOUSEHOLD_TEXTS, HOUSEHOLDS, PERSON_TEXTS, PERSONS, Batch, County, Store
from bangfu.screening.thresholds import Overrides

#: place of a county → places of households in it, sorted
Chosen = Mapping[int, NDArray[np.int64]]
Tables = dict[str, pa.RecordBatch]


@dataclass
class Judge:
    """What judging needs, made once. Facts that are older than the files are made anew for whom is asked about."""

    store: Store
    book: RuleBook
    as_of: date
    past: Memory
    overrides: Overrides

    def __post_init__(self) -> None:
        sources = facts.sources(self.store, self.book, cells.month_number(self.as_of))
        self.made = {source.data_set.name: source.is_made(self.store) for source in sources}
        self._stale = [source for source in sources if not self.made[source.data_set.name]]
        self._plans: dict[str, Plan] = {}

    def households(self, chosen: Chosen, *, all_flags: bool = False) -> Found:
        """Everything the rules say of these households."""
        with self.store.kept_open():
            return self._households(chosen, all_flags)

    def _households(self, chosen: Chosen, all_flags: bool) -> Found:
        groups: dict[str, list[int]] = {}
        for place in chosen:
            code = self.store.counties[place].code
            values = thresholds.bound(self.book, self.as_of, code * 10**6, self.overrides)
            key = json.dumps(values, sort_keys=True)
            if key not in self._plans:
                self._plans[key] = plan.make(self.book, values, self.made)
            groups.setdefault(key, []).append(place)
        return _joined([self._together(places, chosen, self._plans[key], all_flags) for key, places in groups.items()])

    def _together(self, places: Sequence[int], chosen: Chosen, its: Plan, all_flags: bool) -> Found:
        """Counties with the same values, as one."""
        parts: list[Tables] = []
        people = homes_before = 0
        for place in places:
            parts.append(self._taken(self.store.counties[place], chosen[place], people, homes_before))
            people += len(parts[-1][PERSONS])
            homes_before += len(parts[-1][HOUSEHOLDS])
        batches = {name: Batch(_one([part[name] for part in parts])) for name in parts[0]}
        persons, homes = batches[PERSONS], batches[HOUSEHOLDS]
        small = County(0, 0, 0, len(persons), 0, len(homes))
        texts = batches[PERSON_TEXTS], batches[HOUSEHOLD_TEXTS]
        loaded = Loaded(
            small, self.book, its.values[DAY], persons, homes, *texts, {name: batches[name] for name in self.made}
        )
        return clues.finish(loaded, county.judge(loaded, its), its.values, self.past, all_flags=all_flags)

    def _taken(self, one: County, households: NDArray[np.int64], first_person: int, first_home: int) -> Tables:
        """The rows of some households of a county; persons and households are counted on from those before."""
        fresh = [source.data_set.name for source in self._stale]
        with county.load(self.store, one, self.book, 0, [name for name in self.made if name not in fresh]) as loaded:
            persons = county.members(loaded, households)
            home = np.searchsorted(households, loaded.home[persons]) + first_home
            taken = {
                PERSONS: _with(_of(loaded.persons, persons), "household", home),
                HOUSEHOLDS: _of(loaded.households, households),
                PERSON_TEXTS: _of(loaded.person_texts, persons),
                HOUSEHOLD_TEXTS: _of(loaded.household_texts, households),
            }
            among = facts.Among(persons, one.persons)
            for name, batch in loaded.groups.items():
                rows = _of(batch, among.rows(batch.numbers("person")))
                taken[name] = _with(rows, "person", among.places[rows.column("person").to_numpy()] + first_person)
        for source in self._stale:
            rows = facts.of_persons(self.store, source, one, persons)
            taken[source.data_set.name] = _with(rows, "person", rows.column("person").to_numpy() + first_person)
        return taken


def one_household(judge: Judge, household_no: str, village: int | None = None) -> Found:
    """All clues and flags of one household. `village`: a code in its county, which saves looking through all.

    Errors: KeyError when the registry does not have it.
    """
    wanted = np.uint64(hashing.of_text(household_no)).astype(np.int64)
    for one in judge.store.counties:
        if village is None or village // 10**6 == one.code:
            with judge.store.batch(HOUSEHOLDS, one.place) as homes:
                place = np.flatnonzero(homes.numbers("hash") == wanted)
            if len(place):
                return judge.households({one.place: place}, all_flags=True)
    raise KeyError(household_no)


def increment(judge: Judge, files: Iterable[str]) -> Found:
    """What the rules say today of every household that the files (fingerprints) touched.

    For each of these households it replaces what was said before: a clue that is no longer there is over.
    """
    return judge.households(touched(judge.store, files))


def touched(store: Store, files: Iterable[str]) -> dict[int, NDArray[np.int64]]:
    """Households whose members have a row in one of the files (fingerprints)."""
    wanted = set(files)
    names = [entry["rows"] for entry in store.read_json(FILES, []) if entry["fingerprint"] in wanted]
    found = {}
    with store.kept_open():
        for one in store.counties:
            persons = [_persons(store, name, one) for name in names]
            if persons and len(who := np.unique(np.concatenate(persons))):
                with store.batch(PERSONS, one.place) as people:
                    found[one.place] = np.unique(people.numbers("household")[who]).astype(np.int64)
    return found


def _persons(store: Store, name: str, one: County) -> NDArray[np.int32]:
    with store.batch(name, one.place) as rows:
        return np.array(rows.numbers("person"))


def _of(batch: Batch, rows: NDArray[Any]) -> pa.RecordBatch:
    return batch.record.take(pa.array(rows))


def _with(record: pa.RecordBatch, name: str, numbers: NDArray[Any]) -> pa.RecordBatch:
    return record.set_column(record.schema.get_field_index(name), name, pa.array(numbers.astype(np.int32)))


def _one(parts: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    plain = [part.replace_schema_metadata(None) for part in parts]
    return plain[0] if len(plain) == 1 else pa.concat_batches(plain)


def _joined(parts: Sequence[Found]) -> Found:
    return Found(
        pa.concat_tables([clues.CLUES.empty_table(), *(part.clues for part in parts)]),
        pa.concat_tables([clues.HOUSEHOLDS.empty_table(), *(part.households for part in parts)]),
        pa.concat_tables([clues.FLAGS.empty_table(), *(part.flags for part in parts)]),
        sum(part.closed for part in parts),
    )
