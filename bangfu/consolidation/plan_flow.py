"""帮扶方案 as a workflow (1.1): written within the parameter's days of the decision, approved by the town, running."""

from __future__ import annotations

from datetime import date

from bangfu.accounts.roles import Role
from bangfu.consolidation.case_file import of_home
from bangfu.consolidation.following import Follower
from bangfu.consolidation.measures import AssistanceMeasure
from bangfu.consolidation.monitored import DEVELOPMENT, Labour, labour_among
from bangfu.consolidation.plans import FLOW, AssistancePlan
from bangfu.consolidation.plans import State as S
from bangfu.lawbook import parameters
from bangfu.ledger import registry as ledgers
from bangfu.ledger.declaration import OFFICIALS, TEAM
from bangfu.people.models import Household
from bangfu.workflow import registry
from bangfu.workflow.declaration import START, Clock, Guard, Kind, State, Step, Workflow
from bangfu.workflow.models import Flow, StepRecord, subject_of

WITHIN = Clock("measures_days", since=START)
LABOUR_RULE = "粤乡村振兴局〔2023〕49号；R69"


def plan_of(flow: Flow) -> AssistancePlan:
    found: AssistancePlan = subject_of(flow)
    return found


def running_measures(household: Household) -> list[AssistanceMeasure]:
    return [each for each in of_home(household).measures if each.state != AssistanceMeasure.State.STOPPED]


def is_written(flow: Flow, on: date) -> str:
    plan = plan_of(flow)
    missing = [label for label, value in (("困难和需求", plan.needs), ("帮扶责任人", plan.contact_name)) if not value]
    if not running_measures(plan.household):
        missing.append("至少一项帮扶措施")
    return f"方案还缺：{'、'.join(missing)}" if missing else ""


def has_development(flow: Flow, on: date) -> str:
    """R69: who can work gets help to earn. Weak labour is advice only, see monitored.advice."""
    plan = plan_of(flow)
    labour = labour_among(person.labour_skill for person in of_home(plan.household).people)
    if labour is Labour.UNKNOWN:
        return "这一户成员的劳动技能没有登记全，请先在家庭成员里补上"
    least = int(parameters.value("development_measures_min", on, flow.division_id))
    count = sum(measure.kind in DEVELOPMENT for measure in running_measures(plan.household))
    if labour is Labour.ABLE and count < least:
        return f"这一户有劳动力，至少要有 {least} 项开发式措施（产业、就业、公益岗位、金融），现在有 {count} 项"
    return ""


def note_development(flow: Flow, record: StepRecord) -> None:
    plan = plan_of(flow)
    AssistancePlan.objects.filter(pk=plan.pk).update(approved_on=record.on)


def forget_approval(flow: Flow, record: StepRecord) -> None:
    AssistancePlan.objects.filter(pk=flow.subject_id).update(approved_on=None)


step = Follower(AssistancePlan, (S.ENDED,)).step
FIELD = (Role.VILLAGE, *TEAM, Role.TOWN)
STEPS: tuple[Step, ...] = (
    step("submit", "提交方案", S.DRAFTING, S.SUBMITTED, FIELD, within=WITHIN,
         says="写清困难和需求、责任人，列出措施", guards=(Guard("方案写全", is_written, source="指引 1.1"),)),
    step("approve", "批准方案", S.SUBMITTED, S.APPROVED, (Role.TOWN,), within=WITHIN,
         guards=(Guard("有劳动力的户有开发式措施", has_development, source=LABOUR_RULE),),
         also=(note_development,), undo=(forget_approval,)),
    step("send_back", "退回修改", S.SUBMITTED, S.DRAFTING, (Role.TOWN,), kind=Kind.BACK),
    step("change", "调整方案", S.APPROVED, S.DRAFTING, FIELD, kind=Kind.BACK, also=(forget_approval,), undo=None),
    step("end", "结束方案", (S.DRAFTING, S.SUBMITTED, S.APPROVED), S.ENDED, (Role.TOWN, Role.COUNTY), kind=Kind.END,
         reasons=("风险已消除", "不再是监测对象")),
)  # fmt: skip


def page(flow: Flow) -> str:
    ledger = ledgers.get("assistance-plans")
    assert ledger
    return ledger.record_url(flow.subject_id)


PLANNING = registry.add(
    Workflow(
        slug=FLOW,
        title="帮扶方案",
        article="1.1",
        says="认定之后按期制定一户一策；有劳动力的户要有开发式措施",
        subject="consolidation.AssistancePlan",
        states=tuple(State(s.value, s.label, is_final=s is S.ENDED) for s in S),
        steps=STEPS,
        started_by=(Role.TOWN, Role.COUNTY),  # by the decision, or by taking a removal back
        read_by=(*OFFICIALS, *TEAM),
        url=page,
    )
)
