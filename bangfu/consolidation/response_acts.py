"""The named acts of a response to a warning (1.1): begin or raise it, a task done, the end with its reason; and the watch
that begins what turned orange or red."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import F, Q
from django.db.models.functions import Now

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.consolidation.contingency import ContingencyTask
from bangfu.consolidation.early_warning import RANK, Colour, Line, assess, county_of
from bangfu.consolidation.response_tasks import ResponseTask
from bangfu.consolidation.warning_responses import WarningResponse
from bangfu.divisions.models import Division
from bangfu.kernel import codes
from bangfu.kernel.codes import SPANS, Level
from bangfu.ledger import history
from bangfu.ledger.acts import recorded

history.ACTS |= {
    "response.begin": "启动响应", "response.finish": "登记任务完成", "response.end": "结束响应",
}  # fmt: skip
ALARMS = (Colour.RED, Colour.ORANGE)
State = WarningResponse.State
#: what a role covers at most
_COVERS = {Role.COUNTY: Level.COUNTY, Role.TOWN: Level.TOWN, Role.CAPTAIN: Level.TOWN, Role.VILLAGE: Level.VILLAGE}
_OF_LEVEL = {Level.TOWN: Role.TOWN, Level.VILLAGE: Role.VILLAGE}


class Refused(Exception):
    """Why not, in words for the person."""


def begin(place: Division, level: str, ground: str, *, by: Actor, on: date) -> WarningResponse:
    """Starts the response, or raises the one that runs to a worse level.

    Errors: Refused, when one of that level runs already or the county has no task for it.
    """
    plan = list(ContingencyTask.objects.filter(county=county_of(place.pk), level=level, withdrawn_at=None))
    if not plan:
        raise Refused(f"预案里没有{Colour(level).label}色的任务，请先在预案里登记")
    with recorded(by, "response.begin", ground[:200]):
        Division.objects.select_for_update().get(pk=place.pk)  # one at a time for a place
        found = WarningResponse.objects.filter(place=place, state=State.RUNNING, withdrawn_at=None).first()
        if found is None:
            found = WarningResponse.objects.create(place=place, level=level, began_on=on, ground=ground[:200])
        elif RANK[Colour(found.level)] > RANK[Colour(level)]:
            found.level, found.ground = level, ground[:200]
            WarningResponse.objects.filter(pk=found.pk).update(
                level=level, ground=found.ground, version=F("version") + 1, updated_at=Now()
            )
        else:
            raise Refused(f"{place}的{found.get_level_display()}色响应正在进行")
        rows = [_task(found, one, on) for one in plan]
        ResponseTask.objects.bulk_create(rows, ignore_conflicts=True)
    return found


def _task(response: WarningResponse, plan: ContingencyTask, on: date) -> ResponseTask:
    """A task whose level does not cover the place goes to the level of the place."""
    level = codes.level_of(response.place_id)
    covers = _COVERS[Role(plan.role)] <= level
    return ResponseTask(
        response=response, place_id=response.place_id, task=plan.task, responsible=plan.responsible,
        role=plan.role if covers else _OF_LEVEL.get(level, Role.COUNTY), due_on=on + timedelta(days=plan.within_days),
    )  # fmt: skip


def finish(task: ResponseTask, *, result: str, on: date, by: Actor) -> bool:
    """Whether it was open until now."""
    with recorded(by, "response.finish", result):
        rows = ResponseTask.objects.filter(
            pk=task.pk, done_on=None, withdrawn_at=None, response__state=State.RUNNING, response__withdrawn_at=None
        )
        return bool(rows.update(done_on=on, done_by=by.user, result=result, version=F("version") + 1, updated_at=Now()))


def end(response: WarningResponse, *, reason: str, on: date, by: Actor) -> bool:
    """Whether it ran until now. Tasks that are not done stay as they are and wait for nobody."""
    with recorded(by, "response.end", reason):
        rows = WarningResponse.objects.filter(pk=response.pk, state=State.RUNNING, withdrawn_at=None)
        changes = {"state": State.ENDED, "ended_on": on, "ended_reason": reason}
        return bool(rows.update(**changes, version=F("version") + 1, updated_at=Now()))


def watch(day: date) -> int:
    """Begins a response in every place that is orange or red today and whose county has a plan; how many."""
    plans = ContingencyTask.objects.filter(withdrawn_at=None, level__in=ALARMS)
    counties = sorted(set(plans.values_list("county", flat=True)))
    return sum(_answer(line, day) for county in counties for line in _alarms(county, day))


def _alarms(county: int, day: date) -> Iterator[Line]:
    """The county, its towns, its villages, as far as they are orange or red."""
    city = county // SPANS[Level.CITY] * SPANS[Level.CITY]
    lines = [line for line in assess(city, Level.COUNTY, day) if line.place.pk == county]
    for level in (Level.TOWN, Level.VILLAGE):
        lines += assess(county, level, day)
    return (line for line in lines if line.colour in ALARMS)


def _answer(line: Line, day: date) -> bool:
    """Not what its town does or did this month, nor again what was ended this month."""
    place, worse = line.place, [colour for colour in ALARMS if RANK[colour] <= RANK[line.colour]]
    town = place.pk // SPANS[Level.TOWN] * SPANS[Level.TOWN]
    met = Q(state=State.RUNNING) | Q(began_on__gte=day.replace(day=1))
    if WarningResponse.objects.filter(met, place__in=(place.pk, town), level__in=worse, withdrawn_at=None).exists():
        return False
    try:
        begin(place, line.colour, line.ground, by=Actor(None), on=day)
    except Refused:
        return False
    return True
