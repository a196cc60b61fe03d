"""What of 1.1 waits for a person beside the flows: clues, visits that are due, the village's share of a round.

Each look is one part of the first page's one query (ledger/peek.py); a role that it is not for has no part.
"""

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
from bangfu.divisions import naming
from bangfu.ledger.peek import Found, Peek
from bangfu.people.models import Household

COUNTED = 100
SHOWN = 10
#: who goes to households; the county sees the lists, and is reminded of what is overdue by their figures
FIELD_DESK, CHECK_DESK, FILE_DESK, ERRAND_DESK = "入户走访", "核对数据", "文件和数据", "后续办理"
FIELD_WORK = (Role.TOWN, Role.VILLAGE, Role.CAPTAIN, Role.MEMBER)


@dataclass(frozen=True)
class Waiting:
    what: str
    why: str
    url: str
    action: str
    due_on: date | None = None
    desk: str = FIELD_DESK
    #: the number of the one task it is
    task: int = 0
    village: str = ""

    def tone(self, on: date) -> str:
        """Red when overdue, yellow on the last two days."""
        if self.due_on is None or self.due_on > on + timedelta(days=1):
            return "muted"
        return "bad" if self.due_on < on else "warn"


def _number(count: int) -> str:
    return f"{COUNTED} 多" if count > COUNTED else str(count)


def response_tasks(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
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

    def told(found: list[Found]) -> Iterator[Waiting]:
        for row in found:
            url = reverse("ledger:detail", args=["warning-responses", row.said["response"]])
            level = dict(WarningResponse._meta.get_field("level").flatchoices).get(row.said["level"], "")
            why = f"{naming.label(row.said['place'])}{level}色预警响应，责任：{row.said['responsible']}"
            yield Waiting(row.said["task"], why, url, "去办", row.due_on, ERRAND_DESK, row.said["pk"])

    said = {"pk": "pk", "task": "task", "response": "response_id", "responsible": "responsible",
            "place": "response__place__name", "level": "response__level"}  # fmt: skip
    yield Peek(rows.order_by("due_on", "pk"), told, said, "due_on", SHOWN)


def clues(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    """Open clues of the place; those given to somebody else are theirs."""
    if not actor.may(Act.EDIT, ClueLedger.edited_by):
        return
    mine = Q(assignee=None) | Q(assignee=actor.user)
    rows = Clue.objects.filter(IS_OPEN, mine, actor.scope(Act.EDIT, ClueLedger.edited_by).q("village"))

    def told(found: list[Found]) -> Iterator[Waiting]:
        late = sum(1 for row in found if row.due_on and row.due_on < on)
        why = (
            f"其中 {_number(late)} 条已超过入户核实期限" if late else "按可能需要帮扶的程度排好了，不需要的点两下就了结"
        )
        if found:
            what = f"{_number(len(found))} 条线索待核实"
            yield Waiting(what, why, reverse("consolidation:clues"), "去核实", found[0].due_on)

    yield Peek(rows.order_by("due_on"), told, due="due_on", most=COUNTED + 1)


def due_visits(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    scope = actor.scope(Act.EDIT, FIELD_WORK)
    if not scope:
        return
    kind = visits.KINDS[0]
    months = visits.months(kind, scope, on)

    def told(found: list[Found]) -> Iterator[Waiting]:
        if found:
            what, why = f"{_number(len(found))} 户监测户该走访了", f"{kind.label}每 {months} 个月走访一次"
            yield Waiting(what, why, reverse("consolidation:due-visits"), "看名单")

    yield Peek(visits.not_visited(kind, scope, on, months), told, most=COUNTED + 1)


def rounds(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    """A running round in which households of the place are left."""
    scope = actor.scope(Act.EDIT, FIELD_WORK)
    if not scope:
        return
    rows = RoundVillage.objects.filter(
        scope.q("village"), withdrawn_at=None, screening_round__withdrawn_at=None,
        screening_round__from_on__lte=on, screening_round__to_on__gte=on,
    )  # fmt: skip
    named = rows.values("screening_round", "screening_round__title", "screening_round__to_on").order_by()
    left = named.annotate(Sum("households"), Sum("visited")).filter(visited__sum__lt=F("households__sum"))

    def told(found: list[Found]) -> Iterator[Waiting]:
        for row in found:
            households, visited = row.said["households"], row.said["visited"]
            what = f"{row.said['title']}：还有 {households - visited} 户没走访"
            url = reverse("consolidation:coverage", args=[row.said["pk"]])
            yield Waiting(what, f"应走访 {households} 户，已走访 {visited} 户", url, "去走访", row.due_on)

    said = {"pk": "screening_round", "title": "screening_round__title", "households": "households__sum",
            "visited": "visited__sum"}  # fmt: skip
    yield Peek(left, told, said, "screening_round__to_on", 5)


def screening(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    """The county's comparison of this month's files, until it is done; a department's files, until they are there."""
    this, address = on.replace(day=1), reverse("consolidation:screening")
    words = f"{this.year}年{this.month}月部门数据"
    if scope := actor.scope(Act.EDIT, (Role.COUNTY,)):
        done = ScreeningRun.objects.filter(
            scope.q("county"), month=this, state=ScreeningRun.State.DONE, withdrawn_at=None
        )
        homes = Household.objects.filter(scope.q("village"), withdrawn_at=None).exclude(Exists(done))
        what = Waiting(
            f"{words}还没有筛查", "上传各部门的文件，比对后线索自动进入各村", address, "去筛查", desk=FILE_DESK
        )
        yield Peek(homes, lambda found: [what] if found else [])
    if units := actor.units(Act.IMPORT, (Role.DEPARTMENT,)):
        sent = DepartmentFile.objects.filter(unit__in=units, month=this, withdrawn_at=None)
        asked = Waiting(f"{words}还没有上传", "每月报送一次，传上后可以看到匹配情况", address, "去上传", desk=FILE_DESK)
        yield Peek(sent, lambda found: [] if found else [asked])


def doubts(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    """Doubts of the place; who goes to households mends or explains them."""
    if not (scope := actor.scope(Act.EDIT, FIELD_WORK)):
        return

    def told(found: list[Found]) -> Iterator[Waiting]:
        if found:
            what, address = f"{_number(len(found))} 个数据疑点待处理", reverse("consolidation:doubts")
            yield Waiting(what, "登记有错的改正，没有错的说明原因", address, "去处理", desk=CHECK_DESK)

    rows = Doubt.objects.filter(scope.q("village"), state=Doubt.State.OPEN, withdrawn_at=None)
    yield Peek(rows, told, most=COUNTED + 1)


def waiting(actor: Actor, on: date) -> Iterator[Peek[Waiting]]:
    for source in (response_tasks, clues, rounds, due_visits, screening, doubts):
        yield from source(actor, on)
