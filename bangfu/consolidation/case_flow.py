"""监测对象识别 as a workflow (1.1): clue → check → consent → comparison → assembly → notice → town → county → announced.

Clocks: the whole way to the county's decision within the parameter's days from the earliest clue; one public notice.
"""

from __future__ import annotations

from typing import Any

from bangfu.accounts.roles import Role
from bangfu.consolidation import case_effects as does
from bangfu.consolidation import case_records as has
from bangfu.consolidation.case_states import CLOSED, FLOW
from bangfu.consolidation.case_states import State as S
from bangfu.consolidation.cases import Case
from bangfu.consolidation.following import Follower
from bangfu.consolidation.measure_rules import ASSIST_FIRST
from bangfu.ledger import registry as ledgers
from bangfu.ledger.declaration import OFFICIALS, TEAM
from bangfu.ledger.papers import LedgerPapers
from bangfu.workflow import registry
from bangfu.workflow.declaration import START, Asked, Clock, Evidence, Flag, Guard, Kind, State, Step, Workflow
from bangfu.workflow.models import Flow

VILLAGE, TOWN, COUNTY = Role.VILLAGE, Role.TOWN, Role.COUNTY
FIELD = (VILLAGE, *TEAM, TOWN)
WHOLE = Clock("identification_days", since=START)
GUIDE = "防止返贫监测和帮扶工作指南"
#: so long a decision may be taken back by those who made it; after that by the city
OWN_UNDO = "own_undo_days"
NO_CONSENT_NO_COMPARISON = "指引 1.1；县级公开的核实程序：先授权、后比对"
REASONS = ("收入和支出稳定，没有返贫风险", "困难已由其他救助解决", "户口或居住情况不符合")


step = Follower(Case, CLOSED).step


def _record(code: str, label: str, find: Any, says: str) -> tuple[Evidence, ...]:
    return (Evidence(code, label, Asked.RECORD, says=says, find=find),)


def _reject(code: str, at: tuple[str, ...], by: tuple[Role, ...]) -> Step:
    return step(
        code, "不予纳入", at, S.REJECTED, by, reasons=REASONS, within=WHOLE, says="理由会告知农户，农户可以申请复核",
        own_undo=OWN_UNDO,
    )  # fmt: skip


MAIN = (
    step("verify", "入户核实", S.OPENED, S.VERIFIED, FIELD, within=Clock("household_check_days", since=START),
         says="村、工作队、镇干部至少两人一起入户，看住房、饮水、上学、看病，算清一年的收支",
         evidence=_record("check", "入户核实记录", has.check_on_record, "还没有入户核实记录，或核实人数不够")),
    step("consent", "承诺授权", S.VERIFIED, S.CONSENTED, FIELD, within=WHOLE,
         says="农户签承诺授权书，纸质的上传扫描件；不签不比对",
         evidence=_record("consent", "承诺授权书", has.consent_on_record, "还没有有效的承诺授权；纸质的要有扫描件")),
    step("compare", "信息比对", S.CONSENTED, S.COMPARED, (COUNTY,), within=Clock("data_comparison_days"),
         says="由县里请部门逐项比对；超过提示线的由村里说明，不自动排除",
         evidence=_record("comparison", "比对结果", has.comparison_on_record, "比对结果还没有填全"),
         guards=(Guard("授权有效", has.consent_still_valid, source=NO_CONSENT_NO_COMPARISON),)),
    step("skip_comparison", "免于比对", S.CONSENTED, S.COMPARED, (COUNTY, TOWN), within=Clock("data_comparison_days"),
         reasons=("低保、特困等对象近期已经核对",),
         guards=(Guard("授权有效", has.consent_still_valid, source=NO_CONSENT_NO_COMPARISON),)),
    step("assess", "民主评议", S.COMPARED, S.ASSESSED, (VILLAGE,), within=WHOLE, also=(does.settle_kind,),
         says="村民代表会议评议，第一书记或工作队参加，记下到会人数和表决",
         evidence=_record("review", "评议记录", has.review_on_record, "还没有评议记录"),
         guards=(Guard("比对提示都有说明", has.flags_explained, source="应纳尽纳；粤民规字〔2019〕9号"),)),
    step("post_notice", "张贴公示", S.ASSESSED, S.NOTICING, (VILLAGE,), within=WHOLE, undo=(does.take_notice_down,),
         says="在行政村和自然村张贴，只公示一次，镇、县不重复公示",
         evidence=_record("notice", "公示", has.posted_on_record, "还没有张贴公示"),
         guards=(Guard("评议同意", has.review_agreed, source="指引 1.1"),)),
    step("review_by_town", "镇审核", S.NOTICING, S.TOWN_REVIEWED, (TOWN,), within=WHOLE,
         not_before=Clock("village_notice_days", since="post_notice"), says="公示期满、没有未答复的异议，报县审定",
         evidence=(Evidence("opinion", "审核意见", is_required=False), Evidence("spot_check", "抽查情况", is_required=False)),
         guards=(Guard("异议都已答复", has.objections_answered, source=GUIDE),)),
    step("approve_by_county", "县级审定", S.TOWN_REVIEWED, S.COUNTY_APPROVED, (COUNTY,), within=WHOLE,
         says="审定的日子就是识别监测时间；方案和措施的期限从这天起算",
         evidence=(Evidence("document_no", "审定文号或会议", is_required=False),),
         guards=(Guard("类别与户类型一致", has.kind_fits, source=GUIDE),
                 Guard("授权有效", has.consent_still_valid, source=NO_CONSENT_NO_COMPARISON)),
         also=(does.identify,), undo=(does.unidentify,), own_undo=OWN_UNDO),
    step("announce", "张贴公告", S.COUNTY_APPROVED, S.ANNOUNCED, (TOWN,), undo=(does.take_notice_down,),
         says="以镇的名义在村里公告",
         evidence=_record("announcement", "公告", has.announced_on_record, "还没有张贴公告")),
    step("enter", "录入建档", S.ANNOUNCED, S.MONITORED, (TOWN, VILLAGE), says="录入全国系统，资料归入这一户的档案",
         evidence=(Evidence("national_no", "全国系统户编号", is_required=False),)),
)  # fmt: skip

