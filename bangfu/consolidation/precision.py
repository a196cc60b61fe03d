"""How often each rule was right (1.1), counted from the clues that were decided, and what that says of open ones.

A clue is confirmed when its case ended with the household being monitored; it was needless when the village closed it, or
its case ended otherwise. A clue that several rules brought counts for each of them; one that people reported counts for
its channel ("channel:hotline").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Q, QuerySet

from bangfu.consolidation.clues import Clue, is_from_people
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes
from bangfu.lawbook import parameters
from bangfu.policy import guideline
from bangfu.screening import clues as engine
from bangfu.screening import memory, rulebook, thresholds
from bangfu.screening.rulebook import RuleBook

CHANNEL = "channel:"
_RULES = (
    "SELECT c.id, CASE WHEN jsonb_array_length(c.reasons) = 0 THEN 'channel:' || c.channel ELSE x->>'rule' END AS rule"
    " FROM consolidation_clue c LEFT JOIN LATERAL jsonb_array_elements(c.reasons) x ON true"
)
#: the figures of a record, and what they are called
BROUGHT = "brought"
FATES = {BROUGHT: "线索", "checked": "已核实", "confirmed": "确认", "needless": "不需要"}
_CONFIRMED = "k.identified_on IS NOT NULL AND k.state <> 'revoked'"
_DECIDED = f"(c.state = 'no_risk' OR {_CONFIRMED} OR k.closed_on IS NOT NULL)"


@dataclass(frozen=True)
class Record:
    """Of one rule or channel: clues it brought, those decided, those confirmed."""

    brought: int
    checked: int
    confirmed: int

    @property
    def needless(self) -> int:
        return self.checked - self.confirmed

    @property
    def percent(self) -> Decimal | None:
        return Decimal(100 * self.confirmed) / self.checked if self.checked else None


def records(scope: Scope) -> dict[str, Record]:
    """Rule or channel → what became of its clues in the place: one query."""
    where = " OR ".join(f"c.village_id BETWEEN {low} AND {high}" for low, high in scope.ranges) or "false"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.rule, count(*), count(*) FILTER (WHERE {_DECIDED}), count(*) FILTER (WHERE {_CONFIRMED})"  # noqa: S608
            f" FROM (SELECT DISTINCT * FROM ({_RULES} WHERE c.withdrawn_at IS NULL AND ({where})) x) r JOIN consolidation_clue c USING (id)"
            f" LEFT JOIN consolidation_case k ON k.id = c.case_id AND k.withdrawn_at IS NULL GROUP BY 1"
        )
        return {rule: Record(*counts) for rule, *counts in cursor.fetchall() if rule}


def clues(scope: Scope, source: str, fate: str) -> QuerySet[Clue]:
    """The rows that a figure of `records` counts: `source` a rule or channel, `fate` one of FATES."""
    is_rule = not source.startswith(CHANNEL)
    whose = Q(reasons__contains=[{"rule": source}]) if is_rule else Q(reasons=[], channel=source.removeprefix(CHANNEL))
    case = Q(case__withdrawn_at=None, case__isnull=False)
    confirmed = case & Q(case__identified_on__isnull=False) & ~Q(case__state="revoked")
    checked = Q(state=Clue.State.NO_RISK) | confirmed | case & Q(case__closed_on__isnull=False)
    rows = Clue.objects.filter(scope.q("village"), whose, withdrawn_at=None)
    if fate == "needless":
        return rows.filter(checked).exclude(confirmed)
    return rows.filter({BROUGHT: Q(), "checked": checked, "confirmed": confirmed}[fate])


def past(county: int) -> dict[str, tuple[int, int]]:
    """As the engine asks: rule → (checked, confirmed)."""
    return {rule: (found.checked, found.confirmed) for rule, found in records(Scope.of([county])).items()}


def chances(county: int, on: date, book: RuleBook) -> dict[str, float]:
    """Rule or channel → how likely one of its clues is true: what was seen there, leaning on a dated guess."""
    known = past(county)
    its = replace(memory.nothing(), past=known)
    values = thresholds.bound(book, on, county, parameters.Snapshot.take().overrides)
    found = dict(zip((rule.code for rule in book.rules), engine.chances(book, values, its).tolist(), strict=True))
    channels = {rule for rule in known if rule.startswith(CHANNEL)}
    prior = float(parameters.value("precision_prior_people_percent", on, county))
    for channel in channels:
        guess = prior if is_from_people(channel.removeprefix(CHANNEL)) else values["precision_prior_percent"]
        found[channel] = its.precision(channel, guess, values["precision_prior_clues"])
    return found


#: that not all of its rules are wrong, taken as independent, in hundredths of a percent
_NEED = """
    UPDATE consolidation_clue c SET need = n.need FROM (
        SELECT r.id, least(9999, round(10000 * (1 - exp(sum(ln(1 - least(0.99, coalesce(p.chance, %s)))))))) AS need
        FROM ({rules} WHERE c.state IN ('received', 'assigned', 'verifying') AND c.withdrawn_at IS NULL
            AND c.village_id BETWEEN %s AND %s) r
        LEFT JOIN (SELECT key AS rule, value::float8 AS chance FROM jsonb_each_text(%s)) p USING (rule)
        GROUP BY r.id) n
    WHERE c.id = n.id AND c.need <> n.need"""


def order(county: int, chance: Mapping[str, float], otherwise: float) -> int:
    """Open clues of the county by expected need: severe rules, those that were right before, several at once. By set.

    `otherwise`: for rules that are no more. Returns how many clues changed their place.
    """
    low, high = codes.bounds(county)
    with connection.cursor() as cursor:
        cursor.execute(_NEED.format(rules=_RULES), [otherwise, low, high, json.dumps(chance)])
        return int(cursor.rowcount)


def order_all(on: date) -> int:
    """Every county with open clues. Returns how many clues changed their place."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT village_id / 1000000 * 1000000 FROM consolidation_clue"
            " WHERE state IN ('received', 'assigned', 'verifying') AND withdrawn_at IS NULL"
        )
        counties = [code for (code,) in cursor.fetchall()]
    book = rulebook.load(guideline.in_force(on).version)
    otherwise = float(parameters.value("precision_prior_percent", on)) / 100
    return sum(order(county, chances(county, on, book), otherwise) for county in counties)
