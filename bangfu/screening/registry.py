"""The registry as the screening wants it: persons numbered by division, household and member, one batch a county."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bangfu.screening import carrying, cells, hashing, identities, names, reading
from bangfu.screening.datasets import DataSet, FileColumn, Reading
from bangfu.screening.finding import Finder
from bangfu.screening.identities import State
from bangfu.screening.quality import Quality, Reason
from bangfu.screening.reading import FileRefused, Source
from bangfu.screening.rulebook import IS_MONITORED, RuleBook
from bangfu.screening.store import (
    HOUSEHOLD_TEXTS,
    HOUSEHOLDS,
    INDEX,
    PERSON_TEXTS,
    PERSONS,
    County,
    Store,
    arrow,
    fingerprint,
    table_of,
)

_COUNTY = 10**6
_SMALL = {Reading.CODE: np.int8, Reading.FLAG: np.bool_, Reading.INTEGER: np.int32, Reading.MONTH: np.int32}
Columns = dict[str, pa.Array]


def prepare(store: Store, folder: Path, book: RuleBook, today: date) -> Mapping[str, Quality]:
    """Reads persons.* and households.* of the folder into the store; nothing is done when they are the same as before.

    Errors: FileRefused.
    """
    files = {name: files_of(folder, book.tables[name]) for name in ("households", "persons")}
    for name, found in files.items():
        if not found:
            raise FileRefused(f"{folder}：没有找到“{book.tables[name].title}”文件（文件名应含 {name}）")
    prints = sorted(fingerprint(path) for found in files.values() for path in found)
    if is_known(store, book, prints):
        return {}
    tables = {name: _read_all(found, book, book.tables[name], today) for name, found in files.items()}
    return write(store, tables["households"], tables["persons"], book, prints)


def of_tables(
    store: Store, households: pa.Table, persons: pa.Table, book: RuleBook, today: date
) -> Mapping[str, Quality]:
    """The same from tables whose columns are named as the declarations name them; codes by their English values.

    Columns that are not declared are ignored; required ones must be there (KeyError).
    """
    tables = {}
    for name, given in (("households", households), ("persons", persons)):
        key = book.key if name == "persons" else {}
        known = {column: given[column].combine_chunks() for column in given.column_names}
        source = Source({c: known[c] for c in (*book.tables[name].columns, *key) if c in known}, len(given), 1, "")
        tables[name] = Table(source, book.tables[name].columns, key, today)
    digest = hashlib.sha256()
    for table in tables.values():
        for column, array in sorted(table.source.columns.items()):
            digest.update(column.encode())
            digest.update(hashing.mixed(hashing.of_texts(array)).tobytes())
    prints = [digest.hexdigest()]
    return {} if is_known(store, book, prints) else write(store, tables["households"], tables["persons"], book, prints)


def is_known(store: Store, book: RuleBook, prints: Sequence[str]) -> bool:
    """Whether the store has the registry of these files, read as is declared now."""
    if not store.has("registry.json"):
        return False
    return bool(store.registry["files"] == prints and store.registry.get("declared") == book.declared)


def files_of(folder: Path, data_set: DataSet) -> list[Path]:
    """Files of the folder whose names have one of the data set's words, in the order of their names."""
    return [
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in reading.SUFFIXES and any(word in path.stem for word in data_set.file_words)
    ]


class Table:
    """A file of the registry with its columns as numbers."""

    def __init__(self, source: Source, columns: Mapping[str, FileColumn], key: Mapping[str, FileColumn], today: date):
        self.source = source
        self.quality = Quality(source.first_row, source.columns.get("identity_no"), source.columns.get("name"))
        self.numbers: dict[str, cells.Cells] = {}
        for name, column in columns.items():
            if column.column is not None and name in source.columns:
                self.numbers[name] = read = cells.read(column, source.columns[name], today)
                for says, rows in read.faults.items():
                    self.quality.add(Reason.WRONG_CELL, rows, says, column.label, is_used=not column.is_required)
        self._key = key

    def text(self, name: str) -> pa.Array:
        if name in self.source.columns:
            return hashing.large_strings(self.source.columns[name])
        return pa.repeat(pa.scalar("", pa.large_string()), self.source.rows)


