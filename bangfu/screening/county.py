"""Judges one county in numpy: persons by the rows they have, households by sums over their members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bangfu.screening import facts, registry
from bangfu.screening.datasets import Gathering
from bangfu.screening.plan import Plan, Step, Total
from bangfu.screening.rulebook import DAY, DEPARTED, RuleBook
from bangfu.screening.store import Batch, County, Store
from bangfu.screening.vectors import Vector

Persons = NDArray[np.int32]


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

    @cached_property
    def ages(self) -> Vector:
        """Completed years on the day."""
        born = self.persons.vector("born_on")
        days = np.asarray(born.values).astype("datetime64[D]")
        months = days.astype("datetime64[M]")
        today = np.datetime64(self.day, "D")
        month = today.astype("datetime64[M]")
        passed = (month - months).astype(np.int64)
        before = (days - months.astype("datetime64[D]")) > (today - month.astype("datetime64[D]"))
        return Vector(((passed - before) // 12).astype(np.int16), born.valid)

    def place(self, data_set: str) -> NDArray[np.int32]:
        """Row of each person in a group; -1 where there is none."""
        if data_set not in self._places:
            place = np.full(self.county.persons, -1, dtype=np.int32)
            who = self.groups[data_set].numbers("person")
            place[who] = np.arange(len(who), dtype=np.int32)
            self._places[data_set] = place
        return self._places[data_set]


@contextmanager
def load(store: Store, county: County, book: RuleBook, day: int, present: Iterable[str]) -> Iterator[Loaded]:
    with ExitStack() as stack:
        persons, households = (
            stack.enter_context(store.batch(name, county.place)) for name in (registry.PERSONS, registry.HOUSEHOLDS)
        )
        groups = {name: stack.enter_context(store.batch(facts.group(name), county.place)) for name in present}
        yield Loaded(county, book, day, persons, households, groups)


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
            return taken(loaded.ages, self.persons)
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
        place = self.loaded.place(data_set)
        place = place if self.persons is None else place[self.persons]
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
    """Hits of every rule, persons and households in their order."""
    starts: dict[str, PersonRows] = {}
    hits = []
    for step in plan.persons:
        rows = _rows(loaded, step.starts, starts)
        if step.first is not None:
            rows = PersonRows(loaded, np.flatnonzero(step.first(rows).true).astype(np.int32))
        true = step.holds(rows).true
        persons = rows.who if np.ndim(true) == 0 and true else rows.who[np.asarray(true)]
        if not step.rule.of_departed and len(loaded.departed):
            persons = persons[loaded.is_present[persons]]
        hits.append(Hits(step, persons, loaded.home[persons]))
    for total in plan.totals:
        loaded.totals[total.name] = _summed(loaded, total, starts)
    households = HouseholdRows(loaded)
    for step in plan.households:
        true = np.broadcast_to(np.asarray(step.holds(households).true), loaded.county.households)
        hits.append(Hits(step, None, np.flatnonzero(true)))
    return hits


def _rows(loaded: Loaded, needs: frozenset[str], known: dict[str, PersonRows]) -> PersonRows:
    """The smallest group that a hit must be in; everybody when there is none."""
    start = min(needs, key=lambda name: len(loaded.groups[name])) if needs else ""
    if start not in known:
        persons = loaded.groups[start].numbers("person") if start else None
        known[start] = PersonRows(loaded, persons, start)
    return known[start]


def _summed(loaded: Loaded, total: Total, starts: dict[str, PersonRows]) -> Vector:
    households = loaded.county.households
    if total.where is None and total.of is None:
        gone = np.bincount(loaded.home[loaded.departed], minlength=households)
        return Vector(loaded.households.numbers("size") - gone)
    if not total.starts <= set(loaded.groups):
        nothing = np.zeros(households, dtype=np.int64)
        return Vector(nothing) if total.by is Gathering.COUNT else Vector(nothing, np.zeros(households, dtype=np.bool_))
    rows = _rows(loaded, total.starts, starts)
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


def day_of(plan: Plan) -> int:
    return plan.values[DAY]
