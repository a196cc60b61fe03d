"""年初清零和基础分 (3.4): what was left of last year ends where the scheme says so; base points of the version in force begin."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.lawbook.parameters import Snapshot
from bangfu.people.models import Household
from bangfu.services.points import books
from bangfu.services.points.points_scheme import PointsScheme
from bangfu.units.days import on as in_force

NOBODY = Actor(None)
#: the nightly job may miss some nights
DAYS = 10
#: household → what it had on the last day of the year less what it spent since: points of the new year stay
_LEFT = """SELECT h.id, sum(p.fen) FILTER (WHERE p.happened_on <= %(last)s)
        + least(coalesce(sum(p.fen) FILTER (WHERE p.happened_on > %(last)s AND p.fen < 0), 0), 0) AS left_points
    FROM bookkeeping_account a JOIN bookkeeping_posting p ON p.account_id = a.id
    JOIN people_household h ON a.key = 'points:household:' || h.id
    WHERE a.kind = 'points_household' AND a.division_id = %(village)s GROUP BY h.id"""


def reset(scheme: PointsScheme, year: int, on: date, *, by: Actor = NOBODY) -> tuple[int, int]:
    """Ends what was left of the year before in the scheme's village and gives the base points of `year`; both once a year and
    household, however often it is asked. Gives how many households each."""
    ended = given = 0
    last = date(year - 1, 12, 31)
    before = PointsScheme.objects.filter(in_force(last), village=scheme.village_id, withdrawn_at=None).first()
    if before and before.is_reset_yearly:
        for home, points in _left(scheme.village_id, year - 1):
            key = f"points:reset:{home.pk}:{year - 1}"
            says = f"{year - 1} 年积分清零"
            ended += bool(books.give(home, -points, "points_reset", key, says=says, by=by, at=timezone.now(), on=on))
    if scheme.base_points:
        homes = Household.objects.filter(village=scheme.village_id, withdrawn_at=None, member_count__gt=0)
        for home in homes.order_by("pk"):
            key, says = f"points:base:{home.pk}:{year}", f"{year} 年基础分"
            entry = books.give(home, scheme.base_points, "points_base", key, says=says, by=by, at=timezone.now(), on=on)
            given += bool(entry)
    return ended, given


def _left(village: int, year: int) -> list[tuple[Household, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, {"village": village, "last": date(year, 12, 31)})
        left = {home: int(points) for home, points in cursor.fetchall() if points and points > 0}
    homes = Household.objects.in_bulk(left)
    return [(homes[key], points) for key, points in left.items()]


def reset_all(on: date) -> None:
    """In the first days of a year, in every village with a scheme in force; later a village does it by itself."""
    law = Snapshot.take()
    schemes = PointsScheme.objects.filter(from_on__lte=on, withdrawn_at=None).exclude(to_on__lt=on)
    for scheme in schemes.order_by("pk"):
        month = int(law.at("points_reset_month", on, scheme.village_id).value)
        if on.month == month and on.day <= DAYS:
            reset(scheme, on.year, on)
