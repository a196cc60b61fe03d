"""What follows from rows about a person: a training answers a need, a placement a wish, a check tells the outcome (1.3, 3.1).

Kept in columns, because figures and lists filter by them; worked out by set after every write of one of the rows.
"""

# ruff: noqa: S608 (statements are put together from constants of this file alone)

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

from bangfu.kernel import dates
from bangfu.kernel.codes import SPANS, Level
from bangfu.lawbook.parameters import Snapshot
from bangfu.services import tracked

#: kept column of enrolments and placements → parameter of its month, and of the month of the next
OF_ENROLMENTS = (
    ("first_outcome", "employment_check_first_months", "employment_check_second_months"),
    ("second_outcome", "employment_check_second_months", "employment_outcome_last_months"),
)
OF_PLACEMENTS = (
    ("first_outcome", "placement_check_first_months", "placement_check_second_months"),
    ("second_outcome", "placement_check_second_months", "placement_check_third_months"),
    ("third_outcome", "placement_check_third_months", "employment_outcome_last_months"),
)
_FEW = 100

_NEEDS = """UPDATE services_trainingneed n SET answered_by_id = f.activity_id, answered_on = f.trained_on
    FROM services_trainingneed o LEFT JOIN LATERAL (SELECT e.activity_id, e.trained_on FROM services_trainingenrolment e
        WHERE e.person_id = o.person_id AND e.topic = o.topic AND e.trained_on >= o.wished_on AND e.withdrawn_at IS NULL
        ORDER BY e.trained_on, e.id LIMIT 1) f ON true
    WHERE o.id = n.id AND n.person_id = ANY(%(persons)s) AND n.answered_by_id IS DISTINCT FROM f.activity_id"""
_WISHES = """UPDATE services_employmentwish w SET placed_on = f.started_on
    FROM services_employmentwish o LEFT JOIN LATERAL (SELECT min(l.started_on) AS started_on FROM services_placement l
        WHERE l.person_id = o.person_id AND l.started_on >= o.wished_on AND l.withdrawn_at IS NULL) f ON true
    WHERE o.id = w.id AND w.person_id = ANY(%(persons)s) AND w.placed_on IS DISTINCT FROM f.started_on"""
_PROPOSALS = """UPDATE services_jobproposal p SET state = x.state FROM (
        SELECT a.id, CASE WHEN EXISTS (SELECT FROM services_placement l WHERE l.person_id = a.person_id
            AND l.job_post_id = a.job_post_id AND l.withdrawn_at IS NULL) THEN 'placed' ELSE 'accepted' END AS state
        FROM services_jobproposal a WHERE a.person_id = ANY(%(persons)s) AND a.state IN ('accepted', 'placed')) x
    WHERE x.id = p.id AND x.state <> p.state"""
_ENDED = """DELETE FROM services_jobproposal p USING services_employmentwish w WHERE w.id = p.wish_id AND p.state = 'open'
    AND w.person_id = ANY(%(persons)s) AND (w.placed_on IS NOT NULL OR w.closed_reason <> '' OR w.withdrawn_at IS NOT NULL)"""
_GROUPS = f"""UPDATE services_trainingenrolment e SET "group" = {tracked.GROUP} FROM people_person p
    WHERE p.id = e.person_id AND e.person_id = ANY(%(persons)s) AND e."group" = ''"""
_OUTCOME = """UPDATE {table} e SET {column} = f.is_employed
    FROM {table} o LEFT JOIN LATERAL (SELECT c.is_employed FROM services_employmentcheck c
        WHERE c.person_id = o.person_id AND c.withdrawn_at IS NULL
        AND c.checked_on >= o.{since} + make_interval(months => %(from)s) - make_interval(days => %(early)s)
        AND c.checked_on < o.{since} + make_interval(months => %(until)s) - make_interval(days => %(early)s)
        ORDER BY c.checked_on, c.id LIMIT 1) f ON true
    WHERE o.id = e.id AND e.person_id = ANY(%(persons)s) AND e.{column} IS DISTINCT FROM f.is_employed"""


@contextmanager
def following(model: type[models.Model], keys: list[int]) -> Iterator[None]:
    """Around a write of rows of the model: whoever they were about before, and whoever they are about now."""
    before = _persons(model, keys)
    yield
    settle(before | _persons(model, keys))


def _persons(model: type[models.Model], keys: list[int]) -> set[int]:
    rows = model._default_manager.filter(pk__in=keys, person__isnull=False)
    return set(rows.values_list("person_id", flat=True))


def settle(persons: set[int]) -> None:
    """Works out everything kept about these people; parameters are those of their county."""
    known, today = Snapshot.take(), dates.today()
    for county, some in _by_county(persons):
        values = {"persons": some, **tracked.values(known, today, county)}
        for statement in (_NEEDS, _WISHES, _PROPOSALS, _ENDED, _GROUPS):
            _run(statement, values)
        for table, since, columns in (
            ("services_trainingenrolment", "trained_on", OF_ENROLMENTS),
            ("services_placement", "started_on", OF_PLACEMENTS),
        ):
            for column, first, last in columns:
                asked = {"from": first, "until": last, "early": "employment_check_early_days"}
                numbers = {name: known.at(code, today, county).value for name, code in asked.items()}
                _run(_OUTCOME.format(table=table, column=column, since=since), values | numbers)


def _run(statement: str, values: Mapping[str, Any]) -> None:
    """Plans are made anew: those that history's triggers keep for one row take minutes for many (exchange.batches.write)."""
    with connection.cursor() as cursor:
        if len(values["persons"]) > _FEW:
            cursor.execute("DISCARD PLANS")
        cursor.execute(statement, values)


def _by_county(persons: set[int]) -> Iterator[tuple[int, list[int]]]:
    if not persons:
        return
    width = SPANS[Level.COUNTY]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT village_id / %s * %s, array_agg(id) FROM people_person WHERE id = ANY(%s) GROUP BY 1",
            [width, width, list(persons)],
        )
        yield from cursor.fetchall()
