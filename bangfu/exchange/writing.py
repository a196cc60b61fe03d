"""The two changes of data: an import goes in as a whole, and comes out as a whole. Each is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any

import pghistory
from django.db import IntegrityError, connection, transaction

from bangfu.exchange import findings, judging, staging
from bangfu.exchange.batches import JUDGED, SheetBatch, run, write
from bangfu.exchange.models import ImportRun, State
from bangfu.exchange.sheet import Book, Sheet
from bangfu.exchange.targets import Target, q

Told = Callable[[str], None]
_LOCK_SPACE = 0x42460000  # advisory locks of exchange: one per table and county
_COUNTY = 10**6
_MOST_COUNTIES = 200


class Overtaken(Exception):
    """Rows have changed since the preview, so what was agreed to is no longer what would happen."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.rows = rows


@contextmanager
def recorded(importing: ImportRun, act: str) -> Iterator[None]:
    """One transaction; history names the import, who, and why."""
    who = {
        "user": importing.user_id,
        "name": str(importing.user),
        "act": act,
        "import": importing.pk,
        "reason": importing.reason,
    }
    with transaction.atomic(), pghistory.context(**who):
        yield


def commit(importing: ImportRun, book: Book, told: Told) -> dict[str, int]:
    """Writes the good rows. Errors: Overtaken, and nothing is written."""
    try:
        with recorded(importing, "import"):
            return _commit(importing, book, told)
    except IntegrityError as error:  # somebody added the same between our look and our write, in a form
        raise Overtaken(1) from error


def _commit(importing: ImportRun, book: Book, told: Told) -> dict[str, int]:
    written: dict[str, list[str]] = importing.recognised["written"]
    targets = [Target.of(sheet) for position, sheet in enumerate(book.sheets) if str(position) in written]
    told("正在核对有没有变化")
    for target in targets:
        _lock_counties(target, importing.ranges)
    for position in written:
        _lock_rows(importing.pk, int(position), Target.of(book.sheets[int(position)]))
    staging.show_as_intake(importing.pk)
    judgement = judging.judge(
        book, written, importing.ranges, clears_blanks=importing.clears_blanks, finders=findings.AGAIN
    )
    if changed := judgement.differences(importing.pk):
        raise Overtaken(changed)
    if book.settle:
        book.settle({batch.sheet.slug: batch for batch in judgement.batches})
    result = {"added": 0, "changed": 0}
    for batch in judgement.batches:
        told(f"正在写入“{batch.sheet.title}”")
        with _followed(batch.sheet, partial(batch.fetch, "SELECT _target FROM {rows}")):
            result["changed"] += _update(batch)  # first: what a changed row gives up, an added one may take
            result["added"] += _insert(batch)
    judgement.drop()
    staging.drop_intake()
    run(
        "UPDATE exchange_importrun SET state = %s, committed_at = now(), changed_at = now(), message = '' WHERE id = %s",
        [State.DONE, importing.pk],
    )
    return result


def _followed(sheet: Sheet, keys: Callable[[], Iterable[tuple[Any, ...]]]) -> AbstractContextManager[None]:
    """Keys are asked only where somebody follows: nobody does with people, who come in millions."""
    return sheet.following([pk for (pk,) in keys()]) if sheet.following else nullcontext()


def _lock_counties(target: Target, ranges: Sequence[Sequence[int]]) -> None:
    """Two imports into the same table and county wait for each other; different counties don't."""
    counties = sorted(
        {
            code
            for low, high in ranges
            for code in range(low // _COUNTY, min(high // _COUNTY, low // _COUNTY + _MOST_COUNTIES) + 1)
        }
    )
    whole = len(counties) > _MOST_COUNTIES
    lock = "pg_advisory_xact_lock" if whole else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s, hashtext(%s))", [_LOCK_SPACE, target.name])
        for county in [] if whole else counties:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [target.name, county])


