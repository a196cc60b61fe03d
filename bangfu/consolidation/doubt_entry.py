"""A household is checked at the moment it is saved, and those of an import as soon as it is written (1.1).

Never in the way of the save: it runs after the commit, and what goes wrong is logged (ledger.saved, exchange.aftermath).
Rules that compare households are left to the nightly check of the county.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.consolidation import doubt_checks, doubt_keeping, doubt_tables
from bangfu.consolidation.doubt_keeping import Checked, Counts
from bangfu.consolidation.doubts import Doubt
from bangfu.consolidation.measures import AssistanceMeasure
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.people.models import Household, HouseholdIncome, MemberEvent, Person
from bangfu.screening.doubts import ALONE, book_on, check, on_entry

SAVED = "保存时检查"
FEW = 20  # more households are checked by set
_COUNTY = 10**6
#: rows that say something of households: whose they are
_HOMES: Mapping[type[Any], Callable[[Any], tuple[int | None, ...]]] = {
    Household: lambda row: (row.pk,),
    Person: lambda row: (row.household_id,),
    HouseholdIncome: lambda row: (row.household_id,),
    AssistanceMeasure: lambda row: (row.household_id,),
    MemberEvent: lambda row: (row.household_id, row.other_household_id),
}


def follow(rows: Sequence[Any]) -> None:
    """Rows were saved: checks the households they tell of."""
    keys = sorted({key for row in rows for key in homes_of(row) if key is not None})
    if len(keys) > FEW:
        check_homes(keys, SAVED)
        return
    for household in Household.objects.filter(pk__in=keys).order_by("pk"):
        check_household(household, SAVED)


def homes_of(row: Any) -> tuple[int | None, ...]:
    reads = _HOMES.get(type(row))
    return reads(row) if reads else ()


def words(row: Any, actor: Actor) -> Iterator[str]:
    """The line on the page that follows a save."""
    keys = [key for key in homes_of(row) if key is not None]
    ledger = registry.of(Doubt)
    if not keys or ledger is None or not ledger.may(actor, Act.READ):
        return
    left = Doubt.objects.filter(household=keys[0], state=Doubt.State.OPEN, withdrawn_at=None).count()
    if left:
        url = reverse("consolidation:household-doubts", args=[keys[0]])
        yield format_html('保存成功，这一户有 <a href="{}">{} 处疑点</a>，请改正或说明', url, left)


def check_household(household: Household, run: str) -> Counts:
    """As it is now. The rules and values of the county are those that a check of all of it would take."""
    today, county = dates.today(), household.village_id // _COUNTY * _COUNTY
    book = book_on(today)
    given = doubt_checks.given(book, county)
    entry = on_entry(given, today, county, doubt_checks.own(book, today, county), clear=False)
    found = entry.doubts(doubt_tables.of_household(book, household.pk, given))
    return doubt_keeping.keep_one(found, Checked(entry.rules, today, county, run), household)


def check_homes(keys: Sequence[int], run: str) -> int:
    """Many households by set, county by county. Gives the number of their open doubts."""
    counties: defaultdict[int, list[int]] = defaultdict(list)
    for key, village in Household.objects.filter(pk__in=keys).values_list("pk", "village_id"):
        counties[village // _COUNTY * _COUNTY].append(key)
    today = dates.today()
    for county, homes in counties.items():
        book = book_on(today)
        tables = doubt_tables.of_homes(book, homes, doubt_checks.given(book, county))
        alone = {rule.code: rule for rule in book.rules.values() if rule.level in ALONE}
        result = check(tables, today, county, doubt_checks.own(book, today, county), rules=alone)
        left_out = {absent.rule for absent in result.left_out}
        rules = [rule for code, rule in alone.items() if code not in left_out]
        doubt_keeping.keep_homes(result.doubts, Checked(rules, today, county, run), homes)
    return Doubt.objects.filter(household__in=keys, state=Doubt.State.OPEN, withdrawn_at=None).count()
