"""From hits to clues: the sentence, the fingerprint by which a closed clue is known again, what an open case takes over,
and the score and colour of the household. Shared by every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bangfu.screening import hashing, sentences
from bangfu.screening.county import Hits, HouseholdRows, Loaded, PersonRows
from bangfu.screening.memory import Memory
from bangfu.screening.rulebook import RuleBook

NEW, IN_CASE, MONITORED = STATES = ("new", "in_case", "monitored")
COLOURS = ("yellow", "orange", "red")
_NO_AMOUNT = -1
_MOST_POINTS = 100
_TOWN, _COUNTY = 1000, 10**6

CLUES = pa.schema(
    [
        ("county", pa.int32()), ("village", pa.int64()), ("household_no", pa.string()), ("person_no", pa.string()),
        ("rule", pa.string()), ("risk", pa.string()), ("severity", pa.int8()), ("state", pa.string()),
        ("measure_fen", pa.int64()), ("facts", pa.string()), ("says", pa.string()), ("fingerprint", pa.string()),
    ]
)  # fmt: skip
HOUSEHOLDS = pa.schema(
    [
        ("county", pa.int32()), ("village", pa.int64()), ("household_no", pa.string()), ("state", pa.string()),
        ("colour", pa.string()), ("score", pa.int16()), ("need_percent", pa.float64()), ("rank_in_town", pa.int32()),
        ("rank_in_village", pa.int32()), ("clues", pa.int16()), ("flags", pa.int16()), ("rules", pa.string()),
    ]
)  # fmt: skip
FLAGS = pa.schema(
    [
        ("county", pa.int32()), ("village", pa.int64()), ("household_no", pa.string()), ("person_no", pa.string()),
        ("rule", pa.string()), ("facts", pa.string()), ("says", pa.string()),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A county's part of the output. `closed`: clues that were left out since they had been closed."""

    clues: pa.Table
    households: pa.Table
    flags: pa.Table
    closed: int


@dataclass
class _Told:
    """All hits of a county as columns, rule after rule."""

    place: NDArray[np.int32]
    person: NDArray[np.int32]
    household: NDArray[np.int32]
    prints: NDArray[np.uint64]
    measure: NDArray[np.int64]
    says: pa.Array
    facts: pa.Array

    def chosen(self, rows: NDArray[Any]) -> _Told:
        index = pa.array(rows)
        return _Told(
            self.place[rows], self.person[rows], self.household[rows], self.prints[rows], self.measure[rows],
            self.says.take(index), self.facts.take(index),
        )  # fmt: skip


def finish(
    loaded: Loaded,
    hits: Sequence[Hits],
    values: Mapping[str, int],
    memory: Memory,
    *,
    all_flags: bool = False,
) -> Found:
    """`all_flags`: flags of every household, not only of those with a clue (when one household is compared)."""
    book = loaded.book
    clues = _tell([hit for hit in hits if not hit.step.rule.is_flag], loaded, values)
    closed = memory.is_closed(clues.prints, clues.measure, values["clue_returns_yuan"])
    clues = clues.chosen(np.flatnonzero(~closed))
    clues = clues.chosen(np.lexsort((clues.person, clues.place, clues.household)))
    flags = _tell([_of_clued(hit, clues.household, all_flags) for hit in hits if hit.step.rule.is_flag], loaded, values)
    flags = flags.chosen(np.lexsort((flags.person, flags.place, flags.household)))
    states = _states(loaded, memory)
    codes = pa.array([rule.code for rule in book.rules])
    households = _households(loaded, clues, flags, states, values, memory)
    return Found(
        _clue_table(loaded, clues, states, codes),
        households,
        _flag_table(loaded, flags, codes),
        int(closed.sum()),
    )


def _of_clued(hit: Hits, clued: NDArray[Any], all_flags: bool) -> Hits:
    if all_flags:
        return hit
    has = np.isin(hit.households, clued)
    return Hits(hit.step, None if hit.persons is None else hit.persons[has], hit.households[has])


def _tell(hits: Sequence[Hits], loaded: Loaded, values: Mapping[str, int]) -> _Told:
    parts = [_told(hit, loaded, values) for hit in hits if len(hit.households)]
    return _Told(
        *(_joined(parts, name, kind) for name, kind in _NUMBERS.items()),
        *(pa.concat_arrays([pa.array([], pa.string()), *(getattr(part, name) for part in parts)]) for name in _TEXTS),
    )


