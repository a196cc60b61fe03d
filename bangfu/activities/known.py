"""What the form of an activity need not ask: where somebody works, for which unit, with which units and cadres there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Act
from bangfu.activities import acts
from bangfu.activities.activity import Activity
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.units.cadre import Cadre
from bangfu.units.days import on
from bangfu.units.group import Group
from bangfu.units.helped import towns_of_units, units_of_town

MOST_CADRES = 60


@dataclass(frozen=True)
class Known:
    """Of one person on one day."""

    actor: Actor
    day: date

    @cached_property
    def unit(self) -> Unit | None:
        """The unit for which they may enter activities."""
        mine = [grant.unit for grant in self.actor.grants if grant.unit_id in self.units]
        return next(iter(mine), None)

    @cached_property
    def units(self) -> frozenset[int]:
        return self.actor.units(Act.EDIT, acts.ledger().edited_by)

    @cached_property
    def places(self) -> Scope:
        """Where they may enter activities: their own places, and the towns that their unit helps."""
        own = self.actor.scope(Act.EDIT, acts.ledger().edited_by)
        helped = towns_of_units(self.units, self.day).values_list("group__town", flat=True) if self.units else ()
        return Scope.of([*(low for low, _ in own.ranges), *helped])

    @cached_property
    def place(self) -> Division | None:
        """The one that is meant when nothing is said: the place looked at, else the only (first) one of the own."""
        chosen = self.actor.place if self.actor.place and self.actor.place in self.places else None
        lows = [low for low, _ in self.places.ranges]
        code = chosen or next(iter(lows), None)
        if code is None or codes.level_of(code) < Level.TOWN:
            return None
        return Division.objects.filter(code=code).first()

    @cached_property
    def town(self) -> int | None:
        return self.place.code // codes.SPANS[Level.TOWN] * codes.SPANS[Level.TOWN] if self.place else None

    @cached_property
    def group(self) -> Group | None:
        return self.groups[0] if len(self.groups) == 1 else None

    @cached_property
    def groups(self) -> list[Group]:
        """Those of the place, else of the unit."""
        rows = Group.objects.filter(on(self.day), withdrawn_at=None)
        if self.town:
            return list(rows.filter(town=self.town))
        return list(rows.filter(town__in=towns_of_units(self.units, self.day))) if self.units else []

    @cached_property
    def group_units(self) -> list[Unit]:
        """Own first, then the units that help the town."""
        there = list(units_of_town(self.town, self.day)) if self.town else []
        return list(dict.fromkeys([*([self.unit] if self.unit else []), *there]))

    @cached_property
    def cadres(self) -> list[Cadre]:
        """In office that day: sent by the own unit, else serving in the town."""
        rows = Cadre.objects.filter(on(self.day), withdrawn_at=None).select_related("sending_unit")
        if self.unit:
            rows = rows.filter(sending_unit__in=self.units)
        elif self.town:
            rows = rows.filter(town=self.town)
        else:
            return []
        return list(rows.order_by("post", "name")[:MOST_CADRES])

    def people(self, kind: str) -> str:
        """Who took part the last time for the same unit; else oneself."""
        if not self.unit:
            return str(self.actor.user)
        last = Activity.objects.filter(kind=kind, units__unit=self.unit, withdrawn_at=None).order_by("-held_on").first()
        return last.people if last else ""
