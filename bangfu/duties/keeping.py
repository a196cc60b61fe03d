"""Writes standings and their proofs by set; only what differs is written, so that history shows changes and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pghistory
from django.db import connection, transaction

from bangfu.duties import evidence, exemptions
from bangfu.duties.counting import Counter, Standing, law
from bangfu.duties.standings import DutyStanding
from bangfu.kernel import dates
from bangfu.kernel.periods import Period
from bangfu.policy import guideline
from bangfu.policy.duty import Duty

_KEPT = ("holder_name", "division_id", "unit_id", "asked", "done", "due_on", "since", "state", "law", "article", "last")
_COLUMNS = ("duty", "first", "holder_kind", "holder", *_KEPT)
_TYPES = (
    "text",
    "date",
    "text",
    "bigint",
    "text",
    "bigint",
    "bigint",
    "int",
    "int",
    "date",
    "date",
    "text",
    "text",
    "text",
    "date",
)
_WRITE = f"""
    INSERT INTO duties_dutystanding AS kept ({", ".join(_COLUMNS)})
    SELECT * FROM unnest({", ".join(f"%s::{each}[]" for each in _TYPES)})
    ON CONFLICT (duty, first, holder) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _KEPT)},
        version = kept.version + 1, updated_at = now(), withdrawn_at = NULL, withdrawn_reason = ''
    WHERE ({", ".join(f"kept.{name}" for name in _KEPT)}, kept.withdrawn_at)
        IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _KEPT)}, NULL)"""  # noqa: S608
_END = """UPDATE duties_dutystanding SET withdrawn_at = now(), withdrawn_reason = %s, version = version + 1
    WHERE duty = %s AND first = %s AND withdrawn_at IS NULL AND NOT holder = ANY(%s::bigint[])"""
_STALE = """DELETE FROM duties_proof p USING duties_dutystanding s WHERE s.id = p.standing_id AND s.duty = %s AND s.first = %s
    AND (%s::bigint[] IS NULL OR s.holder = ANY(%s::bigint[]))
    AND (s.holder, p.row, p.day) NOT IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::date[]))"""
_PROVE = """INSERT INTO duties_proof (standing_id, source, row, day)
    SELECT s.id, %s, f.row, f.day FROM unnest(%s::bigint[], %s::bigint[], %s::date[]) AS f (holder, row, day)
    JOIN duties_dutystanding s ON s.duty = %s AND s.first = %s AND s.holder = f.holder
    ON CONFLICT (standing_id, row) DO NOTHING"""
GONE = "责任方本期已不在，或要求已取消"


def counter(today: date) -> Counter:
    return Counter(today, exemptions.approved, _known)


def _known(duty: Duty, period: Period, keys: Collection[int] | None) -> Collection[int]:
    rows = DutyStanding.objects.filter(duty=duty.code, first=period.first, withdrawn_at=None)
    rows = rows if keys is None else rows.filter(holder__in=keys)
    return set(rows.values_list("holder", flat=True))


def keep(duty: Duty, period: Period, counting: Counter, keys: Collection[int] | None = None) -> int:
    """Counts the duty for all holders of the period (or for `keys`) and keeps what came out; how many standings there are."""
    with transaction.atomic(), pghistory.context(act="duties.count", name="系统计算"):
        found, proof = counting.count(duty, period, keys)
        _write(duty, period, found)
        gone: list[Any] = [duty.code, period.first, [standing.holder.key for standing in found]]
        with connection.cursor() as cursor:
            if keys is None:
                cursor.execute(_END, [GONE, *gone])
            else:
                cursor.execute(f"{_END} AND holder = ANY(%s::bigint[])", [GONE, *gone, list(keys)])
        _prove(duty, period, proof, keys)
    return len(found)


def keep_all(period_of: date, today: date) -> int:
    """Every duty of the law of that day, for all holders; duties that the law no longer asks end with it."""
    counting, kept = counter(today), 0
    duties = law_of(period_of)
    for duty in duties:
        kept += keep(duty, duty.cycle.of(period_of), counting)
    return kept


def recount(standing: DutyStanding) -> None:
    """One standing again, after an exemption."""
    duty = law(period := _period(standing)).duties.get(standing.duty)
    if duty:
        keep(duty, period, counter(dates.today()), [standing.holder])


def _period(standing: DutyStanding) -> Period:
    return Period(standing.first, standing.last, "")


def law_of(day: date) -> list[Duty]:
    """The duties asked in the periods that hold the day."""
    found = {}
    for version in guideline.versions():
        for code, duty in guideline.load(version).duties.items():
            period = duty.cycle.of(day)
            in_law = law(period).duties.get(code)
            if in_law is not None:
                found[code] = in_law
    return list(found.values())


def _write(duty: Duty, period: Period, found: Sequence[Standing]) -> None:
    version = law(period).version
    rows = [
        (
            duty.code, period.first, duty.holder, each.holder.key, each.holder.label, each.holder.division, each.holder.unit,
            each.asked, each.done, each.due_on, each.since, each.state.value, version, duty.article, period.last,
        )
        for each in found
    ]  # fmt: skip
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [list(column) for column in zip(*rows, strict=True)])


def _prove(
    duty: Duty, period: Period, proof: Mapping[int, Iterable[tuple[date, int]]], keys: Collection[int] | None
) -> None:
    rows = [(holder, row, day) for holder, each in proof.items() for day, row in each]
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], []]
    only = None if keys is None else list(keys)
    with connection.cursor() as cursor:
        cursor.execute(_STALE, [duty.code, period.first, only, only, *columns])
        if rows:
            source = evidence.ALL[duty.evidence].source
            cursor.execute(_PROVE, [source, *columns, duty.code, period.first])
