"""What applications for points must keep (3.4), in a form and in a workbook, where the rule is found by its name in the
version of the day of application."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import F, Q

from bangfu.exchange.sheet import Batch, Fault
from bangfu.ledger.constraints import must


class State(models.TextChoices):
    APPLIED = "applied", "待评议"
    PUBLISHED = "published", "公示中"
    POSTED = "posted", "已入账"
    REFUSED = "refused", "没有通过"
    UNDONE = "undone", "申诉后撤销"


NO_RULE = "这个村申报那天有效的积分方案里没有这个事项；请核对事项名称，或先登记方案和规则"
JUDGED = "这条申报已经评议，不能再改；有异议请在积分评议页办理"
ONCE, TOO_EARLY = "这一户同一天同一事项已经申报过；做了几次请改次数", "哪天的事不能晚于申报日期，请核对"
_OF_RULE = """(SELECT its.{column} FROM services_pointsrule its JOIN services_pointsscheme scheme ON scheme.id = its.points_scheme_id
    JOIN people_household home ON home.village_id = scheme.village_id WHERE home.id = {{household_id}}
    AND its.item = {{item}} AND scheme.from_on <= {{applied_on}}
    AND (scheme.to_on IS NULL OR scheme.to_on >= {{applied_on}})
    AND its.withdrawn_at IS NULL AND scheme.withdrawn_at IS NULL)"""
SAME = ("household", "item", "happened_on")
CONSTRAINTS = [
    must(Q(points_rule__isnull=False), "points_application_of_a_rule", NO_RULE),
    must(Q(happened_on__lte=F("applied_on")), "points_happened_on_in_order", TOO_EARLY),
    models.UniqueConstraint(
        fields=SAME, condition=Q(withdrawn_at=None), name="one_points_claim_a_day", violation_error_message=ONCE
    ),
]
COMPUTED = {
    "village_id": "(SELECT h.village_id FROM people_household h WHERE h.id = {household_id})",
    "points_rule_id": _OF_RULE.format(column="id"),
    "points": f"coalesce({_OF_RULE.format(column='points')} * {{times}}, 0)",
}


def already_judged(batch: Batch) -> Iterable[Fault]:
    rows = batch.fetch(
        "SELECT r._row FROM {rows} r JOIN services_pointsapplication a ON a.id = r._target WHERE a.state <> 'applied'"
    )
    return [Fault(row, "item", JUDGED) for (row,) in rows]


def version_fault(row: Any) -> str:
    """Why a rule no longer judges what was applied for under it: its scheme was ended, dated anew or withdrawn meanwhile."""
    rule, day = row.points_rule, row.applied_on
    scheme = rule.points_scheme
    if rule.withdrawn_at or scheme.withdrawn_at:
        return f"“{scheme}”的这条规则已经撤回，请先把这条申报改到现行方案的事项，再评议"
    if day < scheme.from_on or (scheme.to_on and day > scheme.to_on):
        return f"方案换了版本，申报那天（{day}）有效的不再是“{scheme}”，请先把这条申报改到那天有效那一版的事项，再评议"
    return ""


def rule_faults(data: Mapping[str, Any]) -> dict[str, str]:
    """Of the household's village, and of the version in force on the day of application."""
    scheme, day = data["points_rule"].points_scheme, data["applied_on"]
    if scheme.village_id != data["household"].village_id:
        return {"points_rule": "这条规则是别的村的，请选这一户所在村的"}
    if day < scheme.from_on or (scheme.to_on and day > scheme.to_on):
        return {"points_rule": f"申报那天有效的不是“{scheme}”这一版方案，请选那一版的事项"}
    return {}
