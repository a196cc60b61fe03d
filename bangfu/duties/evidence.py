"""What proves a duty, as SQL by set: rows (holder, day, row) for acts of a period, rows (holder, since, row) for gaps.

Every statement may use %(first)s, %(last)s (the period) and %(on)s (the day it is asked). The row is the id in `source`, so
that a standing opens to the records behind it.
"""

# ruff: noqa: S608 (statements are put together from constants of this file alone)

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from bangfu.duties.asset_gaps import DIFFERENCES_OPEN
from bangfu.duties.industry_gaps import GAPS
from bangfu.policy import guideline

Row = tuple[int, date, int]


@dataclass(frozen=True)
class Asked:
    """For which period, on which day, with which value of the parameter that the statement asks."""

    first: date
    last: date
    on: date
    value: int = 0


@dataclass(frozen=True)
class Evidence:
    """`source`: slug of the ledger whose rows prove (or, for a gap, are missing something)."""

    name: str
    holder: str
    source: str
    says: str
    sql: str
    is_gap: bool = False
    #: a parameter that the statement uses as %(value)s; a place may have its own
    asks: str = ""
    #: other lists of the first page remind of these rows already
    is_reminded: bool = False
    #: what the form of an activity starts with when one is recorded for this
    starts_with: str = ""
    #: between the cadre, the unit that sent the cadre and the officials of the place (5.4)
    is_private: bool = False

    def found(self, asked: Asked, *, holders: Collection[int] | None = None) -> Iterator[Row]:
        """All rows, or those of some holders."""
        where = "WHERE e.holder = ANY(%(holders)s)" if holders is not None else ""
        sql = f"SELECT e.holder, e.day, e.row FROM ({self.sql}) e {where}"
        yield from _fetch(sql, asked, {"holders": list(holders or ())})


def holders_of(each: Sequence[tuple[str, Evidence, Collection[int]]], asked: Asked) -> Iterator[tuple[str, int]]:
    """(name, evidence, rows of its source) → (name, holder for whom a row counts). One query."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    for number, (name, kind, rows) in enumerate(each):
        parts.append(
            f"SELECT DISTINCT %(name{number})s, e.holder FROM ({kind.sql}) e WHERE e.row = ANY(%(rows{number})s)"
        )
        values |= {f"name{number}": name, f"rows{number}": list(rows)}
    yield from _fetch(" UNION ALL ".join(parts), asked, values)


def _fetch(sql: str, asked: Asked, values: Mapping[str, Any]) -> Iterator[Any]:
    known: dict[str, Any] = {"first": asked.first, "last": asked.last, "on": asked.on, "value": asked.value}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**known, **values})
        yield from cursor.fetchall()


#: acts of a kind in the period
_ACTS = """activities_activity a
    WHERE a.kind = '{kind}' AND a.withdrawn_at IS NULL AND a.held_on BETWEEN %(first)s AND %(last)s"""
#: every place of an act
_PLACES = """(SELECT a.division_id AS place UNION ALL
    SELECT p.division_id FROM activities_activityplace p WHERE p.activity_id = a.id) places"""
_IN_TERM = "AND a.held_on >= {row}.from_on AND ({row}.to_on IS NULL OR a.held_on <= {row}.to_on)"


def _of_members(kind: str, *, rank: str = "", in_town: bool = False) -> str:
    """Acts of a unit, for its seat in each group; in the group's town where that is asked, else anywhere."""
    of_rank = f"AND au.rank = '{rank}'" if rank else ""
    there = f"EXISTS (SELECT FROM {_PLACES} WHERE place BETWEEN g.town_id AND g.town_id + 999)" if in_town else "true"
    return f"""SELECT DISTINCT m.id AS holder, a.held_on AS day, a.id AS row
        FROM units_groupmember m JOIN units_group g ON g.id = m.group_id
        JOIN activities_activityunit au ON au.unit_id = m.unit_id {of_rank}
        JOIN {_ACTS.format(kind=kind).replace("WHERE", "ON a.id = au.activity_id AND", 1)}
        AND (a.group_id = g.id OR (a.group_id IS NULL AND {there})) {_IN_TERM.format(row="m")}
        WHERE m.withdrawn_at IS NULL"""