ASIDE = (
    step("check_again", "退回重新核实", (S.VERIFIED, S.CONSENTED, S.COMPARED, S.ASSESSED), S.OPENED, (VILLAGE, TOWN, COUNTY),
         kind=Kind.BACK, also=(does.set_aside,), undo=None),
    step("post_again", "撤下重新公示", S.NOTICING, S.ASSESSED, (VILLAGE, TOWN), kind=Kind.BACK,
         also=(does.take_notice_down,), undo=None),
    step("return_to_village", "退回村重新评议", (S.NOTICING, S.TOWN_REVIEWED), S.COMPARED, (TOWN, COUNTY), kind=Kind.BACK,
         also=(does.take_notice_down, does.set_review_aside), undo=None),
    _reject("reject_by_village", (S.VERIFIED, S.COMPARED, S.ASSESSED), (VILLAGE,)),
    _reject("reject_by_county", (S.TOWN_REVIEWED,), (COUNTY,)),
    step("uphold_objection", "异议成立", S.NOTICING, S.OBJECTION_UPHELD, (TOWN,), reasons=("经核实，异议属实",), within=WHOLE,
         also=(does.take_notice_down,), undo=(does.put_notice_back,), own_undo=OWN_UNDO),
    step("tell_household", "告知农户", (S.REJECTED, S.OBJECTION_UPHELD), S.TOLD, FIELD,
         within=Clock("rejection_reply_days"), says="当面或书面告诉农户为什么不纳入，可以向镇申请复核",
         evidence=(Evidence("how", "怎样告知的", says="如：当面告知户主；送达书面通知"),)),
    step("appeal", "申请复核", S.TOLD, S.APPEALED, FIELD, evidence=(Evidence("ground", "农户的理由"),)),
    step("close", "办结", S.TOLD, S.NOT_INCLUDED, (VILLAGE, TOWN), not_before=Clock("appeal_days", since="tell_household"),
         says="申请复核的期限过了，没有申请"),
    step("allow_appeal", "复核后重新核实", S.APPEALED, S.OPENED, (TOWN,), within=Clock("appeal_reply_days"),
         reasons=("情况有变化，重新核实",), also=(does.set_aside,), undo=None),
    step("dismiss_appeal", "维持不予纳入", S.APPEALED, S.NOT_INCLUDED, (TOWN,), within=Clock("appeal_reply_days"),
         reasons=("经复核，维持原来的意见",), own_undo=OWN_UNDO),
    step("withdraw", "撤销立案",
         (S.OPENED, S.VERIFIED, S.CONSENTED, S.COMPARED, S.ASSESSED, S.NOTICING, S.TOWN_REVIEWED), S.WITHDRAWN,
         (VILLAGE, TOWN, COUNTY), kind=Kind.END, reasons=("农户自愿撤回", "农户不同意授权", "重复立案", "入户核实没有风险"),
         also=(does.take_notice_down,), undo=None),
    step("revoke", "撤销认定", (S.COUNTY_APPROVED, S.ANNOUNCED), S.REVOKED, (COUNTY,), kind=Kind.END,
         reasons=("认定有误", "公告后发现不符合条件"), also=(does.take_notice_down, does.unidentify),
         undo=(does.identify_again, does.put_notice_back), own_undo=OWN_UNDO),
)  # fmt: skip


def page(flow: Flow) -> str:
    ledger = ledgers.get("cases")
    assert ledger
    return ledger.record_url(flow.subject_id)


IDENTIFICATION = registry.add(
    Workflow(
        slug=FLOW,
        title="监测对象识别",
        article="1.1",
        says="从线索到县级审定，整户识别，只公示一次",
        subject="consolidation.Case",
        states=tuple(State(s.value, s.label, is_final=s in CLOSED) for s in S),
        steps=(*MAIN, *ASIDE),
        flags=(
            Flag(ASSIST_FIRST, "先帮后办", by=(VILLAGE, TOWN, COUNTY, Role.CAPTAIN),
                 says="受灾、意外等急难情况先落实帮扶措施，手续随后补齐"),
        ),
        started_by=(*FIELD, COUNTY),
        read_by=(*OFFICIALS, *TEAM),
        papers=LedgerPapers("cases"),
        url=page,
    )
)  # fmt: skip
