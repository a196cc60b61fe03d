"""Puts invented people into the database by COPY: all of a load or nothing, and only into an empty register.

History triggers are off (3.5 million rows have no history before they exist); one BulkLoad row says what came. Indexes
and foreign keys are taken off a large load and built once behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np
from django.db import connection, transaction

from bangfu.divisions.models import Division
from bangfu.ledger import cube
from bangfu.people.demo import world
from bangfu.people.demo.tables import TABLES, Maker
from bangfu.people.loads import BulkLoad
from bangfu.people.matching import find_all
from bangfu.people.models import Household, Person

LARGE = 50_000  # households from which indexes are built behind the load
Progress = Callable[[str], None]
Rows = dict[str, tuple[tuple[str, ...], bytes]]


class NotEmpty(RuntimeError):
    """There are households already; a demo never mixes with them."""


def load(households: int, seed: int, say: Progress = print, *, replace: bool = False) -> BulkLoad:
    """Errors: NotEmpty, world.NoVillages."""
    rng = np.random.default_rng(seed)
    with transaction.atomic(), connection.cursor() as cursor:
        if not replace and Household.objects.exists():
            raise NotEmpty("库中已有农户。要换成新的示例数据请加 --replace（会清空全部农户和成员）")
        # empty tables too: rows are frozen, and not logged, only in a table emptied in the same transaction
        cursor.execute(f"TRUNCATE {', '.join(TABLES)}, people_duplicatepair, people_bulkload CASCADE")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        made = Maker(rng, world.make(rng, households), _counties())
        with _bare(cursor, households >= LARGE, say):
            for number, block in enumerate(_ahead(made.blocks()), 1):
                _copy(cursor, block)
                if number % 10 == 0:
                    say(f"  已写入 {made.next_household - 1:,} 户 {made.next_person - 1:,} 人")
        _follow_up(cursor)
        find_all()
        cube.refresh_all(whole=True)  # the triggers that tell of changes were off
        return BulkLoad.objects.create(
            name="示例数据", seed=seed, households=made.next_household - 1, persons=made.next_person - 1,
            first_household=1, last_household=made.next_household - 1,
        )  # fmt: skip


def _counties() -> frozenset[int]:
    return frozenset(Division.objects.filter(level__lte=3).values_list("code", flat=True))


def _ahead(blocks: Iterator[Rows]) -> Iterator[Rows]:
    """The next block is made while the server takes this one in."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = pool.submit(next, blocks, None)
            yield block


def _copy(cursor: Any, block: Rows) -> None:
    for table, (columns, rows) in block.items():
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FREEZE)") as copy:
            copy.write(rows)


@contextmanager
def _bare(cursor: Any, is_large: bool, say: Progress) -> Iterator[None]:
    """Triggers off; for a large load also constraints and indexes, put back from their own definitions."""
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    definitions = list(_take_off(cursor)) if is_large else []
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
    for number, definition in enumerate(definitions, 1):
        say(f"  索引和约束 {number}/{len(definitions)}")
        cursor.execute(definition)
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _take_off(cursor: Any) -> Iterable[str]:
    """Drops what slows a load down; gives the statements that bring it back, indexes before foreign keys."""
    cursor.execute(
        """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
           WHERE conrelid = ANY (%s::regclass[]) AND contype IN ('u', 'f') ORDER BY contype DESC""",
        [list(TABLES)],
    )
    constraints = cursor.fetchall()
    for table, name, _ in constraints:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    cursor.execute(
        """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
           WHERE indrelid = ANY (%s::regclass[]) AND NOT indisprimary""",
        [list(TABLES)],
    )
    indexes = cursor.fetchall()
    for name, definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
        yield definition
    for table, name, definition in constraints:
        yield f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'


def _follow_up(cursor: Any) -> None:
    """Ids given by hand are taken; the planner knows the new rows."""
    for model in (Household, Person):
        table = model._meta.db_table
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608
    for table in TABLES:
        cursor.execute(f"ANALYZE {table}")
