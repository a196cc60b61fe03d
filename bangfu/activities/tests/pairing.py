"""The liaison's unit in the group of 东华镇, with one cadre there; another unit in no group."""

from __future__ import annotations

import datetime
from typing import Any

from bangfu.accounts.models import Unit
from bangfu.units.models import Cadre, Group, GroupMember, Team

TOWN, VILLAGE, FAR = 441881137000, 441881137201, 441882101000
BEGAN = datetime.date(2024, 7, 1)


def paired(cast: Any) -> tuple[Group, Unit, Cadre]:
    unit = cast["联络员"].grants.get().unit
    group = Group.objects.create(town_id=TOWN, title="东华镇组团", round="second", from_on=BEGAN)
    GroupMember.objects.create(group=group, town_id=TOWN, unit=unit, is_lead=True, from_on=BEGAN)
    team = Team.objects.create(town_id=TOWN, name="东华镇工作队", group=group, from_on=BEGAN)
    cadre = Cadre.objects.create(
        town_id=TOWN, team=team, name="陈志强", sending_unit=unit, post="captain", from_on=BEGAN
    )
    return group, unit, cadre
