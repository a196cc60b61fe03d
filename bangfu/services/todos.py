"""What of chapter 3 waits for a person: proposals without an answer, first days of work, follow-ups, points to be judged.

Each look is one part of the first page's one query (ledger/peek.py); a role that it is not for has no part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.divisions.scope import Scope
from bangfu.kernel.periods import add_months
from bangfu.lawbook.parameters import Snapshot
from bangfu.ledger.peek import Found, Peek
from bangfu.services.jobs.job_proposal import JobProposal
from bangfu.services.jobs.placement import Placement
from bangfu.services.jobs.travel_subsidy import UNPAID, TravelSubsidy
from bangfu.services.points.points_application import PointsApplication
from bangfu.services.points.points_objection import OPEN as UNANSWERED
from bangfu.services.points.points_objection import PointsObjection
from bangfu.services.settling import OF_PLACEMENTS
from bangfu.services.training.training_session import TO_COME, TrainingSession

COUNTED, SHOWN = 100, 5
FIELD_WORK = (Role.TOWN, Role.VILLAGE, Role.CAPTAIN, Role.MEMBER)


@dataclass(frozen=True)
class Waiting:
    what: str
    why: str
    url: str
    action: str
    article: str
    key: str
    due_on: date | None = None
    village: str = ""


def waiting(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    scope = actor.scope(Act.EDIT, FIELD_WORK)
    if not scope:
        return
    law, place = Snapshot.take(), scope.ranges[0][0]
    yield _proposals(scope)
    yield _not_begun(scope, on - timedelta(days=int(law.at("job_accepted_days", on, place).value)))
    yield from _follow_ups(scope, on, law, place)
    yield _sessions(scope, on)
    yield _unpaid(scope, on - timedelta(days=int(law.at("travel_subsidy_pay_days", on, place).value)))
    yield _to_judge(scope)
    yield _objections(scope)


def _number(count: int) -> str:
    return f"{COUNTED} 多" if count > COUNTED else str(count)


def _counted(rows: QuerySet[Any], words: tuple[str, str, str, str, str]) -> Peek[Waiting]:
    """`words`: what after the number, why, address, button, article."""

    def told(found: list[Found]) -> Iterator[Waiting]:
        if found:
            what, why, url, action, article = words
            yield Waiting(f"{_number(len(found))} {what}", why, url, action, article, "")

    return Peek(rows, told, most=COUNTED + 1)


def _proposals(scope: Scope) -> Peek[Waiting]:
    rows = JobProposal.objects.filter(scope.q("village"), state="open", withdrawn_at=None)
    url = reverse("services:matching")
    return _counted(rows, ("人有推荐的岗位，等答复", "问过本人，接受或不合适点一下", url, "去答复", "3.1"))


def _not_begun(scope: Scope, since: date) -> Peek[Waiting]:
    state = {"state": "accepted", "decided_on__lte": since}
    rows = JobProposal.objects.filter(scope.q("village"), withdrawn_at=None, **state)
    url = f"{reverse('services:matching')}?state=accepted"
    return _counted(
        rows, ("人接受了岗位，还没有登记上岗", "去了的登记上岗，没有去成的写原因，名额好给别人", url, "去登记", "3.1")
    )


def _sessions(scope: Scope, on: date) -> Peek[Waiting]:
    """Planned for a day that is over, and nobody said who came."""

    def told(found: list[Found]) -> Iterator[Waiting]:
        for row in found:
            url = reverse("services:training-people", args=[row.said["pk"]])
            why = "办了的勾选来了的人，学员和需求自动登记；没有办的改日期，或写取消的原因"
            yield Waiting(
                f"{row.said['title']}的计划日期过了", why, url, "去登记", "1.3", str(row.said["pk"]), row.due_on
            )

    rows = TrainingSession.objects.filter(TO_COME, scope.q("division"), held_on__lt=on).order_by("held_on", "pk")
    return Peek(rows, told, {"pk": "pk", "title": "title"}, "held_on", SHOWN)


def _unpaid(scope: Scope, since: date) -> Peek[Waiting]:
    rows = TravelSubsidy.objects.filter(
        scope.q("village"), paid_on=None, refused_reason="", applied_on__lte=since, withdrawn_at=None
    )
    asked = urlencode({"stat": str(UNPAID), "applied_on_before": since.isoformat()})
    url = f"{reverse('ledger:list', args=['travel-subsidies'])}?{asked}"
    why = "发了的填发放日期，不符合的写原因"
    return _counted(rows, ("笔交通补贴申请很久没有发放", why, url, "去看", "3.1"))


def _to_judge(scope: Scope) -> Peek[Waiting]:
    rows = PointsApplication.objects.filter(scope.q("village"), state="applied", withdrawn_at=None)
    return _counted(
        rows, ("条积分申报待评议", "评议通过即公示，期满自动入账", reverse("services:points-jury"), "去评议", "3.4")
    )


def _objections(scope: Scope) -> Peek[Waiting]:
    def told(found: list[Found]) -> Iterator[Waiting]:
        for row in found:
            url = reverse("ledger:detail", args=["points-objections", row.said["pk"]])
            why, key = f"{row.said['content'][:40]}；答复以前不入账", str(row.said["pk"])
            yield Waiting("有人对积分公示提了异议", why, url, "去答复", "3.4", key, village=row.said["village"])

    rows = PointsObjection.objects.filter(UNANSWERED, scope.q("village")).order_by("received_on", "pk")
    return Peek(rows, told, {"pk": "pk", "content": "content", "village": "village__name"}, most=SHOWN)


def _follow_ups(scope: Scope, on: date, law: Snapshot, place: int) -> Iterator[Peek[Waiting]]:
    """One, three and six months after the first day, while that check still counts."""
    early = timedelta(days=int(law.at("employment_check_early_days", on, place).value))
    new = reverse("ledger:new", args=["employment-checks"])
    for column, first, last in OF_PLACEMENTS:
        months, until = (int(law.at(code, on, place).value) for code in (first, last))
        rows = Placement.objects.filter(
            scope.q("village"), Q(**{column: None}), started_on__lte=add_months(on, -months),
            started_on__gt=add_months(on + early, -until), ended_on=None, withdrawn_at=None,
        )  # fmt: skip

        def told(found: list[Found], months: int = months) -> Iterator[Waiting]:
            for row in found:
                assert row.due_on
                url = f"{new}?{urlencode({'person': row.said['person'], 'employer': row.said['employer']})}"
                what, why = f"回访{row.said['name']}还在不在岗", f"上岗满 {months} 个月，在{row.said['employer']}"
                due, key = add_months(row.due_on, months), f"{row.said['pk']}-{months}"
                yield Waiting(what, why, url, "去回访", "3.1", key, due, row.said["village"])

        said = {"pk": "pk", "person": "person_id", "name": "name", "employer": "employer", "village": "village__name"}
        yield Peek(rows.order_by("started_on", "pk"), told, said, "started_on", SHOWN)
