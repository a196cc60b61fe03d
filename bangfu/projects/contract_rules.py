"""合同 ≤ 预算 (2.2): what all contracts of a project together may cost is said by packages above (hooks.contract_faults);
asked by form, by workbook, and once more under the lock of the project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from bangfu.exchange.sheet import Batch, Fault
from bangfu.ledger import registry
from bangfu.ledger.limits import Group
from bangfu.projects import hooks
from bangfu.projects.project import Project

_MORE = """
    WITH mine AS (
        SELECT r._row, r.project_id, coalesce(r.amount_yuan, c.amount_yuan) AS yuan,
               CASE WHEN c.withdrawn_at IS NULL THEN coalesce(c.amount_yuan, 0) ELSE 0 END AS before
          FROM {rows} r LEFT JOIN projects_contract c ON r._exists AND c.id = r._target
    )
    SELECT project_id, sum(yuan) - sum(before), array_agg(_row) FILTER (WHERE yuan > before) FROM mine
     GROUP BY 1 HAVING sum(yuan) > sum(before)"""


def fault(project: Project, more: Decimal, contract: int | None = None) -> str:
    """Why `more` yuan of contracts are too much, beside those but this one."""
    return next(filter(None, (too_much(project, more, contract) for too_much in hooks.contract_faults)), "")


def sums(keys: list[int]) -> Mapping[Group, Decimal]:
    ledger = registry.get("contracts")
    assert ledger
    rows: QuerySet[Any] = ledger.model._default_manager.filter(pk__in=keys, withdrawn_at=None).order_by()
    return {(project,): total for project, total in rows.values_list("project").annotate(total=Sum("amount_yuan"))}


def beyond(groups: Sequence[Group]) -> str:
    rows = Project.objects.filter(pk__in=[group[0] for group in groups])
    return next(filter(None, (fault(project, Decimal(0)) for project in rows)), "")


def of_workbook(batch: Batch) -> Iterable[Fault]:
    found = {project: (more, rows) for project, more, rows in batch.fetch(_MORE)}
    for project in Project.objects.filter(pk__in=found):
        more, rows = found[project.pk]
        if words := fault(project, more):
            yield from (Fault(row, "amount_yuan", words) for row in rows)
