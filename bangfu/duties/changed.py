"""Counts anew what changed rows touch: before a page of standings is read, and by a job each minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction
from django.db.models import Q

from bangfu.activities.activity import Activity
from bangfu.duties import evidence
from bangfu.duties.counting import law
from bangfu.duties.evidence import Asked, Evidence
from bangfu.duties.keeping import counter, keep, keep_all, law_of
from bangfu.duties.standings import Proof
from bangfu.duties.touched import TouchedEvidence
from bangfu.kernel import dates
from bangfu.kernel.periods import Cycle, Period
from bangfu.policy.duty import Duty

OF_ACTS = "activities"
#: changed rows from which one pass over everything is quicker
MOST_ROWS = 2000
#: what a reader waits for; the job does the rest
OF_A_READER = 50
_TAKE = """DELETE FROM duties_touchedevidence WHERE id IN (
    SELECT id FROM duties_touchedevidence ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING source, row"""


def settle(most: int = OF_A_READER, today: date | None = None) -> int:
    """Counts anew the standings that the oldest notes touch; how many notes there were. One query when there is none."""
    if not TouchedEvidence.objects.exists():
        return 0
    with transaction.atomic():  # a process that is killed leaves the notes
        notes = _take(most)
        _count(notes, today or dates.today())
    return len(notes)


def settle_all(today: date | None = None) -> None:
    """The job: everything that was noted; the whole period when that is quicker."""
    today = today or dates.today()
    with transaction.atomic():
        notes = _take(MOST_ROWS)
        if sum(map(len, notes.values())) < MOST_ROWS:
            _count(notes, today)
        else:
            count_everything(today)


def count_everything(today: date) -> int:
    """This year and the last, from nothing but the records; how many standings. Notes so far are settled by it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM duties_touchedevidence")
        return sum(keep_all(day, today) for day in _days(today))


def _take(most: int) -> dict[str, set[int]]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [most])
        for source, row in cursor.fetchall():
            found[source].add(row)
    return found


def _count(notes: dict[str, set[int]], today: date) -> None:
    touched, acted = _proved(notes), _kinds(notes.get(OF_ACTS, set()))
    for day in _days(today):
        duties = [(duty, duty.cycle.of(day), evidence.ALL[duty.evidence]) for duty in law_of(day)]
        for duty, period, _ in duties:
            touched[duty.code, period.first] |= notes.get(duty.holder, set())
        for (code, first), found in _proving(notes, acted, duties, today).items():
            touched[code, first] |= found
    counting = counter(today)
    for (code, first), keys in touched.items():
        asked = law(Cycle.YEAR.of(first)).duties.get(code)
        if asked and keys:
            keep(asked, asked.cycle.of(first), counting, keys)


def _days(today: date) -> tuple[date, date]:
    """Acts are recorded late: the year before is counted along; what was sealed keeps what it was."""
    return date(today.year - 1, 12, 31), today


def _proved(notes: dict[str, set[int]]) -> defaultdict[tuple[str, date], set[int]]:
    """(duty, first day of the period) → holders whose standing the rows proved so far. One query."""
    found: defaultdict[tuple[str, date], set[int]] = defaultdict(set)
    mine = Q(pk__in=[])
    for source, rows in notes.items():
        mine |= Q(source=source, row__in=rows)
    columns = ("standing__duty", "standing__first", "standing__holder")
    for duty, first, holder in Proof.objects.filter(mine).values_list(*columns):
        found[duty, first].add(holder)
    return found


def _proving(
    notes: dict[str, set[int]], acted: set[str], duties: Iterable[tuple[Duty, Period, Evidence]], today: date
) -> dict[tuple[str, date], set[int]]:
    """The same by what the rows are now. One query for each length of period.

    `acted`: kinds of the activities among them.
    """
    by_period: defaultdict[Period, list[tuple[Duty, Evidence]]] = defaultdict(list)
    for duty, period, kind in duties:
        if notes.get(kind.source) and not kind.asks and _of_kind(kind) in {"", *acted}:
            by_period[period].append((duty, kind))
    found: defaultdict[tuple[str, date], set[int]] = defaultdict(set)
    for period, each in by_period.items():
        asked = Asked(period.first, period.last, min(today, period.last))
        for code, holder in evidence.holders_of([(d.code, kind, notes[kind.source]) for d, kind in each], asked):
            found[code, period.first].add(holder)
    return found


def _kinds(activities: set[int]) -> set[str]:
    """Of which kinds they are now: what asks for other kinds need not be asked."""
    return (
        set(Activity.objects.filter(pk__in=activities).order_by().values_list("kind", flat=True))
        if activities
        else set()
    )


def _of_kind(kind: Evidence) -> str:
    """The one kind of activity that proves it; "" when something else does."""
    return kind.starts_with.partition("&")[0].removeprefix("kind=")
