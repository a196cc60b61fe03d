"""People rotate: somebody acts for me from one day to another, and all that waits for A goes to B."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.accounts.roles import OFFICERS, Act
from bangfu.divisions.scope import Scope
from bangfu.kernel.text import clean
from bangfu.lawbook.acts import recorded
from bangfu.workflow.acts import refuse
from bangfu.workflow.models import Deed, Delegation, Flow, StepRecord, within
from bangfu.workflow.openings import waits_for


def delegate(to: User, *, from_on: date, to_on: date, reason: str, by: Actor, at: datetime) -> Delegation:
    """`to` takes steps for the actor, who keeps the own rights. Errors: Refused."""
    words, today = clean(reason), timezone.localdate(at)
    if by.user is None or by.token:
        raise refuse("请本人登录后委托")
    if to == by.user or not to.is_active:
        raise refuse("请另选一位在用的用户")
    if not Actor.of(to, max(from_on, today)).may(Act.READ) or by.roles & OFFICERS:
        raise refuse(f"{to}没有业务角色，不能代办")
    if to_on < max(from_on, today) or not words:
        raise refuse("请写明原因" if not words else "结束日期不能早于开始日期和今天")
    with recorded(by, "委托代办", words):
        return Delegation.objects.create(
            principal=by.user, delegate=to, from_on=from_on, to_on=to_on, reason=words[:200]
        )


def end_delegation(delegation: Delegation, *, by: Actor, at: datetime) -> None:
    """By the one who gave it, or the one who holds it. Errors: Refused."""
    if by.user not in (delegation.principal, delegation.delegate) or by.token:
        raise refuse("只有委托人和代办人可以终止")
    with recorded(by, "终止委托"):
        Delegation.objects.filter(pk=delegation.pk, ended_at=None).update(ended_at=at)


@dataclass(frozen=True)
class HandedOver:
    moved: int
    #: open flows of the person that the successor cannot go on with: another place or role
    left: int


def hand_over(person: User, to: User, *, by: Actor, at: datetime, reason: str) -> HandedOver:
    """All open flows that name the person now name `to`, where the grants of `to` can go on with them.

    By the person, or by somebody who may edit in the place of the flows. By set: three statements a workflow.
    Errors: Refused.
    """
    words, today = clean(reason), timezone.localdate(at)
    if person == to or not words:
        raise refuse("请写明原因" if person != to else "请另选一位接手的人")
    if by.user is None or by.token:
        raise refuse("请本人登录后办理交接")
    mine = Flow.objects.open().filter(assignee=person)
    if by.user != person:
        mine = mine.filter(within(by.scope(Act.EDIT)))
    successor, moved = Actor.of(to, today), 0
    with recorded(by, "工作交接", words):
        waiting = mine.select_for_update().filter(waits_for(successor)).values_list("pk", "state")
        found = list(waiting)
        Flow.objects.filter(pk__in=[pk for pk, _ in found]).update(assignee=to, version=F("version") + 1)
        StepRecord.objects.bulk_create(
            StepRecord(
                flow_id=pk, deed=Deed.HANDED_OVER, from_state=state, to_state=state, by=by.user, on=today, at=at,
                reason=f"{person} 交给 {to}。{words}"[:500],
            )
            for pk, state in found
        )  # fmt: skip
        moved = len(found)
    return HandedOver(moved, mine.count())


def relocate(subject_type: str, subject_ids: list[int], division: int) -> int:
    """The open flows of rows that moved to another division go with them; the number of flows."""
    flows = Flow.objects.open().filter(subject_type=subject_type, subject_id__in=subject_ids)
    return flows.update(division=division, version=F("version") + 1)


def release(person: User, place: int, *, by: Actor, at: datetime, reason: str) -> int:
    """Open flows of one place that still name the person stand again on the list of all who may go on with them; the
    number of flows. For somebody who leaves and whose successor cannot take them all."""
    words = clean(reason)
    held = Flow.objects.open().filter(within(Scope.of([place])), assignee=person)
    with recorded(by, "工作交接", words):
        found = list(held.select_for_update().values_list("pk", "state"))
        Flow.objects.filter(pk__in=[pk for pk, _ in found]).update(assignee=None, version=F("version") + 1)
        StepRecord.objects.bulk_create(
            StepRecord(
                flow_id=pk, deed=Deed.HANDED_OVER, from_state=state, to_state=state, by=by.user,
                on=timezone.localdate(at), at=at, reason=f"{person} 离任，由有权办理的人接着办。{words}"[:500],
            )
            for pk, state in found
        )  # fmt: skip
    return len(found)