def _of_cadres(kind: str, *, by: str = "") -> str:
    """Acts for a cadre; `by`: the unit that sent the cadre took part, with who of its leaders (`any`: whoever)."""
    of_rank = f"AND au.rank = '{by}'" if by not in ("", "any") else ""
    sent = (
        f"""AND EXISTS (SELECT FROM activities_activityunit au WHERE au.activity_id = a.id
        AND au.unit_id = c.sending_unit_id {of_rank})"""
        if by
        else ""
    )
    return f"""SELECT DISTINCT c.id AS holder, a.held_on AS day, a.id AS row
        FROM units_cadre c JOIN activities_activitycadre ac ON ac.cadre_id = c.id
        JOIN {_ACTS.format(kind=kind).replace("WHERE", "ON a.id = ac.activity_id AND", 1)} {_IN_TERM.format(row="c")}
        WHERE c.withdrawn_at IS NULL {sent}"""


def _inside(column: str, division: str) -> str:
    """SQL: a division's code lies in the subtree of another one, of any level."""
    width = " ".join(f"WHEN {division} %% {10**zeros} = 0 THEN {10**zeros}" for zeros in (10, 8, 6, 3))
    return f"{column} >= {division} AND {column} < {division} + CASE {width} ELSE 1 END"


def _of_pairings(kind: str) -> str:
    """Acts with a place on either side of the pairing."""
    helped = f"EXISTS (SELECT FROM {_PLACES} WHERE {_inside('place', 'pr.helped_id')})"
    helping = f"EXISTS (SELECT FROM {_PLACES} WHERE {_inside('place', 'pr.helping_id')})"
    return f"""SELECT pr.id AS holder, a.held_on AS day, a.id AS row FROM units_pairing pr
        JOIN {_ACTS.format(kind=kind).replace("WHERE", "ON", 1)} AND {helped} AND {helping}
        {_IN_TERM.format(row="pr")} WHERE pr.withdrawn_at IS NULL"""


_TRAININGS = f"""SELECT DISTINCT pr.id AS holder, a.held_on AS day, a.id AS row FROM units_pairing pr
    JOIN {_ACTS.format(kind="training").replace("WHERE", "ON", 1)} {_IN_TERM.format(row="pr")}
    JOIN activities_activityunit au ON au.activity_id = a.id JOIN accounts_unit u ON u.id = au.unit_id
    AND {_inside("u.division_id", "pr.helping_id")}
    WHERE pr.withdrawn_at IS NULL AND EXISTS (SELECT FROM activities_activitycadre ac
        JOIN units_cadre c ON c.id = ac.cadre_id JOIN units_team t ON t.id = c.team_id
        WHERE ac.activity_id = a.id AND {_inside("t.town_id", "pr.helped_id")})"""

_JOINT_MEETINGS = f"""SELECT g.id AS holder, a.held_on AS day, a.id AS row FROM units_group g
    JOIN {_ACTS.format(kind="joint_meeting").replace("WHERE", "ON a.group_id = g.id AND", 1)}
    {_IN_TERM.format(row="g")} WHERE g.withdrawn_at IS NULL"""

_PARTNERS = """SELECT m.id AS holder, p.from_on AS day, p.id AS row
    FROM units_groupmember m JOIN units_partner p ON p.unit_id = m.unit_id AND p.group_id = m.group_id
    WHERE m.withdrawn_at IS NULL AND p.withdrawn_at IS NULL AND p.from_on BETWEEN %(first)s AND %(last)s
    AND p.from_on >= m.from_on AND (m.to_on IS NULL OR p.from_on <= m.to_on)"""

_CARE = """SELECT c.id AS holder, min(i.in_place_on) AS day, min(i.id) AS row FROM units_cadre c
    JOIN units_careitem i ON i.cadre_id = c.id AND i.withdrawn_at IS NULL
    AND i.year = extract(year FROM %(first)s::date) AND i.in_place_on IS NOT NULL
    WHERE c.withdrawn_at IS NULL GROUP BY c.id, i.kind"""

_OPINIONS = """SELECT o.cadre_id AS holder, make_date(o.year, 12, 31) AS day, o.id AS row FROM units_yearlyopinion o
    WHERE o.withdrawn_at IS NULL AND o.year = extract(year FROM %(first)s::date)"""

