"""Projects of the demo: some sixty in two counties at every step of the way, with plans, contracts, labour and facilities.

Written by set with the flows that belong to them; days end today; the same every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.demo import CAST
from bangfu.accounts.models import User
from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.ledger.acts import recorded
from bangfu.notices.models import PublicNotice
from bangfu.policy.code_lists import code_list
from bangfu.projects.demo.around import facilities, parts_of
from bangfu.projects.demo.plots import ITEMS, PROJECTS, Plot
from bangfu.projects.models import Plan, PlanItem, Project
from bangfu.projects.notice_drafts import LEVELS, about
from bangfu.projects.project_flow import BUILDING, DECLARING
from bangfu.projects.states import DAYS, FLOW, State
from bangfu.workflow import clocks
from bangfu.workflow.declaration import Step
from bangfu.workflow.models import Deed, Flow, StepRecord

TOWNS = (441881137, 441881103, 441882101)
#: days between two steps
PACE = 9
PATH: tuple[Step, ...] = tuple(
    step for step in (*DECLARING, *BUILDING)
    if step.code not in ("review_directly", "begin_without_contract", "form_no_asset")
)  # fmt: skip
NOTICES = {
    "post_village_notice": PublicNotice.Kind.PROJECT_VILLAGE,
    "pass_town": PublicNotice.Kind.PROJECT_TOWN,
    "admit": PublicNotice.Kind.PROJECT_POOL,
    "plan": PublicNotice.Kind.PROJECT_PLAN,
    "archive": PublicNotice.Kind.PROJECT_DONE,
}
WHO = {Role.VILLAGE: "村干", Role.TOWN: "镇办", Role.COUNTY: "县局"}


@dataclass(frozen=True)
class Made:
    """A project on its way: its steps taken so far with their days."""

    project: Project
    taken: tuple[tuple[Step, date], ...]


@transaction.atomic
def load(today: date) -> int:
    """Makes them; how many. Needs the places."""
    with recorded(Actor(None), "demo"):
        made = list(_projects(today, _items(today)))
        Project.objects.bulk_create(each.project for each in made)
        _flows(made)
        _notices(made)
        parts_of([each.project for each in made], today)
        facilities(_villages(TOWNS[0]), [each.project for each in made], today)
    return len(made)


def _villages(town: int) -> list[Division]:
    code = town * 1000
    return list(Division.objects.filter(code__gt=code, code__lt=code + 1000, valid_to=None).order_by("code")[:12])


def _items(today: date) -> dict[int, list[PlanItem]]:
    """Each town's two plans with their items; town → items."""
    found: dict[int, list[PlanItem]] = {}
    towns = Division.objects.filter(code__in=[town * 1000 for town in TOWNS])
    for town in towns.order_by("code"):
        first = today.year - 2
        plans = [
            Plan(town=town, kind=kind, title=f"{town.name}{kind.label}（{first}–{first + 4}年）", first_year=first,
                 last_year=first + 4, document_no=f"演示〔{first}〕{number}号", approved_on=date(first, 3, 20))
            for number, kind in enumerate(Plan.Kind, 1)
        ]  # fmt: skip
        Plan.objects.bulk_create(plans)
        items = [
            PlanItem(town=town, plan=plans[number % 2], item_no=str(number + 1), name=name, task=task,
                     planned_yuan=Decimal(yuan * 10_000), first_year=first, last_year=first + 4, land_note=land,
                     money_note="驻镇帮镇扶村资金", staff_note="镇规划办一人、工作队一人跟进")
            for number, (name, task, yuan, land) in enumerate(ITEMS)
        ]  # fmt: skip
        found[town.code] = PlanItem.objects.bulk_create(items)
    return found


