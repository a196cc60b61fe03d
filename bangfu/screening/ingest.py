"""A department's file → rows of known persons: numbers read, matched first and judged only when unmatched, names compared.

What is not used is in the quality report with its reason; what is used is kept by county, sorted by person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bangfu.screening import cells, hashing, reading
from bangfu.screening.cells import Cells
from bangfu.screening.datasets import Cadence, DataSet, Reading
from bangfu.screening.matching import Registered, resolve
from bangfu.screening.quality import Quality, Reason
from bangfu.screening.reading import FileRefused, Source
from bangfu.screening.received import Received, earlier, note, others_name
from bangfu.screening.rulebook import RuleBook
from bangfu.screening.store import FILES, Store, arrow, aside, facts_file, fingerprint, table_of

_OWN_MONTH_PERCENT = 50  # a file of which fewer rows belong to its month is another month's file
_MONTH = re.compile(r"(20[0-9]{2})[-_.年]?(0[1-9]|1[0-2])(?![0-9])")


def ingest(
    store: Store, path: Path, data_set: DataSet, book: RuleBook, today: date, *, month: date | None = None,
    registered: Registered | None = None, place: str = "",
) -> tuple[Received, Quality]:  # fmt: skip
    """Takes a file in. `month`: the month it is for, else it is read from the file's name, else from its rows.

    `place`: of two files of a month the one that comes first by it keeps the rows that are in both; "": the older one.
    Errors: FileRefused when it is another data set, another month's, or has no usable row at all.
    """
    source = reading.read(path, data_set, book.key)
    quality = Quality(source.first_row, source.columns["identity_no"], source.columns.get("name"))
    if not source.rows:
        raise FileRefused(f"{path.name}：只有表头，没有数据行")
    columns = _read_columns(source, data_set, today, quality)
    of_rows = _months(path, data_set, columns, today, month, quality)
    persons, numbers = resolve(store, source, registered or Registered(store), today, quality)
    usable = _usable(columns, data_set, persons)
    keys = _row_keys(source, data_set, columns, numbers)
    rows = _without_doubled(_by_person(persons, usable), persons, keys, quality)
    known = fingerprint(path)
    name = f"rows/{data_set.name}/{_month_text(of_rows)}-{known[:12]}.arrow"
    at, before = earlier(store, data_set.name, of_rows, name, place)
    rows = _without_known(store, before, keys, rows, quality)
    store.remove(facts_file(data_set.name))  # they are made of rows under the same name, if it was here before
    _write(store, name, data_set, columns, persons, keys, rows, of_rows)
    _write_others(store, name, numbers, rows)
    received = Received(
        data_set.name,
        path.name,
        known,
        of_rows,
        source.rows,
        len(rows),
        {reason.name.lower(): count for reason, count in sorted(quality.counts.items())},
        today.isoformat(),
        *_days(data_set, columns, today),
        at,
        not any(entry["rows"] == name for entry in store.read_json(FILES, [])),
    )
    note(store, received, name)
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


def _usable(columns: Mapping[str, Cells], data_set: DataSet, persons: NDArray[np.int32]) -> NDArray[np.bool_]:
    usable = persons >= 0
    for name, read in columns.items():
        if data_set.columns[name].is_required:
            usable &= read.valid
    return usable


def _row_keys(
    source: Source, data_set: DataSet, columns: Mapping[str, Cells], numbers: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """What makes a row the same row: its own number where the data set has one, else everything in it."""
    if data_set.row_key and all(name in source.columns for name in data_set.row_key):
        return hashing.mixed(*(hashing.of_texts(source.columns[name]) for name in data_set.row_key))
    parts: list[NDArray[Any]] = [numbers]
    for name, array in sorted(source.columns.items()):
        if name in columns:
            parts += [columns[name].values, columns[name].valid]
        elif name in data_set.columns:
            parts.append(hashing.of_texts(array))
    return hashing.mixed(*parts)


def _by_person(persons: NDArray[np.int32], usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Usable rows, sorted by person and then as they stand in the file: by halves, since numpy sorts 16 bits by radix."""
    rows = np.flatnonzero(usable)
    who = persons[rows]
    order = np.argsort((who & 0xFFFF).astype(np.uint16), kind="stable")
    return np.asarray(rows[order[np.argsort((who >> 16).astype(np.uint16)[order], kind="stable")]])


def _without_doubled(
    rows: NDArray[np.int64], persons: NDArray[np.int32], keys: NDArray[np.uint64], quality: Quality
) -> NDArray[np.int64]:
    """Without the second and later of a person's equal rows."""
    who = persons[rows]
    follows = np.zeros(len(rows), dtype=np.bool_)
    follows[1:] = who[1:] == who[:-1]
    several = follows.copy()
    several[:-1] |= follows[1:]
    places = np.flatnonzero(several)
    order = places[np.lexsort((rows[places], keys[rows[places]], who[places]))]
    same = keys[rows[order[1:]]] == keys[rows[order[:-1]]]
    again = order[1:][same & (who[order[1:]] == who[order[:-1]])]
    quality.add(Reason.DOUBLED, np.sort(rows[again]))
    return np.delete(rows, again)


def _without_known(
    store: Store, before: Sequence[Mapping[str, Any]], keys: NDArray[np.uint64], rows: NDArray[np.int64],
    quality: Quality,
) -> NDArray[np.int64]:  # fmt: skip
    """Without the rows that an earlier file of the same month brought already."""
    for entry in before:
        for county in store.counties:
            with store.batch(entry["rows"], county.place) as known:
                again = np.isin(keys[rows], known.numbers("row").view(np.uint64))
            quality.add(Reason.DOUBLED_BEFORE, np.sort(rows[again]))
            rows = rows[~again]
    return rows


def _write(
    store: Store, name: str, data_set: DataSet, columns: Mapping[str, Cells], persons: NDArray[np.int32],
    keys: NDArray[np.uint64], rows: NDArray[Any], month: int,
) -> None:  # fmt: skip
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


def _write_others(store: Store, name: str, numbers: NDArray[np.int64], rows: NDArray[Any]) -> None:
    """Numbers of rows that were not used: when one of them comes into the register, the file is to be read again."""
    left = np.ones(len(numbers), dtype=np.bool_)
    left[rows] = False
    with aside(store.folder / others_name(name)) as path, path.open("wb") as file:
        np.save(file, np.unique(numbers[left]))


def _days(data_set: DataSet, columns: Mapping[str, Cells], today: date) -> tuple[int, int]:
    """(latest date of the file, first date that is still to come; 0 where there is none)."""
    read = [cells for name, cells in columns.items() if data_set.columns[name].reading is Reading.DATE]
    day = cells.day_number(today)
    latest = [int(one.values[one.valid].max(initial=0)) for one in read]
    future = [int(days.min()) for one in read if len(days := one.values[~one.valid & (one.values > day)])]
    return max(latest, default=0), min(future, default=0)


def _month_text(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"
