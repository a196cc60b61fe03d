"""Where the two trees cross: the towns that a unit helps, and the units that help a town."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet

from bangfu.accounts.models import Unit
from bangfu.units.days import on


def _members() -> QuerySet[Any]:
    rows: QuerySet[Any] = apps.get_model("units", "GroupMember").objects.filter(
        withdrawn_at=None, group__withdrawn_at=None
    )
    return rows


def towns_of_units(units: Iterable[int], day: date | None = None) -> QuerySet[Any]:
    """Codes of the towns that some of the units help: ever, or on the day. One column, for `__in`."""
    rows = _members().filter(unit__in=units)
    return (rows.filter(on(day), on(day, "group__")) if day else rows).values("group__town")


def units_of_town(town: int, day: date) -> QuerySet[Unit]:
    """The units of the town's group on the day, the lead first."""
    rows = _members().filter(on(day), on(day, "group__"), group__town=town)
    return Unit.objects.filter(group_memberships__in=rows).order_by("-group_memberships__is_lead", "name")


class ByTown:
    """For a ledger whose scope is `town`: holders of a unit grant see the towns that their unit helps or helped."""

    def of_units(self, units: frozenset[int]) -> Q:
        return Q(town__in=towns_of_units(units))
