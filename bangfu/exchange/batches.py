"""The rows of one sheet in the database while an import is judged and written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from bangfu.exchange.sheet import Column, Fault, Sheet
from bangfu.exchange.staging import told
from bangfu.exchange.targets import Target, q

JUDGED = "exchange_judged"


def run(sql: str, params: Sequence[Any] = ()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return int(cursor.rowcount)


def write(sql: str, params: Sequence[Any] = ()) -> int:
    """Runs a statement that may touch many rows. A session keeps the plans of its triggers, and history joins old rows
    with new ones: planned for a statement on one row, that join takes minutes for 15,000. So plans are made anew."""
    run("DISCARD PLANS")
    return run(sql, params)


@dataclass
class SheetBatch:
    """What a ledger's checks get; see `sheet.Batch`."""

    target: Target
    position: int
    ranges: tuple[tuple[int, int], ...]
    #: columns of the table that the file fills
    written: list[str]
    clears_blanks: bool

    @property
    def sheet(self) -> Sheet:
        assert self.target.sheet
        return self.target.sheet

    @property
    def rows(self) -> str:
        return f"exchange_coming_{self.position}"

    @property
    def references(self) -> list[Column]:
        """Columns of the file that name rows of other tables."""
        return [c for c in self.sheet.columns if c.reference and c.attname in self.written]

    def found(self, column: Column) -> str:
        """Table of what the words of a reference stand for: `_by` the word, `_id` the row, and what is copied from it."""
        return f"exchange_found_{self.position}_{self.sheet.columns.index(column)}"

    @property
    def joined_references(self) -> str:
        """SQL: the tables `found`, beside the intake table as `i`, as f0, f1, …"""
        return "".join(
            f" LEFT JOIN {self.found(column)} f{place} ON f{place}._by = i.data->>'{column.name}'"
            for place, column in enumerate(self.references)
        )

    @property
    def referred(self) -> list[tuple[str, str]]:
        """(own column, SQL of what a reference puts there)."""
        pairs = []
        for place, column in enumerate(self.references):
            assert column.reference
            pairs.append((column.attname, f"f{place}._id"))
            pairs += [(own, f"f{place}.{q(theirs)}") for own, theirs in column.reference.copies]
        return pairs

    def fetch(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql.replace("{rows}", self.rows), list(params))
            return list(cursor.fetchall())

    def reject(self, faults: Iterable[Fault]) -> None:
        """Marks rows as wrong and takes them out of what is coming. Found in the database, so asked again later."""
        by_row: dict[int, list[dict[str, Any]]] = {}
        for fault in faults:
            by_row.setdefault(fault.row, []).append(told(fault, d=1))
        if not by_row:
            return
        rows, texts = list(by_row), [json.dumps(found, ensure_ascii=False) for found in by_row.values()]
        run(
            f"INSERT INTO {JUDGED} (number, verdict, faults) SELECT number, 'w', faults::jsonb"
            " FROM unnest(%s::int[], %s::text[]) AS wrong (number, faults)"
            f" ON CONFLICT (number) DO UPDATE SET faults = {JUDGED}.faults || excluded.faults",
            [rows, texts],
        )
        self.remove(rows)

    def settle(self, rows: list[int], verdict: str) -> None:
        """Rows that need nothing more."""
        run(f"INSERT INTO {JUDGED} (number, verdict) SELECT unnest(%s::int[]), %s", [rows, verdict])
        self.remove(rows)

    def remove(self, rows: list[int]) -> None:
        if self.fetch("SELECT to_regclass(%s)", [self.rows])[0][0]:
            run(f"DELETE FROM {self.rows} WHERE _row = ANY (%s)", [rows])
