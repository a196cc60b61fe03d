"""From a declared tally to conditions on the rows of its ledger: one meaning for figures, lists and what is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property, reduce
from operator import and_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db.models import (
    Aggregate,
    CharField,
    Count,
    DecimalField,
    Expression,
    F,
    Field,
    ForeignKey,
    Q,
    Sum,
    TextField,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from bangfu.divisions.scope import Scope
from bangfu.kernel import codes
from bangfu.kernel.periods import Period
from bangfu.lawbook.parameters import Snapshot
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.policy import guideline
from bangfu.policy.indicator import Condition, How, Op, Placing, Tally
from bangfu.policy.parameter import Value

_LOOKUPS = {Op.AT_LEAST: "gte", Op.AT_MOST: "lte", Op.BELOW: "lt"}


class Reckoning:
    """What conditions ask beside the rows: the day, and the dated parameters, read once when one is asked."""

    def __init__(self, today: date) -> None:
        self.today = today

    @cached_property
    def parameters(self) -> Snapshot:
        return Snapshot.take()

    def day(self, period: Period) -> date:
        """On which a stock is looked at: the last day of the period, or today while it runs."""
        return min(period.last, self.today)


def ledger_of(tally: Tally) -> Ledger:
    found = registry.get(tally.ledger)
    assert found, f"checked at start-up: {tally.ledger}"
    return found


def field_at(ledger: Ledger, path: str) -> Field[Any, Any]:
    """The column at the end of a path over foreign keys; of a JSON column itself. Errors: FieldDoesNotExist."""
    model, names = ledger.model, path.split("__")
    for place, name in enumerate(names):
        field = model._meta.get_field(name)
        if not isinstance(field, Field):
            raise FieldDoesNotExist(f"{name} names several rows")
        if place == len(names) - 1 or is_json(field):
            return field
        if not isinstance(field, ForeignKey):
            raise FieldDoesNotExist(f"{name} is no foreign key")
        model = field.related_model  # type: ignore[assignment]
    raise FieldDoesNotExist(path)


def is_json(field: Field[Any, Any]) -> bool:
    """A column of named details, some of which are numbers."""
    return field.get_internal_type() == "JSONField"


def rows(tally: Tally, period: Period, reckoning: Reckoning) -> Q:
    """Those it counts in the period. Errors: ParameterMissing."""
    return placed(tally.placing, period, reckoning) & meant(tally, reckoning.day(period), reckoning)


def meant(tally: Tally, day: date, reckoning: Reckoning) -> Q:
    """Whatever the period. Errors: ParameterMissing."""
    ledger = ledger_of(tally)
    return reduce(and_, (_condition(ledger, each, day, reckoning) for each in tally.where), Q())


def placed(placing: Placing, period: Period, reckoning: Reckoning) -> Q:
    if placing.dated:
        return Q(**{f"{placing.dated}__gte": period.first, f"{placing.dated}__lte": period.last})
    if placing.year:
        return Q(**{placing.year: period.last.year})
    if not placing.starts:
        return Q()
    day = reckoning.day(period)
    found = Q(**{f"{placing.starts}__lte": day})
    if placing.ends:
        found &= Q(**{f"{placing.ends}__isnull": True}) | Q(**{f"{placing.ends}__gte": day})
    if placing.closed:
        found &= Q(**{f"{placing.closed}__isnull": True}) | Q(**{f"{placing.closed}__gt": day})
    return found


def amount(tally: Tally, where: Q) -> Aggregate:
    """Its number over the rows of a query; `where`: those it counts."""
    if tally.how is How.SUM:
        return Sum(_number(tally), filter=where or None)
    if tally.how is How.DISTINCT:
        return Count(tally.field, distinct=True, filter=where or None)
    return Count("pk", filter=where or None)


def _number(tally: Tally) -> Expression | F:
    if not is_json(field_at(ledger_of(tally), tally.field)):
        return F(tally.field)
    column, _, name = tally.field.rpartition("__")
    return Cast(KeyTextTransform(name, F(column)), DecimalField(max_digits=24, decimal_places=4))


def _condition(ledger: Ledger, condition: Condition, day: date, reckoning: Reckoning) -> Q:
    name, field = condition.field, field_at(ledger, condition.field)
    match condition.op:
        case Op.IS | Op.NOT:
            found = Q(**{f"{name}__{'overlap' if isinstance(field, ArrayField) else 'in'}": list(condition.value)})
            return found if condition.op is Op.IS else ~found
        case Op.FILLED:
            return _filled(name, field) if condition.value else ~_filled(name, field)
        case Op.PAST:
            return Q(**{f"{name}__lt": day}) if condition.value else ~Q(**{f"{name}__lt": day})
    lookup = f"{name}__{_LOOKUPS[condition.op]}"
    if not condition.parameter:
        return Q(**{lookup: condition.value})
    return _as_the_place_says(ledger, lookup, condition.parameter, day, reckoning.parameters)


def _filled(name: str, field: Field[Any, Any]) -> Q:
    empty: Any = [] if isinstance(field, ArrayField) else "" if isinstance(field, CharField | TextField) else None
    told = Q(**{f"{name}__isnull": False})
    return told if empty is None else told & ~Q(**{name: empty})


def _as_the_place_says(ledger: Ledger, lookup: str, code: str, day: date, parameters: Snapshot) -> Q:
    """A place may have its own value: the widest first, each narrower one replaces it inside."""
    law = guideline.in_force(day).parameter(code)
    home = Q(**{lookup: parameters.at(code, day, law.home).value})
    for division in sorted(_places(law.values, parameters.overrides.get(code, ())), key=lambda d: -codes.span(d)):
        inside = Scope.of([division]).q(ledger.scope)
        own = Q(**{lookup: parameters.at(code, day, division).value})
        home = (inside & own) | (~inside & home)
    return home


def _places(*values: Iterable[Value]) -> set[int]:
    return {value.division for group in values for value in group if value.division is not None}
