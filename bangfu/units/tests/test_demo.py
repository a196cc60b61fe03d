"""The demo's groups and teams."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from bangfu.units.demo.load import load
from bangfu.units.helped import units_of_town
from bangfu.units.models import Cadre, Team

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 2)


def test_the_cast_stands_in_the_demo_team(cast: Any) -> None:
    load(TODAY)
    team = Team.objects.get(town=441881137000)
    captain = team.captain_on(TODAY)
    assert captain and captain.user == cast["队长"]
    assert Cadre.objects.get(user=cast["队员"]).team == team
    lead, *_ = units_of_town(441881137000, TODAY)
    assert lead == cast["联络员"].unit
    before = {unit.name for unit in units_of_town(441881137000, datetime.date(2025, 4, 30))}
    after = {unit.name for unit in units_of_town(441881137000, datetime.date(2025, 5, 1))}
    assert before ^ after == {"广州市市场服务中心（演示）", "广州市花卉研究所（演示）"}, (
        "one left, one came the next day"
    )
