"""资金总览 (试算平衡): for an area and a day, by source: what came = what is held + what is set aside + what is spent.

The left side comes from the rows that people registered (documents, allotments), the right side from the books.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from bangfu.bookkeeping.balances import Turnover, turnovers
from bangfu.bookkeeping.models import Posting
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.funds import books
from bangfu.funds.allotment import Allotment
from bangfu.funds.budget_line import BudgetLine
from bangfu.funds.document import FundDocument
from bangfu.kernel.money import from_fen
from bangfu.people import codes

_ZERO = Decimal(0)
Sums = Mapping[str, Decimal]  # source → yuan


@dataclass(frozen=True)
class Held:
    """One kind of account of a source: came in, went out, left; `agrees` when two ways to the rest give the same."""

    kind: str
    label: str
    came: Decimal
    went: Decimal
    left: Decimal
    agrees: bool


@dataclass(frozen=True)
class Line:
    """One source in the area. `documents`: net of what went back to the treasury; `above`: net from levels outside it."""

    source: str
    label: str
    documents: Decimal
    above: Decimal
    levels: tuple[Held, ...]

    @property
    def came(self) -> Decimal:
        return self.documents + self.above

    @property
    def held(self) -> Decimal:
        return sum((each.left for each in self.levels if each.kind in books.HELD.values()), _ZERO)

    @property
    def set_aside(self) -> Decimal:
        return self._left(books.LINE)

    @property
    def spent(self) -> Decimal:
        return self._left(books.SPENT)

    def _left(self, kind: str) -> Decimal:
        return next((each.left for each in self.levels if each.kind == kind), _ZERO)

    @property
    def difference(self) -> Decimal:
        return self.came - self.held - self.set_aside - self.spent

    @property
    def agrees(self) -> bool:
        return not self.difference and all(each.agrees for each in self.levels)

    @property
    def percent(self) -> Decimal:
        """支出进度: what is spent of what came."""
        return (self.spent * 100 / self.came).quantize(Decimal("0.1")) if self.came else _ZERO


@dataclass(frozen=True)
class Trial:
    place: Division
    on: date
    lines: tuple[Line, ...]

    @property
    def agrees(self) -> bool:
        return all(line.agrees for line in self.lines)

    @property
    def total(self) -> Line:
        levels = dict.fromkeys(each.kind for line in self.lines for each in line.levels)
        return Line(
            "", "合计", sum((line.documents for line in self.lines), _ZERO), sum((line.above for line in self.lines), _ZERO),
            tuple(_added(kind, [e for line in self.lines for e in line.levels if e.kind == kind]) for kind in levels),
        )  # fmt: skip


def _added(kind: str, rows: list[Held]) -> Held:
    came, went, left = (sum((getattr(row, name) for row in rows), _ZERO) for name in ("came", "went", "left"))
    return Held(kind, books.KINDS[kind], came, went, left, all(row.agrees for row in rows))


def of(place: Division, on: date, years: tuple[int, ...] = ()) -> Trial:
    """Five queries, whatever lies in the area."""
    scope = Scope.of([place.pk])
    moved = turnovers(("category", "kind"), on, scope=scope, years=years)
    documents = _documents(scope, on, years)
    above = _both(_above(scope, on, years), _set_aside_from_outside(scope, on, years))
    lines = [
        Line(source, label, documents.get(source, _ZERO), above.get(source, _ZERO), _levels(moved, source))
        for source, label in ((str(value), label) for value, label in codes.choices(books.SOURCES))
    ]
    return Trial(place, on, tuple(line for line in lines if line.levels or line.came))


def _levels(moved: list[Turnover], source: str) -> tuple[Held, ...]:
    found = {each.group[1]: each for each in moved if each.group[0] == source}
    return tuple(
        Held(kind, label, from_fen(each.in_fen), from_fen(each.out_fen), from_fen(each.left_fen), each.agrees)
        for kind, label in books.KINDS.items()
        if kind != books.ORIGIN and (each := found.get(kind)) and (each.in_fen or each.out_fen)
    )


def _documents(scope: Scope, on: date, years: tuple[int, ...]) -> Sums:
    papers = FundDocument.objects.filter(scope.q("division"), issued_on__lte=on)
    returned = Allotment.objects.filter(scope.q("division"), kind=Allotment.Kind.RETURN, happened_on__lte=on)
    return _both(_sums(papers, years), _sums(returned, years))


def _both(one: Sums, other: Sums) -> Sums:
    return {source: one.get(source, _ZERO) + other.get(source, _ZERO) for source in {*one, *other}}


def _above(scope: Scope, on: date, years: tuple[int, ...]) -> Sums:
    """What crossed the border of the area, and what was carried from one of the years asked for into another."""
    crossing = scope.q("division") & ~scope.q("giver") & Q(kind__in=(Allotment.Kind.ALLOT, Allotment.Kind.RECOVER))
    carried = scope.q("division") & Q(kind__in=(Allotment.Kind.CARRY_OUT, Allotment.Kind.CARRY_IN))
    return _sums(Allotment.objects.filter(crossing | carried, happened_on__lte=on), years)


def _set_aside_from_outside(scope: Scope, on: date, years: tuple[int, ...]) -> Sums:
    """What a holder outside the area set aside for projects inside: a county's money for a town's projects."""
    lines = BudgetLine.objects.filter(scope.q("division")).exclude(scope.q("holder"))
    keys = [f"{books.LINE}:{pk}" for pk in lines.values_list("pk", flat=True)]
    rows = Posting.objects.filter(account__key__in=keys, entry__what__in=("budget", "budget_back"), happened_on__lte=on)
    rows = rows.filter(account__year__in=years) if years else rows
    found = rows.values_list("account__category").annotate(fen=Sum("fen")).order_by() if keys else ()
    return {source: from_fen(fen) for source, fen in found}


def _sums(rows: QuerySet[FundDocument] | QuerySet[Allotment], years: tuple[int, ...]) -> Sums:
    rows = rows.filter(year__in=years) if years else rows
    found = rows.order_by().values_list("source").annotate(total=Sum("amount_yuan"))
    return dict(found)
