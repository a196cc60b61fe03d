"""The limits of public-welfare posts (3.1), for one row and by set: age on the first day, posts in a household at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from bangfu.exchange.sheet import Batch, Fault
from bangfu.kernel import dates
from bangfu.lawbook.parameters import Snapshot

AGE = "公益性岗位的年龄是 {youngest} 至 {oldest} 岁，上岗那天不在此范围，请核对"
HOME = "一户同时最多 {most} 个公益性岗位，这一户那段时间已经满了"
_PARAMETERS = {
    "youngest": "doubt_labour_age_min", "oldest": "doubt_public_post_age_max", "most": "doubt_public_posts_max",
}  # fmt: skip
_OF_A_WRONG_AGE = """SELECT r._row FROM {rows} r JOIN people_person p ON p.id = r.person_id
    WHERE NOT extract(year FROM age(r.from_on, p.born_on)) BETWEEN %s AND %s"""
_AT_HOME = """SELECT r._row FROM {rows} r JOIN (
        SELECT _target AS id, household_id, from_on, to_on FROM {rows} UNION ALL
        SELECT id, household_id, from_on, to_on FROM services_publicwelfarepost t WHERE withdrawn_at IS NULL
            AND NOT EXISTS (SELECT FROM {rows} c WHERE c._target = t.id)) o
    ON o.household_id = r.household_id AND daterange(o.from_on, o.to_on, '[]') && daterange(r.from_on, r.to_on, '[]')
    GROUP BY r._row HAVING count(*) > %s"""


def limits_of(division: int | None) -> Mapping[str, int]:
    known, today = Snapshot.take(), dates.today()
    return {name: int(known.at(code, today, division).value) for name, code in _PARAMETERS.items()}


def _of(batch: Batch) -> Mapping[str, int]:
    return limits_of(batch.ranges[0][0] if batch.ranges else None)


def of_a_wrong_age(batch: Batch) -> Iterable[Fault]:
    limits = _of(batch)
    rows = batch.fetch(_OF_A_WRONG_AGE, [limits["youngest"], limits["oldest"]])
    return [Fault(row, "from_on", AGE.format(**limits)) for (row,) in rows]


def too_many_at_home(batch: Batch) -> Iterable[Fault]:
    limits = _of(batch)
    return [Fault(row, "from_on", HOME.format(**limits)) for (row,) in batch.fetch(_AT_HOME, [limits["most"]])]


def age_on(born_on: date, day: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
