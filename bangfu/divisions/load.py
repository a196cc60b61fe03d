"""Puts the divisions of one province into the database, by COPY and one upsert; the same data twice changes nothing.

The data say how things stood on `source.AS_OF`. What a `Succession` dated later has changed since is left alone; codes
that are no longer in the data are kept and marked as ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from bangfu.divisions import naming, source
from bangfu.divisions.source import AS_OF, Row
from bangfu.kernel import codes

_COLUMNS = (
    "code",
    "name",
    "full_name",
    "parent_id",
    "level",
    "kind",
    "is_functional",
    "pinyin",
    "initials",
    "match_key",
    "grams",
)
_LIST = ", ".join(_COLUMNS)
_DATA = ", ".join(column for column in _COLUMNS if column != "code")
_DATA_NEW = ", ".join(f"EXCLUDED.{column}" for column in _COLUMNS if column != "code")
_DATA_OLD = ", ".join(f"d.{column}" for column in _COLUMNS if column != "code")

_STAGE = f"""
    CREATE TEMPORARY TABLE division_staging ON COMMIT DROP AS
    SELECT {_LIST} FROM divisions_division WITH NO DATA"""
_CHANGED_LATER = """
    DELETE FROM division_staging s USING divisions_succession c
    WHERE s.code IN (c.old, c.new) AND c.from_on > %s"""
_EXISTING = "SELECT count(*) FROM division_staging JOIN divisions_division USING (code)"
_UPSERT = f"""
    INSERT INTO divisions_division AS d ({_LIST}) SELECT {_LIST} FROM division_staging ORDER BY level
    ON CONFLICT (code) DO UPDATE SET ({_DATA}, valid_to) = ROW ({_DATA_NEW}, NULL)
    WHERE ({_DATA_OLD}) IS DISTINCT FROM ({_DATA_NEW}) OR d.valid_to IS NOT NULL"""
_END = """
    UPDATE divisions_division d SET valid_to = %s
    WHERE d.code BETWEEN %s AND %s AND d.valid_to IS NULL
      AND NOT EXISTS (SELECT FROM division_staging s WHERE s.code = d.code)
      AND NOT EXISTS (SELECT FROM divisions_succession c WHERE d.code IN (c.old, c.new) AND c.from_on > %s)"""


@dataclass(frozen=True)
class Loaded:
    """What a load did to the rows of a province."""

    total: int
    added: int
    changed: int
    ended: int


def load_province(province: int, folders: Sequence[Path], keep_in: Path | None = None) -> Loaded:
    """Load one province (2 digits) from the first of `folders` that has it (see `source.find`).

    `keep_in`: a folder tried first, where the cut-out of the package is kept for the next time.
    Errors: SourceMissing.
    """
    rows = source.find(province, [keep_in, *folders] if keep_in else folders)
    if keep_in and not (keep_in / f"{province}.csv.gz").is_file():
        source.write(rows, keep_in / f"{province}.csv.gz")
    loaded = upsert(rows, ends=province * 10**10)
    return loaded


def upsert(rows: Iterable[Row], ends: int | None = None) -> Loaded:
    """Write the rows (parents first) in one transaction. `ends`: below this code, what isn't among the rows has ended."""
    staged = list(rows)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy(f"COPY division_staging ({_LIST}) FROM STDIN") as copy:
            for record in _records(staged):
                copy.write_row(record)
        cursor.execute(_CHANGED_LATER, [AS_OF])
        cursor.execute(_EXISTING)
        (existing,) = cursor.fetchone()
        cursor.execute(_UPSERT)
        written = cursor.rowcount
        cursor.execute("SELECT count(*) FROM division_staging")
        (considered,) = cursor.fetchone()
        ended = 0
        if ends is not None:
            cursor.execute(_END, [AS_OF, *codes.bounds(ends), AS_OF])
            ended = cursor.rowcount
        cursor.execute("DROP TABLE division_staging")
    added = considered - existing
    return Loaded(total=len(staged), added=added, changed=written - added, ended=ended)


def _records(rows: list[Row]) -> Iterable[tuple[object, ...]]:
    full = naming.full_names(rows)
    for row in rows:
        pinyin, initials = naming.sounds(row.name)
        key = naming.match_key(row.name, row.level)
        yield (
            row.code,
            row.name,
            full[row.code],
            row.parent,
            int(row.level),
            row.kind.value,
            row.is_functional,
            pinyin,
            initials,
            key,
            naming.grams(row.name),
        )