_WITHOUT_CAPTAIN = """SELECT t.id AS holder,
    coalesce((SELECT max(c.to_on) FROM units_cadre c WHERE c.team_id = t.id AND c.post = 'captain'
              AND c.withdrawn_at IS NULL AND c.to_on < %(on)s), t.from_on) AS day, t.id AS row
    FROM units_team t WHERE t.withdrawn_at IS NULL AND t.from_on <= %(on)s AND (t.to_on IS NULL OR t.to_on >= %(on)s)
    AND NOT EXISTS (SELECT FROM units_cadre c WHERE c.team_id = t.id AND c.post = 'captain' AND c.withdrawn_at IS NULL
        AND c.from_on <= %(on)s AND (c.to_on IS NULL OR c.to_on >= %(on)s))"""

_CLUES = """SELECT c.village_id AS holder, c.due_on AS day, c.id AS row FROM consolidation_clue c
    WHERE c.state IN ('received', 'assigned', 'verifying') AND c.withdrawn_at IS NULL AND c.due_on < %(on)s"""

_MONITORED = "h.monitored_kind <> '' AND h.is_risk_removed IS DISTINCT FROM true AND h.withdrawn_at IS NULL"
_UNVISITED = f"""SELECT h.village_id AS holder,
    (coalesce((SELECT max(a.held_on) FROM activities_activity a WHERE a.household_id = h.id
        AND a.kind = 'household_visit' AND a.withdrawn_at IS NULL), h.created_at::date)
     + make_interval(months => %(value)s))::date AS day, h.id AS row FROM people_household h
    WHERE {_MONITORED} AND NOT EXISTS (SELECT FROM activities_activity a WHERE a.household_id = h.id
        AND a.kind = 'household_visit' AND a.withdrawn_at IS NULL
        AND a.held_on > (%(on)s - make_interval(months => %(value)s))::date)"""  # noqa: S608

_TOILETS = """SELECT t.village_id AS holder, t.created_at::date AS day, t.id AS row FROM construction_householdtoilet t
    WHERE t.withdrawn_at IS NULL AND {what}"""

_OF_VILLAGES = """SELECT t.village_id AS holder, {since} AS day, t.id AS row FROM {table} t
    WHERE t.withdrawn_at IS NULL AND {what}"""
_OPEN_WISH = "t.placed_on IS NULL AND t.closed_reason = ''"
_WITHOUT_PLANT = """SELECT p.division_id AS holder, p.created_at::date AS day, p.id AS row FROM construction_wastesite p
    LEFT JOIN construction_wastesite s ON s.id = p.sends_to_id AND s.withdrawn_at IS NULL AND s.stopped_on IS NULL
    LEFT JOIN construction_wastesite e ON e.id = s.sends_to_id AND e.withdrawn_at IS NULL AND e.stopped_on IS NULL
    WHERE p.kind = 'point' AND p.withdrawn_at IS NULL AND p.stopped_on IS NULL
    AND s.kind IS DISTINCT FROM 'plant' AND e.kind IS DISTINCT FROM 'plant'"""


def _of_people() -> Iterator[Evidence]:
    """Gaps of villages in 1.3, 2.3 and 3.1: (name, source, words, table, since, what)."""
    for name, source, says, table, since, what in (
        (
            "training_needs_open", "training-needs", "还没有安排培训的需求",
            "services_trainingneed", "t.wished_on", "t.answered_on IS NULL AND t.closed_reason = ''",
        ),
        (
            "natural_villages_without_mode", "natural-villages", "没有定污水治理模式的自然村",
            "construction_naturalvillage", "t.created_at::date", "t.mode = ''",
        ),
        (
            "employment_wishes_unconfirmed", "employment-wishes", "很久没有核实的就业意向",
            "services_employmentwish", "coalesce(t.confirmed_on, t.wished_on)", _OPEN_WISH,
        ),
        (
            "people_without_work", "employment-wishes", "有意愿、还没有就业的人",
            "services_employmentwish", "t.wished_on", _OPEN_WISH,
        ),
    ):  # fmt: skip
        yield Evidence(name, "village", source, says, _OF_VILLAGES.format(table=table, since=since, what=what), True)
    yield Evidence(
        "waste_points_without_plant", "village", "waste-sites", "垃圾没有运到县的收集点", _WITHOUT_PLANT, is_gap=True
    )


