"""One reconciliation of a range of places, in one transaction and a dozen statements, whatever its size (1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from bangfu.accounts.actor import Actor
from bangfu.assets.reconciling import rules
from bangfu.assets.reconciling.settling import TERM
from bangfu.divisions.models import Division
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.lawbook import parameters
from bangfu.ledger import history
from bangfu.ledger.acts import recorded

history.ACTS |= {"assets.reconcile": "账实核对"}
_LOCK = 0x42460014


@dataclass(frozen=True)
class Outcome:
    found: int
    opened: int
    closed: int


def reconcile(place: int, on: date, *, by: Actor) -> Outcome:
    """Of everything within the place. Two at once come one after the other."""
    low, high = codes.bounds(place)
    given: dict[str, Any] = {"low": low, "high": high, "today": on}
    with recorded(by, "assets.reconcile"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        _terms(cursor, place, on)
        cursor.execute(rules.FACTS, given)
        cursor.execute("ANALYZE rc_project")
        cursor.execute(rules.FOUND)
        for rule in rules.RULES:
            cursor.execute(f"INSERT INTO rc_found {rule}", given)
        cursor.execute("ANALYZE rc_found")
        closed = 0
        for statement in (rules.CLOSE, rules.CLOSE_GONE):
            cursor.execute(statement, given)
            closed += cursor.rowcount
        cursor.execute(rules.CHANGE, given)
        cursor.execute(rules.ADD, given)
        opened = cursor.rowcount
        cursor.execute("SELECT count(*) FROM rc_found")
        found = cursor.fetchone()[0]
        cursor.execute("DROP TABLE rc_found, rc_project, rc_terms")  # the next one may be in the same transaction
    return Outcome(found, opened, closed)


def _terms(cursor: Any, place: int, on: date) -> None:
    """Days by county, as registered there."""
    known = parameters.Snapshot.take()
    low, high = codes.bounds(place)
    counties = set(Division.objects.filter(level=Level.COUNTY, pk__range=(low, high)).values_list("pk", flat=True))
    counties |= {place // 10**6 * 10**6}
    rows = [
        (county // 10**6, int(known.at("asset_forming_days", on, county).value), int(known.at(TERM, on, county).value))
        for county in sorted(counties)
    ]
    cursor.execute(rules.TERMS)
    columns = [list(column) for column in zip(*rows, strict=True)]
    cursor.execute("INSERT INTO rc_terms SELECT * FROM unnest(%s::bigint[], %s::int[], %s::int[])", columns)


@dataclass(frozen=True)
class Sums:
    """Figures of a place side by side."""

    projects: int
    paid: Decimal
    settled: Decimal
    assets: int
    cost: Decimal
    of_projects: Decimal
    counted: int


_SUMS = """
    SELECT p.n, p.settled, l.paid, a.n, a.cost, a.formed, c.n
      FROM (SELECT count(*) AS n, coalesce(sum(settled_yuan), 0) AS settled FROM projects_project
             WHERE division_id BETWEEN %(low)s AND %(high)s AND withdrawn_at IS NULL AND accepted_on IS NOT NULL) p,
           (SELECT coalesce(sum(paid_yuan), 0) AS paid FROM funds_budgetline
             WHERE division_id BETWEEN %(low)s AND %(high)s) l,
           (SELECT count(*) AS n, coalesce(sum(cost_yuan), 0) AS cost,
                   coalesce(sum(cost_yuan) FILTER (WHERE project_id IS NOT NULL), 0) AS formed FROM assets_asset
             WHERE division_id BETWEEN %(low)s AND %(high)s AND withdrawn_at IS NULL AND state NOT IN ('disposed', 'lost')) a,
           (SELECT count(DISTINCT c.asset_id) AS n FROM assets_stockcount c
             WHERE c.division_id BETWEEN %(low)s AND %(high)s AND c.withdrawn_at IS NULL
               AND c.counted_on >= %(year)s) c"""


def sums(place: int, on: date) -> Sums:
    low, high = codes.bounds(place)
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"low": low, "high": high, "year": date(on.year, 1, 1)})
        projects, settled, paid, assets, cost, formed, counted = cursor.fetchone()
    return Sums(projects, paid, settled, assets, cost, formed, counted)
