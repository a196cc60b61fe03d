"""资产处置 as a workflow (1.4): applied for, decided, appraised, reviewed, approved or filed, noticed, done, booked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bangfu.accounts.roles import Role
from bangfu.assets.disposal import effects as does
from bangfu.assets.disposal import requirements as has
from bangfu.assets.disposal.effects import RULE, disposal_of
from bangfu.assets.disposal.states import BEFORE_APPROVAL, CLOSED, FLOW
from bangfu.assets.disposal.states import State as S
from bangfu.kernel.codes import Level
from bangfu.ledger import registry as ledgers
from bangfu.ledger.declaration import FIELD, OFFICIALS, TEAM
from bangfu.ledger.papers import LedgerPapers
from bangfu.policy.code_lists import code_list
from bangfu.workflow import acts, registry
from bangfu.workflow.declaration import Asked, Clock, Evidence, Guard, Kind, State, Step, Workflow
from bangfu.workflow.models import Flow, StepRecord

VILLAGE, TOWN, COUNTY = Role.VILLAGE, Role.TOWN, Role.COUNTY
OWNERS = (VILLAGE, *TEAM, TOWN)
NATIONAL = "国办函〔2021〕51号"


def _decided(record: StepRecord) -> Mapping[str, Any]:
    people = record.evidence.get("people")
    words = f"到会 {people} 人，{record.evidence['decision']}" if people else record.evidence["decision"]
    return {"decided_on": record.on, "decision": words[:200]}


def _by_household(record: StepRecord) -> Mapping[str, Any]:
    return {"decided_on": record.on, "decision": f"农户自行决定：{record.evidence['decision']}"[:200]}


def _appraised(record: StepRecord) -> Mapping[str, Any]:
    value = does.yuan(record, "appraised_yuan", "评估值")
    return {"appraised_on": record.on, "appraiser": record.evidence["appraiser"][:80], "appraised_yuan": value}


def _agreed_price(record: StepRecord) -> Mapping[str, Any]:
    return {"appraised_on": record.on, "appraiser": f"镇村会商：{record.reason}"[:80]}


def _approved(record: StepRecord) -> dict[str, Any]:
    number = record.evidence.get("document_no", "")[:80]
    return {"approved_on": record.on, "approver": _government(record, Level.COUNTY), "document_no": number}


def _filed(record: StepRecord) -> Mapping[str, Any]:
    """The town's review is the approval; the county has it in its files."""
    by_town = {"approver": f"{_government(record, Level.TOWN)}（报县备案）", "reviewed_on": record.on}
    return _approved(record) | by_town


def _government(record: StepRecord, level: Level) -> str:
    place = disposal_of(record.flow).division
    while place.parent and place.level > level:
        place = place.parent
    return f"{place.name}人民政府"


def _executed(record: StepRecord) -> Mapping[str, Any]:
    row, receiver = disposal_of(record.flow), record.evidence.get("receiver", "")
    if code_list("asset_disposal_method").code(row.method).facts["pays"] and not receiver:
        raise acts.refuse(f"{row.get_method_display()}的，要写明受让方", RULE)
    value = does.yuan(record, "proceeds_yuan", "处置收入")
    return {
        "disposed_on": record.on, "receiver": receiver[:80], "proceeds_yuan": value,
        "handled_by": str(record.by or "")[:80],
    }  # fmt: skip


def _settled(record: StepRecord) -> Mapping[str, Any]:
    return {"settled_on": record.on, "write_off_no": record.evidence["write_off_no"][:60]}


DECISION = {"decided_on": None, "decision": ""}
APPRAISAL: Mapping[str, Any] = {"appraised_on": None, "appraiser": "", "appraised_yuan": None}
APPROVAL = {"approved_on": None, "approver": "", "document_no": ""}
ENOUGH = Guard("经营合同已终止", has.no_contract_runs, RULE)

