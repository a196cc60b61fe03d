"""Rules of a row that the database holds, told in words: forms, the API and imports ask them before (uniqueness.py, exchange).

The name of a rule carries the field beside which it is told: `post_ends_on_in_order`.
"""

from __future__ import annotations

from django.db.models import CheckConstraint, F, Q


def must(condition: Q, name: str, message: str) -> CheckConstraint:
    return CheckConstraint(condition=condition, name=name, violation_error_message=message)


def not_before(last: str, first: str, name: str, message: str) -> CheckConstraint:
    """One day (or number) is blank or not before another; a blank `first` says nothing either."""
    return must(Q(**{last: None}) | Q(**{first: None}) | Q(**{f"{last}__gte": F(first)}), name, message)
