"""A department's file → rows of known persons: numbers read, matched first and judged only when unmatched, names compared.

What is not used is in the quality report with its reason; what is used is kept by county, sorted by person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bangfu.screening import cells, hashing, identities, names, reading
from bangfu.screening.cells import Cells
from bangfu.screening.datasets import Cadence, DataSet
from bangfu.screening.finding import Finder
from bangfu.screening.identities import State
from bangfu.screening.quality import Quality, Reason
from bangfu.screening.reading import FileRefused, Source
from bangfu.screening.registry import INDEX, PERSON_TEXTS
from bangfu.screening.rulebook import RuleBook
from bangfu.screening.store import Store, arrow, fingerprint, table_of

FILES = "files.json"
_OWN_MONTH_PERCENT = 50  # a file of which fewer rows belong to its month is another month's file
_MONTH = re.compile(r"(20[0-9]{2})[-_.年]?(0[1-9]|1[0-2])(?![0-9])")
_MOST_REASONS = 5000  # numbers explained one by one; beyond that all say the same


@dataclass(frozen=True)
class Received:
    """What became of a file. `month`: year * 12 + month - 1 of its rows; `is_new`: False when it was here before."""

    data_set: str
    file: str
    fingerprint: str
    month: int
    rows: int
    used: int
    counts: Mapping[str, int]
    is_new: bool = True


class Registered:
    """The registry's persons, ready to be looked up; opened once for many files."""

    def __init__(self, store: Store) -> None:
        folder = store.folder / INDEX
        self.finder = Finder.open(folder)
        self.names = np.load(folder / "names.npy", mmap_mode="r")
        self.checks = np.load(folder / "checks.npy", mmap_mode="r")


def ingest(
    store: Store, path: Path, data_set: DataSet, book: RuleBook, today: date, *, month: date | None = None,
    registered: Registered | None = None,
) -> tuple[Received, Quality]:  # fmt: skip
    """Takes a file in. `month`: the month it is for, else it is read from the file's name, else from its rows.

    Errors: FileRefused when it is another data set, another month's, or has no usable row at all.
    """
    source = reading.read(path, data_set, book.key)
    quality = Quality(source.first_row, source.columns["identity_no"], source.columns.get("name"))
    if not source.rows:
        raise FileRefused(f"{path.name}：只有表头，没有数据行")
    columns = _read_columns(source, data_set, today, quality)
    of_rows = _months(path, data_set, columns, today, month, quality)
    persons = _resolve(store, source, registered or Registered(store), today, quality)
    usable = _usable(columns, data_set, persons)
    keys = _row_keys(source, data_set, columns, persons)
    usable = _without_doubled(usable, keys, quality)
    known = fingerprint(path)
    name = f"rows/{data_set.name}/{_month_text(of_rows)}-{known[:12]}.arrow"
    usable = _without_known(store, data_set, of_rows, name, keys, usable, quality)
    _write(store, name, data_set, columns, persons, keys, np.flatnonzero(usable), of_rows)
    received = Received(
        data_set.name,
        path.name,
        known,
        of_rows,
        source.rows,
        int(usable.sum()),
        {reason.name.lower(): count for reason, count in sorted(quality.counts.items())},
        not any(entry["rows"] == name for entry in store.read_json(FILES, [])),
    )
    _note(store, data_set, received, name)
    return received, quality


def data_set_of(path: Path, book: RuleBook) -> DataSet:
    """The data set whose longest word is in the file's name. Errors: FileRefused."""
    hits = [(len(word), d.name) for d in book.data_sets.values() for word in d.file_words if word in path.stem]
    if not hits:
        words = "、".join(d.title for d in book.data_sets.values())
        raise FileRefused(f"{path.name}：从文件名看不出是哪一类数据，请在文件名中写明（{words}）")
    return book.data_sets[max(hits)[1]]


def _read_columns(source: Source, data_set: DataSet, today: date, quality: Quality) -> dict[str, Cells]:
    found = {}
    for name in dict.fromkeys([*data_set.kept, *filter(None, [data_set.period])]):
        column = data_set.columns[name]
        if name in source.columns:
            found[name] = read = cells.read(column, source.columns[name], today)
            for says, rows in read.faults.items():
                quality.add(Reason.WRONG_CELL, rows, says, column.label, is_used=not column.is_required)
        else:
            found[name] = Cells(np.zeros(source.rows, dtype=np.int64), np.zeros(source.rows, dtype=np.bool_))
    return found


