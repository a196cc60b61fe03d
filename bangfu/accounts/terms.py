"""Terms (from, to, both days included) that may not overlap, held by the database."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import CheckConstraint, F, Func, Q, Value


def point(value: F | Func) -> Func:
    """A number as a range of one, because GiST without extensions knows ranges only."""
    return Func(value, value, Value("[]"), function="int8range")


def text_point(name: str) -> Func:
    """The same of a text column, by its hash."""
    return point(Func(F(name), function="hashtext"))


def term() -> Func:
    """The days of from_on and to_on; no end is for ever."""
    return Func(F("from_on"), F("to_on"), Value("[]"), function="daterange")


def never_twice(name: str, *what: Func, condition: Q, message: str) -> ExclusionConstraint:
    """No two rows of the same `what` whose terms share a day."""
    expressions = [(each, RangeOperators.OVERLAPS) for each in (*what, term())]
    return ExclusionConstraint(name=name, expressions=expressions, condition=condition, violation_error_message=message)


def in_order(name: str) -> CheckConstraint:
    return CheckConstraint(
        condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name=name, violation_error_message="结束日期早于开始日期"
    )
