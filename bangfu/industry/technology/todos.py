"""What waits for a technology commissioner with an account (4.3): requests that were given to him."""

from __future__ import annotations

from datetime import date, timedelta

from bangfu.accounts.actor import Actor
from bangfu.industry.technology.technology_requests import TechnologyRequest
from bangfu.industry.waiting import Lines, Waiting, counted, opened
from bangfu.lawbook.parameters import Snapshot


def waiting(actor: Actor, on: date) -> Lines:
    if actor.user is None or not actor.homes:
        return
    days = timedelta(days=int(Snapshot.take().at("technology_answer_days", on, actor.homes[0].pk).value))
    rows = TechnologyRequest.objects.filter(
        technology_commissioner__user=actor.user, answered_on=None, withdrawn_at=None
    )
    url, why = opened(TechnologyRequest, "待答复"), "打开写答复；要到现场的，服务后登记活动"
    yield counted(
        rows,
        lambda n, day: Waiting("4.3", f"{n} 件技术需求交给您答复", why, url, "去答复", day and day + days),
        "asked_on",
    )
