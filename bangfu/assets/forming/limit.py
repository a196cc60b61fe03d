"""资产不超过项目的钱 (1.4): all assets of a project together cost no more than was settled or, before that, paid; asked by set
after every write, under the lock of the project, and of a workbook before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db import connection

from bangfu.exchange.sheet import Batch, Fault
from bangfu.kernel.money import show_yuan
from bangfu.ledger.limits import Group

_SUMS = """
    SELECT project_id, sum(cost_yuan) FROM assets_asset
     WHERE id = ANY(%s) AND withdrawn_at IS NULL AND project_id IS NOT NULL GROUP BY 1"""
#: a project without settlement and money (older ones) has no limit: what it spent is not known here
_LIMITS = """
    SELECT p.id, coalesce(p.settled_yuan, b.paid) AS most, p.settled_yuan IS NOT NULL AS is_settled, f.had
      FROM projects_project p
      CROSS JOIN LATERAL (SELECT coalesce(sum(paid_yuan), 0) AS paid, coalesce(sum(budgeted_yuan), 0) AS budgeted
                           FROM funds_budgetline WHERE project_id = p.id) b
      CROSS JOIN LATERAL (SELECT coalesce(sum(cost_yuan), 0) AS had FROM assets_asset
                           WHERE project_id = p.id AND withdrawn_at IS NULL) f
     WHERE p.id IN ({projects}) AND (p.settled_yuan IS NOT NULL OR b.budgeted > 0)"""
_BATCH = f"""
    WITH mine AS (
        SELECT r._row, coalesce(r.project_id, a.project_id) AS project, coalesce(r.cost_yuan, a.cost_yuan) AS cost,
               CASE WHEN a.project_id = coalesce(r.project_id, a.project_id) AND a.withdrawn_at IS NULL
                    THEN a.cost_yuan ELSE 0 END AS before
          FROM {{rows}} r LEFT JOIN assets_asset a ON r._exists AND a.id = r._target
    ), asked AS (
        SELECT project, sum(cost) - sum(before) AS more FROM mine WHERE project IS NOT NULL GROUP BY 1
    ), known AS ({_LIMITS.format(projects="SELECT project FROM asked WHERE more > 0")})
    SELECT m._row, k.most, k.is_settled, k.had + q.more
      FROM known k JOIN asked q ON q.project = k.id AND k.had + q.more > k.most JOIN mine m ON m.project = k.id
     WHERE m.cost > m.before"""  # noqa: S608


def sums(keys: list[int]) -> Mapping[Group, Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [keys])
        return {(project,): total for project, total in cursor.fetchall()}


def beyond(groups: Sequence[Group]) -> str:
    """Why the assets of one of these projects are too much; "" when none are."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT most, is_settled, had FROM ({_LIMITS.format(projects='SELECT unnest(%s::bigint[])')}) l"  # noqa: S608
            " WHERE had > most LIMIT 1",
            [[group[0] for group in groups]],
        )
        row = cursor.fetchone()
    return _words(*row) if row else ""


def _words(most: Decimal, is_settled: bool, total: Decimal) -> str:
    by = "审定结算" if is_settled else "已支付"
    return f"项目{by} {show_yuan(most)} 元，它的资产合计 {show_yuan(total)} 元，超过了；请核对原值"


def of_workbook(batch: Batch) -> Iterable[Fault]:
    """The rows of the file together with what is there; rows that change nothing make nothing larger."""
    return [Fault(row, "cost_yuan", _words(*said)) for row, *said in batch.fetch(_BATCH)]