def _projects(today: date, items: dict[int, list[PlanItem]]) -> Iterator[Made]:
    names = dict(Division.objects.filter(code__in=items).values_list("code", "name"))
    for number, town in enumerate(sorted(items)):
        villages = _villages(town // 1000)
        for place, plot in enumerate(PROJECTS[number::2] if number else PROJECTS):
            village = villages[place % len(villages)]
            taken = tuple(_taken(plot, today, place))
            yield Made(_project(plot, village, items[town], taken, today, names[town]), taken)


def _taken(plot: Plot, today: date, place: int) -> Iterator[tuple[Step, date]]:
    steps = PATH[: plot.steps]
    for back, step in zip(range(len(steps), 0, -1), steps, strict=True):
        yield step, today - timedelta(days=PACE * back - PACE + 2 + place % 4)


def _project(
    plot: Plot, village: Division, items: list[PlanItem], taken: tuple[tuple[Step, date], ...], today: date, town: str
) -> Project:
    code = code_list("project_sort").code(plot.sort)
    state = taken[-1][0].to if taken else State.DRAFT.value
    days = {DAYS[State(step.to)]: on for step, on in taken if step.to in DAYS}
    item = next((each for each in items if each.name.startswith(plot.item)), None) if plot.item else None
    yuan = Decimal(plot.wan) * 10_000
    return Project(
        division=village, name=f"{village.name.removesuffix('委会')}{plot.name}", sort=plot.sort,
        kind=str(code.facts["kind"]), year=today.year, state=state, plan_item=item,
        why_outside="" if item else "群众反映集中，规划修编时补入", articles=[code.facts["article"]],
        need=plot.need, content=plot.content, planned_yuan=yuan, fund_note="驻镇帮镇扶村资金",
        households=plot.households, people=plot.households * 4, priority_households=plot.households // 6,
        implementer=f"{town}人民政府", responsible="罗永康", is_operating=bool(code.facts["operating"]),
        has_land=plot.is_ready, has_design=plot.is_ready, has_consent=True, unit_strength=plot.strength,
        settled_yuan=yuan * 97 / 100 if "audited_on" in days else None,
        grade="excellent" if any(step.code == "evaluate" for step, _ in taken) else "", **days,
    )  # fmt: skip


def _at(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(10, 30)))


def _flows(made: list[Made]) -> None:
    cast = {part.key: part.username for part in CAST}
    users = {user.username: user for user in User.objects.filter(username__in=cast.values())}
    flows, records = [], []
    for each in made:
        begun = each.taken[0][1] if each.taken else timezone.localdate()
        flow = Flow(
            slug=FLOW, subject_type=Project._meta.label, subject_id=each.project.pk, division_id=each.project.division_id,
            state=each.project.state, started_on=begun, entered_on=each.taken[-1][1] if each.taken else begun,
            ended_on=each.project.closed_on,
        )  # fmt: skip
        story = [_record(flow, Deed.STARTED, None, begun, None)]
        for step, on in each.taken:
            role = next(role for role in step.by if role in WHO)
            story.append(_record(flow, Deed.STEP, step, on, users.get(cast[WHO[role]]), role))
        clocks.set_due(flow, story)
        flows.append(flow)
        records += story
    Flow.objects.bulk_create(flows)
    StepRecord.objects.bulk_create(records)


def _record(
    flow: Flow, deed: Deed, step: Step | None, on: date, user: User | None, role: Role | None = None
) -> StepRecord:
    return StepRecord(
        flow=flow, deed=deed, step=step.code if step else "", from_state=step.sources[0] if step else State.DRAFT,
        to_state=step.to if step else State.DRAFT, by=user, acted_as=role or "", on=on, at=_at(on),
    )  # fmt: skip


def _notices(made: list[Made]) -> None:
    """As the steps post them; the address says that they are of the demo."""
    rows = []
    for each in made:
        for number, (step, on) in enumerate(each.taken):
            if kind := NOTICES.get(step.code):
                place = each.project.division
                level = LEVELS.get(kind, 3)
                while place.level > level and place.parent:
                    place = place.parent
                rows.append(
                    PublicNotice(
                        village=place,
                        kind=kind,
                        title=f"{place.name}{kind.label}",
                        body=f"项目名称：{each.project.name}",
                        signed_by=place.name,
                        from_on=on,
                        to_on=on + timedelta(days=7),
                        about=about(each.project.pk),
                        address=f"demo{each.project.pk}x{number}",
                    )  # fmt: skip
                )
    PublicNotice.objects.bulk_create(rows)
