"""留存: numbers of the tallies by province, city, county and town, so that a board of a province counts no millions of rows.

Derived and nothing else, counted by the expressions of the live figure; made again each night and by `./run bangfu indicators`.
A state (what is so today) is kept by the month and stays: the only memory of what stood a year ago. See docs/adr/0014.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction
from django.db.models import DateField, Expression, F, Func, QuerySet, Value
from django.db.models.functions import Trunc
from django.utils import timezone

from bangfu.indicators import tallies
from bangfu.indicators.tallies import Reckoning
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.kernel.periods import Cycle, Period
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import shown
from bangfu.policy import guideline
from bangfu.policy.indicator import How, Placing, Tally
from bangfu.policy.parameter import ParameterMissing

LEVELS = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWN)
CYCLES = (Cycle.YEAR, Cycle.QUARTER, Cycle.MONTH)
#: calendar years that are counted anew; what lies before stays as it was counted last
YEARS = 3
Groups = Mapping[tuple[str, Placing], list[Tally]]


class KeptAmount(models.Model):
    """What a tally came to in one division and period; nothing where it came to nothing."""

    tally = models.CharField("口径", max_length=24)
    division = models.BigIntegerField("区划")
    cycle = models.CharField("周期", max_length=10)
    first = models.DateField("期初")
    amount = models.DecimalField("数", max_digits=24, decimal_places=4)

    class Meta:
        verbose_name = verbose_name_plural = "指标留存数"
        constraints = [
            models.UniqueConstraint(fields=["tally", "division", "cycle", "first"], name="kept_amount_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tally} {self.division} {self.first}"


class KeptTally(models.Model):
    """What was counted when."""

    tally = models.CharField("口径", max_length=24, primary_key=True)
    as_of = models.DateTimeField("截至")

    class Meta:
        verbose_name = verbose_name_plural = "指标留存情况"

    def __str__(self) -> str:
        return f"{self.tally} {self.as_of}"


def size_of(ledger: str, placing: Placing) -> Tally:
    """All rows of a ledger in a period: by it one knows whether counting them at once is quick."""
    return Tally(ledger, How.COUNT, "", placing)


def grouped(found: Iterable[Tally]) -> dict[tuple[str, Placing], list[Tally]]:
    """Those that are counted together: of the same rows, by the same dates."""
    groups: dict[tuple[str, Placing], dict[str, Tally]] = defaultdict(dict)
    for tally in found:
        groups[tally.ledger, tally.placing].setdefault(tally.key, tally)
    return {group: list(each.values()) for group, each in groups.items()}


def keeps(tally: Tally) -> bool:
    """Whoever sees a whole place sees all its rows; ledgers in which that is not so are counted anew each time. So are terms
    in force, and what of a past period would depend on the day of counting."""
    if type(tallies.ledger_of(tally)).visible_to is not Ledger.visible_to or tally.placing.starts:
        return False
    return tally.placing.is_state or not tally.asks_the_day


def declared() -> Iterator[Tally]:
    """Of every version of the guideline."""
    for version in guideline.versions():
        for indicator in guideline.load(version).indicators.values():
            yield from indicator.tallies


def keep_all(today: date) -> int:
    """Counts everything anew, group by group, each in its own transaction; how many tallies there are."""
    groups, reckoning = grouped(tally for tally in declared() if keeps(tally)), Reckoning(today)
    known = {tally.key for group in groups.values() for tally in group}
    known |= {size_of(*group).key for group in groups}
    KeptAmount.objects.exclude(tally__in=known).delete()
    KeptTally.objects.exclude(tally__in=known).delete()
    for (slug, placing), group in groups.items():
        each = {tally.key: tally for tally in (size_of(slug, placing), *group)}
        _keep(list(each.values()), placing, reckoning, timezone.now())
    return len(known)


def _keep(group: Sequence[Tally], placing: Placing, reckoning: Reckoning, now: datetime) -> None:
    known = _known(group, reckoning)
    keys = [tally.key for tally, _ in known]
    with transaction.atomic():
        for cycle, since in _spans(placing, reckoning.today):
            KeptAmount.objects.filter(tally__in=keys, cycle=cycle.value, first__gte=since).delete()
            for level in LEVELS:
                _count(known, placing, cycle, since, codes.SPANS[level])
        as_of = [KeptTally(tally=key, as_of=now) for key in keys]
        KeptTally.objects.bulk_create(as_of, update_conflicts=True, unique_fields=["tally"], update_fields=["as_of"])


def _known(group: Sequence[Tally], reckoning: Reckoning) -> list[tuple[Tally, models.Q]]:
    """Without those that ask a parameter which nobody has registered."""
    found, today = [], Period(reckoning.today, reckoning.today, "")
    for tally in group:
        try:
            found.append((tally, tallies.meant(tally, reckoning.day(today), reckoning)))
        except ParameterMissing:
            continue
    return found


def _spans(placing: Placing, today: date) -> Iterator[tuple[Cycle, date]]:
    since = date(today.year - YEARS + 1, 1, 1)
    if placing.is_state:
        yield Cycle.MONTH, today.replace(day=1)
    elif placing.year:
        yield Cycle.YEAR, since
    else:
        yield from ((cycle, since) for cycle in CYCLES)


def _count(known: list[tuple[Tally, models.Q]], placing: Placing, cycle: Cycle, since: date, width: int) -> None:
    """By set, inside the database."""
    ledger = tallies.ledger_of(known[0][0])
    found = ledger.model._default_manager.filter(withdrawn_at=None).order_by()
    if placing.dated:
        found = found.filter(**{f"{placing.dated}__gte": since})
    elif placing.year:
        found = found.filter(**{f"{placing.year}__gte": since.year})
    rows: QuerySet[Any, Any] = found.annotate(
        kept_place=by_width(ledger, width), kept_first=_first(placing, cycle, since)
    )
    amounts = {f"a{n}": tallies.amount(tally, where) for n, (tally, where) in enumerate(known)}
    counted = rows.values_list("kept_place", "kept_first").annotate(**amounts)
    try:
        sql, params = counted.query.sql_with_params()
    except EmptyResultSet:
        return
    names = ", ".join(amounts)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO indicators_keptamount (tally, division, cycle, first, amount)"  # noqa: S608 (made by the ORM)
            f" SELECT t.key, c.place, %s, c.first, t.amount FROM ({sql}) AS c (place, first, {names}),"
            f" LATERAL unnest(%s::text[], ARRAY[{names}]::numeric[]) AS t (key, amount)"
            " WHERE t.amount <> 0 AND c.first IS NOT NULL ON CONFLICT DO NOTHING",
            [cycle.value, *params, [tally.key for tally, _ in known]],
        )


def by_width(ledger: Ledger, width: int) -> Expression:
    """The division of that width in which a row lies; 0: all in one."""
    place = F(shown(ledger, ledger.scope).field.attname)
    return place / width * width if width else place * 0


def _first(placing: Placing, cycle: Cycle, since: date) -> Expression:
    if placing.dated:
        return Trunc(placing.dated, cycle.value, output_field=DateField())
    if placing.year:
        return Func(F(placing.year), Value(1), Value(1), function="make_date", output_field=DateField())
    return Value(since, output_field=DateField())


def stands_at(placing: Placing, cycle: Cycle | None, period: Period, today: date) -> tuple[str, date] | None:
    """(cycle, first day) under which the amount of a period is kept; None: it is not."""
    if placing.is_state:
        last = min(period.last, today)
        return (Cycle.MONTH.value, last.replace(day=1)) if cycle else None
    if placing.year:
        return Cycle.YEAR.value, date(period.last.year, 1, 1)
    return (cycle.value, period.first) if cycle else None


def read(
    wanted: Mapping[tuple[str, int], tuple[str, date]], divisions: Collection[int]
) -> dict[tuple[str, int], dict[int, Any]]:
    """(tally, which period) → division → amount, for what is kept. One query."""
    by_place = {(key, *at): (key, number) for (key, number), at in wanted.items()}
    rows = KeptAmount.objects.filter(
        tally__in={key for key, _ in wanted}, division__in=divisions,
        cycle__in={cycle for cycle, _ in wanted.values()}, first__in={first for _, first in wanted.values()},
    )  # fmt: skip
    found: dict[tuple[str, int], dict[int, Any]] = defaultdict(dict)
    for tally, cycle, first, division, amount in rows.values_list("tally", "cycle", "first", "division", "amount"):
        if name := by_place.get((tally, cycle, first)):
            found[name][division] = amount
    return found
