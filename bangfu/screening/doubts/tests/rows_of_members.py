"""Checks of one member or one record of work, row by row."""

from __future__ import annotations

from bangfu.kernel import identity
from bangfu.screening.doubts.tests.row_by_row import (
    MOBILE,
    OF_LABOUR,
    OF_MEASURES,
    OF_MEMBERS,
    Everything,
    Family,
    Row,
    age,
    card_length,
    category,
    check,
    fact,
    grade,
    has_post,
    health,
    is_away,
    is_student,
    is_worker,
    key_of,
)

WEAK = ("no_labour", "lost_labour", "weak_labour")


@check(OF_MEMBERS)
def r01(m: Row, f: Family, e: Everything) -> bool:
    return card_length(m) not in (None, 18, 20, 22)


@check(OF_MEMBERS)
def r02(m: Row, f: Family, e: Everything) -> bool:
    if card_length(m) not in (18, 20, 22):
        return False
    key = key_of(m["card_no"])
    return key is None or identity.check_character(key) != identity.normalise(m["card_no"])[17]


@check(OF_MEMBERS)
def r03(m: Row, f: Family, e: Everything) -> bool:
    if card_length(m) not in (18, 20, 22) or not (key := key_of(m["card_no"])):
        return False
    year, month = int(key[6:10]), int(key[10:12])
    return year < e.values["doubt_birth_year_min"] or year > e.as_of.year or not 1 <= month <= 12


@check(OF_MEMBERS)
def r04(m: Row, f: Family, e: Everything) -> bool:
    key = key_of(m["card_no"])
    return bool(key) and len(e.cards[key or ""]) > 1


@check(OF_MEMBERS)
def r09(m: Row, f: Family, e: Everything) -> bool:
    meant = fact("relation_to_head", m["relation_to_head"], "sex")
    return m["sex"] is not None and meant is not None and int(m["sex"]) != meant


@check(OF_MEMBERS)
def r10(m: Row, f: Family, e: Everything) -> bool:
    return not m["relation_to_head"]


@check(OF_MEMBERS)
def r11(m: Row, f: Family, e: Everything) -> bool:
    return (key_of(m["card_no"]) or "").startswith("999999")


@check(OF_MEMBERS)
def r12(m: Row, f: Family, e: Everything) -> bool:
    return not m["ethnic_group"]


@check(OF_MEMBERS)
def r13(m: Row, f: Family, e: Everything) -> bool:
    return bool(m["phone"]) and not MOBILE.fullmatch(m["phone"])


@check(OF_LABOUR)
def r14(w: Row, f: Family, e: Everything) -> bool:
    return bool(w["phone"]) and len(e.phones[w["phone"]]) > 1


@check(OF_LABOUR)
def r15(w: Row, f: Family, e: Everything) -> bool:
    same = [o for o in f.labour if o["phone"] == w["phone"]]
    return bool(w["phone"]) and len({o["work_county"] for o in same if o["work_county"]}) > 1


@check(OF_MEMBERS)
def r16(m: Row, f: Family, e: Everything) -> bool:
    return bool(m["education"]) == bool(m["school_status"])


@check(OF_MEMBERS)
def r17(m: Row, f: Family, e: Everything) -> bool:
    years = age(m, e)
    if years is None or not e.values["doubt_school_age_min"] <= years <= e.values["doubt_school_age_max"]:
        return False
    return not is_student(m) and m["school_status"] != "kindergarten" and not m["dropout_reason"]


@check(OF_MEMBERS)
def r18(m: Row, f: Family, e: Everything) -> bool:
    years, status = age(m, e), m["school_status"]
    if years is None or not status:
        return False
    if status in ("before_school", "kindergarten"):
        return years > e.values["doubt_preschool_age_max"] and health(m, "healthy")
    low, high = (fact("school_status", status, key) for key in ("age_min", "age_max"))
    return (low is not None and years < low) or (high is not None and years > high)


@check(OF_MEMBERS)
def r19(m: Row, f: Family, e: Everything) -> bool:
    years = age(m, e)
    if years is None:
        return False
    low, high = e.values["doubt_low_education_age_min"], e.values["doubt_low_education_age_max"]
    return low <= years <= high and m["education"] in ("illiterate", "primary")


@check(OF_MEMBERS)
def r21(m: Row, f: Family, e: Everything) -> bool:
    return not m["health"]


@check(OF_MEMBERS)
def r22(m: Row, f: Family, e: Everything) -> bool:
    length = card_length(m)
    return health(m, "disability") and m["card_kind"] not in (None, "disability") and length is not None and length < 20


@check(OF_MEMBERS)
def r23(m: Row, f: Family, e: Everything) -> bool:
    return bool(m["has_resident_medical"]) == bool(m["has_employee_medical"])


