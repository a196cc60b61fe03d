"""What a workbook of labour (1.2) is asked by set: who it was, by household and name; days within the term; wages after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bangfu.exchange.sheet import Batch, Fault
from bangfu.people import codes
from bangfu.projects.states import State

NOBODY = "这一户里没有叫这个姓名的家庭成员，或者有同名的人；请核对户编号和姓名，不在农户档案里的不填户编号"
EARLY = "发放日期早于开始日期，请核对"
#: who begins to work on a project, and where it then stands
AT_WORK = (State.PROCUREMENT, State.STARTED, State.COMPLETED, State.ACCEPTED, State.AUDITED)
PERSON = (
    "(SELECT max(p.id) FROM people_person p WHERE p.household_id = {household_id} AND p.name = {worker}"
    " AND p.left_on IS NULL AND p.withdrawn_at IS NULL AND NOT p.is_disputed HAVING count(*) = 1)"
)
#: as candidates.is_priority says it of one household
IS_PRIORITY = (
    "coalesce((SELECT (h.monitored_kind <> '' AND h.is_risk_removed IS NOT TRUE)"  # noqa: S608 (constants)
    f" OR h.kind = '{codes.LIFTED}'"
    " OR EXISTS (SELECT FROM people_person p WHERE p.household_id = h.id AND p.left_on IS NULL AND p.withdrawn_at IS NULL"
    " AND NOT p.is_disputed AND (p.has_subsistence_allowance OR p.has_extreme_poverty_support))"
    " FROM people_household h WHERE h.id = {household_id}), false)"
)


def too_long(start: date, end: date) -> str:
    return f"从 {start} 到 {end} 只有 {(end - start).days + 1} 天，请核对工日"


def too_many_days(batch: Batch) -> Iterable[Fault]:
    sql = "select _row, from_on, to_on from {rows} where to_on >= from_on and days > to_on - from_on + 1"
    return [Fault(row, "days", too_long(start, end)) for row, start, end in batch.fetch(sql)]


def paid_before(batch: Batch) -> Iterable[Fault]:
    return [Fault(row, "paid_on", EARLY) for (row,) in batch.fetch("select _row from {rows} where paid_on < from_on")]


def not_at_work(batch: Batch) -> Iterable[Fault]:
    states = ", ".join(f"'{state}'" for state in AT_WORK)
    sql = (
        "select r._row, p.name, p.state from {rows} r join projects_project p on p.id = r.project_id "  # noqa: S608 (constants)
        f"where not r._exists and p.state not in ({states})"
    )
    return [
        Fault(row, "project", f"“{name}”现在是“{State(state).label}”，采购以后才登记用工")
        for row, name, state in batch.fetch(sql)
    ]
