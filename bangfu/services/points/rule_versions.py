"""What an applicant was told by a rule stays (3.4): with applications under it, points and item change by a new version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bangfu.exchange.sheet import Batch, Fault

USED = "已有 {count} 条申报按这条规则，分值和事项不能再改；请给这一版方案填结束日期，在新一版里登记"
TOLD = ("points_scheme", "item", "points")


def faults(rule: Any, data: Mapping[str, Any]) -> dict[str, str]:
    changed = next((name for name in TOLD if rule and data[name] != getattr(rule, name)), "")
    count = rule.applications.filter(withdrawn_at=None).count() if changed else 0
    return {changed: USED.format(count=count)} if count else {}


def told_already(batch: Batch) -> Iterable[Fault]:
    """The same by set; a workbook finds the rule by its scheme and item."""
    rows = batch.fetch(
        "SELECT r._row, count(*) FROM {rows} r JOIN services_pointsrule t ON t.id = r._target AND t.points <> r.points"
        " JOIN services_pointsapplication a ON a.points_rule_id = t.id AND a.withdrawn_at IS NULL GROUP BY r._row"
    )
    return [Fault(row, "points", USED.format(count=count)) for row, count in rows]