@check(OF_MEMBERS)
def r24(m: Row, f: Family, e: Everything) -> bool:
    return not m["has_serious_illness_insurance"]


@check(OF_MEMBERS)
def r25(m: Row, f: Family, e: Everything) -> bool:
    return m["has_resident_pension"] is None and m["has_employee_pension"] is None


@check(OF_MEMBERS)
def r26(m: Row, f: Family, e: Everything) -> bool:
    return bool(m["had_serious_illness_relief"]) and not m["has_resident_medical"] and not m["has_employee_medical"]


@check(OF_MEMBERS)
def r27(m: Row, f: Family, e: Everything) -> bool:
    return m["dropout_reason"] in ("illness", "disability") and health(m, "healthy")


@check(OF_MEMBERS)
def r28(m: Row, f: Family, e: Everything) -> bool:
    years = age(m, e)
    young = years is not None and years < e.values["doubt_labour_age_min"]
    return young and m["labour_skill"] not in (None, "no_labour")


@check(OF_MEMBERS)
def r29(m: Row, f: Family, e: Everything) -> bool:
    return is_student(m) and m["labour_skill"] not in (None, "no_labour")


@check(OF_MEMBERS)
def r30(m: Row, f: Family, e: Everything) -> bool:
    years = age(m, e)
    if years is None or not e.values["doubt_labour_age_min"] <= years <= e.values["doubt_labour_age_max"]:
        return False
    return health(m, "healthy") and not is_student(m) and m["labour_skill"] in WEAK


@check(OF_MEMBERS)
def r31(m: Row, f: Family, e: Everything) -> bool:
    return category(m) == 4 and grade(m) in (1, 2) and m["labour_skill"] == "general_labour"


@check(OF_MEMBERS)
def r32(m: Row, f: Family, e: Everything) -> bool:
    return m["labour_skill"] in ("no_labour", "lost_labour") and is_worker(m)


@check(OF_MEMBERS)
def r33(m: Row, f: Family, e: Everything) -> bool:
    return bool(m["work_place"]) != ((m["work_months"] or 0) > 0)


@check(OF_LABOUR)
def r34(w: Row, f: Family, e: Everything) -> bool:
    mine = [o for o in f.labour if o["person_no"] == w["person_no"]]
    mine.sort(key=lambda o: (o["started_on"] is None, o["started_on"]))
    at = next(place for place, other in enumerate(mine) if other is w)
    before = mine[at - 1]["ended_on"] if at else None
    return w["started_on"] is not None and before is not None and w["started_on"] < before


@check(OF_MEMBERS)
def r35(m: Row, f: Family, e: Everything) -> bool:
    wage = m["monthly_wage"]
    low, high = e.values["doubt_wage_month_min"], e.values["doubt_wage_month_max"]
    return is_worker(m) and wage is not None and not low <= wage <= high


@check(OF_MEMBERS)
def r36(m: Row, f: Family, e: Everything) -> bool:
    return is_student(m) and is_worker(m)


@check(OF_MEMBERS)
def r37(m: Row, f: Family, e: Everything) -> bool:
    return bool(m["has_extreme_poverty_support"]) and is_worker(m)


@check(OF_MEMBERS)
def r38(m: Row, f: Family, e: Everything) -> bool:
    years = age(m, e)
    if years is None or not has_post(m):
        return False
    return years < e.values["doubt_labour_age_min"] or years > e.values["doubt_public_post_age_max"]


@check(OF_MEMBERS)
def r40(m: Row, f: Family, e: Everything) -> bool:
    return bool(m["public_post_kind"]) != ((m["public_post_months"] or 0) > 0)


@check(OF_MEMBERS)
def r41(m: Row, f: Family, e: Everything) -> bool:
    return is_away(m, f) and m["employment_channel"] in ("public_welfare_post", "assistance_workshop")


@check(OF_LABOUR)
def r42(w: Row, f: Family, e: Everything) -> bool:
    return w["is_working"] is False and (w["ended_on"] is None or w["ended_on"] > e.as_of)


@check(OF_MEMBERS)
def r43(m: Row, f: Family, e: Everything) -> bool:
    learned = m["education"] in ("college", "bachelor_and_above") or m["labour_skill"] == "skilled_labour"
    return learned and not is_student(m) and not is_worker(m) and not has_post(m)


@check(OF_MEMBERS)
def r44(m: Row, f: Family, e: Everything) -> bool:
    lacking = m["monthly_wage"] is None or not (m["employer"] and m["industry"] and m["employment_channel"])
    return is_worker(m) and lacking


@check(OF_MEASURES)
def r72(a: Row, f: Family, e: Everything) -> bool:
    if a["item"] != "insurance_subsidy" or a["started_month"] is None:
        return False
    first, last = e.values["doubt_insurance_first_month"], e.values["doubt_insurance_last_month"]
    return not first <= a["started_month"].month <= last