def _read_all(files: Sequence[Path], book: RuleBook, data_set: DataSet, today: date) -> Table:
    key = book.key if data_set.name == "persons" else {}
    sources = [reading.read(path, data_set, key) for path in files]
    if len(sources) == 1:
        return Table(sources[0], data_set.columns, key, today)
    names_found = sorted(set.intersection(*(set(source.columns) for source in sources)))
    columns = {
        name: pa.chunked_array([source.columns[name] for source in sources]).combine_chunks() for name in names_found
    }
    return Table(Source(columns, sum(s.rows for s in sources), 1, ""), data_set.columns, key, today)


def write(
    store: Store, households: Table, persons: Table, book: RuleBook, prints: Sequence[str]
) -> Mapping[str, Quality]:
    """Numbers households by village and their number, persons by household with the head first."""
    before = carrying.set_aside(store, book.declared)
    store.clear()
    home_no = households.text("household_no")
    home_key = hashing.of_texts(home_no)
    village = households.numbers["village"]
    usable = village.valid & (home_key != 0)
    finder = Finder.of(np.where(usable, home_key, 0))
    usable[finder.doubled()] = False
    households.quality.add(Reason.DOUBLED, finder.doubled(), "户编号重复，只用第一行")
    kept = np.flatnonzero(usable)
    kept = kept[np.lexsort((_rank(home_no.take(pa.array(kept))), village.values[kept]))]
    new_place = np.full(len(home_key), -1, dtype=np.int64)
    new_place[kept] = np.arange(len(kept))

    found = finder.find(hashing.of_texts(persons.text("household_no")))
    home = np.where(found >= 0, new_place[np.maximum(found, 0)], -1)
    persons.quality.add(Reason.NOT_IN_REGISTRY, np.flatnonzero(home < 0), "户编号在农户表里没有，请核对", "户编号")
    relation = persons.numbers.get("relation")
    rank = np.where(relation.valid, relation.values, 99) if relation else np.zeros(len(home), dtype=np.int64)
    people = np.flatnonzero(home >= 0)
    people = people[np.lexsort((rank[people], home[people]))]
    numbers = identities.read(persons.text("identity_no"))
    _judge_numbers(numbers, persons.quality)

    counties = _counties(village.values[kept], home[people])
    _write_households(store, households, kept, home_no, np.bincount(home[people], minlength=len(kept)), counties, book)
    _write_persons(store, persons, people, home, numbers, counties, book)
    keys = numbers.key[people]
    index = Finder.of(keys)
    index.save(store.folder / INDEX)
    persons.quality.add(Reason.TWO_HOUSEHOLDS, people[index.doubled()], is_used=True)
    _save_names(store, persons.text("name").take(pa.array(people)), numbers.check[people])
    store.write_json(
        "registry.json",
        {
            "files": list(prints),
            "counties": [asdict(county) for county in counties],
            "persons": len(people),
            "households": len(kept),
            "doubled": len(index.doubled()),
            "declared": book.declared,
            "numbering": _numbering(keys, counties),
        },
    )
    if before is not None:
        carrying.take_over(store, before)
    return {"households": households.quality, "persons": persons.quality}


def _numbering(keys: NDArray[np.int64], counties: Sequence[County]) -> str:
    """The same as long as everybody has the same place."""
    digest = hashlib.sha256(repr(counties).encode())
    digest.update(keys.tobytes())
    return digest.hexdigest()


def _rank(texts: pa.Array) -> NDArray[Any]:
    """The place of each household number among all of them."""
    place = np.empty(len(texts), dtype=np.int64)
    place[pc.array_sort_indices(texts).to_numpy()] = np.arange(len(texts))
    return place


