"""Follow-up visits (1.1): which households are due for one, by the dated interval of their kind; from visits recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from bangfu.activities.activity import VISIT, Activity
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes as division_codes
from bangfu.kernel.codes import Level
from bangfu.kernel.periods import add_months
from bangfu.lawbook import parameters
from bangfu.people import codes
from bangfu.people.models import Household

MONITORED = ~Q(monitored_kind="") & ~Q(is_risk_removed=True)


@dataclass(frozen=True)
class Kind:
    """Households that are visited at one interval."""

    slug: str
    label: str
    parameter: str
    who: Q


KINDS = (
    Kind("monitored", "监测户", "monitored_visit_months", MONITORED),
    Kind("lifted", "脱贫户", "lifted_visit_months", Q(kind=codes.LIFTED) & ~MONITORED),
)


def months(kind: Kind, scope: Scope, on: date) -> int:
    """The interval in force in the (first) county of the scope."""
    low = scope.ranges[0][0] if scope else 0
    county = low // division_codes.SPANS[Level.COUNTY] * division_codes.SPANS[Level.COUNTY]
    return int(parameters.value(kind.parameter, on, county or None))


def due(kind: Kind, scope: Scope, on: date) -> QuerySet[Household]:
    """Not visited within the interval that ends today, in the order of villages. One query for the interval."""
    return not_visited(kind, scope, on, months(kind, scope, on))


def not_visited(kind: Kind, scope: Scope, on: date, interval: int) -> QuerySet[Household]:
    """The same where the months are known."""
    since = add_months(on, -interval)
    visits = Activity.objects.filter(household=OuterRef("pk"), kind=VISIT, held_on__gt=since, withdrawn_at=None)
    rows = Household.objects.filter(kind.who, scope.q("village"), ~Exists(visits), withdrawn_at=None)
    return rows.order_by("village_id", "pk")
