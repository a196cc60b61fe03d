"""A small store of some households as they are registered now, with the rows that were resolved for them before.

So that one household is judged by the very steps of a full run, without reading a file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bangfu.screening import carrying, facts
from bangfu.screening.matching import Registered
from bangfu.screening.store import FILES, Store


def fill(small: Store, whole: Store) -> NDArray[np.int64]:
    """Gives a store that has a registry the rows of its persons. Returns the places of persons who were not known there
    under this number and name: their rows are found when the files are read again."""
    known, own = Registered(whole), Registered(small)
    moved, changed = carrying.compared(known, own)
    moved[changed.places] = -1
    wanted = np.flatnonzero(moved >= 0)
    entries = whole.read_json(FILES, [])
    for entry in entries:
        _copy(small, whole, entry["rows"], wanted, moved)
    small.write_json(FILES, entries)
    new = own.finder.find(changed.numbers)
    return np.sort(new[new >= 0]).astype(np.int64)


def _copy(small: Store, whole: Store, name: str, wanted: NDArray[Any], moved: NDArray[np.int32]) -> None:
    parts = []
    for county in whole.counties:
        with whole.batch(name, county.place) as rows:
            first, last = np.searchsorted(wanted, [county.first_person, county.first_person + county.persons])
            own = facts.rows_of(rows.numbers("person"), wanted[first:last] - county.first_person)
            some = rows.record.take(pa.array(own))
        place = some.schema.get_field_index("person")
        who = moved[some.column(place).to_numpy() + county.first_person]
        parts.append(some.set_column(place, "person", pa.array(who)))
    table = pa.Table.from_batches(parts).combine_chunks()
    who = table["person"].to_numpy()
    order = np.argsort(who, kind="stable")
    small.write(name, table.schema, carrying.by_county(small, table.take(pa.array(order)), who[order]))
