"""Who may be chosen to act for somebody or to take over: people of the same place or unit, by name, role or account."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Grant, User
from bangfu.accounts.roles import OFFICERS, Role
from bangfu.divisions.scope import Scope
from bangfu.kernel.codes import SPANS, Level, level_of


@dataclass(frozen=True)
class Colleague:
    user: User
    #: as what, and where
    title: str

    def as_suggestion(self) -> dict[str, str | int]:
        return {"value": self.user.pk, "label": str(self.user), "note": f"{self.title}，账号 {self.user.username}"}


def circle(actor: Actor, on: date) -> QuerySet[Grant]:
    """Grants of those with whom the actor works: the own place and below, a village's whole town, the own unit."""
    town = SPANS[Level.TOWN]
    places = [grant.division_id for grant in actor.grants if grant.division_id]
    scope = Scope.of(place // town * town if level_of(place) is Level.VILLAGE else place for place in places)
    units = {grant.unit_id for grant in actor.grants} | {actor.user.unit_id if actor.user else None}
    mine = Q(unit__in=units - {None}) | Q(user__unit__in=units - {None})
    found = Grant.objects.in_force(on).filter(scope.q("division") | mine, user__is_active=True)
    return found.exclude(role__in=OFFICERS)


def find(actor: Actor, text: str, on: date, limit: int) -> list[Colleague]:
    """By part of the name, the account, or the words of the role or the place. One query."""
    words = text.split()[:4]
    grants = circle(actor, on).select_related("user", "division", "unit")
    for word in words:
        roles = [role for role in Role if word in role.label]
        named = Q(user__name__icontains=word) | Q(user__username__istartswith=word) | Q(role__in=roles)
        grants = grants.filter(named | Q(division__name__contains=word) | Q(unit__name__contains=word))
    titles: dict[User, list[str]] = defaultdict(list)
    for grant in grants.order_by("user__name", "user_id", "pk")[: 4 * limit]:
        place = grant.unit or (grant.division.label if grant.division else "")
        titles[grant.user].append(f"{grant.get_role_display()} {place}".strip())
    return [Colleague(user, "、".join(dict.fromkeys(each))) for user, each in titles.items()][:limit]


def named(actor: Actor, text: str, on: date) -> list[User]:
    """Those whom the typed text can mean: the account, else the whole name."""
    users = User.objects.filter(pk__in=circle(actor, on).values("user"))
    return list(users.filter(username=text)) or list(users.filter(name=text)[:3])
