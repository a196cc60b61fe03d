"""Checks of one household with all that belongs to it, row by row."""

from __future__ import annotations

from bangfu.policy.code_lists import code_list
from bangfu.screening.doubts.tests.row_by_row import (
    OF_HOUSEHOLDS,
    Everything,
    Family,
    Row,
    check,
    grade,
    has_post,
    health,
    is_able,
    is_away,
    is_disabled,
    is_uninsured,
    is_worker,
    month,
)

LAND = ("arable_mu", "forest_mu", "returned_forest_mu", "orchard_mu", "pasture_mu", "water_mu")
LIVING = (
    *("has_safe_water", "is_house_unsafe", "has_power", "has_sanitary_toilet", "is_road_hardened"),
    *("house_area", "arable_mu"),
)
AFTER = ("after_removal_house_unsafe", "after_removal_safe_water", "after_removal_dropout", "after_removal_uninsured")


def monitored(h: Row) -> bool:
    return bool(h["monitored_kind"])


def removed(h: Row) -> bool:
    return monitored(h) and bool(h["is_risk_removed"])


def has_risk(h: Row, word: str) -> bool:
    return word in (h["risks"] or ())


def of_kind(f: Family, *kinds: str) -> int:
    return sum(a["kind"] in kinds for a in f.measures)


def of_item(f: Family, *items: str) -> int:
    return sum(a["item"] in items for a in f.measures)


def development(f: Family) -> list[Row]:
    kinds = code_list("measure_kind")
    return [a for a in f.measures if a["kind"] and kinds.code(a["kind"]).facts.get("development")]


def able(f: Family) -> int:
    return sum(map(is_able, f.members))


def workers(f: Family) -> int:
    return sum(map(is_worker, f.members))


def unsafe(h: Row) -> bool:
    return bool(h["is_house_unsafe"]) or h["house_grade"] in ("C", "D")


def on_allowance(f: Family) -> int:
    return sum(bool(m["has_subsistence_allowance"]) for m in f.members)


def on_support(f: Family) -> int:
    return sum(bool(m["has_extreme_poverty_support"]) for m in f.members)


def without_labour(f: Family) -> bool:
    return bool(f.members) and all(m["labour_skill"] in ("no_labour", "lost_labour") for m in f.members)


def related(f: Family, word: str) -> list[Row]:
    return [m for m in f.members if m["relation_to_head"] == word]


@check(OF_HOUSEHOLDS)
def r05(h: Row, f: Family, e: Everything) -> bool:
    return bool(f.members) and not related(f, "head")


@check(OF_HOUSEHOLDS)
def r06(h: Row, f: Family, e: Everything) -> bool:
    return len(related(f, "head")) >= 2


@check(OF_HOUSEHOLDS)
def r07(h: Row, f: Family, e: Everything) -> bool:
    return len(related(f, "spouse")) >= 2


@check(OF_HOUSEHOLDS)
def r08(h: Row, f: Family, e: Everything) -> bool:
    heads, spouses = related(f, "head"), related(f, "spouse")
    if len(heads) != 1 or len(spouses) != 1:
        return False
    return heads[0]["sex"] is not None and heads[0]["sex"] == spouses[0]["sex"]


@check(OF_HOUSEHOLDS)
def r20(h: Row, f: Family, e: Everything) -> bool:
    stages = ("vocational", "college", "technician")
    status = code_list("school_status")
    students = [m for m in f.members if m["school_status"] and status.code(m["school_status"]).facts["stage"] in stages]
    return monitored(h) and bool(students) != bool(of_item(f, "vocational_grant"))


@check(OF_HOUSEHOLDS)
def r39(h: Row, f: Family, e: Everything) -> bool:
    return sum(map(has_post, f.members)) > e.values["doubt_public_posts_max"]


@check(OF_HOUSEHOLDS)
def r45(h: Row, f: Family, e: Everything) -> bool:
    return any(h[name] is None for name in LIVING)


@check(OF_HOUSEHOLDS)
def r46(h: Row, f: Family, e: Everything) -> bool:
    most = e.values["doubt_land_max_mu"]
    return any(h[name] is not None and not 0 <= h[name] <= most for name in LAND)


@check(OF_HOUSEHOLDS)
def r47(h: Row, f: Family, e: Everything) -> bool:
    return h["road_distance_km"] is not None and h["road_distance_km"] > e.values["doubt_road_distance_max_km"]


@check(OF_HOUSEHOLDS)
def r49(h: Row, f: Family, e: Everything) -> bool:
    trouble = unsafe(h) or h["has_safe_water"] is False or h["has_dropout"] or h["has_uninsured"]
    return h["kind"] == "lifted" and not monitored(h) and bool(trouble or any(map(is_uninsured, f.members)))


@check(OF_HOUSEHOLDS)
def r50(h: Row, f: Family, e: Everything) -> bool:
    income = h["per_capita_net_income"]
    return not monitored(h) and income is not None and income < e.values["monitoring_line_yuan"]


@check(OF_HOUSEHOLDS)
def r51(h: Row, f: Family, e: Everything) -> bool:
    now = unsafe(h) or h["has_safe_water"] is False or h["has_dropout"] or h["has_uninsured"]
    after = h["after_removal_house_unsafe"] or h["after_removal_safe_water"] is False
    return removed(h) and bool(now or after or h["after_removal_dropout"] or h["after_removal_uninsured"])


