"""What a project owes before it is saved, by form and by workbook; its places as rows; the flow of every new one (2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from bangfu.activities import naming
from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Batch, Fault, Frame
from bangfu.kernel import dates
from bangfu.policy.code_lists import code_list
from bangfu.projects.credit_codes import check_codes, code_fault
from bangfu.projects.project import SORTS, Project
from bangfu.projects.states import FLOW, OPEN_TO_CHANGE, UNSENT, State
from bangfu.workflow.models import Deed, Flow, StepRecord

FIXED = "项目已经报上去了，不能直接改；内容、金额要变的，在项目页面办“调整”"
OUTSIDE = "没有挂规划项目的，请写明规划外的理由"


class ProjectPlace(models.Model):
    """A further village of a project, kept to what `other_places` says."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="places", db_constraint=False, db_index=False)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", db_index=False, verbose_name="地点")

    class Meta:
        verbose_name = "项目所在的村"
        indexes = [models.Index(fields=["division", "project"], name="project_place_division")]
        constraints = [models.UniqueConstraint(fields=["project", "division"], name="project_place_once")]

    def __str__(self) -> str:
        return str(self.division)


def kind_of(sort: str) -> str:
    return str(code_list(SORTS).code(sort).facts["kind"])


KIND_OF_SORT = (
    "CASE {sort} " + " ".join(f"WHEN '{c.value}' THEN '{c.facts['kind']}'" for c in code_list(SORTS).codes) + " END"
)


def faults(data: dict[str, Any], record: Project | None) -> dict[str, str]:
    if record and record.state not in OPEN_TO_CHANGE:
        return {"": FIXED}
    if fault := code_fault(data.get("implementer_code", "")):
        return {"implementer_code": fault}
    start, end = data.get("planned_start_on"), data.get("planned_end_on")
    if start and end and end < start:
        return {"planned_end_on": "计划完工日期早于开工日期，请核对"}
    if (data.get("priority_households") or 0) > (data.get("households") or 0):
        return {"priority_households": "重点户数多于受益户数，请核对"}
    try:
        naming.places_in(data.get("other_places", ""))
    except ValueError as error:
        return {"other_places": str(error)}
    return {}


def derive(frame: Frame) -> None:
    check_codes("implementer_code")(frame)
    texts = frame.columns.get("other_places", [])
    for index, text in enumerate(texts):
        try:
            texts[index] = naming.place_text(naming.places_in(text)) if text else None
        except ValueError as error:
            frame.fault(index, "other_places", str(error), text)
            texts[index] = None


def settled_already(batch: Batch) -> Iterable[Fault]:
    """The rule of `faults` for a workbook."""
    opened = ", ".join(f"'{state}'" for state in OPEN_TO_CHANGE)
    sql = (
        "select r._row from {rows} r join projects_project p on p.id = r._target "  # noqa: S608
        f"where r._exists and p.state not in ({opened})"
    )
    return [Fault(row, "", FIXED) for (row,) in batch.fetch(sql)]


@contextmanager
def following(keys: list[int]) -> Iterator[None]:
    """Around every write: places follow the names; a new row begins its flow as a draft, one that is gone ends it."""
    yield
    if keys:
        _sync_places(keys)
        end_flows(keys, dates.today())
        begin_flows(keys, dates.today())


def _sync_places(keys: Sequence[int]) -> None:
    rows = list(Project.objects.filter(pk__in=keys).exclude(other_places="").values_list("pk", "other_places"))
    ProjectPlace.objects.filter(project__in=keys).delete()
    made = [ProjectPlace(project_id=pk, division=place) for pk, text in rows for place in naming.places_in(text)]
    ProjectPlace.objects.bulk_create(made, ignore_conflicts=True)


def _open_flows(keys: Sequence[int]) -> models.QuerySet[Flow]:
    return Flow.objects.open().filter(slug=FLOW, subject_type=Project._meta.label, subject_id__in=keys)


def begin_flows(keys: Sequence[int], on: date) -> None:
    """By set, for an import may bring thousands; a draft has no clock."""
    begun = list(_open_flows(keys).values_list("subject_id", flat=True))
    rows = Project.objects.filter(pk__in=keys, state__in=UNSENT, withdrawn_at=None).exclude(pk__in=begun)
    flows = [
        Flow(
            slug=FLOW, subject_type=Project._meta.label, subject_id=pk, division_id=place, state=state, started_on=on,
            entered_on=on,
        )
        for pk, place, state in rows.values_list("pk", "division_id", "state")
    ]  # fmt: skip
    made = Flow.objects.bulk_create(flows)
    at = timezone.now()
    StepRecord.objects.bulk_create(
        StepRecord(flow=flow, deed=Deed.STARTED, from_state=flow.state, to_state=flow.state, on=on, at=at)
        for flow in made
    )


def end_flows(keys: Sequence[int], on: date) -> None:
    """Of rows that were withdrawn, or taken away with their import: nobody has anything to do there any more."""
    there = list(Project.objects.filter(pk__in=keys, withdrawn_at=None).values_list("pk", flat=True))
    flows = list(_open_flows(keys).exclude(subject_id__in=there))
    at = timezone.now()
    StepRecord.objects.bulk_create(
        StepRecord(
            flow=flow, deed=Deed.STEP, step="withdraw_declaration", from_state=flow.state, to_state=State.WITHDRAWN,
            on=on, at=at, reason="撤回了这条记录",
        )
        for flow in flows
    )  # fmt: skip
    Flow.objects.filter(pk__in=[flow.pk for flow in flows]).update(
        state=State.WITHDRAWN, entered_on=on, ended_on=on, due_on=None, version=models.F("version") + 1
    )
