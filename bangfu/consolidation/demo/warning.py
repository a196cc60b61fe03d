"""The year before in the demo: quiet months with clues that came to nothing, their levels, and the plan of the county."""

from __future__ import annotations

from datetime import date, timedelta

from bangfu.accounts.actor import Actor
from bangfu.accounts.demo import CAST, COUNTY
from bangfu.accounts.models import User
from bangfu.consolidation import response_acts, warning_levels
from bangfu.consolidation.clues import Clue
from bangfu.consolidation.contingency import ContingencyTask
from bangfu.kernel.codes import bounds
from bangfu.kernel.periods import add_months
from bangfu.ledger.acts import recorded
from bangfu.people.models import Household

MONTHS, A_MONTH = 12, 14
#: a month that was not ordinary: so many months ago, in one village
UNUSUAL, MORE = 5, 9
PLAN = (
    ("red", "逐户核实本月全部线索，找出共同原因", "town", "镇帮扶办 何主任", 5),
    ("red", "会同民政、医保、应急、农业部门研判，提出救助安排", "county", "县农业农村局 陈局长", 7),
    ("red", "驻镇工作队分片包村走访，登记急需", "captain", "驻镇帮镇扶村工作队", 5),
    ("orange", "入户核实本月线索，十天内报镇", "village", "村“两委”", 10),
    ("orange", "汇总各村核实结果，说明是否有共同原因", "town", "镇帮扶办 何主任", 12),
    ("yellow", "留意后续线索，月底复看一次", "village", "村“两委”", 25),
)


def load(today: date) -> int:
    """Unless there is a plan: the number of responses that began. Needs the households and the cast of the demo."""
    if ContingencyTask.objects.exists():
        return 0
    by = Actor.of(User.objects.get(username=next(part.username for part in CAST if part.key == "县局")), today)
    with recorded(by, "demo"):
        _past(today.replace(day=1))
        ContingencyTask.objects.bulk_create(
            ContingencyTask(county_id=COUNTY, level=level, task=task, role=role, responsible=who, within_days=days)
            for level, task, role, who, days in PLAN
        )
    warning_levels.keep_missing(today)
    return response_acts.watch(today)


def _past(this: date) -> None:
    """Clues of hotline and cadres that villages closed, spread over the county; one village had many once."""
    low, high = bounds(COUNTY)
    rows = Household.objects.filter(village__gte=low, village__lte=high, withdrawn_at=None, clues=None)
    spread = list(rows.order_by("household_no", "pk")[: MONTHS * A_MONTH])
    village = spread[0].village_id if spread else 0
    many = list(rows.filter(village=village).order_by("-pk")[:MORE])
    days = [add_months(this, -back) for back in range(1, MONTHS + 1)]
    told = [(home, days[place % MONTHS], place) for place, home in enumerate(spread)]
    told += [(home, days[UNUSUAL], len(spread) + place) for place, home in enumerate(many)]
    for home, month, place in told:
        _closed(home, month + timedelta(days=place % 27), place)


def _closed(home: Household, on: date, number: int) -> None:
    made = Clue(household=home, village_id=home.village_id, channel="hotline", says="来电反映", received_on=on)
    made.receipt_no, made.risks = f"往年{number:05d}", ["illness"]
    made.state, made.closed_reason = Clue.State.NO_RISK, "solved"
    made.save(force_insert=True)
