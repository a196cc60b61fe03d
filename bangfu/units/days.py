"""Rows with a term: from_on to to_on, both days included, no end for what still lasts."""

from __future__ import annotations

from datetime import date

from django.db.models import Q


def on(day: date, prefix: str = "") -> Q:
    """Rows in force on the day. `prefix`: path to the row, like "members__"."""
    return Q(**{f"{prefix}from_on__lte": day}) & (Q(**{f"{prefix}to_on": None}) | Q(**{f"{prefix}to_on__gte": day}))


def during(first: date, last: date, prefix: str = "") -> Q:
    """Rows in force on some day of the period."""
    return Q(**{f"{prefix}from_on__lte": last}) & (Q(**{f"{prefix}to_on": None}) | Q(**{f"{prefix}to_on__gte": first}))
