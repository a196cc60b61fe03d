"""1.3: from what people asked for to a planned session, to who came, to the need that is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bangfu.activities.models import Activity
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.people.models import Person
from bangfu.services.models import TrainingEnrolment, TrainingNeed, TrainingSession
from tests.ledgers.samples import HERE, make

ClientOf = Callable[[str], Client]
TODAY = dates.today()
TOWN = HERE // 1000 * 1000


def _need(**columns: Any) -> TrainingNeed:
    ledger = registry.get("persons")
    assert ledger
    person: Person = make(ledger, HERE)
    known = {"topic": "cooking", "wished_on": TODAY - timedelta(days=30), "season": "slack"}
    same = {"person": person, "household": person.household, "village_id": HERE, "name": person.name}
    return TrainingNeed.objects.create(**same, **known | columns)


@pytest.mark.django_db
def test_a_session_is_planned_from_demand_held_and_answers_it(client_of: ClientOf) -> None:
    town, outsider = client_of("镇办"), client_of("外县")
    asked, other_topic = [_need() for _ in range(4)], _need(topic="farming")
    page = town.get("/services/training/").content.decode()
    assert "粤菜师傅" in page
    assert "农闲时 4 人" in page
    assert "粤菜师傅" not in outsider.get("/services/training/").content.decode()
    sent = {"division": TOWN, "topic": "cooking", "title": "粤菜短训", "held_on": TODAY + timedelta(days=3), "seats": 3}
    assert town.post("/l/training-sessions/new/", sent).status_code == 302
    session = TrainingSession.objects.get()
    at, move = f"/services/training/{session.pk}/", f"/services/training/{session.pk}/move/"
    page = town.get(at).content.decode()
    assert asked[0].name in page
    assert other_topic.name not in page
    assert outsider.get(at).status_code == outsider.post(move, {"act": "book", "row": asked[0].pk}).status_code == 404

    def act(deed: str, *rows: TrainingNeed) -> str:
        return town.post(move, {"act": deed, "row": [row.pk for row in rows]}, follow=True).content.decode()

    assert "还能排 3 人，选了 4 人" in act("book", *asked)
    assert "请先勾选人" in act("book")
    act("book", *asked[:3])
    act("book", *asked[:3])  # pressed twice
    assert TrainingNeed.objects.filter(planned_in=session).count() == 3
    assert "已经排进 3 人，名额不能更少" in str(
        town.post(f"/l/training-sessions/{session.pk}/edit/", sent | {"seats": 2, "version": 1}).context["form"].errors
    )
    assert "还没有到" in act("hold", *asked[:2])
    act("drop", asked[2])
    act("book", asked[3])
    TrainingSession.objects.update(held_on=TODAY - timedelta(days=1))
    assert "粤菜短训的计划日期过了" in town.get("/").content.decode()
    act("hold", *asked[:2])
    act("hold", *asked[:2])
    assert TrainingEnrolment.objects.count() == 2
    activity = Activity.objects.get(kind="training")
    assert (activity.headcount, activity.division_id, activity.title) == (2, TOWN, "粤菜短训")
    for row in asked:
        row.refresh_from_db()
    assert [row.answered_by for row in asked] == [activity, activity, None, None]
    assert [row.planned_in for row in asked] == [session, session, None, None]
    assert "计划日期过了" not in town.get("/").content.decode()

    again = {**sent, "title": "第二期", "held_on": TODAY + timedelta(days=9)}
    town.post("/l/training-sessions/new/", again)
    second = TrainingSession.objects.get(title="第二期")
    town.post(f"/services/training/{second.pk}/move/", {"act": "book", "row": asked[3].pk})
    cancelled = again | {"cancelled_reason": "老师来不了", "version": 1}
    assert town.post(f"/l/training-sessions/{second.pk}/edit/", cancelled).status_code == 302
    asked[3].refresh_from_db()
    assert asked[3].planned_in is None
