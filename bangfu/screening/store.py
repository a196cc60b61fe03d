"""The folder of a screening: the registry, resolved rows and facts as Arrow files with one record batch a county.

Arrow files and not Parquet: a county's columns are mapped into memory and not decoded (ADR 0010 has the figures).
Every file is written aside and renamed, so that a run killed at any moment leaves the last whole state.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bangfu.screening.vectors import Vector

#: what was taken in: one entry a file
FILES = "files.json"
PERSONS, HOUSEHOLDS, PERSON_TEXTS, HOUSEHOLD_TEXTS = (
    f"registry/{name}.arrow" for name in ("persons", "households", "person_texts", "household_texts")
)
INDEX = "registry/index"
_FINGERPRINT_BLOCK = 1 << 22


def facts_file(data_set: str) -> str:
    return f"facts/{data_set}.arrow"


class Busy(Exception):
    """Another run works in the same folder."""


@dataclass(frozen=True)
class County:
    """`place`: number of its record batch; persons and households are counted from the first of the whole registry."""

    code: int
    place: int
    first_person: int
    persons: int
    first_household: int
    households: int


@dataclass(frozen=True)
class Batch:
    """Columns of one county. A column that the file does not have is None."""

    record: pa.RecordBatch

    def __len__(self) -> int:
        return int(self.record.num_rows)

    def vector(self, name: str) -> Vector:
        """Errors: KeyError."""
        return vector(self.record.column(name))

    def numbers(self, name: str) -> NDArray[Any]:
        """A column without gaps."""
        return np.asarray(self.record.column(name).to_numpy(zero_copy_only=False))

    def take(self, name: str, rows: NDArray[Any]) -> pa.Array:
        return self.record.column(name).take(pa.array(rows))


def vector(array: pa.Array) -> Vector:
    """Whole numbers or flags of an Arrow array, without copying the numbers."""
    valid = None if array.null_count == 0 else array.is_valid().to_numpy(zero_copy_only=False)
    filled = array if valid is None else _bare(array)
    return Vector(filled.to_numpy(zero_copy_only=False), valid)


def _bare(array: pa.Array) -> pa.Array:
    """The same numbers with the gaps forgotten: what stands in a gap is never looked at."""
    buffers = array.buffers()
    return pa.Array.from_buffers(array.type, len(array), [None, buffers[1]], 0, array.offset)


def arrow(values: NDArray[Any], valid: NDArray[np.bool_] | None = None) -> pa.Array:
    return pa.array(values) if valid is None or valid.all() else pa.array(values, mask=~valid)


class Store:
    """Everything under one folder. The registry must have been prepared before rows are resolved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, Any] | None = None

    @cached_property
    def registry(self) -> Mapping[str, Any]:
        """What registry.json says: counties, counts, fingerprint."""
        found: Mapping[str, Any] = self.read_json("registry.json")
        return found

    @cached_property
    def counties(self) -> tuple[County, ...]:
        return tuple(County(**county) for county in self.registry["counties"])

    def county_of(self, persons: NDArray[Any]) -> NDArray[np.int64]:
        """Place of the county that each person of the whole registry lives in."""
        starts = np.array([county.first_person for county in self.counties], dtype=np.int64)
        return np.asarray(np.searchsorted(starts, persons, side="right") - 1, dtype=np.int64)

    def write(self, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        """One record batch a county, in their order."""
        with (
            aside(self.folder / name) as path,
            pa.OSFile(str(path), "wb") as sink,
            pa.ipc.new_file(sink, schema) as out,
        ):
            for batch in batches:
                out.write_batch(batch)

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    @contextmanager
    def batch(self, name: str, place: int) -> Iterator[Batch]:
        """One county's columns, mapped; they must not be used after the block."""
        if self._open is not None:
            if name not in self._open:
                self._open[name] = pa.ipc.open_file(pa.memory_map(str(self.folder / name)))
            yield Batch(self._open[name].get_batch(place))
            return
        with pa.memory_map(str(self.folder / name)) as mapped:
            yield Batch(pa.ipc.open_file(mapped).get_batch(place))

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Inside, each file is opened once for all counties: right when little of each is read."""
        self._open = {}
        try:
            yield
        finally:
            self._open = None

    def metadata(self, name: str) -> dict[str, str]:
        with pa.memory_map(str(self.folder / name)) as mapped:
            found = pa.ipc.open_file(mapped).schema.metadata or {}
        return {key.decode(): value.decode() for key, value in found.items()}

    def schema(self, name: str) -> pa.Schema:
        with pa.memory_map(str(self.folder / name)) as mapped:
            return pa.ipc.open_file(mapped).schema

    def read_json(self, name: str, default: Any = None) -> Any:
        path = self.folder / name
        if default is not None and not path.exists():
            return default
        return json.loads(path.read_text())

    def write_json(self, name: str, content: Any) -> None:
        with aside(self.folder / name) as path:
            path.write_text(json.dumps(content, ensure_ascii=False, sort_keys=True))

    def remove(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)

    def clear(self) -> None:
        """Forgets the registry with all that was resolved by it. Facts tell themselves whose they are."""
        for name in ("registry.json", FILES):
            self.remove(name)
        for name in ("registry", "rows"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for name in ("registry", "counties"):
            vars(self).pop(name, None)


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A name to write to; it becomes `path` only when all was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Errors: Busy. The kernel frees the lock of a killed run, so none goes stale."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"另一次筛查正在使用 {folder}，请等它结束后再运行") from None
        yield


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_FINGERPRINT_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def table_of(columns: Mapping[str, pa.Array], names: Sequence[str] | None = None) -> pa.RecordBatch:
    chosen = list(columns) if names is None else list(names)
    return pa.RecordBatch.from_arrays([columns[name] for name in chosen], names=chosen)
