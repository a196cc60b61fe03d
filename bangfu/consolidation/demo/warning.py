"""The year before in the demo: quiet months with clues that came to nothing, their levels, and the plan of the county."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.db import connection
from procrastinate.exceptions import AlreadyEnqueued

from bangfu.accounts.actor import Actor
from bangfu.accounts.demo import CAST, COUNTY
from bangfu.accounts.models import Grant, User
from bangfu.consolidation.clues import Clue
from bangfu.consolidation.contingency import ContingencyTask
from bangfu.consolidation.tasks import watch_warnings
from bangfu.kernel.codes import bounds
from bangfu.kernel.periods import add_months
from bangfu.ledger.acts import recorded
from bangfu.people.models import Household

MONTHS, LAST_RUN = 12, 34
#: a month that was not ordinary: so many months ago, in one village
UNUSUAL, MORE = 5, 30
PLAN = (
    ("red", "逐户核实本月全部线索，找出共同原因", "town", "镇帮扶办 何主任", 5),
    ("red", "会同民政、医保、应急、农业部门研判，提出救助安排", "county", "县农业农村局 陈局长", 7),
    ("red", "驻镇工作队分片包村走访，登记急需", "captain", "驻镇帮镇扶村工作队", 5),
    ("orange", "入户核实本月线索，十天内报镇", "village", "村“两委”", 10),
    ("orange", "汇总各村核实结果，说明是否有共同原因", "town", "镇帮扶办 何主任", 12),
    ("yellow", "留意后续线索，月底复看一次", "village", "村“两委”", 25),
)


def load(today: date) -> int:
    """Unless there is a plan: the number of its tasks. Needs the households and the cast of the demo.

    The levels of the past months are the work of the nightly job: the worker does it while the first page is there.
    """
    if ContingencyTask.objects.exists():
        return 0
    by = Actor.of(User.objects.get(username=next(part.username for part in CAST if part.key == "县局")), today)
    with recorded(by, "demo"):
        _past(today.replace(day=1), today)
        ContingencyTask.objects.bulk_create(
            ContingencyTask(county_id=COUNTY, level=level, task=task, role=role, responsible=who, within_days=days)
            for level, task, role, who, days in PLAN
        )
    with suppress(AlreadyEnqueued):  # by an earlier start
        watch_warnings.configure().defer(timestamp=0)
    return len(PLAN)


#: as many clues a month as this month will have, fewer in the town that is red; those of the month of the other run exist
_ORDINARY = """
    INSERT INTO consolidation_clue (village_id, household_id, channel, says, received_on, receipt_no, state, closed_reason)
    SELECT c.village_id, c.household_id, c.channel, '往年的线索，已核实', m.month + (c.id * 7919 %% 27)::int,
        '往年' || c.id || '-' || m.back || '-' || k, 'no_risk', 'solved'
    FROM consolidation_clue c
    CROSS JOIN (SELECT back, (%(this)s::date - back * interval '1 month')::date AS month FROM generate_series(1, %(months)s) back) m
    CROSS JOIN generate_series(1, 2) k
    WHERE c.village_id BETWEEN %(low)s AND %(high)s AND c.received_on >= %(this)s AND m.month <> %(known)s
        AND (c.id * 2654435761 + m.back * 40503 + k * 977) %% 100
            < CASE WHEN c.village_id / 1000 = %(town)s THEN 30 ELSE least(100, 52 / %(part)s) END"""


def _past(this: date, today: date) -> None:
    """Clues that villages closed, over the whole county; one village had many once."""
    low, high = bounds(COUNTY)
    village = Grant.objects.get(user__username=next(part.username for part in CAST if part.key == "村干")).division_id
    known = (today - timedelta(days=LAST_RUN)).replace(day=1)
    given: dict[str, Any] = {
        "this": this, "known": known, "low": low, "high": high, "months": MONTHS, "town": (village or 0) // 1000,
        "part": today.day / 30,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ORDINARY, given)
    rows = Household.objects.filter(village__gte=low, village__lte=high, withdrawn_at=None, clues=None)
    first = rows.exclude(village__gte=(village or 0) // 1000 * 1000, village__lt=(village or 0) // 1000 * 1000 + 1000)
    other = first.order_by("household_no", "pk").first()
    many = rows.filter(village=other.village_id).order_by("pk")[:MORE] if other else []
    for number, home in enumerate(many):
        _closed(home, add_months(this, -UNUSUAL) + timedelta(days=number), number)


def _closed(home: Household, on: date, number: int) -> None:
    made = Clue(household=home, village_id=home.village_id, channel="hotline", says="来电反映", received_on=on)
    made.receipt_no, made.risks = f"往年{number:05d}", ["illness"]
    made.state, made.closed_reason = Clue.State.NO_RISK, "solved"
    made.save(force_insert=True)
