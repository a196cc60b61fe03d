"""What a step of a project does beside moving it (2.2): tells others of the acceptance, settles, rolls over."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F

from bangfu.projects import hooks
from bangfu.projects.moves import project_of
from bangfu.projects.project import Project
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
    Project.objects.filter(pk=flow.subject_id).update(settled_yuan=yuan)


def unsettle(flow: Flow, record: StepRecord) -> None:
    Project.objects.filter(pk=flow.subject_id).update(settled_yuan=None)


def to_next_year(flow: Flow, record: StepRecord) -> None:
    Project.objects.filter(pk=flow.subject_id).update(year=F("year") + 1, rolled_over=F("rolled_over") + 1)


def back_a_year(flow: Flow, record: StepRecord) -> None:
    Project.objects.filter(pk=flow.subject_id).update(year=F("year") - 1, rolled_over=F("rolled_over") - 1)
