"""A group in the cast's town: two units, a team with captain and member, for tests of duties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from bangfu.accounts.models import Unit
from bangfu.activities.activity import Activity, ActivityCadre, ActivityPlace, ActivityUnit
from bangfu.divisions.models import Division
from bangfu.units.cadre import Cadre
from bangfu.units.group import Group
from bangfu.units.group_member import GroupMember
from bangfu.units.team import Team
from tests.fixtures.cast import Cast

TOWN = 441881137000


@dataclass
class World:
    town: Division
    group: Group
    lead: GroupMember
    member: GroupMember
    team: Team
    captain: Cadre
    cadre: Cadre

    def act(self, kind: str, on: date, **more: Any) -> Activity:
        """An activity as the form leaves it; `units`: (unit, rank), `cadres`, `places`: lists."""
        units, cadres, places = (more.pop(name, ()) for name in ("units", "cadres", "places"))
        row = Activity.objects.create(kind=kind, held_on=on, **{"division": self.town, **more})
        ActivityUnit.objects.bulk_create([ActivityUnit(activity=row, unit=unit, rank=rank) for unit, rank in units])
        ActivityCadre.objects.bulk_create([ActivityCadre(activity=row, cadre=cadre) for cadre in cadres])
        ActivityPlace.objects.bulk_create([ActivityPlace(activity=row, division=place) for place in places])
        return row


@pytest.fixture
def world(cast: Cast) -> World:
    town = Division.objects.get(pk=TOWN)
    since = date(2023, 1, 1)
    of_liaison = cast["联络员"].grants.get().unit or Unit.objects.get(pk=0)
    other = Unit.objects.create(name="演示成员单位", kind="city")
    group = Group.objects.create(
        town=town, title="演示组团", round=Group._meta.get_field("round").choices[-1][0], from_on=since
    )
    lead = GroupMember.objects.create(town=town, group=group, unit=of_liaison, is_lead=True, from_on=since)
    member = GroupMember.objects.create(town=town, group=group, unit=other, from_on=since)
    team = Team.objects.create(town=town, name="演示工作队", group=group, from_on=since)
    captain = Cadre.objects.create(
        town=town, team=team, name="演示队长", sending_unit=of_liaison, post="captain", from_on=since
    )
    cadre = Cadre.objects.create(town=town, team=team, name="演示队员", sending_unit=other, from_on=since)
    return World(town, group, lead, member, team, captain, cadre)
