"""The list of files that a store has taken in: what became of each, in which order, and when one must be read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from bangfu.screening import cells
from bangfu.screening.store import FILES, Store

_AFTER_ALL = "~"


@dataclass(frozen=True)
class Received:
    """What became of a file. `month`: year * 12 + month - 1 of its rows; `is_new`: False when it was here before.

    `day`: the day it was read on; dates after it were taken for mistakes. `latest`: its latest date; `future`: the first
    date after the day, 0 for none; both in days since 1970. `place`: of two files of a month the later place gives way.
    """

    data_set: str
    file: str
    fingerprint: str
    month: int
    rows: int
    used: int
    counts: Mapping[str, int]
    day: str
    latest: int
    future: int
    place: str
    is_new: bool = True


def files_of(store: Store, data_set: str) -> list[dict[str, Any]]:
    """Entries of files.json of a data set."""
    return [entry for entry in store.read_json(FILES, []) if entry["data_set"] == data_set]


def earlier(store: Store, data_set: str, month: int, name: str, place: str) -> tuple[str, list[dict[str, Any]]]:
    """(place of the file with these rows, files of its month whose rows it must not repeat). `place` "": after all."""
    siblings = [entry for entry in files_of(store, data_set) if entry["month"] == month]
    own = next((entry["place"] for entry in siblings if entry["rows"] == name), "")
    others = [entry for entry in siblings if entry["rows"] != name]
    at = place or own or max((entry["place"] for entry in others), default="") + _AFTER_ALL
    return at, [entry for entry in others if (entry["place"], entry["rows"]) < (at, name)]


def note(store: Store, received: Received, name: str) -> None:
    """Files that had been compared with this one's rows before, or should have been, are to be taken in again."""
    own = {**vars(received), "rows": name, "lines": received.rows}
    kept = [e for e in store.read_json(FILES, []) if e["rows"] != name and not _gives_way(e, own)]
    store.write_json(FILES, sorted([*kept, own], key=lambda entry: str(entry["rows"])))


def forget(store: Store, known: str, month: int | None = None) -> None:
    """Takes a file back, by its fingerprint: it was the wrong one, or a mended one comes instead. `month`: only of it.

    Files that gave way to it are to be taken in again.
    """
    entries = store.read_json(FILES, [])
    wrong = [entry for entry in entries if entry["fingerprint"] == known and month in (None, entry["month"])]
    kept = [e for e in entries if e not in wrong and not any(_gives_way(e, one) for one in wrong)]
    if wrong:
        store.write_json(FILES, kept)
    for entry in wrong:
        remove(store, entry["rows"])


def _gives_way(entry: Mapping[str, Any], to: Mapping[str, Any]) -> bool:
    same = entry["data_set"] == to["data_set"] and entry["month"] == to["month"]
    return bool(same and (entry["place"], entry["rows"]) > (to["place"], to["rows"]))


def remove(store: Store, name: str) -> None:
    store.remove(name)
    store.remove(others_name(name))


def others_name(name: str) -> str:
    """Beside the rows: the numbers of the rows that were not used."""
    return str(PurePath(name).with_suffix(".npy"))


def reads_otherwise(entry: Mapping[str, Any], today: date) -> bool:
    """Whether a file has rows that were in the future when it was read and are not today, or the other way round."""
    day = cells.day_number(today)
    return bool(entry["latest"] > day or 0 < entry["future"] <= day)
