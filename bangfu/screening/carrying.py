"""What a new registry takes over of the one before: rows of files in which nobody who is new, gone or renamed occurs.

Persons may have other places; their rows follow them by their number. A file with a row of anybody else is read again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bangfu.screening.matching import Registered
from bangfu.screening.received import others_name
from bangfu.screening.store import FILES, County, Store, table_of

_ASIDE = ".rows"


@dataclass(frozen=True)
class Before:
    """The registry that is being replaced. Its rows stand aside in the store's folder."""

    registered: Registered
    counties: tuple[County, ...]
    files: list[dict[str, Any]]
    numbering: str

    @property
    def persons(self) -> int:
        return len(self.registered.names)


def set_aside(store: Store, declared: str) -> Before | None:
    """Call before the registry is cleared. None: there is nothing that can be taken over."""
    shutil.rmtree(store.folder / _ASIDE, ignore_errors=True)
    if not store.has("registry.json") or store.registry.get("declared") != declared or not store.has("rows"):
        return None
    before = Before(Registered(store), store.counties, store.read_json(FILES, []), store.registry["numbering"])
    store.remove("registry.json")  # killed from here on, nothing is taken over
    os.replace(store.folder / "rows", store.folder / _ASIDE)
    return before


def take_over(store: Store, before: Before) -> None:
    """Call when the new registry is there."""
    moved, changed = compared(before.registered, Registered(store))
    is_changed = np.zeros(before.persons, dtype=np.bool_)
    is_changed[changed.places] = True
    same_places = before.numbering == store.registry["numbering"]
    carried: list[dict[str, Any]] = []
    lost: list[dict[str, Any]] = []
    for entry in sorted(
        before.files, key=lambda entry: (entry["data_set"], entry["month"], entry["place"], entry["rows"])
    ):
        folder = store.folder / _ASIDE
        again = bool(lost) and all(lost[-1][name] == entry[name] for name in ("data_set", "month"))
        if again or _has(folder, entry, before, is_changed, changed.numbers):
            lost.append(entry)
        else:
            _move(store, folder, entry, before, None if same_places else moved)
            carried.append(entry)
    shutil.rmtree(store.folder / _ASIDE, ignore_errors=True)
    store.write_json(FILES, sorted(carried, key=lambda entry: str(entry["rows"])))


@dataclass(frozen=True)
class Changed:
    """Who is new, gone or renamed: `numbers` of all, `places` of those who were in the registry before."""

    numbers: NDArray[np.int64]
    places: NDArray[np.int32]


def compared(before: Registered, now: Registered) -> tuple[NDArray[np.int32], Changed]:
    """(new place of every person of the registry before, -1 for who is gone; who has changed)."""
    old, old_place = before.finder.firsts()
    new, new_place = now.finder.firsts()
    at = np.searchsorted(new, old)
    stays = np.zeros(len(old), dtype=np.bool_)
    if len(new):
        stays = new[np.minimum(at, len(new) - 1)] == old
    was, now_at = old_place[stays], new_place[at[stays]]
    moved = np.full(len(before.names), -1, dtype=np.int32)
    moved[was] = now_at
    renamed = (before.names[was] != now.names[now_at]) | (before.checks[was] != now.checks[now_at])
    is_new = np.ones(len(new), dtype=np.bool_)
    is_new[at[stays]] = False
    hashed = np.concatenate([old[~stays], old[stays][renamed], new[is_new]])
    places = np.concatenate([old_place[~stays], was[renamed]])
    return moved, Changed(np.sort(before.finder.numbers(hashed)), places)


def _has(
    folder: Path, entry: Mapping[str, Any], before: Before, is_changed: NDArray[np.bool_], numbers: NDArray[np.int64]
) -> bool:
    """Whether the file has a row of anybody who has changed."""
    if not len(numbers):
        return False
    others = np.load(_path(folder, others_name(entry["rows"])))
    if len(others) and np.isin(others, numbers, assume_unique=True).any():
        return True
    return any(is_changed[persons].any() for persons, _ in _rows(_path(folder, entry["rows"]), before))


def _path(folder: Path, name: str) -> Path:
    return folder / Path(name).relative_to("rows")


def _rows(path: Path, before: Before) -> Iterator[tuple[NDArray[np.int64], pa.RecordBatch]]:
    """(persons in the whole registry before, rows) of each county; not to be used after the next."""
    with pa.memory_map(str(path)) as mapped:
        file = pa.ipc.open_file(mapped)
        for county in before.counties:
            batch = file.get_batch(county.place)
            yield batch.column("person").to_numpy() + np.int64(county.first_person), batch


def _move(
    store: Store, folder: Path, entry: Mapping[str, Any], before: Before, moved: NDArray[np.int32] | None
) -> None:
    """`moved`: None when everybody has the place of before."""
    name = entry["rows"]
    for one in (others_name(name), *([name] if moved is None else [])):
        (store.folder / one).parent.mkdir(parents=True, exist_ok=True)
        os.replace(_path(folder, one), store.folder / one)
    if moved is None:
        return
    persons, batches = zip(*_rows(_path(folder, name), before), strict=True)
    who = moved[np.concatenate(persons)]
    order = np.argsort(who, kind="stable")
    whole = pa.Table.from_batches(batches).combine_chunks().take(pa.array(order))
    store.write(name, whole.schema, by_county(store, whole, who[order]))


def by_county(store: Store, rows: pa.Table, who: NDArray[Any]) -> Iterator[pa.RecordBatch]:
    """Rows sorted by person, `who` in the whole registry, as one batch a county."""
    columns = {name: _whole(rows[name]) for name in rows.column_names}
    for county in store.counties:
        first, last = np.searchsorted(who, [county.first_person, county.first_person + county.persons])
        some = {name: array[first:last] for name, array in columns.items()}
        yield table_of({**some, "person": pa.array((who[first:last] - county.first_person).astype(np.int32))})


def _whole(column: pa.ChunkedArray) -> pa.Array:
    found = column.combine_chunks()
    return found if isinstance(found, pa.Array) else pa.concat_arrays(found.chunks)
