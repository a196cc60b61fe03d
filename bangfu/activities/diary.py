"""工作日志 (5.3): the days of a cadre, drawn from what is recorded anyway; no hours, no positions, nothing to fill in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.accounts.roles import Act, Role
from bangfu.activities import acts
from bangfu.activities.activity import ActivityCadre
from bangfu.activities.diary_line import DiaryLine
from bangfu.units.cadre import Cadre
from bangfu.workflow.models import Deed, StepRecord

MOST = 400
#: who reads the diaries of others: the captain, the town and the county of the place
READERS = (Role.CAPTAIN, Role.TOWN, Role.COUNTY)


@dataclass(frozen=True)
class Entry:
    kind: str
    text: str
    url: str = ""


Days = list[tuple[date, list[Entry]]]


def may_read(actor: Actor, user: User) -> bool:
    """Everybody the own; of others: captain, town and county of the place, and the unit that sent them."""
    return actor.user == user or _terms(user, actor).exists()


def _terms(user: User, actor: Actor) -> QuerySet[Cadre]:
    """The terms of somebody else that the reader may follow."""
    near = actor.scope(Act.READ, READERS).q("town")
    sent = Q(sending_unit__in=actor.units(Act.READ, (Role.LIAISON,)))
    return Cadre.objects.filter(near | sent, user=user, withdrawn_at=None)


def days(user: User, actor: Actor, first: date, last: date) -> Days:
    """Newest first; of each day what the reader may see. Three queries and one for the flows' names."""
    found: defaultdict[date, list[Entry]] = defaultdict(list)
    for source in (_activities, _steps, _lines):
        for day, entry in source(user, actor, first, last):
            if entry not in found[day]:
                found[day].append(entry)
    return sorted(found.items(), reverse=True)


def _activities(user: User, actor: Actor, first: date, last: date) -> Iterator[tuple[date, Entry]]:
    ledger = acts.ledger()
    there = Exists(ActivityCadre.objects.filter(activity=OuterRef("pk"), cadre__user=user))
    rows = ledger.visible_to(actor).filter(Q(user=user) | there, held_on__range=(first, last), withdrawn_at=None)
    for row in rows.select_related("household", "division").order_by("-held_on", "pk")[:MOST]:
        what = " ".join(filter(None, (str(row.household or ""), row.title, row.result or row.found)))
        text = f"{row.division}：{what}" if what else str(row.division)
        yield row.held_on, Entry(row.get_kind_display(), text, ledger.record_url(row.pk))


def _steps(user: User, actor: Actor, first: date, last: date) -> Iterator[tuple[date, Entry]]:
    """Steps of flows, as many of one kind on one day as one entry."""
    rows = StepRecord.objects.filter(by=user, on__range=(first, last), deed=Deed.STEP, undone_by=None)
    counted: defaultdict[tuple[date, str, str], list[StepRecord]] = defaultdict(list)
    for row in rows.select_related("flow").order_by("-on", "pk")[:MOST]:
        if row.flow.is_visible_to(actor):
            counted[row.on, row.flow.workflow.title, row.label].append(row)
    for (day, title, label), each in counted.items():
        many = f" {len(each)} 件" if len(each) > 1 else ""
        yield day, Entry(title, f"{label}{many}", each[0].flow.get_absolute_url() if len(each) == 1 else "")


def _lines(user: User, actor: Actor, first: date, last: date) -> Iterator[tuple[date, Entry]]:
    """The own all; of others those of the terms the reader follows: what was done elsewhere, before or after, is not theirs."""
    rows = DiaryLine.objects.filter(user=user, on__range=(first, last), withdrawn_at=None)
    if actor.user != user:
        until = Q(to_on=None) | Q(to_on__gte=OuterRef("on"))
        rows = rows.filter(Exists(_terms(user, actor).filter(until, from_on__lte=OuterRef("on"))))
    for row in rows.order_by("pk")[:MOST]:
        yield row.on, Entry("补记", row.text)
