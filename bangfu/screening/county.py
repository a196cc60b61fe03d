"""Judges one county in numpy: persons by the rows they have, households by sums over their members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bangfu.screening import cells, facts
from bangfu.screening.datasets import Gathering
from bangfu.screening.plan import Plan, Step, Total
from bangfu.screening.rulebook import DEPARTED, RuleBook
from bangfu.screening.store import (
    HOUSEHOLD_TEXTS,
    HOUSEHOLDS,
    PERSON_TEXTS,
    PERSONS,
    Batch,
    County,
    Store,
    facts_file,
)
from bangfu.screening.vectors import Vector

Persons = NDArray[np.int32]
_FEW = 50  # of so many persons, one is looked up in the rows of a group; more are better found by a table of all


@dataclass(frozen=True)
class Hits:
    """Hits of one rule. `persons`: None for a rule about households."""

    step: Step
    persons: NDArray[Any] | None
    households: NDArray[Any]


@dataclass
class Loaded:
    """A county's columns, valid inside `load`. `groups`: data set → its facts."""

    county: County
    book: RuleBook
    day: int
    persons: Batch
    households: Batch
    person_texts: Batch
    household_texts: Batch
    groups: Mapping[str, Batch]
    totals: dict[str, Vector] = field(default_factory=dict)
    _places: dict[str, NDArray[np.int32]] = field(default_factory=dict)

    @cached_property
    def home(self) -> Persons:
        return self.persons.numbers("household")

    @cached_property
    def departed(self) -> Persons:
        """Persons who died or moved away."""
        group = self.groups.get(self.book.data_set_of[DEPARTED])
        if group is None:
            return np.zeros(0, dtype=np.int32)
        valid = group.vector(DEPARTED).valid
        persons = group.numbers("person")
        return persons if valid is None else persons[valid]

    @cached_property
    def is_present(self) -> NDArray[np.bool_]:
        present = np.ones(self.county.persons, dtype=np.bool_)
        present[self.departed] = False
        return present

    def ages(self, persons: Persons | None) -> Vector:
        """Completed years on the day; births are kept as the number 19700131."""
        born = taken(self.persons.vector("born"), persons)
        day = cells.day_of(self.day)
        today = np.int32(day.year * 10_000 + day.month * 100 + day.day)
        return Vector((today - np.asarray(born.values)) // 10_000, born.valid)

    def place(self, data_set: str, persons: Persons | None) -> NDArray[np.int32]:
        """Row of each person in a group; -1 where there is none."""
        who = self.groups[data_set].numbers("person")
        if persons is not None and len(persons) * _FEW < self.county.persons:
            place = np.searchsorted(who, persons)
            has = (
                who[np.minimum(place, len(who) - 1)] == persons if len(who) else np.zeros(len(persons), dtype=np.bool_)
            )
            return np.where(has, place, -1).astype(np.int32)
        if data_set not in self._places:
            whole = np.full(self.county.persons, -1, dtype=np.int32)
            whole[who] = np.arange(len(who), dtype=np.int32)
            self._places[data_set] = whole
        return self._places[data_set] if persons is None else self._places[data_set][persons]


@contextmanager
def load(store: Store, county: County, book: RuleBook, day: int, present: Iterable[str]) -> Iterator[Loaded]:
    with ExitStack() as stack:
        files = (PERSONS, HOUSEHOLDS, PERSON_TEXTS, HOUSEHOLD_TEXTS)
        own = [stack.enter_context(store.batch(name, county.place)) for name in files]
        groups = {name: stack.enter_context(store.batch(facts_file(name), county.place)) for name in present}
        yield Loaded(county, book, day, own[0], own[1], own[2], own[3], groups)


class PersonRows:
    """Some persons of a county as rows of an expression; `start`: the data set whose persons they all are."""

    def __init__(self, loaded: Loaded, persons: Persons | None, start: str = "") -> None:
        self.loaded, self.persons, self.start = loaded, persons, start
        self._known: dict[str, Vector] = {}

    @property
    def who(self) -> Persons:
        return np.arange(self.loaded.county.persons, dtype=np.int32) if self.persons is None else self.persons

    @cached_property
    def home(self) -> Persons:
        return self.loaded.home if self.persons is None else self.loaded.home[self.persons]

    def vector(self, name: str) -> Vector:
        if name not in self._known:
            self._known[name] = self._vector(name)
        return self._known[name]

    def _vector(self, name: str) -> Vector:
        loaded = self.loaded
        if data_set := loaded.book.data_set_of.get(name):
            return self._fact(data_set, name)
        if name == "age":
            return loaded.ages(self.persons)
        if name in loaded.households.record.schema.names:
            return taken(loaded.households.vector(name), self.home)
        return taken(loaded.persons.vector(name), self.persons)

    def _fact(self, data_set: str, name: str) -> Vector:
        group = self.loaded.groups.get(data_set)
        if group is None:
            return Vector(0, np.bool_(False))
        found = group.vector(name)
        if data_set == self.start:
            return found
        place = self.loaded.place(data_set, self.persons)
        has = place >= 0
        if not len(group):
            return Vector(0, np.bool_(False))
        values = np.asarray(found.values)[np.where(has, place, 0)]
        return Vector(values, has if found.valid is None else has & np.asarray(found.valid)[np.where(has, place, 0)])


class HouseholdRows:
    """All households of a county, or some, as rows of an expression."""

    def __init__(self, loaded: Loaded, households: NDArray[Any] | None = None) -> None:
        self.loaded, self.households = loaded, households

    def vector(self, name: str) -> Vector:
        total = self.loaded.totals.get(name)
        return taken(self.loaded.households.vector(name) if total is None else total, self.households)


def taken(vector: Vector, rows: NDArray[Any] | None) -> Vector:
    if rows is None or np.ndim(vector.values) == 0:
        return vector
    valid = vector.valid if vector.valid is None else np.asarray(vector.valid)[rows]
    return Vector(np.asarray(vector.values)[rows], valid)


def judge(loaded: Loaded, plan: Plan) -> list[Hits]:
    """Hits of every rule, in the order of the register."""
    asked = _Asked(loaded)
    hits = []
    for step in plan.persons:
        rows = asked.rows(step.starts)
        if step.first is not None:
            rows = PersonRows(loaded, rows.who[np.broadcast_to(np.asarray(step.first(rows).true), len(rows.who))])
        persons = rows.who[np.broadcast_to(np.asarray(step.holds(rows).true), len(rows.who))]
        if not step.rule.of_departed and len(loaded.departed):
            persons = persons[loaded.is_present[persons]]
        hits.append(Hits(step, persons, loaded.home[persons]))
    add_totals(loaded, plan, asked)
    homes = np.arange(loaded.county.households)
    of_homes = HouseholdRows(loaded)
    for step in plan.households:
        hits.append(Hits(step, None, homes[np.broadcast_to(np.asarray(step.holds(of_homes).true), len(homes))]))
    return hits


def add_totals(loaded: Loaded, plan: Plan, asked: _Asked | None = None) -> None:
    """Sums over the members of each household, for rules about households and for the sentences of all engines."""
    rows = asked or _Asked(loaded)
    for total in plan.totals:
        loaded.totals[total.name] = _summed(loaded, total, rows)


class _Asked:
    """Whom the rules are asked about, by the data set that a hit must be in."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self._known: dict[str, PersonRows] = {}

    def rows(self, needs: frozenset[str]) -> PersonRows:
        """The smallest group that a hit must be in; everybody when there is none."""
        start = min(needs, key=lambda name: len(self.loaded.groups[name])) if needs else ""
        if start not in self._known:
            persons = self.loaded.groups[start].numbers("person") if start else None
            self._known[start] = PersonRows(self.loaded, persons, start)
        return self._known[start]


def members(loaded: Loaded, households: NDArray[Any]) -> Persons:
    """Persons of some households; persons stand in the order of households."""
    first, last = (np.searchsorted(loaded.home, households, side=side) for side in ("left", "right"))
    return facts.ranges(first, last).astype(np.int32)


def _summed(loaded: Loaded, total: Total, asked: _Asked) -> Vector:
    households = loaded.county.households
    if total.where is None and total.of is None:
        gone = np.bincount(loaded.home[loaded.departed], minlength=households)
        return Vector(loaded.households.numbers("size") - gone)
    if not total.starts <= set(loaded.groups):
        nothing = np.zeros(households, dtype=np.int64)
        return Vector(nothing) if total.by is Gathering.COUNT else Vector(nothing, np.zeros(households, dtype=np.bool_))
    rows = asked.rows(total.starts)
    used = np.ones(len(rows.who), dtype=np.bool_)
    if total.where is not None:
        used &= np.asarray(total.where(rows).true)
    if len(loaded.departed):
        used &= loaded.is_present if rows.persons is None else loaded.is_present[rows.persons]
    if total.of is None:
        return Vector(np.bincount(rows.home[used], minlength=households))
    numbers, valid = total.of(rows).filled(len(used))
    used &= valid
    return Vector(*facts.gather(total.by, rows.home[used], numbers[used].astype(np.int64), households))
