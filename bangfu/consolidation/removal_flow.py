"""风险消除 as a workflow (1.1): study → check → assembly → notice → town → county → tracking, or back to monitoring."""

from __future__ import annotations

from datetime import date

from bangfu.accounts.roles import Role
from bangfu.consolidation import case_records as has
from bangfu.consolidation import removal_effects as does
from bangfu.consolidation import removal_guards as rule
from bangfu.consolidation.case_effects import take_notice_down
from bangfu.consolidation.case_flow import OWN_UNDO
from bangfu.consolidation.following import Follower
from bangfu.consolidation.removal_states import CLOSED, FLOW
from bangfu.consolidation.removal_states import State as S
from bangfu.consolidation.removals import RiskRemoval
from bangfu.lawbook import parameters
from bangfu.ledger import registry as ledgers
from bangfu.ledger.declaration import OFFICIALS, TEAM
from bangfu.ledger.papers import LedgerPapers
from bangfu.workflow import registry
from bangfu.workflow.declaration import Asked, Clock, Evidence, Guard, Kind, State, Step, Workflow
from bangfu.workflow.models import Flow

VILLAGE, TOWN, COUNTY = Role.VILLAGE, Role.TOWN, Role.COUNTY
FIELD = (VILLAGE, *TEAM, TOWN)
GUIDE = "防止返贫监测和帮扶工作指南（县级公开页转述）"
STUDY = (
    Guard("认定满规定的月数", rule.long_enough, source=f"{GUIDE}；R73"),
    Guard("有落实的对应措施", rule.was_helped, source=f"{GUIDE}；R74"),
    Guard("不是整户无劳动力", rule.is_no_long_term_household, source=f"{GUIDE}；R76、R80"),
    Guard("自然消除限整户不在", rule.nobody_left, source=GUIDE),
    Guard("有监测联系人", rule.has_contact, source="R78"),
)
FINDINGS = (
    Guard("“三保障”和饮水稳固", rule.is_safe, source=f"{GUIDE}；R77"),
    Guard("收入稳定、风险消除", rule.is_stable, source=GUIDE),
    Guard("收入超过当年监测范围", rule.is_above_the_line, source=f"{GUIDE}；R75"),
    Guard("帮扶在收入里看得到", rule.help_shows, source="R79"),
)


def check_on_record(flow: Flow) -> str:
    """Enough people, one of the town among them."""
    found = rule.check_of(rule.removal_of(flow))
    least = int(parameters.value("household_check_people_min", found.checked_on, flow.division_id)) if found else 0
    ok = found and found.has_town_cadre and found.checker_count >= least
    return f"household-checks:{found.pk}" if found and ok else ""


def review_on_record(flow: Flow) -> str:
    found = rule.review_of(rule.removal_of(flow))
    return f"village-reviews:{found.pk}" if found else ""


def review_agreed(flow: Flow, on: date) -> str:
    found = rule.review_of(rule.removal_of(flow))
    return "评议没有同意消除；请办理“暂不消除”，继续帮扶" if found and not found.is_agreed else ""


step = Follower(RiskRemoval, CLOSED).step
STEPS: tuple[Step, ...] = (
    step("propose", "提出消除", S.CONSIDERED, S.PROPOSED, (VILLAGE, *TEAM), guards=STUDY,
         says="逐户研判，不设比例和指标"),
    step("verify", "入户核实", S.PROPOSED, S.VERIFIED, FIELD, says="至少两人入户，其中有镇干部，农户在评估表上签字",
         evidence=(Evidence("check", "消除前的入户核实", Asked.RECORD, find=check_on_record,
                            says="还没有入户核实记录，或人数不够、没有镇干部参加"),)),
    step("assess", "民主评议", S.VERIFIED, S.ASSESSED, (VILLAGE,), guards=FINDINGS,
         evidence=(Evidence("review", "评议记录", Asked.RECORD, find=review_on_record, says="还没有评议记录"),)),
    step("post_notice", "张贴公示", S.ASSESSED, S.NOTICING, (VILLAGE,), undo=(take_notice_down,),
         guards=(Guard("评议同意", review_agreed, source="指引 1.1"),),
         evidence=(Evidence("notice", "公示", Asked.RECORD, find=has.posted_on_record, says="还没有张贴公示"),)),
    step("review_by_town", "镇审核", S.NOTICING, S.TOWN_REVIEWED, (TOWN,),
         not_before=Clock("removal_notice_days", since="post_notice"),
         guards=(Guard("异议都已答复", has.objections_answered, source=GUIDE),),
         evidence=(Evidence("spot_check", "抽查情况", is_required=False),)),
    step("approve_by_county", "县级审定", S.TOWN_REVIEWED, S.COUNTY_APPROVED, (COUNTY,), guards=(*STUDY, *FINDINGS),
         also=(does.remove,), undo=(does.unremove,), own_undo=OWN_UNDO),
    step("announce", "张贴公告", S.COUNTY_APPROVED, S.TRACKING, (TOWN,), undo=(take_notice_down,),
         evidence=(Evidence("announcement", "公告", Asked.RECORD, find=has.announced_on_record, says="还没有张贴公告"),)),
    step("finish_tracking", "跟踪期满", S.TRACKING, S.TRACKED, (VILLAGE, TOWN),
         kind=Kind.END, reasons=("跟踪期内收入和“三保障”都稳定",),  # no duty: nobody is to do it before its day
         not_before=Clock("removal_tracking_months", since="approve_by_county")),
    step("reopen", "风险消除回退", (S.COUNTY_APPROVED, S.TRACKING), S.REOPENED, (TOWN, COUNTY), kind=Kind.END,
         reasons=("收入下降", "出现新的风险", "“三保障”或饮水又出问题"), also=(take_notice_down, does.reopen), undo=None),
    step("check_again", "退回重新核实", (S.VERIFIED, S.ASSESSED, S.NOTICING, S.TOWN_REVIEWED), S.PROPOSED,
         (VILLAGE, TOWN, COUNTY), kind=Kind.BACK, also=(take_notice_down, does.set_aside), undo=None),
    step("drop", "暂不消除", (S.CONSIDERED, S.PROPOSED, S.VERIFIED, S.ASSESSED, S.NOTICING, S.TOWN_REVIEWED), S.DROPPED,
         (VILLAGE, TOWN, COUNTY), kind=Kind.END, reasons=("条件还不具备", "异议成立", "农户仍有困难"),
         also=(take_notice_down,), undo=None),
)  # fmt: skip


def page(flow: Flow) -> str:
    ledger = ledgers.get("risk-removals")
    assert ledger
    return ledger.record_url(flow.subject_id)


REMOVING = registry.add(
    Workflow(
        slug=FLOW,
        title="风险消除",
        article="1.1",
        says="整户研判，满期限、有措施、收入和“三保障”稳固的才能消除；消除后继续跟踪，不稳定的回退",
        subject="consolidation.RiskRemoval",
        states=tuple(State(s.value, s.label, is_final=s in CLOSED) for s in S),
        steps=STEPS,
        started_by=(VILLAGE, *TEAM, TOWN),
        read_by=(*OFFICIALS, *TEAM),
        papers=LedgerPapers("risk-removals"),
        url=page,
    )
)
