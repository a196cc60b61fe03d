"""供水点改造 (2.2): a workflow that uses every slot, as docs/howto/add-a-workflow.md tells it."""

from __future__ import annotations

from datetime import date

from bangfu.accounts.roles import Role
from bangfu.ledger.papers import LedgerPapers
from bangfu.workflow import registry
from bangfu.workflow.declaration import START, Asked, Clock, Evidence, Flag, Guard, Kind, State, Step, Workflow
from bangfu.workflow.models import Flow, StepRecord
from tests.toy.models import WaterPoint

VILLAGE, TOWN, COUNTY, CAPTAIN = Role.VILLAGE, Role.TOWN, Role.COUNTY, Role.CAPTAIN


def water_point(flow: Flow) -> WaterPoint:
    return WaterPoint.objects.get(pk=flow.subject_id)


def has_a_keeper(flow: Flow, on: date) -> str:
    return "" if water_point(flow).keeper else "这个供水点还没有管护人，请先在台账里填上"


def cost_on_record(flow: Flow) -> str:
    point = water_point(flow)
    return f"water-points:{point.pk}" if point.cost_yuan is not None else ""


def put_to_use(flow: Flow, record: StepRecord) -> None:
    WaterPoint.objects.filter(pk=flow.subject_id).update(is_sound=True)


def out_of_use(flow: Flow, record: StepRecord) -> None:
    WaterPoint.objects.filter(pk=flow.subject_id).update(is_sound=False)


REPAIR = registry.add(
    Workflow(
        slug="water-repairs",
        title="供水点改造",
        article="2.2",
        says="供水点出了问题，从申请、评议、公示到修好",
        subject="toy.WaterPoint",
        started_by=(VILLAGE, TOWN),
        papers=LedgerPapers("water-points"),
        flags=(Flag("urgent", "先修后补", by=(TOWN,), says="断水的先修，手续随后补齐"),),
        states=(
            State("asked", "已申请"),
            State("assessed", "已评议"),
            State("noticing", "公示中"),
            State("approved", "已批准"),
            State("repaired", "已修好", is_final=True),
            State("dropped", "不修", is_final=True),
        ),
        steps=(
            Step(
                "assess", "村民评议", at="asked", to="assessed", by=(VILLAGE, CAPTAIN),
                says="开村民代表会议，议一议修不修、怎么修",
                within=Clock("household_check_days"),
                evidence=(
                    Evidence("minutes", "会议记录", Asked.FILE, is_required=False),
                    Evidence("people", "到会人数", Asked.NUMBER),
                    Evidence("held_on", "开会日期", Asked.DATE),
                    Evidence("opinion", "评议意见"),
                ),
            ),
            Step(
                "post_notice", "张贴公示", at="assessed", to="noticing", by=(VILLAGE,),
                within=Clock("data_comparison_days", since="assess"),
                guards=(Guard("有管护人", has_a_keeper, source="指引 2.2"),),
            ),
            Step(
                "approve", "镇审核", at="noticing", to="approved", by=(TOWN,),
                within=Clock("identification_days", since=START),
                not_before=Clock("village_notice_days", since="post_notice"),
                evidence=(Evidence("cost", "运行费用", Asked.RECORD, says="台账里还没有年运行费用", find=cost_on_record),),
            ),
            Step(
                "finish", "验收销号", at="approved", to="repaired", by=(TOWN, COUNTY), article="2.3",
                effect=put_to_use, on_undo=out_of_use,
            ),
            Step("repair_first", "先行抢修", at=("asked", "assessed"), to="approved", by=(TOWN,), only_with="urgent"),
            Step("send_back", "退回重新评议", at=("noticing", "assessed"), to="asked", by=(TOWN,), kind=Kind.BACK),
            Step(
                "drop", "不修", at=("asked", "assessed"), to="dropped", by=(VILLAGE, TOWN), kind=Kind.END,
                reasons=("已自行修好", "重复申请"),
            ),
        ),
    )
)  # fmt: skip