def _months(
    path: Path, data_set: DataSet, columns: Mapping[str, Cells], today: date, month: date | None, quality: Quality
) -> int:
    """The month of the file; late rows of other months are used and noted. Errors: FileRefused."""
    named = _MONTH.search(path.stem)
    said = cells.month_number(month) if month else int(named[1]) * 12 + int(named[2]) - 1 if named else None
    if data_set.cadence is Cadence.SNAPSHOT:
        return cells.month_number(today) if said is None else said
    period = columns[data_set.period]
    months = cells.months_of(period.values)
    seen, counts = np.unique(months[period.valid], return_counts=True)
    if not len(seen):
        raise FileRefused(f"{path.name}：“{data_set.columns[data_set.period].label}”没有一行能读出日期")
    main = int(seen[counts.argmax()])
    if said is None:
        said = main
    own = int(counts[seen == said].sum())
    if own * 100 < _OWN_MONTH_PERCENT * int(counts.sum()):
        raise FileRefused(
            f"{path.name}：应是 {_month_text(said)} 的数据，但 {int(counts.sum())} 行里只有 {own} 行是，"
            f"多数是 {_month_text(main)} 的。请核对是不是报错了月份"
        )
    quality.add(Reason.OTHER_MONTH, np.flatnonzero(period.valid & (months != said)), is_used=True)
    return said


def _resolve(store: Store, source: Source, registered: Registered, today: date, quality: Quality) -> NDArray[np.int32]:
    """Person of each row in the whole registry; -1 where nobody was found or the name speaks against it."""
    numbers = identities.read(source.columns["identity_no"])
    persons = registered.finder.find(numbers.key)
    missing = np.flatnonzero(persons < 0)
    if len(missing):
        _explain(numbers, missing, source, today, quality)
    found = np.flatnonzero(persons >= 0)
    who = persons[found]
    same_check = registered.checks[who] == numbers.check[found]
    if "name" in source.columns:
        written = hashing.large_strings(source.columns["name"])
        same = (hashing.of_texts(written) >> np.uint64(32)).astype(np.uint32)[found] == registered.names[who]
        odd = np.flatnonzero(~same)
        if len(odd):
            near = _near(store, written, found[odd], who[odd])
            quality.add(Reason.NAME_NEAR, found[odd[near]], is_used=True)
            quality.add(Reason.NAME_DIFFERS, found[odd[~near]])
            persons[found[odd[~near]]] = -1
    else:
        same = np.zeros(len(found), dtype=np.bool_)
    quality.add(Reason.CHECK_DIFFERS, found[~same_check & same], is_used=True)
    refused = found[~same_check & ~same]
    quality.add(Reason.WRONG_CHECK, refused[persons[refused] >= 0])
    persons[refused] = -1
    return persons


def _explain(numbers: identities.Numbers, missing: NDArray[Any], source: Source, today: date, quality: Quality) -> None:
    """Why nobody was found: the number is empty, wrongly written, wrongly checked, or simply not of here."""
    states = numbers.state[missing]
    quality.add(Reason.NO_NUMBER, missing[states == State.EMPTY])
    malformed = missing[states == State.MALFORMED]
    texts = source.columns["identity_no"].take(pa.array(malformed[:_MOST_REASONS])).to_pylist()
    says = [identities.reason(str(text), today) or Reason.MALFORMED.value for text in texts]
    quality.add(Reason.MALFORMED, malformed[:_MOST_REASONS], says)
    quality.add(Reason.MALFORMED, malformed[_MOST_REASONS:])
    formed = missing[states == State.WELL_FORMED]
    holds = identities.check_characters(numbers.key[formed]) == numbers.check[formed]
    quality.add(Reason.WRONG_CHECK, formed[~holds])
    quality.add(Reason.NOT_IN_REGISTRY, formed[holds])


