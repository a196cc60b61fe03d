"""The acts on an application for points (3.4): judged by the jury, published, posted after the days of objection, undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q, Sum
from django.db.models.functions import Now
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.bookkeeping import posting
from bangfu.bookkeeping.models import Entry
from bangfu.kernel.text import clean
from bangfu.ledger import history
from bangfu.ledger.acts import recorded
from bangfu.services.points import books
from bangfu.services.points.application_import import version_fault
from bangfu.services.points.points_application import PointsApplication
from bangfu.services.points.points_rule import PointsRule

State = PointsApplication.State
history.ACTS |= {
    "points.agree": "评议通过", "points.refuse": "评议不通过", "points.object": "公示期有异议", "points.post": "积分入账",
    "points.undo": "申诉后撤销",
}  # fmt: skip
_COUNTED = (State.PUBLISHED, State.POSTED)
NOBODY = Actor(None)


class Refused(ValueError):
    """The message says why, in Chinese; nothing was written."""


def agree(application: PointsApplication, words: str, *, by: Actor, on: date) -> str:
    """Publishes it from that day; gives what the cap cut off, in words. Errors: Refused, when nothing is left under the cap."""
    if not clean(words):
        raise Refused("请写评议意见，如：评议小组 5 人一致同意")
    with recorded(by, "points.agree"):
        row = locked(application, State.APPLIED)
        rule, cut = row.points_rule, ""
        assert rule
        if fault := version_fault(row):
            raise Refused(f"{row}：{fault}")
        granted = row.points
        if rule.cap_points is not None and granted > 0:
            had = _counted(row, rule)
            granted = min(granted, max(rule.cap_points - had, 0))
            if granted <= 0:
                raise Refused(
                    f"{row}：{rule.get_cap_period_display()}封顶 {rule.cap_points} 分，已有 {had} 分，不能再加"
                )
            if granted < row.points:
                cut = f"{row}：封顶 {rule.cap_points} 分，已有 {had} 分，记 {granted} 分"
        until = on + timedelta(days=rule.points_scheme.objection_days)
        _write(
            row, state=State.PUBLISHED, granted_points=granted, judged_on=on, judged_words=clean(words)[:200],
            objection_until=until,
        )  # fmt: skip
        return cut


def locked(application: PointsApplication, *states: str) -> PointsApplication:
    """One at a time of a household and rule, so that two juries cannot both fill the last points under a cap. In a
    transaction. Errors: Refused, in another state."""
    with connection.cursor() as cursor:
        key = f"{application.household_id}:{application.item}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('points'), hashtext(%s))", [key])
    rows = PointsApplication.objects.select_for_update(of=("self",)).select_related(
        "household", "points_rule__points_scheme"
    )
    row = rows.filter(pk=application.pk, withdrawn_at=None).first()
    if row is None or row.state not in states:
        raise Refused(f"{application}：{row.get_state_display() if row else '已撤回'}，不能再这样办理")
    return row


def _counted(row: PointsApplication, rule: PointsRule) -> int:
    """Points of the household by items of this name in the month or year of what happened, over all versions."""
    same = Q(happened_on__year=row.happened_on.year)
    if rule.cap_period == PointsRule.Period.MONTH:
        same &= Q(happened_on__month=row.happened_on.month)
    others = PointsApplication.objects.filter(same, household=row.household_id, item=row.item, state__in=_COUNTED)
    total = (
        others.filter(withdrawn_at=None, granted_points__gt=0).exclude(pk=row.pk).aggregate(sum=Sum("granted_points"))
    )
    return int(total["sum"] or 0)


def refuse(application: PointsApplication, words: str, *, by: Actor, on: date) -> None:
    if not clean(words):
        raise Refused("请写为什么不通过，申报的人看得到")
    with recorded(by, "points.refuse"):
        row = locked(application, State.APPLIED)
        _write(row, state=State.REFUSED, judged_on=on, judged_words=clean(words)[:200], granted_points=None)


def object_to(application: PointsApplication, words: str, *, by: Actor) -> None:
    """An objection while it is published, or an appeal against a refusal: the jury judges again."""
    if not clean(words):
        raise Refused("请写异议或申诉的理由")
    with recorded(by, "points.object", clean(words)[:200]):
        row = locked(application, State.PUBLISHED, State.REFUSED)
        _write(
            row,
            state=State.APPLIED,
            granted_points=None,
            objection_until=None,
            judged_words=f"异议：{clean(words)}"[:200],
        )


def post(application: PointsApplication, *, by: Actor, on: date, at: datetime) -> None:
    """To the account of the household, once. A deduction takes at most what is there."""
    with recorded(by, "points.post"):
        row = locked(application, State.PUBLISHED)
        if row.objection_until is None or row.objection_until >= on:
            raise Refused(f"{row}：公示到 {row.objection_until}，满了才能入账")
        if waiting := row.objections.filter(answered_on=None, withdrawn_at=None).count():
            raise Refused(f"{row}：公示页上有 {waiting} 条异议没有答复，请先答复")
        entry = books.give(
            row.household, row.granted_points or 0, "points_earned", _key(row), says=row.item, by=by, at=at, on=on
        )
        moved = entry.postings.get(account__kind=books.HOUSEHOLD).fen if entry else 0
        _write(row, state=State.POSTED, posted_on=on, granted_points=moved)


def _key(row: PointsApplication) -> str:
    """Of the posting of one judgement: judged anew after an appeal, it may be posted anew."""
    return f"points:application:{row.pk}:{row.version}"


def due(on: date) -> Any:
    return PointsApplication.objects.filter(state=State.PUBLISHED, objection_until__lt=on, withdrawn_at=None)


def post_all_due(on: date, rows: Iterable[PointsApplication] | None = None, by: Actor = NOBODY) -> int:
    """Every one in its own transaction; those that somebody else posts meanwhile are passed over."""
    done = 0
    for row in list(due(on).order_by("pk") if rows is None else rows):
        try:
            post(row, by=by, on=on, at=timezone.now())
        except (Refused, posting.Refused):
            continue
        done += 1
    return done


def undo(application: PointsApplication, words: str, *, by: Actor, on: date, at: datetime) -> None:
    """After an appeal: a counter-entry takes the points back. Errors: Refused, when they were spent already."""
    if not clean(words):
        raise Refused("请写撤销的理由")
    with recorded(by, "points.undo", clean(words)[:200]):
        row = locked(application, State.POSTED)
        for entry in _entries(row):
            try:
                posting.reverse(
                    entry, happened_on=max(on, entry.happened_on), says=f"申诉撤销：{clean(words)}"[:200],
                    request_key=f"points:undo:{entry.pk}", by=by, at=at,
                )  # fmt: skip
            except posting.NotEnough as error:
                left = books.points_of(row.household_id)
                raise Refused(f"{row}：这一户只剩 {left} 分，不够撤回；请先退回兑换") from error
        _write(row, state=State.UNDONE, judged_words=f"撤销：{clean(words)}"[:200])


def _entries(row: PointsApplication) -> Iterator[Entry]:
    standing = Entry.objects.filter(request_key__startswith=f"points:application:{row.pk}:", reversed_by=None)
    yield from standing.order_by("pk")


def _write(row: PointsApplication, **columns: Any) -> None:
    PointsApplication.objects.filter(pk=row.pk).update(**columns, version=F("version") + 1, updated_at=Now())
