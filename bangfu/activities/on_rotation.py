"""What a cadre who leaves hands over of activities: the follow-ups in the own name (5.3)."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.db.models.functions import Now

from bangfu.accounts.models import User
from bangfu.activities.follow_ups import WAITS, FollowUp
from bangfu.divisions.scope import Scope
from bangfu.units.rotation import Heir


def _open(person: User, place: int) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(WAITS, Scope.of([place]).q("division"), who_user=person)


def _count(person: User, place: int) -> int:
    return _open(person, place).count()


def _move(person: User, heir: User | None, name: str, place: int) -> None:
    """Without an account of the successor they stay open under the name, for whoever is at the place."""
    _open(person, place).update(who_user=heir, who=name, version=F("version") + 1, updated_at=Now())


FOLLOW_UPS = Heir("后续事项", _count, _move)