def _near(store: Store, written: pa.Array, rows: NDArray[Any], who: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each different name differs only as declared. Names of the registry are opened by county."""
    rule = names.tolerance()
    near = np.zeros(len(rows), dtype=np.bool_)
    places = store.county_of(who)
    for place in np.unique(places).tolist():
        some = np.flatnonzero(places == place)
        with store.batch(PERSON_TEXTS, place) as texts:
            registered = texts.take("name", who[some] - store.counties[place].first_person).to_pylist()
        given = written.take(pa.array(rows[some])).to_pylist()
        near[some] = [rule.accepts(a, b) for a, b in zip(given, registered, strict=True)]
    return near


def _usable(columns: Mapping[str, Cells], data_set: DataSet, persons: NDArray[np.int32]) -> NDArray[np.bool_]:
    usable = persons >= 0
    for name, read in columns.items():
        if data_set.columns[name].is_required:
            usable &= read.valid
    return usable


def _row_keys(
    source: Source, data_set: DataSet, columns: Mapping[str, Cells], persons: NDArray[np.int32]
) -> NDArray[np.uint64]:
    """What makes a row the same row: its own number where the data set has one, else everything in it."""
    if data_set.row_key and all(name in source.columns for name in data_set.row_key):
        return hashing.mixed(*(hashing.of_texts(source.columns[name]) for name in data_set.row_key))
    parts: list[NDArray[Any]] = [persons]
    for name, array in sorted(source.columns.items()):
        if name in columns:
            parts += [columns[name].values, columns[name].valid]
        elif name in data_set.columns:
            parts.append(hashing.of_texts(array))
    return hashing.mixed(*parts)


def _without_doubled(usable: NDArray[np.bool_], keys: NDArray[np.uint64], quality: Quality) -> NDArray[np.bool_]:
    rows = np.flatnonzero(usable)
    order = rows[np.argsort(keys[rows], kind="stable")]
    again = np.zeros(len(order), dtype=np.bool_)
    again[1:] = keys[order[1:]] == keys[order[:-1]]
    quality.add(Reason.DOUBLED, np.sort(order[again]))
    usable[order[again]] = False
    return usable


def _without_known(
    store: Store, data_set: DataSet, month: int, name: str, keys: NDArray[np.uint64], usable: NDArray[np.bool_],
    quality: Quality,
) -> NDArray[np.bool_]:  # fmt: skip
    """Rows that an earlier file of the same month brought already. A snapshot replaces what was there."""
    if data_set.cadence is Cadence.SNAPSHOT:
        return usable
    for entry in files_of(store, data_set.name):
        if entry["month"] == month and entry["rows"] != name:
            for county in store.counties:
                with store.batch(entry["rows"], county.place) as rows:
                    again = np.flatnonzero(usable & np.isin(keys, rows.numbers("row").view(np.uint64)))
                quality.add(Reason.DOUBLED_BEFORE, again)
                usable[again] = False
    return usable


def _write(
    store: Store, name: str, data_set: DataSet, columns: Mapping[str, Cells], persons: NDArray[np.int32],
    keys: NDArray[np.uint64], rows: NDArray[Any], month: int,
) -> None:  # fmt: skip
    rows = rows[np.argsort(persons[rows], kind="stable")]
    who = persons[rows]
    edges = np.searchsorted(who, [county.first_person for county in store.counties] + [2**31 - 1])
    months = np.full(len(rows), month, dtype=np.int32)
    if data_set.period:
        months = cells.months_of(columns[data_set.period].values[rows]).astype(np.int32)

    def batches() -> Iterator[pa.RecordBatch]:
        for county in store.counties:
            part = slice(edges[county.place], edges[county.place + 1])
            yield table_of(
                {
                    "person": pa.array(who[part] - np.int32(county.first_person)),
                    "month": pa.array(months[part]),
                    "row": pa.array(keys[rows[part]].view(np.int64)),
                    **{
                        column: arrow(columns[column].values[rows[part]], columns[column].valid[rows[part]])
                        for column in data_set.kept
                    },
                }
            )

    numbers = ["row", *data_set.kept]
    fields = [("person", pa.int32()), ("month", pa.int32()), *((column, pa.int64()) for column in numbers)]
    store.write(name, pa.schema(fields), batches())


def files_of(store: Store, data_set: str) -> list[dict[str, Any]]:
    """Entries of files.json that count today: for a snapshot the newest only."""
    return [entry for entry in store.read_json(FILES, []) if entry["data_set"] == data_set]


def _note(store: Store, data_set: DataSet, received: Received, name: str) -> None:
    kept, gone = [], []
    for entry in store.read_json(FILES, []):
        replaced = entry["rows"] == name or (
            data_set.cadence is Cadence.SNAPSHOT and entry["data_set"] == data_set.name
        )
        (gone if replaced else kept).append(entry)
    kept.append({**vars(received), "rows": name, "lines": received.rows})
    store.write_json(FILES, sorted(kept, key=lambda entry: str(entry["rows"])))
    for entry in gone:
        if entry["rows"] != name:
            store.remove(entry["rows"])


def _month_text(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"