def _judge_numbers(numbers: identities.Numbers, quality: Quality) -> None:
    quality.add(Reason.NO_NUMBER, np.flatnonzero(numbers.state == State.EMPTY), is_used=True)
    quality.add(Reason.MALFORMED, np.flatnonzero(numbers.state == State.MALFORMED), is_used=True)
    formed = numbers.state == State.WELL_FORMED
    wrong = np.flatnonzero(formed)[~numbers.checks_hold()[formed]]
    quality.add(Reason.WRONG_CHECK, wrong, is_used=True)


def _counties(villages: NDArray[Any], homes: NDArray[Any]) -> list[County]:
    codes, first, counts = np.unique(villages // _COUNTY, return_index=True, return_counts=True)
    edges = np.searchsorted(homes, [*first.tolist(), len(villages)])
    return [
        County(int(code), place, int(edges[place]), int(edges[place + 1] - edges[place]), int(first[place]), int(count))
        for place, (code, count) in enumerate(zip(codes, counts, strict=True))
    ]


def _write_households(
    store: Store, table: Table, kept: NDArray[Any], home_no: pa.Array, sizes: NDArray[Any], counties: Sequence[County],
    book: RuleBook,
) -> None:  # fmt: skip
    columns: Columns = {}
    for name, column in book.tables["households"].columns.items():
        if column.column is not None:
            columns[name] = _chosen(table.numbers.get(name), kept, column)
    monitored = columns["monitored_kind"].is_valid().to_numpy(zero_copy_only=False)
    removed = columns["is_risk_removed"].fill_null(False).to_numpy(zero_copy_only=False)
    columns[IS_MONITORED.name] = pa.array(monitored & ~removed)
    columns["size"] = pa.array(sizes.astype(np.int32))
    columns["hash"] = pa.array(hashing.of_texts(home_no)[kept].view(np.int64))
    spans = [(county.first_household, county.households) for county in counties]
    _write_spans(store, HOUSEHOLDS, columns, spans)
    _write_spans(store, HOUSEHOLD_TEXTS, {"household_no": home_no.take(pa.array(kept))}, spans)


def _write_persons(
    store: Store, table: Table, people: NDArray[Any], home: NDArray[Any], numbers: identities.Numbers,
    counties: Sequence[County], book: RuleBook,
) -> None:  # fmt: skip
    keys = numbers.key[people]
    first = np.concatenate([np.full(c.persons, c.first_household, dtype=np.int64) for c in counties])
    born, is_date = identities.births(keys)
    known = is_date & (keys > 0)
    columns: Columns = {
        "household": pa.array((home[people] - first).astype(np.int32)),
        "key": pa.array(keys),
        "born": arrow(born, known),
        "sex": arrow(identities.sexes(keys), known),
    }
    for name, column in book.tables["persons"].columns.items():
        if column.column is not None:
            columns[name] = _chosen(table.numbers.get(name), people, column)
    spans = [(county.first_person, county.persons) for county in counties]
    _write_spans(store, PERSONS, columns, spans)
    texts = {name: table.text(name).take(pa.array(people)) for name in ("person_no", "name", "identity_no")}
    _write_spans(store, PERSON_TEXTS, texts, spans)


def _chosen(found: cells.Cells | None, rows: NDArray[Any], column: FileColumn) -> pa.Array:
    kind = _SMALL.get(column.reading, np.int64)
    if found is None:
        return pa.nulls(len(rows), pa.from_numpy_dtype(kind))
    return arrow(found.values[rows].astype(kind), found.valid[rows])


def _write_spans(store: Store, name: str, columns: Columns, spans: Sequence[tuple[int, int]]) -> None:
    whole = table_of(columns)
    store.write(name, whole.schema, _slices(whole, spans))


def _slices(whole: pa.RecordBatch, spans: Sequence[tuple[int, int]]) -> Iterator[pa.RecordBatch]:
    return (whole.slice(start, count) for start, count in spans)


def _save_names(store: Store, written: pa.Array, checks: NDArray[np.uint8]) -> None:
    folder = store.folder / INDEX
    np.save(folder / "names.npy", (hashing.of_texts(names.cleaned(written)) >> np.uint64(32)).astype(np.uint32))
    np.save(folder / "checks.npy", checks)
