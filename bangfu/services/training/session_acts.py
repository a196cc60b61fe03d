"""The acts on a planned training (1.3): people are booked up to its seats; held, who came is enrolled and the need answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.activities.models import Activity
from bangfu.kernel import codes
from bangfu.kernel.codes import Level
from bangfu.ledger import acts, history, registry
from bangfu.services.training.training_enrolment import TrainingEnrolment
from bangfu.services.training.training_need import ENDED, TrainingNeed
from bangfu.services.training.training_session import TrainingSession

history.ACTS |= {"training.book": "排进培训", "training.drop": "移出培训", "training.hold": "登记培训办完"}


class Refused(ValueError):
    """The message says why, in Chinese; nothing was written."""


def booked(session: TrainingSession) -> QuerySet[TrainingNeed]:
    return TrainingNeed.objects.filter(planned_in=session, withdrawn_at=None)


def waiting(session: TrainingSession) -> QuerySet[TrainingNeed]:
    """Who asked for the topic in the town, or the county, of the session and waits; not who can learn in another town only."""
    level = codes.level_of(session.division_id)
    wide = session.division_id // 1000 * 1000 if level >= Level.VILLAGE else session.division_id
    low, high = codes.bounds(wide)
    far = Q(near_home=True) if level < Level.TOWN else Q(pk__in=[])
    rows = TrainingNeed.objects.filter(~ENDED, village__gte=low, village__lte=high, topic=session.topic)
    return rows.filter(planned_in=None, withdrawn_at=None).exclude(far)


def _locked(session: TrainingSession) -> TrainingSession:
    row = TrainingSession.objects.select_for_update(of=("self",), no_key=True).filter(pk=session.pk).first()
    if row is None or not row.is_to_come:
        raise Refused(f"“{session}”已经办了、取消了或撤回了，不能再排")
    return row


def book(session: TrainingSession, keys: Collection[int], *, by: Actor) -> int:
    """Once more does nothing. Gives how many. Errors: Refused, when the seats do not reach."""
    with acts.recorded(by, "training.book"):
        row = _locked(session)
        rows = waiting(row).filter(pk__in=keys)
        room, asked = row.seats - booked(row).count(), rows.count()
        if asked > room:
            raise Refused(f"这一期 {row.seats} 个名额，还能排 {max(room, 0)} 人，选了 {asked} 人；请少选，或改名额")
        return _write(rows, row)


def drop(session: TrainingSession, keys: Collection[int], *, by: Actor) -> int:
    with acts.recorded(by, "training.drop"):
        return _write(booked(_locked(session)).filter(pk__in=keys), None)


def hold(session: TrainingSession, keys: Collection[int], *, by: Actor, on: date) -> int:
    """Makes the activity and enrols those of the booked whose needs are `keys`; the others wait again. Errors: Refused."""
    activities, enrolments = registry.of(Activity), registry.of(TrainingEnrolment)
    assert activities and enrolments
    with acts.recorded(by, "training.hold"):
        row = _locked(session)
        came = {need.person_id: need for need in booked(row).filter(pk__in=keys).select_related("person")}
        if row.held_on > on:
            raise Refused(f"计划 {row.held_on} 办，还没有到；提前办了的，先改计划日期")
        if not came:
            raise Refused("请勾选来了的人；一个都没有来的，在计划里写取消的原因")
        values = {"division": row.division, "kind": "training", "held_on": row.held_on, "title": row.title}
        activity = acts.create(activities, values | {"place": row.place, "headcount": len(came)}, by=by)
        for need in came.values():
            told = {"person": need.person, "activity": activity, "topic": row.topic, "hours": row.hours}
            acts.create(enrolments, told, by=by)
        _write(booked(row).exclude(person__in=came), None)
        TrainingSession.objects.filter(pk=row.pk).update(activity=activity, version=F("version") + 1, updated_at=Now())
    return len(came)


def _write(rows: QuerySet[TrainingNeed], session: TrainingSession | None) -> int:
    found = TrainingNeed.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
    return found.update(planned_in=session, version=F("version") + 1, updated_at=Now())
