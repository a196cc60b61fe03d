"""What of 1.1 waits for a person beside the flows: clues, visits that are due, the village's share of a round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, Q, Sum
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.consolidation import visits
from bangfu.consolidation.clue_ledger import ClueLedger
from bangfu.consolidation.clues import IS_OPEN, Clue
from bangfu.consolidation.department_files import DepartmentFile
from bangfu.consolidation.doubts import Doubt
from bangfu.consolidation.response_doers import DOERS_OF
from bangfu.consolidation.response_tasks import ResponseTask
from bangfu.consolidation.rounds import RoundVillage
from bangfu.consolidation.screenings import ScreeningRun
from bangfu.consolidation.warning_responses import WarningResponse
from bangfu.people.models import Household

COUNTED = 100
SHOWN = 10
#: who goes to households; the county sees the lists, and is reminded of what is overdue by their figures
FIELD_WORK = (Role.TOWN, Role.VILLAGE, Role.CAPTAIN, Role.MEMBER)


@dataclass(frozen=True)
class Waiting:
    what: str
    why: str
    url: str
    action: str
    due_on: date | None = None

    def tone(self, on: date) -> str:
        """Red when overdue, yellow on the last two days."""
        if self.due_on is None or self.due_on > on + timedelta(days=1):
            return "muted"
        return "bad" if self.due_on < on else "warn"


def _number(count: int) -> str:
    return f"{COUNTED} 多" if count > COUNTED else str(count)


def response_tasks(actor: Actor, on: date) -> Iterator[Waiting]:
    """What the plan asks of the person's own level where a place turned orange or red."""
    mine = Q(pk__in=[])
    for role, doers in DOERS_OF.items():
        if scope := actor.scope(Act.EDIT, doers):
            mine |= Q(scope.q("place"), role=role)
    if not mine.children[1:]:
        return
    rows = ResponseTask.objects.filter(
        mine, done_on=None, withdrawn_at=None, response__state=WarningResponse.State.RUNNING,
        response__withdrawn_at=None,
    )  # fmt: skip
    for task in rows.select_related("response", "response__place").order_by("due_on", "pk")[:SHOWN]:
        url = reverse("ledger:detail", args=["warning-responses", task.response_id])
        yield Waiting(task.task, f"{task.response}，责任：{task.responsible}", url, "去办", task.due_on)


def clues(actor: Actor, on: date) -> Iterator[Waiting]:
    """Open clues of the place; those given to somebody else are theirs."""
    if not actor.may(Act.EDIT, ClueLedger.edited_by):
        return
    mine = Q(assignee=None) | Q(assignee=actor.user)
    rows = Clue.objects.filter(IS_OPEN, mine, actor.scope(Act.EDIT, ClueLedger.edited_by).q("village"))
    days = list(rows.order_by("due_on").values_list("due_on", flat=True)[: COUNTED + 1])
    if days:
        late = sum(1 for day in days if day and day < on)
        why = (
            f"其中 {_number(late)} 条已超过入户核实期限" if late else "按可能需要帮扶的程度排好了，不需要的点两下就了结"
        )
        yield Waiting(f"{_number(len(days))} 条线索待核实", why, reverse("consolidation:clues"), "去核实", days[0])


def due_visits(actor: Actor, on: date) -> Iterator[Waiting]:
    scope = actor.scope(Act.EDIT, FIELD_WORK)
    if not scope:
        return
    kind = visits.KINDS[0]
    if count := len(visits.due(kind, scope, on).values_list("pk")[: COUNTED + 1]):
        why = f"{kind.label}每 {visits.months(kind, scope, on)} 个月走访一次"
        yield Waiting(f"{_number(count)} 户监测户该走访了", why, reverse("consolidation:due-visits"), "看名单")


def rounds(actor: Actor, on: date) -> Iterator[Waiting]:
    """A running round in which households of the place are left."""
    scope = actor.scope(Act.EDIT, FIELD_WORK)
    if not scope:
        return
    rows = RoundVillage.objects.filter(
        scope.q("village"), withdrawn_at=None, screening_round__withdrawn_at=None,
        screening_round__from_on__lte=on, screening_round__to_on__gte=on,
    )  # fmt: skip
    named = rows.values("screening_round", "screening_round__title", "screening_round__to_on").order_by()
    for each in named.annotate(Sum("households"), Sum("visited")).filter(visited__sum__lt=F("households__sum"))[:5]:
        households, visited = each["households__sum"], each["visited__sum"]
        what = f"{each['screening_round__title']}：还有 {households - visited} 户没走访"
        url = reverse("consolidation:coverage", args=[each["screening_round"]])
        why = f"应走访 {households} 户，已走访 {visited} 户"
        yield Waiting(what, why, url, "去走访", each["screening_round__to_on"])


def screening(actor: Actor, on: date) -> Iterator[Waiting]:
    """The county's comparison of this month's files, until it is done; a department's files, until they are there."""
    this, address = on.replace(day=1), reverse("consolidation:screening")
    words = f"{this.year}年{this.month}月部门数据"
    scope = actor.scope(Act.EDIT, (Role.COUNTY,))
    done = ScreeningRun.objects.filter(scope.q("county"), month=this, state=ScreeningRun.State.DONE, withdrawn_at=None)
    homes = Household.objects.filter(scope.q("village"), withdrawn_at=None)
    if scope and homes.exclude(Exists(done)).exists():
        yield Waiting(f"{words}还没有筛查", "上传各部门的文件，比对后线索自动进入各村", address, "去筛查")
    units = actor.units(Act.IMPORT, (Role.DEPARTMENT,))
    if units and not DepartmentFile.objects.filter(unit__in=units, month=this, withdrawn_at=None).exists():
        yield Waiting(f"{words}还没有上传", "每月报送一次，传上后可以看到匹配情况", address, "去上传")


def doubts(actor: Actor, on: date) -> Iterator[Waiting]:
    """Doubts of the place; who goes to households mends or explains them."""
    scope = actor.scope(Act.EDIT, FIELD_WORK)
    rows = Doubt.objects.filter(scope.q("village"), state=Doubt.State.OPEN, withdrawn_at=None) if scope else None
    if rows is not None and (count := len(rows.values_list("pk")[: COUNTED + 1])):
        what = f"{_number(count)} 个数据疑点待处理"
        yield Waiting(what, "登记有错的改正，没有错的说明原因", reverse("consolidation:doubts"), "去处理")


def waiting(actor: Actor, on: date) -> Iterator[Waiting]:
    for source in (response_tasks, clues, rounds, due_visits, screening, doubts):
        yield from source(actor, on)
