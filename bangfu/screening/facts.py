"""Facts of persons, made of the resolved rows of a data set: one sparse column group a data set, one batch a county."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bangfu.screening.datasets import Cadence, DataSet, Fact, Gathering
from bangfu.screening.ingest import files_of
from bangfu.screening.rulebook import RuleBook
from bangfu.screening.store import County, Store, arrow, table_of
from bangfu.screening.vectors import Condition, Values, Vector, condition, values

_LARGEST = np.iinfo(np.int64).max


def group(data_set: str) -> str:
    return f"facts/{data_set}.arrow"


@dataclass(frozen=True)
class Rows:
    """Rows of a county, of all files that count."""

    columns: Mapping[str, Vector]
    months: NDArray[np.int32]
    persons: NDArray[np.int32]

    def vector(self, name: str) -> Vector:
        return self.columns[name]


def refresh(store: Store, book: RuleBook, as_of_month: int) -> list[str]:
    """Makes the facts of every data set whose files or window changed. Returns their names."""
    made = []
    for data_set in book.data_sets.values():
        files = [entry for entry in files_of(store, data_set.name) if entry["month"] <= as_of_month]
        name = group(data_set.name)
        if not files:
            store.remove(name)
            continue
        newest = max(entry["month"] for entry in files)
        files = [entry for entry in files if _in_window(data_set, entry["month"], newest)]
        sources = ",".join(sorted(entry["rows"] for entry in files))
        stamp = {"sources": sources, "newest": str(newest), "registry": ",".join(store.registry["files"])}
        if store.has(name) and store.metadata(name) == stamp:
            continue
        schema = pa.schema([("person", pa.int32()), *((fact, pa.int64()) for fact in data_set.facts)], stamp)
        paths = [entry["rows"] for entry in files]
        store.write(name, schema, _batches(store, data_set, paths, newest))
        made.append(data_set.name)
    return made


def _in_window(data_set: DataSet, month: int, newest: int) -> bool:
    """Late rows may stand in a file a few months younger, never in one older than the window."""
    if data_set.cadence is Cadence.SNAPSHOT:
        return month == newest
    windows = [fact.months for fact in data_set.facts.values()]
    return None in windows or month > newest - max(filter(None, windows))


def _batches(store: Store, data_set: DataSet, files: Sequence[str], newest: int) -> Iterator[pa.RecordBatch]:
    work = [Worked.of(fact) for fact in data_set.facts.values()]
    for county in store.counties:
        yield _county(load(store, data_set, files, county), data_set, work, newest, county)


def load(store: Store, data_set: DataSet, files: Sequence[str], county: County) -> Rows:
    """All rows of a county."""
    parts = []
    for name in files:
        with store.batch(name, county.place) as rows:
            parts.append(
                {
                    column: (np.array(vector.values), None if vector.valid is None else vector.valid)
                    for column in ("person", "month", *data_set.kept)
                    for vector in [rows.vector(column)]
                }
            )
    columns = {}
    for column in ("person", "month", *data_set.kept):
        found = [part[column] for part in parts]
        whole = np.concatenate([number for number, _ in found])
        valid = None
        if any(known is not None for _, known in found):
            valid = np.concatenate([np.ones(len(n), dtype=np.bool_) if k is None else k for n, k in found])
        columns[column] = Vector(whole, valid)
    return Rows(columns, np.asarray(columns["month"].values), np.asarray(columns["person"].values))


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


def _county(rows: Rows, data_set: DataSet, work: Sequence[Worked], newest: int, county: County) -> pa.RecordBatch:
    made = [_gathered(rows, item, newest, county.persons) for item in work]
    known = np.zeros(county.persons, dtype=np.bool_)
    for _, has in made:
        known |= has
    persons = np.flatnonzero(known)
    columns = {"person": pa.array(persons.astype(np.int32))}
    for item, (numbers, has) in zip(work, made, strict=True):
        if item.fact.by is Gathering.COUNT:
            columns[item.fact.column.name] = pa.array(numbers[persons])
        else:
            columns[item.fact.column.name] = arrow(numbers[persons], has[persons])
    return table_of(columns)


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
