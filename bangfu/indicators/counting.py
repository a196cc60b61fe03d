"""Numbers of many tallies at once, for whoever looks: counted from the rows in one statement, or read where they are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.scope import Scope
from bangfu.indicators import keeping, tallies
from bangfu.indicators.keeping import KeptTally, grouped, size_of
from bangfu.indicators.spans import Span
from bangfu.indicators.tallies import Reckoning
from bangfu.kernel import codes
from bangfu.kernel.periods import Period
from bangfu.ledger.declaration import OFFICIALS, Ledger
from bangfu.policy.indicator import Placing, Tally
from bangfu.policy.parameter import ParameterMissing

#: rows of a place and period up to which they are counted anew with every look
LIVE_ROWS = 50_000
Amount = Decimal
#: (tally, 0 for the period asked and 1 for the one before) → division → number; no entry: nobody knows
Amounts = dict[tuple[str, int], dict[int, Amount]]


@dataclass(frozen=True)
class View:
    """Who looks where; `place` None: wherever the person has rows. `unit`: those alone that concern it."""

    actor: Actor
    place: int | None
    unit: int | None = None

    def may(self, ledger: Ledger) -> bool:
        return ledger.may(self.actor, Act.READ) and (self.unit is None or has_units(ledger))

    def rows(self, ledger: Ledger) -> QuerySet[Any, Any]:
        """The rows that the list of the ledger shows for the same place and unit."""
        found = ledger.visible_to(self.actor).filter(withdrawn_at=None)
        if self.place:
            found = found.filter(Scope.of([self.place]).q(ledger.scope))
        return found.filter(ledger.of_units(frozenset({self.unit}))) if self.unit else found

    def sees_all(self, ledger: Ledger) -> bool:
        """Every row of the place, so that its kept numbers are the person's."""
        if self.unit or not self.place:
            return False
        roles = ledger.readers() if is_by_place(ledger) else [role for role in ledger.readers() if role in OFFICIALS]
        return self.place in self.actor.scope(Act.READ, roles)


def is_by_place(ledger: Ledger) -> bool:
    """Who sees a place sees all its rows: not so where a ledger is private between a cadre, the unit and the officials."""
    return type(ledger).visible_to is Ledger.visible_to


def has_units(ledger: Ledger) -> bool:
    return bool(ledger.unit) or type(ledger).of_units is not Ledger.of_units


@dataclass
class Counted:
    """`as_of`: when the oldest of the kept numbers was counted; None: all were counted just now."""

    amounts: Amounts = field(default_factory=dict)
    as_of: datetime | None = None

    def of(self, tally: Tally, number: int, division: int) -> Amount | None:
        found = self.amounts.get((tally.key, number))
        return None if found is None else found.get(division, Decimal(0))


def count(
    view: View, wanted: Iterable[Tally], span: Span, reckoning: Reckoning, children: Collection[int] = ()
) -> Counted:
    """Of the place as a whole (division 0), or of each of `children` (and what lies in none of them). Three queries."""
    groups = grouped(tally for tally in wanted if view.may(tallies.ledger_of(tally)))
    found = _kept(view, groups, span, reckoning, children)
    missing: dict[tuple[str, Placing], list[tuple[Tally, int]]] = {}
    for group, each in groups.items():
        asked = [(tally, number) for tally in each for number in range(2) if (tally.key, number) not in found.amounts]
        now = [(tally, number) for tally, number in asked if _is_told_by_rows(group[1], span.both[number], reckoning)]
        if now:
            missing[group] = now
    width = min(map(codes.span, children), default=0)
    found.amounts |= dict(_live(view, missing, span.both, width, reckoning))
    return found


def _is_told_by_rows(placing: Placing, period: Period, reckoning: Reckoning) -> bool:
    """What a row says today tells nothing of a day that is past, unless it says from when."""
    return not placing.is_state or period.last >= reckoning.today


