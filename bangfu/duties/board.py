"""The board of duties: how the year stands for the viewer's places and units, duty by duty; every number opens to its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Max, Min, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.scope import Scope
from bangfu.duties.counting import State, law
from bangfu.duties.standing_ledger import DutyStandingLedger
from bangfu.duties.standings import DutyStanding
from bangfu.kernel import periods
from bangfu.ledger import registry
from bangfu.policy.duty import Duty

#: the numbers of a line, in the order of the table
SHOWN = (State.MET, State.OPEN, State.DUE_SOON, State.MISSED)


@dataclass(frozen=True)
class Number:
    count: int
    state: State
    url: str
    export: str = ""


@dataclass(frozen=True)
class Line:
    duty: Duty
    law: str
    holders: int
    numbers: tuple[Number, ...]
    url: str

    def of(self, state: State) -> int:
        return next(number.count for number in self.numbers if number.state is state)


def ledger() -> DutyStandingLedger:
    found = registry.of(DutyStanding)
    assert isinstance(found, DutyStandingLedger)
    return found


def seen(actor: Actor, place: int | None = None) -> QuerySet[DutyStanding]:
    """Standings in force that the actor may see, in the place chosen."""
    rows = ledger().visible_to(actor).filter(withdrawn_at=None)
    return rows.filter(Scope.of([place]).q("division")) if place else rows


def of_year(rows: QuerySet[DutyStanding], year: int) -> QuerySet[DutyStanding]:
    return rows.filter(first__gte=f"{year}-01-01", first__lte=f"{year}-12-31")


def lines(actor: Actor, year: int, articles: Sequence[str] = ()) -> Iterator[Line]:
    """In the order of the guideline that was in force; a kept duty also where nothing is missing. One query."""
    has_places = bool(actor.scope(Act.READ).ranges)
    rows = of_year(seen(actor, actor.place), year)
    in_force = law(periods.year(year))
    wanted = [duty for duty in in_force.duties.values() if not articles or duty.article in articles]
    if len(wanted) < len(in_force.duties):  # without a filter, the index alone answers
        rows = rows.filter(duty__in=[duty.code for duty in wanted])
    counts = {
        (duty, state): count
        for duty, state, count in rows.values_list("duty", "state").annotate(count=Count("*")).order_by()
    }
    for duty in sorted(wanted, key=lambda each: [int(part) for part in each.article.split(".")]):
        found = {state: counts.get((duty.code, state.value), 0) for state in State}
        if any(found.values()) or duty.is_kept and has_places:
            numbers = tuple(Number(found[state], state, url(duty.code, year, state)) for state in SHOWN)
            holders = sum(number.count for number in numbers)
            yield Line(duty, in_force.version, holders, numbers, url(duty.code, year))


def url(duty: str, year: int, state: State | None = None, page: str = "list") -> str:
    """The list of the standings behind a number, of one duty or ("") of all; or the page on which it is exported."""
    query = {"first_after": f"{year}-01-01", "first_before": f"{year}-12-31"}
    query |= {name: value for name, value in (("duty", duty), ("state", state)) if value}
    return f"{ledger().url(page)}?{urlencode(query)}"


def missed(found: Sequence[Line], year: int, actor: Actor) -> Number | None:
    """All that was not done, as one number that opens to its rows; `export` beside it where the role may."""
    count = sum(line.of(State.MISSED) for line in found)
    export = url("", year, State.MISSED, "export") if ledger().may(actor, Act.EXPORT) else ""
    return Number(count, State.MISSED, url("", year, State.MISSED), export) if count else None


def years(actor: Actor) -> list[int]:
    """From the first to the last with standings that the actor sees, newest first."""
    ends = seen(actor).aggregate(Min("first"), Max("first"))
    first, last = ends["first__min"], ends["first__max"]
    return list(range(last.year, first.year - 1, -1)) if first else []
