"""What waits for a technology commissioner with an account (4.3): requests that were given to him."""

from __future__ import annotations

from datetime import date, timedelta

from bangfu.accounts.actor import Actor
from bangfu.industry.technology.technology_requests import TechnologyRequest
from bangfu.industry.waiting import Lines, Waiting, counted, opened
from bangfu.lawbook import parameters


def waiting(actor: Actor, on: date) -> Lines:
    if actor.user is None or not actor.homes:
        return
    place = actor.homes[0].pk
    rows = TechnologyRequest.objects.filter(
        technology_commissioner__user=actor.user, answered_on=None, withdrawn_at=None
    )

    def line(number: str, asked_on: date | None) -> Waiting:
        days = int(parameters.value("technology_answer_days", on, place))  # asked only where something waits
        due = asked_on and asked_on + timedelta(days=days)
        url, why = opened(TechnologyRequest, "待答复"), "打开写答复；要到现场的，服务后登记活动"
        return Waiting("4.3", f"{number} 件技术需求交给您答复", why, url, "去答复", due)

    yield counted(rows, line, "asked_on")
