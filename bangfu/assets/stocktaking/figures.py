"""How far a round of stock-taking is, by village: what is there to count, what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.kernel import codes, dates

if TYPE_CHECKING:
    from bangfu.assets.stocktaking.stock_round import StockRound

_BY_VILLAGE = """
    SELECT d.code, d.name, count(*), count(c.id), count(*) FILTER (WHERE c.outcome = 'gone'),
           count(*) FILTER (WHERE c.outcome = 'different')
      FROM assets_asset a
      JOIN divisions_division d ON d.code = a.division_id
      LEFT JOIN assets_stockcount c ON c.asset_id = a.id AND c.stock_round_id = %s AND c.withdrawn_at IS NULL
     WHERE a.division_id BETWEEN %s AND %s AND a.withdrawn_at IS NULL AND a.state NOT IN ('disposed', 'lost')
     GROUP BY 1, 2 ORDER BY count(*) = count(c.id), 1"""


def of_round(record: StockRound, actor: Actor) -> dict[str, Any]:
    """Rows (place, name, assets, counted, gone, different) within what the actor sees."""
    low, high = codes.bounds(record.division_id)
    with connection.cursor() as cursor:
        cursor.execute(_BY_VILLAGE, [record.pk, low, high])
        rows = [row for row in cursor.fetchall() if row[0] in actor.scope(Act.READ)]
    sums = [sum(row[at] for row in rows) for at in (2, 3, 4, 5)] if rows else [0, 0, 0, 0]
    return {"villages": rows, "sums": sums, "is_open": record.ended_on is None, "today": dates.today()}
