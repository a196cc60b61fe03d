"""Puts the divisions of one province into the database, by COPY and one upsert; the same data twice changes nothing.

The data say how things stood on `source.AS_OF`. What a `Change` dated later has touched since is left alone; codes
that are no longer in the data are kept and marked as ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from bangfu.divisions import boundaries, naming, source
from bangfu.divisions.models import Division, Succession
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
    "valid_from",
)
_LIST = ", ".join(_COLUMNS)
_DATA = ", ".join(_COLUMNS[1:])
_DATA_NEW = ", ".join(f"EXCLUDED.{column}" for column in _COLUMNS[1:])
_DATA_OLD = ", ".join(f"d.{column}" for column in _COLUMNS[1:])

_STAGE = f"""
    CREATE TEMPORARY TABLE division_staging ON COMMIT DROP AS
    SELECT {_LIST} FROM divisions_division WITH NO DATA"""  # noqa: S608 (columns named above)
_EXISTING = "SELECT count(*) FROM division_staging JOIN divisions_division USING (code)"
_UPSERT = f"""
    INSERT INTO divisions_division AS d ({_LIST}) SELECT {_LIST} FROM division_staging ORDER BY level
    ON CONFLICT (code) DO UPDATE SET ({_DATA}, valid_to) = ROW ({_DATA_NEW}, NULL)
    WHERE ({_DATA_OLD}) IS DISTINCT FROM ({_DATA_NEW}) OR d.valid_to IS NOT NULL"""  # noqa: S608 (columns named above)
_END = """
    UPDATE divisions_division d SET valid_to = %s
    WHERE d.code BETWEEN %s AND %s AND d.valid_to IS NULL
      AND d.code <> ALL (%s) AND NOT EXISTS (SELECT FROM division_staging s WHERE s.code = d.code)"""


@dataclass(frozen=True)
class Loaded:
    """What a load did to the rows of a province."""

    total: int
    added: int
    changed: int
    ended: int
    boundaries: int = 0


def load_province(province: int, folders: Iterable[Path] = (), keep_in: Path | None = None) -> Loaded:
    """Load one province (2 digits) and, when none are there yet, its boundaries.

    folders: where to look (see `source.find`); by default the cut-outs under var, then the npm packages.
    keep_in: where the cut-out of the package is kept for the next time; by default under var.
    Errors: SourceMissing.
    """
    keep = keep_in or settings.VAR / "divisions"
    asked = list(folders)
    rows = source.find(province, asked or [keep, settings.ROOT / "frontend/node_modules"])
    if not asked and not (keep / f"{province}.csv.gz").is_file():
        source.write(rows, keep / f"{province}.csv.gz")
    loaded = upsert(rows, as_of=AS_OF, province=province)
    seeded = boundaries.seed(province)
    return Loaded(loaded.total, loaded.added, loaded.changed, loaded.ended, seeded)


def upsert(
    rows: Iterable[Row], *, as_of: date | None = None, province: int | None = None, valid_from: date | None = None
) -> Loaded:
    """Write the rows (parents first, or already in the database) in one transaction.

    as_of: the day the data describe; what a later `Change` touched is left alone. None: write all.
    province: all of its codes that are not among the rows have ended.
    """
    given = list(rows)
    touched = _changed_since(as_of) if as_of else set()
    staged = [row for row in given if row.code not in touched]
    records = list(_records(staged, valid_from))  # asks the database, so before COPY holds the connection
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy(f"COPY division_staging ({_LIST}) FROM STDIN") as copy:
            for record in records:
                copy.write_row(record)
        cursor.execute(_EXISTING)
        (existing,) = cursor.fetchone()
        written = _run(cursor, _UPSERT)
        ended = 0
        if as_of and province:
            ended = _run(cursor, _END, [as_of, *codes.bounds(province * 10**10), list(touched)])
        cursor.execute("DROP TABLE division_staging")
    added = len(staged) - existing
    return Loaded(total=len(given), added=added, changed=written - added, ended=ended)


def _changed_since(day: date) -> set[int]:
    """Codes whose rows, full names included, are newer than data of that day."""
    pairs = Succession.objects.filter(change__from_on__gt=day).values_list("old_id", "new_id")
    return {code for pair in pairs for code in pair}


def _run(cursor: Any, statement: str, values: list[object] | None = None) -> int:
    cursor.execute(statement, values)
    return int(cursor.rowcount)


def _records(rows: list[Row], valid_from: date | None) -> Iterator[tuple[object, ...]]:
    full = naming.full_names(rows, _above(rows))
    for row in rows:
        derived = (*naming.sounds(row.name), naming.match_key(row.name, row.level), naming.grams(row.name))
        plain = (row.code, row.name, full[row.code], row.parent, int(row.level), row.kind.value, row.is_functional)
        yield (*plain, *derived, valid_from)


def _above(rows: list[Row]) -> dict[int, tuple[str, int, str]]:
    """Full name, level and kind of the parents that are not among the rows."""
    outside = {row.parent for row in rows if row.parent} - {row.code for row in rows}
    found = Division.objects.filter(code__in=outside).values_list("code", "full_name", "level", "kind")
    return {code: (full_name, level, kind) for code, full_name, level, kind in found}