@check(OF_HOUSEHOLDS)
def r52(h: Row, f: Family, e: Everything) -> bool:
    return monitored(h) and not h["risks"]


@check(OF_HOUSEHOLDS)
def r53(h: Row, f: Family, e: Everything) -> bool:
    return has_risk(h, "other") and not h["risk_note"]


@check(OF_HOUSEHOLDS)
def r54(h: Row, f: Family, e: Everything) -> bool:
    return has_risk(h, "disability") and not any(map(is_disabled, f.members))


@check(OF_HOUSEHOLDS)
def r55(h: Row, f: Family, e: Everything) -> bool:
    ill = any(health(m, "chronic_illness") or health(m, "serious_illness") for m in f.members)
    return has_risk(h, "illness") and (not ill or h["compliant_self_paid"] == 0)


@check(OF_HOUSEHOLDS)
def r56(h: Row, f: Family, e: Everything) -> bool:
    people = len(f.members)
    if not people or not has_risk(h, "labour_shortage"):
        return False
    share = able(f) * 100 / people
    if people < e.values["doubt_large_household_min"]:
        return bool(share > e.values["doubt_able_share_small_max"])
    return bool(share >= e.values["doubt_able_share_large_min"])


@check(OF_HOUSEHOLDS)
def r57(h: Row, f: Family, e: Everything) -> bool:
    return has_risk(h, "unstable_employment") and (workers(f) == 0 or able(f) == 0)


@check(OF_HOUSEHOLDS)
def r58(h: Row, f: Family, e: Everything) -> bool:
    dry = h["has_safe_water"] is False and not has_risk(h, "unsafe_water")
    bare = (h["has_uninsured"] or any(map(is_uninsured, f.members))) and not has_risk(h, "illness")
    return monitored(h) and bool(dry or bare)


@check(OF_HOUSEHOLDS)
def r59(h: Row, f: Family, e: Everything) -> bool:
    return has_risk(h, "illness") and not of_kind(f, "health", "social")


@check(OF_HOUSEHOLDS)
def r60(h: Row, f: Family, e: Everything) -> bool:
    return has_risk(h, "schooling") and not of_kind(f, "compulsory_education", "education", "social")


@check(OF_HOUSEHOLDS)
def r61(h: Row, f: Family, e: Everything) -> bool:
    return has_risk(h, "disability") and not of_kind(f, "safety_net", "social")


@check(OF_HOUSEHOLDS)
def r62(h: Row, f: Family, e: Everything) -> bool:
    return has_risk(h, "unsafe_housing") and not of_kind(f, "housing", "relocation")


@check(OF_HOUSEHOLDS)
def r63(h: Row, f: Family, e: Everything) -> bool:
    return has_risk(h, "unsafe_water") and not of_kind(f, "water")


@check(OF_HOUSEHOLDS)
def r64(h: Row, f: Family, e: Everything) -> bool:
    allowance = bool(on_allowance(f)) != bool(of_item(f, "subsistence_allowance"))
    support = bool(on_support(f)) != bool(of_item(f, "extreme_poverty_support"))
    disability = bool(of_item(f, "disability_allowance")) and not any(map(is_disabled, f.members))
    return monitored(h) and (allowance or support or disability)


@check(OF_HOUSEHOLDS)
def r65(h: Row, f: Family, e: Everything) -> bool:
    severe = any(grade(m) in (1, 2) for m in f.members)
    return monitored(h) and severe and not of_item(f, "disability_allowance")


@check(OF_HOUSEHOLDS)
def r66(h: Row, f: Family, e: Everything) -> bool:
    idle = workers(f) == 0 and not any(map(has_post, f.members))
    return monitored(h) and of_kind(f, "employment", "public_post") > 0 and idle


@check(OF_HOUSEHOLDS)
def r67(h: Row, f: Family, e: Everything) -> bool:
    away = any(is_worker(m) and is_away(m, f) for m in f.members)
    return monitored(h) and of_item(f, "labour_export", "travel_subsidy") > 0 and not away


@check(OF_HOUSEHOLDS)
def r68(h: Row, f: Family, e: Everything) -> bool:
    only = bool(f.measures) and of_kind(f, "safety_net") == len(f.measures)
    return monitored(h) and able(f) > 0 and only


@check(OF_HOUSEHOLDS)
def r69(h: Row, f: Family, e: Everything) -> bool:
    few = len(development(f)) < e.values["development_measures_min"]
    return monitored(h) and not h["is_risk_removed"] and able(f) > 0 and few


@check(OF_HOUSEHOLDS)
def r70(h: Row, f: Family, e: Everything) -> bool:
    firm = [a for a in development(f) if a["item"] not in ("other", "training")]
    return monitored(h) and bool(h["has_development_measure"]) and not firm


@check(OF_HOUSEHOLDS)
def r71(h: Row, f: Family, e: Everything) -> bool:
    identified, now = month(h["identified_month"]), month(e.as_of)
    if not monitored(h) or f.measures or identified is None or now is None:
        return False
    return bool(now - identified > e.values["measure_overdue_months"])
