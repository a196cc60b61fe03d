"""Random rows in several counties, and every declared number counted again in plain Python."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from bangfu.accounts.models import Unit
from bangfu.activities.activity import Activity
from bangfu.consolidation.models import Clue
from bangfu.construction.household_toilets import HouseholdToilet
from bangfu.divisions.models import Division
from bangfu.indicators.tallies import ledger_of
from bangfu.kernel import codes
from bangfu.kernel.periods import Period
from bangfu.ledger.fields import shown
from bangfu.people.models import Household
from bangfu.policy import guideline
from bangfu.policy.code_lists import code_list
from bangfu.policy.indicator import Condition, How, Op, Tally
from bangfu.units.donation import Donation
from bangfu.units.group import Group
from bangfu.units.partner import Partner
from tests.fixtures.cast import Cast
from tests.ledgers.samples import ELSEWHERE, HERE, make

TODAY = date(2026, 6, 20)


def one_of(rng: Random, *values: Any) -> Any:
    return rng.choice(values)


def a_day(rng: Random) -> date:
    return date(2024, 11, 1) + timedelta(days=rng.randrange(600))


def scatter(rng: Random) -> None:
    """Rows of many shapes: empty and filled, in and out of the period, withdrawn, at every level of place."""
    villages = list(Division.objects.filter(level=5).values_list("code", flat=True))
    kinds = ["", "", *(code.value for code in code_list("monitored_kind").codes)]
    homes = Household.objects.bulk_create(
        Household(
            village_id=rng.choice(villages), monitored_kind=rng.choice(kinds), kind=one_of(rng, "lifted", "ordinary"),
            is_risk_removed=one_of(rng, None, False, True), has_development_measure=one_of(rng, None, False, True),
            identified_month=one_of(rng, None, a_day(rng).replace(day=1)), has_safe_water=one_of(rng, None, False, True),
            removed_month=one_of(rng, None, a_day(rng).replace(day=1)),
        )
        for _ in range(60)
    )  # fmt: skip
    Activity.objects.bulk_create(_activity(rng, homes, villages) for _ in range(250))
    unit = Unit.objects.create(name="演示捐赠单位", kind="city")
    towns = list(Division.objects.filter(level=4).values_list("code", flat=True))
    Donation.objects.bulk_create(
        Donation(
            division_id=rng.choice(villages + towns), unit=unit, amount_yuan=Decimal(rng.randrange(10**7)) / 100,
            given_on=a_day(rng), receipt_no=f"{n}",
        )
        for n in range(30)
    )  # fmt: skip
    for town in rng.sample(towns, 3):
        since = a_day(rng)
        group = Group.objects.create(town_id=town, title="演示", round="second", from_on=since)
        Partner.objects.create(
            town_id=town, group=group, unit=unit, name="演示公司", kind="enterprise", credit_code=str(town), from_on=since,
            to_on=one_of(rng, None, since + timedelta(days=60)),
        )  # fmt: skip
    Clue.objects.bulk_create(
        Clue(
            village_id=home.village_id, household=home, channel=one_of(rng, "self_report", "hotline"), says="演示",
            received_on=a_day(rng), due_on=one_of(rng, None, a_day(rng)), receipt_no=f"演示{home.pk}",
            state=one_of(rng, "received", "assigned", "no_risk", "case_opened"),
        )
        for home in homes[:40]
    )  # fmt: skip
    HouseholdToilet.objects.bulk_create(
        HouseholdToilet(
            village_id=home.village_id, household=home, kind="direct", caretaker=one_of(rng, "", "甲"),
            status=rng.choice(HouseholdToilet.Status.values), retrofitted_on=one_of(rng, None, a_day(rng)),
        )
        for home in homes[10:50]
    )  # fmt: skip


def _activity(rng: Random, homes: list[Household], villages: list[int]) -> Activity:
    home = rng.choice(homes)
    kind = one_of(rng, "household_visit", "household_visit", *(code.value for code in code_list("activity_kind").codes))
    visits = kind == "household_visit"
    details = {"service_hours": rng.randrange(9), "sales_yuan": 12} if rng.random() < 0.5 else {}
    return Activity(
        kind=kind, held_on=a_day(rng), division_id=home.village_id if visits else rng.choice(villages) // 1000 * 1000,
        household=home if visits else None, headcount=one_of(rng, None, 0, rng.randrange(200)), details=json.dumps(details),
        withdrawn_at=one_of(rng, None, None, None, "2026-01-01T00:00Z"),
    )  # fmt: skip


@pytest.fixture
def rows(cast: Cast) -> None:
    """A row of every ledger that indicators name, in two counties, and many random ones."""
    named = {tally.ledger: tally for one in guideline.load().indicators.values() for tally in one.tallies}
    for tally in named.values():
        for place in (HERE, ELSEWHERE):
            make(ledger_of(tally), place)
    scatter(Random(1))  # noqa: S311


def naive(tally: Tally, period: Period, place: int) -> Decimal:
    """The number by its declaration, row by row, without the database's help."""
    ledger = ledger_of(tally)
    scope, placing = shown(ledger, ledger.scope).field.attname, tally.placing
    column = tally.field.partition("__")[0] if tally.field.startswith("details__") else tally.field
    paths = {"pk", scope, *placing.fields, *(each.field for each in tally.where), *filter(None, (placing.year, column))}
    found = []
    for row in ledger.model._default_manager.filter(withdrawn_at=None).values(*paths):
        if (
            codes.contains(place, row[scope])
            and _in_time(tally, row, period)
            and all(_holds(row, c) for c in tally.where)
        ):
            found.append(row)
    if tally.how is How.DISTINCT:
        return Decimal(len({row[column] for row in found} - {None}))
    return Decimal(sum(_numbers(tally, found, column))) if tally.how is How.SUM else Decimal(len(found))


def _numbers(tally: Tally, found: list[dict[str, Any]], column: str) -> Iterator[Any]:
    for row in found:
        if column == tally.field:
            yield row[column] or 0
        else:
            told = Activity.objects.extra(select={"json": "details::text"}).get(pk=row["pk"]).json
            yield json.loads(told).get(tally.field.partition("__")[2], 0)


def _in_time(tally: Tally, row: dict[str, Any], period: Period) -> bool:
    placing, day = tally.placing, min(period.last, TODAY)
    if placing.dated:
        return row[placing.dated] is not None and row[placing.dated] in period
    if placing.year:
        return bool(row[placing.year] == period.last.year)
    if not placing.starts:
        return True
    over = (row[placing.ends] or date.max) < day if placing.ends else False
    closed = (row[placing.closed] or date.max) <= day if placing.closed else False
    return row[placing.starts] is not None and row[placing.starts] <= day and not over and not closed


def _holds(row: dict[str, Any], condition: Condition) -> bool:
    value, given = row[condition.field], condition.value
    match condition.op:
        case Op.IS:
            return value in given
        case Op.NOT:
            return value not in given
        case Op.FILLED:
            return (value not in (None, "", [])) is given
        case Op.PAST:
            return (value is not None and value < TODAY) is given
        case Op.AT_LEAST:
            return value is not None and value >= given
        case Op.AT_MOST:
            return value is not None and value <= given
    return value is not None and value < given