def _joined(parts: Sequence[_Told], name: str, kind: type) -> Any:
    return np.concatenate([np.zeros(0, dtype=kind), *(getattr(part, name) for part in parts)])


_NUMBERS: Mapping[str, type] = {
    "place": np.int32, "person": np.int32, "household": np.int32, "prints": np.uint64, "measure": np.int64
}  # fmt: skip
_TEXTS = ("says", "facts")


def _told(hit: Hits, loaded: Loaded, values: Mapping[str, int]) -> _Told:
    rule, count = hit.step.rule, len(hit.households)
    rows: PersonRows | HouseholdRows
    if hit.persons is None:
        rows = HouseholdRows(loaded, hit.households)
        who = loaded.households.numbers("hash")[hit.households].view(np.uint64)
        persons = np.full(count, -1, dtype=np.int32)
    else:
        persons = hit.persons.astype(np.int32)
        rows = PersonRows(loaded, persons)
        who = _who(loaded, persons, hit.households)
    same = [_with_gaps(rows.vector(name).filled(count)) for name in rule.same]
    measure = _with_gaps(rows.vector(rule.measure).filled(count)) if rule.measure else np.full(count, _NO_AMOUNT)
    return _Told(
        np.full(count, hit.step.place, dtype=np.int32),
        persons,
        hit.households.astype(np.int32),
        hashing.mixed(_rule_hash(rule.code), who, *same),
        measure.astype(np.int64),
        sentences.tell(rule, rows, count, values, loaded.book).cast(pa.string()),
        sentences.facts(rule, rows, count, loaded.book).cast(pa.string()),
    )


def _who(loaded: Loaded, persons: NDArray[np.int32], households: NDArray[Any]) -> NDArray[np.uint64]:
    """Who a clue is about, whatever the registry's order: the number; without one, the household and its place there."""
    keys = loaded.persons.numbers("key")[persons]
    if not (keys == 0).any():
        return np.asarray(keys.view(np.uint64))
    homes = loaded.households.numbers("hash")[households].view(np.uint64)
    place = persons - np.searchsorted(loaded.home, households)
    return np.where(keys != 0, keys.view(np.uint64), hashing.mixed(homes, place))


def _with_gaps(vector: tuple[NDArray[Any], NDArray[np.bool_]]) -> NDArray[np.int64]:
    numbers, valid = vector
    return np.where(valid, numbers, _NO_AMOUNT).astype(np.int64)


@cache
def _rule_hash(code: str) -> int:
    return hashing.of_text(code)


def _states(loaded: Loaded, memory: Memory) -> NDArray[np.int8]:
    """State of every household of the county, as a place in STATES."""
    monitored = loaded.households.numbers("is_monitored").astype(np.int8) * STATES.index(MONITORED)
    cases = memory.in_case(loaded.households.numbers("hash").view(np.uint64))
    return np.where(cases, STATES.index(IN_CASE), monitored).astype(np.int8)


def _clue_table(loaded: Loaded, told: _Told, states: NDArray[np.int8], codes: pa.Array) -> pa.Table:
    rules = loaded.book.rules
    measured = told.measure != _NO_AMOUNT
    return pa.table(
        [
            *_where(loaded, told.household),
            _person_numbers(loaded, told.person),
            codes.take(pa.array(told.place)),
            pa.array([rule.risk for rule in rules]).take(pa.array(told.place)),
            pa.array(np.array([rule.severity for rule in rules], dtype=np.int8)[told.place]),
            pa.array(STATES).take(pa.array(states[told.household])),
            pa.array(told.measure, mask=~measured),
            told.facts,
            told.says,
            _hexadecimal(told.prints),
        ],
        schema=CLUES,
    )


def _flag_table(loaded: Loaded, told: _Told, codes: pa.Array) -> pa.Table:
    place = _where(loaded, told.household)
    who = _person_numbers(loaded, told.person)
    return pa.table([*place, who, codes.take(pa.array(told.place)), told.facts, told.says], schema=FLAGS)


