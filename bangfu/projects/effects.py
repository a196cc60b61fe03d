"""What a step of a project does beside moving it (2.2): tells others of the acceptance, settles, rolls over."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F

from bangfu.projects import evaluation, hooks
from bangfu.projects.goal import Goal
from bangfu.projects.moves import project_of
from bangfu.projects.project import Grade, Project
from bangfu.workflow import acts
from bangfu.workflow.models import Flow, StepRecord


def tell_accepted(flow: Flow, record: StepRecord) -> None:
    project = project_of(flow)
    for follow in hooks.after_accepted:
        follow(project, record)


def tell_acceptance_undone(flow: Flow, record: StepRecord) -> None:
    project = project_of(flow)
    for follow in hooks.after_acceptance_undone:
        follow(project, record)


def settle(flow: Flow, record: StepRecord) -> None:
    yuan = Decimal(record.evidence["settled_yuan"])
    if yuan < 0 or yuan != round(yuan, 2) or yuan >= Decimal(10) ** 12:
        raise acts.refuse("审定结算金额应是不小于 0、精确到分的数", "指引 2.2")
    project = project_of(flow)
    if against := "；".join(filter(None, (fault(project, yuan) for fault in hooks.settlement_faults))):
        raise acts.refuse(against, "指引 2.2")
    Project.objects.filter(pk=flow.subject_id).update(settled_yuan=yuan)


def unsettle(flow: Flow, record: StepRecord) -> None:
    Project.objects.filter(pk=flow.subject_id).update(settled_yuan=None)


def grade(flow: Flow, record: StepRecord) -> None:
    """What the county concluded; other than what was computed only with an opinion."""
    said = str(record.evidence["grade"])
    chosen = next((each for each in Grade if said in (each.value, each.label)), None)
    if chosen is None:
        raise acts.refuse(f"评价结论应是{'、'.join(each.label for each in Grade)}之一，现在是“{said}”", "指引 2.2")
    goals = list(Goal.objects.filter(project=flow.subject_id, withdrawn_at=None).order_by("pk"))
    found = evaluation.of(goals, flow.division_id, record.on)
    if found.grade and chosen != found.grade and not record.evidence.get("opinion"):
        raise acts.refuse(
            f"按完成度算是 {found.score} 分、“{found.grade.label}”；评为“{chosen.label}”请写明评价意见", "指引 2.2"
        )
    Project.objects.filter(pk=flow.subject_id).update(grade=chosen)


def ungrade(flow: Flow, record: StepRecord) -> None:
    Project.objects.filter(pk=flow.subject_id).update(grade="")


def to_next_year(flow: Flow, record: StepRecord) -> None:
    Project.objects.filter(pk=flow.subject_id).update(year=F("year") + 1, rolled_over=F("rolled_over") + 1)


def back_a_year(flow: Flow, record: StepRecord) -> None:
    Project.objects.filter(pk=flow.subject_id).update(year=F("year") - 1, rolled_over=F("rolled_over") - 1)