def _all() -> Iterator[Evidence]:
    yield from _of_people()
    def act(name: str, holder: str, says: str, sql: str, kind: str) -> Evidence:
        return Evidence(name, holder, "activities", says, sql, starts_with=f"kind={kind}")

    yield act(
        "mutual_visits", "pairing", "党政互访的活动，两地都在活动地点里", _of_pairings("mutual_visit"), "mutual_visit"
    )
    yield act(
        "government_joint_meetings",
        "pairing",
        "党政联席会议的活动",
        _of_pairings("government_joint_meeting"),
        "government_joint_meeting",
    )
    yield act("trainings_by_helping_city", "pairing", "帮扶市单位组织、帮扶干部参加的培训", _TRAININGS, "training")
    yield act("joint_meetings", "group", "组团联席会议的活动", _JOINT_MEETINGS, "joint_meeting")
    yield act(
        "leadership_meetings", "group_member", "单位的专题会议", _of_members("leadership_meeting"), "leadership_meeting"
    )
    for rank, who in (("main_leader", "主要"), ("deputy_leader", "分管")):
        sql = _of_members("field_study", rank=rank, in_town=True)
        yield act(
            f"field_studies_of_{rank}",
            "group_member",
            f"{who}负责同志到组团所帮镇的调研",
            sql,
            f"field_study&rank={rank}",
        )
    yield Evidence("partners_mobilised", "group_member", "partners", "单位动员的企业和社会组织", _PARTNERS)
    yield act(
        "report_hearings",
        "cadre",
        "派出单位主要负责同志听取这名干部汇报的活动",
        _of_cadres("report_hearing", by="main_leader"),
        "report_hearing",
    )
    yield act(
        "comfort_visits",
        "cadre",
        "派出单位慰问这名干部或家属的活动",
        _of_cadres("comfort_visit", by="any"),
        "comfort_visit",
    )
    yield act(
        "member_reports", "cadre", "向派出单位通报这名队员情况的活动", _of_cadres("member_report"), "member_report"
    )
    yield Evidence("care_items", "cadre", "care-items", "已落实的保障，同一项算一次", _CARE, is_private=True)
    yield Evidence("yearly_opinions", "cadre", "yearly-opinions", "年度考核鉴定意见", _OPINIONS)
    yield Evidence("teams_without_captain", "team", "work-teams", "今天没有队长的工作队", _WITHOUT_CAPTAIN, True)
    yield Evidence("clues_overdue", "village", "clues", "过了核实期限的线索", _CLUES, True, is_reminded=True)
    yield Evidence(
        "monitored_households_unvisited",
        "village",
        "households",
        "到期没有走访的监测户",
        _UNVISITED,
        True,
        "monitored_visit_months",
        True,
    )
    problem = _TOILETS.format(what="t.status IN ('to_mend', 'mending', 'mended')")
    yield Evidence("toilets_with_problems", "village", "household-toilets", "没有销号的问题户厕", problem, True)
    unkept = _TOILETS.format(what="t.caretaker = '' AND t.retrofitted_on IS NOT NULL")
    yield Evidence("toilets_without_caretaker", "village", "household-toilets", "改造后没有管护人的户厕", unkept, True)
    lacking = "t.is_in_use AND (t.caretaker = '' OR t.posted_on IS NULL)"
    since = "coalesce(t.built_on, t.created_at::date)"
    bare = _OF_VILLAGES.format(table="projects_facility", since=since, what=lacking)
    yield Evidence("facilities_unkept", "village", "facilities", "没有管护人或公示牌的公共设施", bare, True)
    said = "没有核清的账实差异"
    yield Evidence("asset_differences_open", "town", "asset-differences", said, DIFFERENCES_OPEN, True, is_reminded=True)
    yield from (Evidence(name, "town", source, says, sql, True, asks) for name, source, says, sql, asks in GAPS)


ALL: dict[str, Evidence] = {evidence.name: evidence for evidence in _all()}


def of_duties() -> dict[str, Evidence]:
    """Duty → its evidence, of all versions of the guideline."""
    versions = [guideline.load(version) for version in guideline.versions()]
    return {code: ALL[duty.evidence] for version in versions for code, duty in version.duties.items()}
