"""推后、转交、收回: the acts behind the buttons of the first page, and the nightly end of what is over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Grant, User
from bangfu.accounts.roles import Act
from bangfu.activities.acts import follow_up_ledger
from bangfu.consolidation import response_doers
from bangfu.consolidation.response_tasks import ResponseTask
from bangfu.duties import board
from bangfu.site import put_off
from bangfu.site.put_off import End, HandOver, Snooze
from bangfu.site.todo import Todo
from bangfu.workflow.colleagues import circle
from bangfu.workflow.models import Flow
from bangfu.workflow.openings import waits_for

#: how far a thing without a day may be put off
MOST_DAYS = 30


class Refused(ValueError):
    """In words for the one who asked."""


def last_day(thing: Todo, on: date) -> date | None:
    """Until when at most it may be put off; None: it may not."""
    if thing.due_on is None:
        return on + timedelta(days=MOST_DAYS)
    return thing.due_on if thing.due_on > on else None


def snooze(thing: Todo, until_on: date, *, by: User, on: date) -> None:
    """Errors: Refused. Again for the same thing: the new day holds."""
    last = last_day(thing, on)
    if last is None:
        raise Refused("这件事今天到期或已经过期，不能再推后；办不了的可以转交同事")
    if not on < until_on <= last:
        raise Refused(f"推后的日期要在明天到 {last} 之间{'，不能超过到期日' if thing.due_on else ''}")
    with transaction.atomic():
        open_ones = Snooze.objects.filter(user=by, key=thing.name, ended_at=None)
        if not open_ones.update(until_on=until_on):
            made = Snooze(user=by, key=thing.name, what=thing.what[:400], url=thing.url[:400], until_on=until_on)
            Snooze.objects.bulk_create([made], ignore_conflicts=True)


def wake(pk: int, *, by: User, at: datetime) -> bool:
    return bool(Snooze.objects.filter(pk=pk, user=by, ended_at=None).update(ended_at=at, ended_by=End.WOKEN))


def hand(thing: Todo, to: User, *, by: Actor, on: date, note: str = "") -> None:
    """Errors: Refused. Pressed twice, it is handed once."""
    if by.user is None or not put_off.can_be_handed(thing.name):
        raise Refused("这一行是几件事的汇总，请打开名单，对其中一件转交")
    if thing.giver:
        raise Refused("这件事是同事转交给您的；办不了请退回")
    if to == by.user:
        raise Refused("请选择另一位同事")
    grant = circle(by, on).filter(user=to).order_by("pk").first()
    if grant is None:
        raise Refused(f"{to}现在没有本地、本单位的授权")
    kind, _, rest = thing.name.partition(":")
    subject, _, state = rest.partition(":")
    if not _may_take(kind, int(subject), Actor.of(to, on)):
        raise Refused(f"按{to}的角色办不了这件事，请另选一位")
    made = HandOver(
        giver=by.user, delegate=to, grant=grant, kind=kind, subject=int(subject), state=state, what=thing.what[:400],
        why=thing.why[:600], url=thing.url[:400], action=thing.action, article=thing.article, due_on=thing.due_on,
        legal=thing.legal, note=note[:200],
    )  # fmt: skip
    HandOver.objects.bulk_create([made], ignore_conflicts=True)


def _may_take(kind: str, subject: int, delegate: Actor) -> bool:
    if kind == put_off.FLOW:
        return Flow.objects.open().filter(waits_for(delegate), pk=subject).exists()
    if kind == put_off.FOLLOW_UP:
        return follow_up_ledger().visible_to(delegate, Act.EDIT).filter(pk=subject).exists()
    if kind == put_off.STANDING:
        return delegate.may(Act.EDIT) and board.seen(delegate).filter(pk=subject).exists()
    task = ResponseTask.objects.filter(pk=subject).first()
    return task is not None and response_doers.may_finish(delegate, task)


def take_back(pk: int, *, by: User, at: datetime) -> HandOver | None:
    """By the giver, or given back by the delegate; None when there is none (any more)."""
    with transaction.atomic():
        found = HandOver.objects.select_for_update().filter(pk=pk, ended_at=None).first()
        if found is None or by.pk not in (found.giver_id, found.delegate_id):
            return None
        found.ended_at, found.ended_by = at, End.TAKEN_BACK if by.pk == found.giver_id else End.GIVEN_BACK
        found.save(update_fields=["ended_at", "ended_by"])
    return found


def end_over(on: date, at: datetime) -> int:
    """What is over is written down as ended; pages do not wait for it."""
    open_ones = HandOver.objects.filter(ended_at=None)
    in_force = Exists(Grant.objects.in_force(on).filter(pk=OuterRef("grant")))
    ended = open_ones.exclude(put_off.IS_OPEN).update(ended_at=at, ended_by=End.DONE)
    ended += open_ones.exclude(in_force).update(ended_at=at, ended_by=End.NO_GRANT)
    return ended + Snooze.objects.filter(ended_at=None, until_on__lte=on).update(ended_at=at, ended_by=End.DUE)