WAY: tuple[Step, ...] = (
    Step("decide", "民主决策", S.APPLIED, S.DECIDED, OWNERS, effect=does.moves(_decided), on_undo=does.back(DECISION),
         says="村民会议或村民代表会议议定要不要处置、怎样处置",
         evidence=(Evidence("people", "到会人数", Asked.NUMBER, is_required=False), Evidence("decision", "决策结果"),
                   Evidence("minutes", "会议记录", Asked.FILE, False))),
    Step("decide_at_home", "农户自行决定", S.APPLIED, S.DECIDED, OWNERS, effect=does.moves(_by_household),
         on_undo=does.back(DECISION), guards=(Guard("到户类资产", has.is_of_household, NATIONAL),),
         evidence=(Evidence("decision", "农户的意见"),)),
    Step("appraise", "资产评估", S.DECIDED, S.APPRAISED, OWNERS, effect=does.moves(_appraised), on_undo=does.back(APPRAISAL),
         evidence=(Evidence("appraiser", "评估单位或评估小组"), Evidence("appraised_yuan", "评估值（元）", Asked.NUMBER),
                   Evidence("report", "评估报告", Asked.FILE, False))),
    Step("agree_price", "会商定价，不作评估", S.DECIDED, S.APPRAISED, OWNERS, effect=does.moves(_agreed_price),
         on_undo=does.back(APPRAISAL), reasons=("已报废，没有残值", "金额小，镇村会商定价"),
         guards=(Guard("不到须评估的金额", has.needs_no_appraisal, "本县处置办法"),)),
    Step("review", "镇审核，报县批准", S.APPRAISED, S.REVIEWED, (TOWN,), within=Clock("asset_disposal_review_days"),
         effect=does.moves(lambda record: {"reviewed_on": record.on}), on_undo=does.back({"reviewed_on": None}),
         evidence=(Evidence("opinion", "审核意见"),)),
    Step("file", "镇批准，报县备案", S.APPRAISED, S.APPROVED, (TOWN,), effect=does.moves(_filed),
         on_undo=does.back({**APPROVAL, "reviewed_on": None}), guards=(Guard("不到须批准的金额", has.is_small, "本县处置办法"),),
         says="金额小的和到户类的，镇审核后直接批准，不再报县批",
         evidence=(Evidence("document_no", "备案编号", is_required=False),)),
    Step("approve", "县批准", S.REVIEWED, S.APPROVED, (COUNTY,), within=Clock("asset_disposal_approval_days"),
         effect=does.moves(_approved), on_undo=does.back(APPROVAL),
         says="行业主管部门、农业农村和财政部门会同批准", evidence=(Evidence("document_no", "批准文号"),)),
    Step("post_notice", "公示", S.APPROVED, S.NOTICED, OWNERS, effect=does.moves(None, does.post_notice),
         on_undo=does.back({"notice_from_on": None, "notice_to_on": None}, does.take_down)),
    Step("execute", "处置", S.NOTICED, S.EXECUTED, OWNERS, not_before=Clock("asset_disposal_notice_days", since="post_notice"),
         effect=does.moves(_executed, does.dispose), says="办理日期就是处置日期；没有收入的填 0",
         on_undo=does.back({"disposed_on": None, "receiver": "", "proceeds_yuan": None, "handled_by": ""}, does.undispose),
         guards=(Guard("异议都已答复", has.objections_answered, RULE), ENOUGH),
         evidence=(Evidence("proceeds_yuan", "处置收入（元）", Asked.NUMBER), Evidence("receiver", "受让方", is_required=False),
                   Evidence("contract", "转让合同或处置证明", Asked.FILE, False))),
    Step("settle", "入账核销", S.EXECUTED, S.SETTLED, OWNERS, effect=does.moves(_settled),
         on_undo=does.back({"settled_on": None, "write_off_no": ""}),
         guards=(Guard("处置收入已入账", has.is_booked, RULE),), evidence=(Evidence("write_off_no", "核销凭证号"),)),
)  # fmt: skip

ASIDE: tuple[Step, ...] = (
    Step("send_back", "退回补充", (S.DECIDED, S.APPRAISED, S.REVIEWED), S.APPLIED, (TOWN, COUNTY), kind=Kind.BACK,
         effect=does.moves()),
    Step("refuse", "不同意处置", (S.APPRAISED, S.REVIEWED), S.REFUSED, (TOWN, COUNTY), kind=Kind.END,
         reasons=("可以盘活，不必处置", "权属不清", "材料不实"), effect=does.moves(None, does.release),
         on_undo=does.back({}, does.seize)),
    Step("withdraw", "撤回申请", tuple(BEFORE_APPROVAL), S.WITHDRAWN, OWNERS, kind=Kind.END, effect=does.moves(None, does.release),
         reasons=("村民不同意", "改为盘活使用"), on_undo=does.back({}, does.seize)),
    Step("stop", "停止处置", (S.APPROVED, S.NOTICED), S.WITHDRAWN, (TOWN, COUNTY), kind=Kind.END,
         reasons=("异议成立", "没有受让方"), effect=does.moves(None, does.release, does.take_down),
         on_undo=does.back({}, does.seize)),
)  # fmt: skip


def page(flow: Flow) -> str:
    ledger = ledgers.get("asset-disposals")
    assert ledger
    return ledger.record_url(flow.subject_id)


DISPOSING = registry.add(
    Workflow(
        slug=FLOW,
        title="资产处置",
        article="1.4",
        says="转让、报废、核销一项资产：先议定，再评估、审核、批准、公示，然后处置，收入入账",
        subject="assets.Disposal",
        states=tuple(State(s.value, s.label, is_final=s in CLOSED) for s in S),
        steps=(*WAY, *ASIDE),
        started_by=FIELD,
        read_by=(*OFFICIALS, *TEAM),
        papers=LedgerPapers("asset-disposals"),
        url=page,
    )
)