def _kept(
    view: View, groups: Mapping[tuple[str, Placing], list[Tally]], span: Span, reckoning: Reckoning,
    children: Collection[int],
) -> Counted:  # fmt: skip
    wanted = {}
    for (slug, placing), group in groups.items():
        if view.sees_all(tallies.ledger_of(group[0])):
            for tally in (size_of(slug, placing), *filter(keeping.keeps, group)):
                for number, period in enumerate(span.both):
                    if at := keeping.stands_at(placing, span.cycle, period, reckoning.today):
                        wanted[tally.key, number] = at
    if not wanted or view.place is None:
        return Counted()
    known = dict(KeptTally.objects.filter(tally__in={key for key, _ in wanted}).values_list("tally", "as_of"))
    read = keeping.read({name: at for name, at in wanted.items() if name[0] in known}, children or [view.place])
    found, used = Counted(), set()
    sizes = {
        (slug, placing, number): sum(read.get((size_of(slug, placing).key, number), {}).values())
        for slug, placing in groups for number in range(len(span.both))
    }  # fmt: skip
    largest: defaultdict[str, Amount] = defaultdict(Decimal)  # rows that count are found among all rows of the ledger
    for (slug, _, _), rows in sizes.items():
        largest[slug] = max(largest[slug], rows)
    for (slug, placing), group in groups.items():
        for number, period in enumerate(span.both):
            is_told = _is_told_by_rows(placing, period, reckoning)
            needed = largest[slug] > LIVE_ROWS if is_told else sizes[slug, placing, number]
            for tally in group if needed else ():
                if tally.key in known and (tally.key, number) in wanted:
                    found.amounts[tally.key, number] = _by_place(read.get((tally.key, number), {}), children)
                    used.add(tally.key)
    found.as_of = min((known[key] for key in used), default=None)
    return found


def _by_place(read: Mapping[int, Amount], children: Collection[int]) -> dict[int, Amount]:
    return dict(read) if children else {0: sum(read.values(), Decimal(0))}


def _live(
    view: View, groups: Mapping[tuple[str, Placing], list[tuple[Tally, int]]], both: Sequence[Period], width: int,
    reckoning: Reckoning,
) -> Iterator[tuple[tuple[str, int], dict[int, Amount]]]:  # fmt: skip
    """One statement: a part for each group, each part a row per division with an array of its numbers."""
    parts: list[str] = []
    params: list[Any] = []
    names: list[list[tuple[str, int]]] = []
    for asked in groups.values():
        known = list(_known(asked, both, reckoning))
        names.append([(tally.key, number) for tally, number, _ in known])
        if known and (said := _part(view, known, both, width, reckoning)):
            sql, given = said
            amounts = ", ".join(f"a{place}" for place in range(len(known)))
            numbers = ", ".join(f"coalesce(a{place}, 0)" for place in range(len(known)))
            told = f"SELECT {len(names) - 1}, place, ARRAY[{numbers}]::numeric[]"  # noqa: S608 (made by the ORM)
            parts.append(f"{told} FROM ({sql}) AS c (place, {amounts})")
            params += given
    found: dict[tuple[str, int], dict[int, Amount]] = {name: {} for group in names for name in group}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), params)
            for group, place, told in cursor.fetchall():
                for name, number in zip(names[group], told, strict=True):
                    found[name][place] = number
    yield from found.items()


def _known(
    asked: Iterable[tuple[Tally, int]], both: Sequence[Period], reckoning: Reckoning
) -> Iterator[tuple[Tally, int, Q]]:
    """Without those that ask a parameter which nobody has registered."""
    for tally, number in asked:
        try:
            yield tally, number, tallies.rows(tally, both[number], reckoning)
        except ParameterMissing:
            continue


def _part(
    view: View, known: Sequence[tuple[Tally, int, Q]], both: Sequence[Period], width: int, reckoning: Reckoning
) -> tuple[str, Sequence[Any]] | None:
    first = known[0][0]
    ledger, placing = tallies.ledger_of(first), first.placing
    when = Q()
    for number in {number for _, number, _ in known}:
        when |= tallies.placed(placing, both[number], reckoning)
    counted = tuple((tally, where) for tally, _, where in known)
    if view.place and is_by_place(ledger) and view.sees_all(ledger):
        return _of_whole_place(view.place, when, width, counted)
    return _statement(ledger, view.rows(ledger), when, width, counted)


@lru_cache(maxsize=4096)
def _of_whole_place(
    place: int, when: Q, width: int, counted: tuple[tuple[Tally, Q], ...]
) -> tuple[str, Sequence[Any]] | None:
    """The statement holds nothing of who asks, and making it takes ten times as long as finding it again."""
    ledger = tallies.ledger_of(counted[0][0])
    rows = ledger.model._default_manager.filter(Scope.of([place]).q(ledger.scope), withdrawn_at=None)
    return _statement(ledger, rows, when, width, counted)


def _statement(
    ledger: Ledger, rows: QuerySet[Any, Any], when: Q, width: int, counted: Sequence[tuple[Tally, Q]]
) -> tuple[str, Sequence[Any]] | None:
    rows = rows.filter(when).order_by().annotate(counted_place=keeping.by_width(ledger, width))
    amounts = {f"a{place}": tallies.amount(tally, where) for place, (tally, where) in enumerate(counted)}
    try:
        return rows.values_list("counted_place").annotate(**amounts).query.sql_with_params()  # type: ignore[no-any-return]
    except EmptyResultSet:
        return None
