"""Open wishes of a county and all open posts as arrays (3.1), with whoever cannot be matched and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from django.db import connection

from bangfu.divisions.models import Division
from bangfu.kernel import codes
from bangfu.policy.code_lists import code_list
from bangfu.services.jobs.post_limits import age_on, limits_of
from bangfu.services.jobs.scoring import Posts, Weights, Wishes, area_step, need_points, work_place

#: a seat is taken by who works there and by who accepted and has not begun
TAKEN = """((SELECT count(*) FROM services_placement l WHERE l.job_post_id = j.id AND l.withdrawn_at IS NULL)
    + (SELECT count(*) FROM services_jobproposal a WHERE a.job_post_id = j.id AND a.state = 'accepted' AND a.withdrawn_at IS NULL))"""
_WISHES = """SELECT w.id, w.village_id, w.household_id, w.person_id, w.name, w.work_area, w.industry, coalesce(w.wage_yuan, 0),
        p.born_on, h.monitored_kind <> '' AND h.is_risk_removed IS NOT TRUE, h.kind = 'lifted', %(on)s - w.wished_on,
        w.skill, p.left_on IS NULL AND p.withdrawn_at IS NULL AND NOT p.is_disputed,
        (SELECT count(*) FROM services_publicwelfarepost b WHERE b.household_id = w.household_id AND b.withdrawn_at IS NULL
            AND b.from_on <= %(on)s AND (b.to_on IS NULL OR b.to_on >= %(on)s)),
        EXISTS (SELECT FROM services_jobproposal a WHERE a.wish_id = w.id AND a.state = 'accepted')
    FROM services_employmentwish w JOIN people_person p ON p.id = w.person_id JOIN people_household h ON h.id = w.household_id
    WHERE w.village_id BETWEEN %(low)s AND %(high)s AND w.placed_on IS NULL AND w.closed_reason = '' AND w.withdrawn_at IS NULL
    ORDER BY w.id"""
_POSTS = f"""SELECT j.id, j.division_id, j.work_county_id, j.work_area, j.industry, j.wage_from_yuan,
        coalesce(j.wage_to_yuan, j.wage_from_yuan), j.age_min, coalesce(j.age_max, 200), j.headcount - {TAKEN}, j.kind,
        j.title || ' ' || j.asks, j.employer, j.open_until
    FROM services_jobpost j WHERE j.open_until >= %(on)s AND j.from_on <= %(on)s AND j.withdrawn_at IS NULL
    ORDER BY j.id"""  # noqa: S608 (constants)
_PAST = """SELECT count(*) FROM services_jobpost j WHERE j.open_until < %(on)s AND j.withdrawn_at IS NULL
    AND j.division_id BETWEEN %(low)s AND %(high)s"""
_DECLINED = """SELECT wish_id, job_post_id FROM services_jobproposal WHERE state = 'declined' AND village_id BETWEEN %(low)s AND %(high)s
    UNION SELECT w.id, d.job_post_id FROM services_jobproposal d JOIN services_employmentwish w ON w.person_id = d.person_id
    WHERE d.state = 'declined' AND w.village_id BETWEEN %(low)s AND %(high)s"""
GONE = "本人已不在户和人名册里；核对后撤回这条意向，或登记不再找的原因"
#: what stands between the things somebody can do
_BETWEEN = re.compile(r"[\s，,、；;。.和及/|]+")


@dataclass(frozen=True)
class Material:
    wishes: Wishes
    posts: Posts
    #: places in the arrays of pairs that were declined
    declined: set[tuple[int, int]]
    #: rows of the arrays as they were read, for words
    said_wishes: Sequence[Any]
    said_posts: Sequence[Any]
    places: dict[int, str]
    past_posts: int
    left_out: list[tuple[str, int, str]] = field(default_factory=list)


def read(county: Division, weights: Weights, on: date) -> Material:
    low, high = codes.bounds(county.pk)
    values = {"on": on, "low": low, "high": high}
    wishes, posts, declined = (_fetch(sql, values) for sql in (_WISHES, _POSTS, _DECLINED))
    left_out = [(row[4], row[0], GONE) for row in wishes if not row[13]]
    wishes = [row for row in wishes if row[13] and not row[15]]
    at = {row[0]: place for place, row in enumerate(wishes)}
    post_at = {row[0]: place for place, row in enumerate(posts)}
    pairs = {(at[wish], post_at[post]) for wish, post in declined if wish in at and post in post_at}
    named = {code for row in posts for code in (row[2] or row[1],)}
    places = dict(Division.objects.filter(pk__in=named).values_list("pk", "full_name"))
    return Material(
        _wishes(wishes, weights, on, county), _posts(posts), pairs, wishes, posts, places,
        _fetch(_PAST, values)[0][0], left_out,
    )  # fmt: skip


def _fetch(sql: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _trades() -> dict[str, int]:
    return {"": 0} | {str(code.value): place for place, code in enumerate(code_list("industry").codes, 1)}


def words(skill: str) -> tuple[str, ...]:
    """What somebody can do, as the words to look for in a post; at most six."""
    found = [word.removesuffix("证").removeprefix("会") for word in _BETWEEN.split(skill)]
    return tuple(dict.fromkeys(word for word in found if 2 <= len(word) <= 10))[:6]


def _wishes(rows: Sequence[Any], weights: Weights, on: date, county: Division) -> Wishes:
    trades, most = _trades(), limits_of(county.pk)["most"]
    need = [
        need_points(weights, is_monitored=row[9], is_lifted=row[10], days=row[11]) for row in rows
    ]  # fmt: skip
    return Wishes(
        key=_ints(row[0] for row in rows), village=_ints(row[1] for row in rows), home=_ints(row[2] for row in rows),
        area=_ints(area_step(row[5]) for row in rows), industry=_ints(trades.get(row[6], 0) for row in rows),
        ask=_floats(row[7] for row in rows), age=_ints(age_on(row[8], on) for row in rows), need=_floats(need),
        words=[words(row[12]) for row in rows], welfare_room=_ints(max(most - row[14], 0) for row in rows),
    )  # fmt: skip


def _posts(rows: Sequence[Any]) -> Posts:
    trades = _trades()
    places = [work_place(row[3], row[1], row[2]) for row in rows]
    return Posts(
        key=_ints(row[0] for row in rows), place=_ints(place for place, _ in places),
        floor=_ints(floor for _, floor in places), industry=_ints(trades.get(row[4], 0) for row in rows),
        wage_from=_floats(row[5] for row in rows), wage_to=_floats(row[6] for row in rows),
        age_min=_ints(row[7] for row in rows), age_max=_ints(row[8] for row in rows),
        seats=_ints(max(row[9], 0) for row in rows),
        is_welfare=np.fromiter((row[10] == "public_welfare" for row in rows), np.bool_, len(rows)),
        text=[row[11] for row in rows],
    )  # fmt: skip


def _ints(values: Any) -> Any:
    return np.array(list(values), np.int64)


def _floats(values: Any) -> Any:
    return np.array([float(value) for value in values], np.float32)
