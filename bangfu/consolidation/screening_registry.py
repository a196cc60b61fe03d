"""The register of a county as the screening reads it: households and members in the columns of registry.yaml."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from bangfu.consolidation import by_copy
from bangfu.consolidation.monitored import DEVELOPMENT
from bangfu.kernel import codes
from bangfu.people.codes import HEAD
from bangfu.people.models import Household
from bangfu.policy.code_lists import code_list

#: an income of a year further back says nothing of today
INCOME_YEARS = 3
_HOUSEHOLDS = {
    "household_no": pa.string(),
    "village": pa.int64(),
    "household_kind": pa.string(),
    "monitored_kind": pa.string(),
    "is_risk_removed": pa.bool_(),
    "identified_month": pa.date32(),
    "income_per_person": pa.float64(),
    "income_per_person_before": pa.float64(),
    "measures": pa.int32(),
    "development_measures": pa.int32(),
}
_PERSONS = {
    "household_no": pa.string(),
    "person_no": pa.string(),
    "name": pa.string(),
    "identity_no": pa.string(),
    "relation": pa.string(),
    "labour_skill": pa.string(),
    "school_stage": pa.string(),
    "is_chronically_ill": pa.bool_(),
    "is_seriously_ill": pa.bool_(),
    "is_disabled": pa.bool_(),
    "wage_month": pa.float64(),
    "work_months": pa.int32(),
}


def households(county: int, day: date, only: Household | None = None) -> pa.Table:
    """Our own key stands for the household's number: not every household has one of the national system.

    What the national system says of measures counts where none was written here.
    """
    here, chosen = _here(county, only), f"AND h.id = {only.pk}" if only else ""
    development = ", ".join(f"'{kind}'" for kind in DEVELOPMENT)
    told = "coalesce(h.has_development_measure, false)::int"
    return by_copy.table(
        f"""
        SELECT h.id, h.village_id, h.kind, h.monitored_kind, h.is_risk_removed, h.identified_month,
            i.per_capita_net, i.before, greatest(coalesce(m.all_of_them, 0), {told}),
            greatest(coalesce(m.development, 0), {told})
        FROM people_household h
        LEFT JOIN (
            SELECT household_id, per_capita_net, lead(per_capita_net) OVER own AS before, row_number() OVER own AS place
            FROM people_householdincome WHERE village_id {here} AND withdrawn_at IS NULL
                AND year BETWEEN {day.year - INCOME_YEARS} AND {day.year}
            WINDOW own AS (PARTITION BY household_id ORDER BY year DESC)
        ) i ON i.household_id = h.id AND i.place = 1
        LEFT JOIN (
            SELECT household_id, count(*) AS all_of_them, count(*) FILTER (WHERE kind IN ({development})) AS development
            FROM consolidation_assistancemeasure
            WHERE village_id {here} AND withdrawn_at IS NULL AND state <> 'stopped' GROUP BY 1
        ) m ON m.household_id = h.id
        WHERE h.village_id {here} AND h.withdrawn_at IS NULL {chosen} ORDER BY h.id""",  # noqa: S608 (codes and constants)
        _HOUSEHOLDS,
    )


def persons(county: int, only: Household | None = None) -> pa.Table:
    """Who lives there now; the doubtful second record of somebody is left out, as everywhere."""
    here, chosen = _here(county, only), f"AND p.household_id = {only.pk}" if only else ""
    stages = ", ".join(f"('{code.value}', '{code.label}')" for code in code_list("school_status").codes)
    return by_copy.table(
        f"""
        SELECT p.household_id, p.id, p.name, p.identity_no,
            CASE WHEN p.relation_to_head IN ('{HEAD}', 'spouse') THEN p.relation_to_head ELSE 'other' END,
            p.labour_skill, coalesce(s.label, ''), 'chronic_illness' = ANY (p.health), 'serious_illness' = ANY (p.health),
            'disability' = ANY (p.health), p.monthly_wage, p.work_months
        FROM people_person p LEFT JOIN (VALUES {stages}) s (value, label) ON s.value = p.school_status
        WHERE p.village_id {here} AND p.left_on IS NULL AND p.withdrawn_at IS NULL AND NOT p.is_disputed {chosen}
        ORDER BY p.id""",  # noqa: S608
        _PERSONS,
    )


def _here(county: int, only: Household | None) -> str:
    low, high = (only.village_id, only.village_id) if only else codes.bounds(county)
    return f"BETWEEN {low} AND {high}"