def _lock_rows(run_id: int, position: int, target: Target) -> None:
    """Rows to change stay as they are until we are done; whoever edits one waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT t.id FROM {target.table} t JOIN exchange_stagedrow s ON s.target = t.id"
            " WHERE s.run_id = %s AND s.sheet = %s AND s.verdict = 'c' ORDER BY t.id FOR UPDATE OF t) locked",
            [run_id, position],
        )


def _insert(batch: SheetBatch) -> int:
    target = batch.target
    names = ", ".join(q(column) for column in target.fields)
    return write(
        f"INSERT INTO {target.table} (id, {names}) SELECT _target, {names} FROM {batch.rows} c"
        f" WHERE NOT _exists ORDER BY _row"
    )


def _update(batch: SheetBatch) -> int:
    target = batch.target
    columns = [column for column in batch.written if column in target.fields]
    sets = [f"{q(column)} = c.{q(column)}" for column in columns]
    return write(
        f"UPDATE {target.table} t SET {', '.join([*sets, *_touched(target)])} FROM {batch.rows} c"
        f" JOIN {JUDGED} j ON j.number = c._row WHERE t.id = c._target AND j.verdict = 'c'"
    )


def _touched(target: Target) -> list[str]:
    moments = [
        c for c, field in target.fields.items() if getattr(field, "auto_now", False) or field.name == "updated_at"
    ]
    return ["version = t.version + 1", *(f"{q(column)} = now()" for column in moments)]


def undo(importing: ImportRun, book: Book, told: Told) -> dict[str, int]:
    """Takes the import back: changed rows get their values again, added rows go. Rows changed since, or used by others
    since, stay and are counted."""
    with recorded(importing, "undo_import"):
        result = {"restored": 0, "removed": 0, "kept_changed": 0, "kept_used": 0}
        for position in sorted(map(int, importing.recognised["written"]), reverse=True):  # members before households
            target = Target.of(book.sheets[position])
            told(f"正在撤销“{book.sheets[position].title}”")
            _lock_counties(target, importing.ranges)
            written = importing.rows.filter(sheet=position, verdict__in=("a", "c")).values_list("target")
            with _followed(book.sheets[position], written.all):
                for name, rows in _undo_sheet(importing, position, target).items():
                    result[name] += rows
        run("UPDATE exchange_importrun SET state = %s, changed_at = now() WHERE id = %s", [State.UNDONE, importing.pk])
        return result


def _undo_sheet(importing: ImportRun, position: int, target: Target) -> dict[str, int]:
    mine = [importing.pk, position]
    counted = _count(mine)
    columns = [c for c in importing.recognised["written"][str(position)] if c in target.fields]
    sets = [f"{q(column)} = b.{q(column)}" for column in columns]
    restored = write(
        f"UPDATE {target.table} t SET {', '.join([*sets, *_touched(target)])} FROM exchange_stagedrow s"
        f" CROSS JOIN LATERAL jsonb_populate_record(NULL::{target.table}, s.before) b"
        f" WHERE s.run_id = %s AND s.sheet = %s AND s.verdict = 'c' AND t.id = s.target AND t.version = s.version + 1 AND {target.living}",
        mine,
    )
    untouched = (
        f"s.run_id = %s AND s.sheet = %s AND s.verdict = 'a' AND t.id = s.target AND t.version = 1 AND {target.living}"
    )
    used = " OR ".join(_uses(target)) or "false"
    (kept_used,) = _one(
        f"SELECT count(*) FROM {target.table} t, exchange_stagedrow s WHERE {untouched} AND ({used})", mine
    )
    removed = write(f"DELETE FROM {target.table} t USING exchange_stagedrow s WHERE {untouched} AND NOT ({used})", mine)
    kept_changed = counted["c"] - restored + counted["a"] - removed - kept_used
    return {"restored": restored, "removed": removed, "kept_changed": kept_changed, "kept_used": kept_used}


def _count(mine: list[Any]) -> dict[str, int]:
    added, changed = _one(
        "SELECT count(*) FILTER (WHERE verdict = 'a'), count(*) FILTER (WHERE verdict = 'c')"
        " FROM exchange_stagedrow WHERE run_id = %s AND sheet = %s",
        mine,
    )
    return {"a": added, "c": changed}


def _one(sql: str, params: Sequence[Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return tuple(cursor.fetchone())


def _uses(target: Target) -> Iterator[str]:
    """SQL: a row of another table refers to `t`. History keeps what is removed; a withdrawn row refers as well."""
    for relation in target.referrers():
        table, column = q(relation.related_model._meta.db_table), q(str(relation.field.column))
        yield f"EXISTS (SELECT FROM {table} u WHERE u.{column} = t.id)"
