"""The demo's cases: every state of the way has a household, and nothing is made twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bangfu.consolidation.case_states import State
from bangfu.consolidation.demo.load import PLOTS, load
from bangfu.consolidation.models import Case, RiskRemoval
from bangfu.notices.models import PublicNotice
from bangfu.people.tests.factories import household, person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def test_the_demo_has_a_household_at_every_step(cast: Any) -> None:
    plots = [(steps, days, 1) for steps, days, _ in PLOTS]
    for _ in plots:
        home = household()
        person(home, labour_skill="general_labour")
        person(home, "黄丽芳", "spouse", sex=2, labour_skill="weak_labour")
    made = load(TODAY, plots)
    assert made == Case.objects.count() == len(plots)
    rare = {State.OBJECTION_UPHELD, State.NOT_INCLUDED, State.REVOKED}
    assert {State(state) for state in Case.objects.values_list("state", flat=True)} == set(State) - rare
    assert set(RiskRemoval.objects.values_list("state", flat=True)) == {"considered", "noticing", "tracking"}
    assert not [text for notice in PublicNotice.objects.all() for text in notice.texts() if "陈志强" in text]
    assert load(TODAY, plots) == 0
