"""The demo's two demands are made by the acts, one open and one delivered."""

from __future__ import annotations

from typing import Any

import pytest

from bangfu.demands.demo.load import load
from bangfu.demands.models import Demand
from bangfu.kernel import dates
from bangfu.people.tests.factories import family
from bangfu.units.demo.load import load as load_units


@pytest.mark.django_db
def test_the_demo_has_an_open_and_a_delivered_demand(cast: Any) -> None:
    family()
    load_units(dates.today())
    load(dates.today())
    open_one, delivered = Demand.objects.order_by("pk")
    assert (open_one.state, delivered.state) == ("open", "delivered")
    assert open_one.known_count == 12
    assert open_one.questions.filter(answered_at__isnull=False).count() == 1
    assert {(each.head_title, each.value) for each in delivered.questions.all()} == {("宿舍间数（间）", "6")}
