"""A town with two families, a commissioner and the invented records of the demo; somebody who writes rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from bangfu.accounts.models import Unit
from bangfu.divisions.models import Division
from bangfu.industry.demo.load import load
from bangfu.kernel import dates
from bangfu.people.models import Household
from bangfu.people.tests.factories import family
from bangfu.units.models import Cadre, Team

ClientOf = Callable[[str], Client]


@pytest.fixture
def town(cast: Any) -> Any:
    """东华镇 with a lifted family in 光明村 of which two can work, a commissioner, and the demo."""
    home, members = family()
    Household.objects.filter(pk=home.pk).update(kind="lifted")
    type(members["head"]).objects.filter(pk=members["head"].pk).update(labour_skill="general_labour")
    home.refresh_from_db()
    place = Division.objects.get(code=441881137000)
    unit = Unit.objects.order_by("pk").first()
    assert unit
    team = Team.objects.create(town=place, name="样例队", from_on=date(2024, 7, 1))
    cadre = Cadre.objects.create(
        team=team,
        town=place,
        name="农技员",
        sending_unit=unit,
        kind="technology_commissioner",
        from_on=date(2024, 7, 1),
    )
    load(dates.today())
    return SimpleNamespace(home=home, place=place, unit=unit, cadre=cadre, today=dates.today())


@pytest.fixture
def refused(client_of: ClientOf) -> Callable[..., str]:
    """What 县局 is told when a row is sent: the body of the 422; "" when it was taken."""

    def send(slug: str, **values: Any) -> str:
        sent = {name: getattr(value, "pk", value) for name, value in values.items() if value is not None}
        body = {name: value.isoformat() if isinstance(value, date) else value for name, value in sent.items()}
        answer = client_of("县局").post(f"/api/v1/{slug}/", body, "application/json")
        assert answer.status_code in (201, 422), answer.content.decode()
        return "" if answer.status_code == 201 else str(answer.json())

    return send
