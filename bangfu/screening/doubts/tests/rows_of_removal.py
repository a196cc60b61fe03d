"""Checks of the removal of the risk, row by row."""

from __future__ import annotations

from bangfu.screening.doubts.tests.row_by_row import OF_HOUSEHOLDS, Everything, Family, Row, check, month
from bangfu.screening.doubts.tests.rows_of_households import (
    AFTER,
    monitored,
    of_item,
    of_kind,
    on_allowance,
    on_support,
    removed,
    without_labour,
)


@check(OF_HOUSEHOLDS)
def r73(h: Row, f: Family, e: Everything) -> bool:
    start, end = month(h["identified_month"]), month(h["removed_month"])
    if not removed(h) or start is None or end is None:
        return False
    return bool(end - start < e.values["removal_after_identification_months"])


@check(OF_HOUSEHOLDS)
def r74(h: Row, f: Family, e: Everything) -> bool:
    return bool(h["is_risk_removed"]) and h["removal_kind"] == "by_help" and not f.measures


@check(OF_HOUSEHOLDS)
def r75(h: Row, f: Family, e: Everything) -> bool:
    income = h["per_capita_net_income"]
    return removed(h) and income is not None and income < e.values["monitoring_line_yuan"]


@check(OF_HOUSEHOLDS)
def r76(h: Row, f: Family, e: Everything) -> bool:
    return removed(h) and without_labour(f)


@check(OF_HOUSEHOLDS)
def r77(h: Row, f: Family, e: Everything) -> bool:
    return removed(h) and any(h[name] is None for name in AFTER)


@check(OF_HOUSEHOLDS)
def r78(h: Row, f: Family, e: Everything) -> bool:
    return removed(h) and not h["contact_name"]


@check(OF_HOUSEHOLDS)
def r79(h: Row, f: Family, e: Everything) -> bool:
    wages = of_kind(f, "employment", "public_post") and h["wage_income"] == 0
    business = of_kind(f, "industry") and h["business_income"] == 0
    paid = of_item(f, "subsistence_allowance", "extreme_poverty_support", "disability_allowance")
    return removed(h) and bool(wages or business or (paid and h["transfer_income"] == 0))


@check(OF_HOUSEHOLDS)
def r80(h: Row, f: Family, e: Everything) -> bool:
    bare = (on_allowance(f) == 0 and on_support(f) == 0) or not h["is_safety_net"]
    return monitored(h) and without_labour(f) and bare


@check(OF_HOUSEHOLDS)
def r81(h: Row, f: Family, e: Everything) -> bool:
    income, wages = h["per_capita_net_income"], h["wage_income"]
    rich = monitored(h) and not h["is_risk_removed"] and (income or 0) > e.values["doubt_income_max_yuan"]
    return rich or 0 < (wages or 0) <= e.values["doubt_wage_income_trivial_yuan"]
