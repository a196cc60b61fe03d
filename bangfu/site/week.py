"""每周小结, as it is made: what the last week's records say, what is due this week, what fell or came back. No person is ranked.

Made once for each person; made again it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Grant, User
from bangfu.accounts.roles import Act
from bangfu.activities import acts
from bangfu.activities.activity import Activity, ActivityCadre
from bangfu.duties import board
from bangfu.duties.counting import State
from bangfu.duties.standings import DutyStanding
from bangfu.policy.activity_kind import kinds
from bangfu.site.digests import WeekDigest
from bangfu.site.put_off import End, HandOver
from bangfu.site.today import todos
from bangfu.workflow import registry
from bangfu.workflow.declaration import Kind
from bangfu.workflow.models import Deed, Flow, StepRecord
from bangfu.workflow.openings import waits_for

KEPT_DAYS = 366
NAMED = 12


@dataclass(frozen=True)
class Line:
    """`count`: how many rows of `unit`, which `url` shows; 0: the text says it all."""

    text: str
    url: str = ""
    count: int = 0
    unit: str = ""
    by: str = ""


@dataclass(frozen=True)
class Part:
    title: str
    lines: tuple[Line, ...]
    empty: str = ""


def monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def of_actor(actor: Actor, on: date) -> WeekDigest:
    """This week's, made when there is none yet."""
    week = monday(on)
    found = WeekDigest.objects.filter(user=actor.user, week=week).first()
    if found is None:
        body = [asdict(part) for part in parts(actor, week, on)]
        found, _ = WeekDigest.objects.get_or_create(user=actor.user, week=week, defaults={"body": body})
    return found


def parts(actor: Actor, week: date, on: date) -> list[Part]:
    first, last = week - timedelta(days=7), week - timedelta(days=1)
    ends = week + timedelta(days=6)
    due = [each for each in todos(actor) if each.due_on and each.due_on <= ends]
    lines = tuple(Line(each.what, each.url, by=each.by) for each in due[:NAMED])
    more = (Line("其余的在今日页", reverse("today"), len(due) - NAMED, "件"),) if len(due) > NAMED else ()
    return [
        Part("上周的记录", tuple(_done(actor, first, last)), "上周没有登记活动，也没有办理流程"),
        Part("本周到期", (*lines, *more), "本周没有到期的事"),
        Part("上周的变化", tuple(_changed(actor, first, week)), "没有退回的流程，也没有减少的履职记录"),
    ]


def _done(actor: Actor, first: date, last: date) -> Iterator[Line]:
    """Acts of the own first, then those of the places and units one answers for; steps that were taken."""
    ledger, between = acts.ledger(), Q(held_on__range=(first, last), withdrawn_at=None)
    if ledger.may(actor, Act.READ):
        there = Exists(ActivityCadre.objects.filter(activity=OuterRef("pk"), cadre__user=actor.user))
        own = Activity.objects.filter(between & (Q(user=actor.user) | there)).count()
        if own:
            yield Line("本人登记或参加的活动", f"{reverse('activities:diary')}?month={first:%Y-%m}", own, "次")
        rows = ledger.visible_to(actor).filter(between).values_list("kind").annotate(Count("pk")).order_by("-pk__count")
        for kind, count in rows:
            query = {"kind": kind, "held_on_after": first, "held_on_before": last}
            label = kinds()[kind].label if kind in kinds() else kind
            yield Line(f"本地、本单位的{label}", f"{ledger.url()}?{urlencode(query)}", count, "次")
    steps = StepRecord.objects.filter(by=actor.user, on__range=(first, last), deed=Deed.STEP, undone_by=None)
    if count := steps.count():
        yield Line("本人办理的流程步骤", f"{reverse('activities:diary')}?month={first:%Y-%m}", count, "步")


def _changed(actor: Actor, first: date, week: date) -> Iterator[Line]:
    began = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    ended = timezone.make_aware(datetime.combine(week, datetime.min.time()))
    back = Q(pk__in=[])
    for workflow in registry.all_workflows():
        if steps := [step.code for step in workflow.steps if step.kind is Kind.BACK]:
            back |= Q(flow__slug=workflow.slug, step__in=steps)
    mine = Flow.objects.open().filter(waits_for(actor), Q(assignee=None) | Q(assignee=actor.user))
    returned = StepRecord.objects.filter(back, on__gte=first, on__lt=week, undone_by=None, flow__in=mine)
    for record in returned.exclude(by=actor.user).select_related("flow", "flow__division").order_by("-pk")[:NAMED]:
        flow = record.flow
        yield Line(
            f"{flow.workflow.title}（{flow.division.label}）：{record.label}，{record.reason}", flow.get_absolute_url()
        )
    yield from _fallen(actor, began, ended)
    ends = HandOver.objects.filter(giver=actor.user, ended_at__gte=began, ended_at__lt=ended)
    for each in ends.exclude(ended_by=End.TAKEN_BACK).select_related("delegate").order_by("-ended_at")[:NAMED]:
        yield Line(f"转交{each.delegate}的“{each.what}”：{End(each.ended_by).label}", each.url)


def _fallen(actor: Actor, began: datetime, ended: datetime) -> Iterator[Line]:
    """Standings that had more proof than they have: a record was taken back, or moved to another day."""
    if not board.ledger().may(actor, Act.READ):
        return
    history = DutyStanding._meta.get_field("history").related_model
    before = history._default_manager.filter(pgh_obj=OuterRef("pk"), pgh_created_at__lt=ended)
    fell = Exists(before.filter(done__gt=OuterRef("done"))) & ~Q(state=State.MET)
    lost = Exists(before.filter(state=State.MET)) & Q(state__in=[State.OPEN, State.DUE_SOON, State.MISSED])
    rows = board.seen(actor, actor.place).filter(updated_at__gte=began, updated_at__lt=ended, since=None)
    for row in rows.filter(Q(fell) | Q(lost)).order_by("-updated_at")[:NAMED]:
        text = f"{row.holder_name}{row.get_duty_display()}：现在 {row.done}/{row.asked}，记录比以前少了"
        yield Line(text, board.ledger().record_url(row.pk))


def make_all(on: date) -> int:
    """One for each person with a grant in force; a job that was killed goes on where it stopped."""
    have = WeekDigest.objects.filter(week=monday(on)).values("user")
    users = User.objects.filter(Exists(Grant.objects.in_force(on).filter(user=OuterRef("pk"))), is_active=True)
    made = 0
    for user in users.exclude(pk__in=have).order_by("pk").iterator(chunk_size=500):
        of_actor(Actor.of(user, on), on)
        made += 1
    return made


def forget_old(on: date) -> int:
    return WeekDigest.objects.filter(week__lt=on - timedelta(days=KEPT_DAYS)).delete()[0]
