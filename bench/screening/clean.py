"""The rows that the product used, as clean text tables for the other lanes: numbers and names as text, in scattered order.

The lanes are spared reading, cleaning, judging and doubled rows; they join, add up and judge.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.screening import facts
from bangfu.screening.datasets import Reading
from bangfu.screening.rulebook import RuleBook
from bangfu.screening.store import HOUSEHOLD_TEXTS, HOUSEHOLDS, PERSON_TEXTS, PERSONS, Batch, Store
from bangfu.screening.vectors import Vector


def write(store: Store, book: RuleBook, as_of_month: int, folder: Path) -> dict[str, int]:
    """persons.parquet, households.parquet and one file a data set. Returns the newest month of each data set."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(3)
    newest = {}
    writers: dict[str, pq.ParquetWriter] = {}

    def add(name: str, table: pa.Table, mixed: bool) -> None:
        if name not in writers:
            writers[name] = pq.ParquetWriter(folder / f"{name}.parquet", table.schema, compression="zstd")
        writers[name].write_table(table.take(pa.array(rng.permutation(len(table)))) if mixed else table)

    sources = facts.sources(store, book, as_of_month)
    for county in store.counties:
        with (
            store.batch(PERSONS, county.place) as persons, store.batch(PERSON_TEXTS, county.place) as texts,
            store.batch(HOUSEHOLDS, county.place) as homes, store.batch(HOUSEHOLD_TEXTS, county.place) as numbers,
        ):  # fmt: skip
            home = persons.numbers("household")
            who = {name: texts.record.column(name) for name in ("person_no", "identity_no", "name")}
            columns = {
                name: _int(persons, name) for name in persons.record.schema.names if name not in ("household", "key")
            }
            number = numbers.record.column("household_no")
            add("persons", pa.table({**who, "household_no": number.take(pa.array(home)), **columns}), True)
            add(
                "households",
                pa.table(
                    {"household_no": number, **{n: _int(homes, n) for n in homes.record.schema.names if n != "hash"}}
                ),
                True,
            )
            for source in sources:
                newest[source.data_set.name] = source.newest
                rows = facts.load(store, source, county, None)
                of = pa.array(rows.persons)
                kept = {
                    name: _plain(rows.vector(name), source.data_set.columns[name].reading)
                    for name in source.data_set.kept
                }
                keys = {
                    "identity_no": who["identity_no"].take(of),
                    "name": who["name"].take(of),
                    "month": pa.array(rows.months),
                }
                add(source.data_set.name, pa.table({**keys, **kept}), True)
    for writer in writers.values():
        writer.close()
    (folder / "newest.json").write_text(json.dumps(newest))
    return newest


def _int(batch: Batch, name: str) -> pa.Array:
    array = batch.record.column(name)
    return array if pa.types.is_boolean(array.type) else array.cast(pa.int64())


def _plain(vector: Vector, reading: Reading) -> pa.Array:
    values, valid = vector.filled(len(np.asarray(vector.values)))
    typed = values.astype(np.bool_ if reading is Reading.FLAG else np.int64)
    return pa.array(typed, mask=None if valid.all() else ~valid)
