"""项目调整 as a workflow (2.2): the town asks with a reason, the county approves; only then the project says otherwise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.db.models.functions import Now

from bangfu.accounts.roles import Role
from bangfu.ledger import registry as ledgers
from bangfu.ledger.declaration import OFFICIALS, TEAM
from bangfu.projects import hooks
from bangfu.projects.adjustment import FLOW, WRITES, Adjustment
from bangfu.projects.adjustment import State as S
from bangfu.projects.moves import locked
from bangfu.projects.project import Project
from bangfu.workflow import acts, registry
from bangfu.workflow.declaration import Clock, Evidence, Guard, Kind, State, Step, Workflow
from bangfu.workflow.models import Flow, StepRecord


def _close(flow: Flow, record: StepRecord) -> None:
    is_open = record.to_state == S.ASKED
    values: dict[str, Any] = {"state": record.to_state, "closed_on": None if is_open else record.on}
    Adjustment.objects.filter(pk=flow.subject_id).update(**values, version=F("version") + 1, updated_at=Now())


def _approve(flow: Flow, record: StepRecord) -> None:
    row = Adjustment.objects.get(pk=flow.subject_id)
    project = locked(row.project_id)
    _ask(project, row.new_yuan)
    fresh = {target: value for name, target in WRITES.items() if (value := getattr(row, name)) not in (None, "")}
    Adjustment.objects.filter(pk=row.pk).update(before={name: _plain(getattr(project, name)) for name in fresh})
    Project.objects.filter(pk=project.pk).update(**fresh, version=F("version") + 1, updated_at=Now())
    _close(flow, record)


def _take_back(flow: Flow, record: StepRecord) -> None:
    row = Adjustment.objects.get(pk=flow.subject_id)
    _ask(locked(row.project_id), Decimal(row.before["planned_yuan"]) if "planned_yuan" in row.before else None)
    Project.objects.filter(pk=row.project_id).update(**row.before, version=F("version") + 1, updated_at=Now())
    _close(flow, record)


def _ask(project: Project, yuan: Decimal | None) -> None:
    """Of the locked project: no plan below the money that is set aside, neither forward nor back."""
    if yuan is not None and (words := hooks.plan_fault(project, yuan)):
        raise acts.refuse(words, "指引 2.2")


def _plain(value: Any) -> Any:
    return str(value) if value is not None else None


def fits(flow: Flow, on: date) -> str:
    row = Adjustment.objects.select_related("project").get(pk=flow.subject_id)
    return "" if row.new_yuan is None else hooks.plan_fault(row.project, row.new_yuan)


def page(flow: Flow) -> str:
    ledger = ledgers.get("project-adjustments")
    assert ledger
    return ledger.record_url(flow.subject_id)


ADJUSTING = registry.add(
    Workflow(
        slug=FLOW,
        title="项目调整",
        article="2.2",
        says="入库以后改金额、内容、工期，由镇提出、县批准",
        subject="projects.Adjustment",
        states=(
            State(S.ASKED.value, S.ASKED.label),
            State(S.APPROVED.value, S.APPROVED.label, is_final=True),
            State(S.REFUSED.value, S.REFUSED.label, is_final=True),
        ),
        steps=(
            Step("approve", "批准调整", S.ASKED.value, S.APPROVED.value, (Role.COUNTY,), effect=_approve, on_undo=_take_back,
                 within=Clock("project_argument_days"), guards=(Guard("与合同、支付相符", fits, source="指引 2.2"),),
                 evidence=(Evidence("document_no", "批复文号", is_required=False),)),
            Step("refuse", "不同意调整", S.ASKED.value, S.REFUSED.value, (Role.COUNTY,), kind=Kind.END, effect=_close,
                 on_undo=_close),
        ),
        started_by=(Role.TOWN, Role.VILLAGE, *TEAM, Role.COUNTY),
        read_by=(*OFFICIALS, *TEAM),
        url=page,
    )
)  # fmt: skip