def _where(loaded: Loaded, households: NDArray[np.int32]) -> list[pa.Array]:
    numbers = loaded.household_texts.take("household_no", households).cast(pa.string())
    village = loaded.households.take("village", households)
    return [pa.array((village.to_numpy() // _COUNTY).astype(np.int32)), village, numbers]


def _person_numbers(loaded: Loaded, persons: NDArray[np.int32]) -> pa.Array:
    texts = loaded.person_texts
    numbers = texts.take("person_no", np.maximum(persons, 0)).cast(pa.string()) if len(texts) else None
    if numbers is None:
        return pa.nulls(len(persons), pa.string())
    return pc.if_else(pa.array(persons >= 0), numbers, pa.scalar(None, pa.string()))


def _hexadecimal(prints: NDArray[np.uint64]) -> pa.Array:
    """Sixteen digits each."""
    shifts = np.arange(60, -1, -4, dtype=np.uint64)
    signs = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)[
        (prints[:, None] >> shifts & np.uint64(15)).astype(np.intp)
    ]
    offsets = np.arange(len(prints) + 1, dtype=np.int32) * 16
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(signs))]
    return pa.Array.from_buffers(pa.string(), len(prints), buffers)


def _households(
    loaded: Loaded, clues: _Told, flags: _Told, states: NDArray[np.int8], values: Mapping[str, int],
    memory: Memory,
) -> pa.Table:  # fmt: skip
    rules = loaded.book.rules
    pairs = np.unique(clues.household.astype(np.int64) * len(rules) + clues.place)
    home, place = np.divmod(pairs, len(rules))
    who, starts = np.unique(home, return_index=True)
    severity = np.array([rule.severity for rule in rules])
    points = np.add.reduceat(severity[place], starts) if len(who) else np.zeros(0, dtype=np.int64)
    score = np.minimum(points * values["clue_points_per_severity"], _MOST_POINTS).astype(np.int16)
    need = needs(place, starts, chances(loaded.book, values, memory))
    colour = (score >= values["clue_orange_score"]).astype(np.int8) + (score >= values["clue_red_score"])
    village = loaded.households.numbers("village")[who]
    ends = pa.array(np.append(starts, len(pairs)).astype(np.int32))
    listed = pa.ListArray.from_arrays(ends, pa.array([rule.code for rule in rules]).take(pa.array(place)))
    return pa.table(
        [
            *_where(loaded, who),
            pa.array(STATES).take(pa.array(states[who])),
            pa.array(COLOURS).take(pa.array(np.minimum(colour, 2))),
            pa.array(score),
            pa.array(np.round(need * 100, 4)),
            pa.array(ranks(village // _TOWN, need, score)),
            pa.array(ranks(village, need, score)),
            pa.array(_counts(clues.household, who)),
            pa.array(_counts(flags.household, who)),
            pc.binary_join(listed, ",") if len(who) else pa.array([], pa.string()),
        ],
        schema=HOUSEHOLDS,
    )


def chances(book: RuleBook, values: Mapping[str, int], memory: Memory) -> NDArray[np.float64]:
    """For each rule, how likely a clue of it is true. Before anything was checked, severe rules are believed more."""
    middle = 3
    return np.array(
        [
            memory.precision(
                rule.code, values["precision_prior_percent"] * rule.severity / middle, values["precision_prior_clues"]
            )
            for rule in book.rules
        ]
    )


def needs(place: NDArray[Any], starts: NDArray[Any], chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """How likely a household needs help: that not all of its clues are false, taken as independent."""
    if not len(starts):
        return np.zeros(0)
    return np.asarray(1 - np.exp(np.add.reduceat(np.log1p(-chance[place]), starts)))


def ranks(group: NDArray[Any], need: NDArray[Any], score: NDArray[Any]) -> NDArray[np.int32]:
    """Place of each household in the list of its group: the neediest first, then the higher score, then the register."""
    order = np.lexsort((np.arange(len(group)), -score.astype(np.int64), -np.round(need, 12), group))
    ordered = group[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(group) else order
    place = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    ranks = np.empty(len(order), dtype=np.int32)
    ranks[order] = place + 1
    return ranks


def _counts(rows: NDArray[np.int32], households: NDArray[Any]) -> NDArray[np.int16]:
    count = np.bincount(rows, minlength=int(households[-1]) + 1) if len(households) else np.zeros(1, dtype=np.int64)
    return np.asarray(count[households], dtype=np.int16)
