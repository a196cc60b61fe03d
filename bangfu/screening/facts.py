"""Facts of persons, made of the resolved rows of a data set: one sparse column group a data set, one batch a county."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bangfu.screening.datasets import Cadence, DataSet, Fact, Gathering
from bangfu.screening.rulebook import RuleBook
from bangfu.screening.store import FILES, County, Store, arrow, facts_file, table_of
from bangfu.screening.vectors import Condition, Values, Vector, condition, values

_LARGEST = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Rows:
    """Rows of a county, of all files that count."""

    columns: Mapping[str, Vector]
    months: NDArray[np.int32]
    persons: NDArray[np.int32]

    def vector(self, name: str) -> Vector:
        return self.columns[name]


@dataclass(frozen=True)
class Sources:
    """The files that a data set's facts are made of. `newest`: the month up to which they reach."""

    data_set: DataSet
    files: tuple[str, ...]
    newest: int
    stamp: Mapping[str, str]

    def is_made(self, store: Store) -> bool:
        name = facts_file(self.data_set.name)
        return store.has(name) and store.metadata(name) == self.stamp


def sources(store: Store, book: RuleBook, as_of_month: int) -> list[Sources]:
    """Of every data set that has files for that month or before."""
    found = []
    entries = [entry for entry in store.read_json(FILES, []) if entry["month"] <= as_of_month]
    for data_set in book.data_sets.values():
        files = [entry for entry in entries if entry["data_set"] == data_set.name]
        if files:
            newest = max(entry["month"] for entry in files)
            paths = sorted(e["rows"] for e in files if _in_window(data_set, e["month"], newest))
            known = hashlib.sha256(",".join([*paths, store.registry["numbering"]]).encode()).hexdigest()
            found.append(Sources(data_set, tuple(paths), newest, {"sources": known, "newest": str(newest)}))
    return found


def refresh(store: Store, book: RuleBook, as_of_month: int) -> list[str]:
    """Makes the facts of every data set whose files or window changed. Returns their names."""
    made = []
    current = sources(store, book, as_of_month)
    for name in set(book.data_sets) - {source.data_set.name for source in current}:
        store.remove(facts_file(name))
    for source in current:
        if not source.is_made(store):
            fields = [("person", pa.int32()), *((fact, pa.int64()) for fact in source.data_set.facts)]
            batches = (of_persons(store, source, county) for county in store.counties)
            store.write(facts_file(source.data_set.name), pa.schema(fields, source.stamp), batches)
            made.append(source.data_set.name)
    return made


def _in_window(data_set: DataSet, month: int, newest: int) -> bool:
    """Late rows may stand in a file a few months younger, never in one older than the window."""
    if data_set.cadence is Cadence.SNAPSHOT:
        return month == newest
    windows = [fact.months for fact in data_set.facts.values()]
    return None in windows or month > newest - max(filter(None, windows))


def of_persons(store: Store, source: Sources, county: County, persons: NDArray[Any] | None = None) -> pa.RecordBatch:
    """The facts of a county, sorted by person. `persons`: only these, sorted, counted from the first of them; None: all."""
    rows = load(store, source, county, persons)
    size = county.persons if persons is None else len(persons)
    made = [_gathered(rows, Worked.of(fact), source.newest, size) for fact in source.data_set.facts.values()]
    known = np.zeros(size, dtype=np.bool_)
    for _, has in made:
        known |= has
    who = np.flatnonzero(known)
    columns = {"person": pa.array(who.astype(np.int32))}
    for fact, (numbers, has) in zip(source.data_set.facts.values(), made, strict=True):
        columns[fact.column.name] = arrow(numbers[who], None if fact.by is Gathering.COUNT else has[who])
    return table_of(columns)


def load(store: Store, source: Sources, county: County, persons: NDArray[Any] | None) -> Rows:
    """The rows of a county's persons, from all files that count."""
    names = ("person", "month", *source.data_set.kept)
    parts: dict[str, list[Vector]] = {name: [] for name in names}
    among = None if persons is None else Among(persons, county.persons)
    for path in source.files:
        with store.batch(path, county.place) as rows:
            chosen = None if among is None else among.rows(rows.numbers("person"))
            for name in names:
                parts[name].append(_copied(rows.vector(name), chosen))
    columns = {name: _joined(found) for name, found in parts.items()}
    who = np.asarray(columns["person"].values)
    return Rows(columns, np.asarray(columns["month"].values), who if among is None else among.places[who])


class Among:
    """Some persons of a county, sorted: a table of all finds their rows in one pass, where halving costs a miss a step.

    `places`: of each of them among them.
    """

    def __init__(self, persons: NDArray[Any], of: int) -> None:
        self.is_one = np.zeros(of, dtype=np.bool_)
        self.is_one[persons] = True
        self.places = np.zeros(of, dtype=np.int32)
        self.places[persons] = np.arange(len(persons), dtype=np.int32)

    def rows(self, who: NDArray[Any]) -> NDArray[np.int64]:
        """Rows that are theirs, of rows that tell whose they are."""
        return np.flatnonzero(self.is_one[who])


def rows_of(who: NDArray[Any], persons: NDArray[Any]) -> NDArray[np.int64]:
    """Rows of some persons; `who` is sorted."""
    return ranges(*(np.searchsorted(who, persons, side=side) for side in ("left", "right")))


def ranges(first: NDArray[Any], last: NDArray[Any]) -> NDArray[np.int64]:
    """first[0] … last[0] - 1, first[1] … last[1] - 1, and so on."""
    counts = last - first
    ends = np.cumsum(counts)
    return np.asarray(np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts - first, counts))


def _copied(vector: Vector, rows: NDArray[Any] | None) -> Vector:
    """Out of the mapped file, which is closed soon."""
    values, valid = np.asarray(vector.values), vector.valid
    if rows is None:
        return Vector(values.copy(), valid)
    return Vector(values[rows], None if valid is None else np.asarray(valid)[rows])


def _joined(parts: Sequence[Vector]) -> Vector:
    values = np.concatenate([np.asarray(part.values) for part in parts])
    if all(part.valid is None for part in parts):
        return Vector(values)
    return Vector(values, np.concatenate([part.filled(len(np.asarray(part.values)))[1] for part in parts]))


@dataclass(frozen=True)
class Worked:
    """A fact with its expressions ready to be evaluated."""

    fact: Fact
    amount: Values | None
    where: Condition | None

    @classmethod
    def of(cls, fact: Fact) -> Worked:
        return cls(
            fact,
            values(fact.of.tree) if fact.of is not None else None,
            condition(fact.where.tree) if fact.where is not None else None,
        )


def _gathered(rows: Rows, item: Worked, newest: int, persons: int) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """(number, whether there is one) of every person of the county."""
    count = len(rows.persons)
    used = np.ones(count, dtype=np.bool_)
    if item.fact.months is not None:
        used &= rows.months > newest - item.fact.months
    if item.where is not None:
        used &= np.broadcast_to(np.asarray(item.where(rows).true), count)
    if item.amount is None:
        who = rows.persons[used]
        counts = np.bincount(who, minlength=persons)
        return counts, counts > 0
    numbers, valid = item.amount(rows).filled(count)
    used &= valid
    who, numbers = rows.persons[used], numbers[used].astype(np.int64)
    return gather(item.fact.by, who, numbers, persons)


def gather(
    by: Gathering, who: NDArray[Any], numbers: NDArray[Any], size: int
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Sum, greatest or smallest of each; sums are exact up to 2^53."""
    has = np.zeros(size, dtype=np.bool_)
    has[who] = True
    if by is Gathering.SUM:
        return np.rint(np.bincount(who, weights=numbers, minlength=size)).astype(np.int64), has
    result = np.full(size, -_LARGEST if by is Gathering.MAX else _LARGEST, dtype=np.int64)
    (np.maximum if by is Gathering.MAX else np.minimum).at(result, who, numbers)
    return np.where(has, result, 0), has
