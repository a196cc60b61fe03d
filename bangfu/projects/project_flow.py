"""项目库 as a workflow (2.2): declared and noticed in the village, reviewed by the town, argued by the county, built, kept.

Notices hang at each level before the next one acts; no work before them. A demand of another package joins by hooks.guards.
"""

from __future__ import annotations

from bangfu.accounts.roles import Role
from bangfu.ledger import registry as ledgers
from bangfu.ledger.declaration import OFFICIALS, TEAM
from bangfu.ledger.papers import LedgerPapers
from bangfu.notices.models import PublicNotice
from bangfu.projects import effects as does
from bangfu.projects import hooks, notice_drafts
from bangfu.projects import requirements as has
from bangfu.projects.moves import step
from bangfu.projects.states import BEFORE_POOL, CLOSED, FLOW
from bangfu.projects.states import State as S
from bangfu.workflow import registry
from bangfu.workflow.declaration import Asked, Clock, Evidence, Flag, Guard, Kind, State, Step, Workflow
from bangfu.workflow.models import Flow

Notice = PublicNotice.Kind
VILLAGE, TOWN, COUNTY = Role.VILLAGE, Role.TOWN, Role.COUNTY
FIELD = (VILLAGE, *TEAM, TOWN)
POOL_RULE = "粤乡振局函〔2023〕2号（转引）；各地项目库管理办法"
#: raised by the county on a project that was built before the system came
EXISTING = "existing"
#: drawn beside the way of a project
ASIDE_STATES = (S.ROLLED_OVER,)


def guard(says: str, check: object, source: str = "指引 2.2") -> Guard:
    return Guard(says, check, source)  # type: ignore[arg-type]


def more(code: str) -> Guard:
    return guard("其他要求", hooks.against(code))


HEARD = guard("异议都已答复", has.objections_answered, POOL_RULE)
DECLARED = guard("申报写全", has.is_declared)
ON_PLAN = guard("有规划依据", has.hangs_on_a_plan, "指引 2.1")

DECLARING: tuple[Step, ...] = (
    step("post_village_notice", "村公示", S.DRAFT, S.VILLAGE_NOTICE, (VILLAGE, *TEAM), guards=(DECLARED,),
         says="两委和工作队商量、村民代表会议通过后，在村里公示",
         evidence=(Evidence("meeting_on", "村民代表会议日期", Asked.DATE), Evidence("minutes", "会议记录", Asked.FILE, False)),
         also=(notice_drafts.posts(Notice.PROJECT_VILLAGE),), undo=(notice_drafts.take_down,)),
    step("submit_to_town", "报镇", S.VILLAGE_NOTICE, S.TOWN_REVIEW, FIELD, guards=(HEARD,),
         not_before=Clock("project_village_notice_days", since="post_village_notice")),
    step("review_directly", "镇级项目直接审核", S.DRAFT, S.TOWN_REVIEW, (TOWN,),
         says="镇里自己提出的、由各村申报合并成的，不再另做村公示",
         guards=(guard("镇级项目", has.is_of_a_town), DECLARED)),
    step("pass_town", "镇审核通过并公示", S.TOWN_REVIEW, S.TOWN_NOTICE, (TOWN,), within=Clock("project_town_review_days"),
         says="看真实、需求、可行、预算、资金来源、联农带农和绩效目标；可以先合并各村的同类项目",
         guards=(DECLARED, ON_PLAN, guard("有绩效目标", has.has_goals), more("pass_town")),
         evidence=(Evidence("opinion", "审核意见"),),
         also=(notice_drafts.posts(Notice.PROJECT_TOWN),), undo=(notice_drafts.take_down,)),
    step("report_to_county", "报县", S.TOWN_NOTICE, S.COUNTY_ARGUMENT, (TOWN,), guards=(HEARD,),
         not_before=Clock("project_town_notice_days", since="pass_town")),
    step("admit", "审定入库并公示", S.COUNTY_ARGUMENT, S.IN_POOL, (COUNTY,), within=Clock("project_argument_days"),
         says="各部门的论证意见齐了，由县领导小组审定",
         guards=(guard("部门论证意见", has.departments_agree, POOL_RULE), more("admit")),
         evidence=(Evidence("document_no", "审定文号或会议", is_required=False),),
         also=(notice_drafts.posts(Notice.PROJECT_POOL),), undo=(notice_drafts.take_down,)),
)  # fmt: skip

BUILDING: tuple[Step, ...] = (
    step("plan", "列入年度计划并公告", (S.IN_POOL, S.ROLLED_OVER), S.PLANNED, (COUNTY,), guards=(HEARD, more("plan")),
         not_before=Clock("project_notice_days", since="admit"),
         evidence=(Evidence("document_no", "年度计划文号"),),
         also=(notice_drafts.posts(Notice.PROJECT_PLAN),), undo=(notice_drafts.take_down,)),
    step("fund", "下达资金", S.PLANNED, S.FUNDED, (COUNTY,), guards=(more("fund"),),
         evidence=(Evidence("document_no", "资金文号"),)),
    step("procure", "开始采购", S.FUNDED, S.PROCUREMENT, (TOWN, COUNTY), guards=(more("procure"),)),
    step("begin_work", "开工", S.PROCUREMENT, S.STARTED, FIELD, says="合同签了，公示也做过了",
         guards=(guard("有合同", has.has_contract), guard("先公示后开工", has.was_noticed, POOL_RULE), more("begin_work"))),
    step("begin_without_contract", "不签合同开工", S.PROCUREMENT, S.STARTED, (TOWN,),
         reasons=("以工代赈，由村集体组织村民自建", "补助到户，不签施工合同"),
         guards=(guard("先公示后开工", has.was_noticed, POOL_RULE), more("begin_work"))),
    step("complete", "完工", S.STARTED, S.COMPLETED, FIELD, guards=(guard("进度到头", has.is_all_done), more("complete"))),
    step("accept", "验收通过", S.COMPLETED, S.ACCEPTED, (TOWN, COUNTY), within=Clock("project_acceptance_days"),
         guards=(guard("问题都已整改", has.defects_mended), more("accept")),
         evidence=(Evidence("people", "参加验收的人", says="姓名用顿号隔开"), Evidence("opinion", "验收结论"),
                   Evidence("report", "验收单", Asked.FILE, False)),
         also=(does.tell_accepted,), undo=(does.tell_acceptance_undone,)),
    step("audit", "审计结算", S.ACCEPTED, S.AUDITED, (COUNTY,), guards=(more("audit"),),
         evidence=(Evidence("settled_yuan", "审定结算金额（元）", Asked.NUMBER), Evidence("document_no", "审计或结算文号")),
         also=(does.settle,), undo=(does.unsettle,)),
    step("form_asset", "形成资产", S.AUDITED, S.ASSET_FORMED, (TOWN, COUNTY), guards=(more("form_asset"),),
         says="验收后的资产登记在项目资产台账"),
    step("form_no_asset", "不形成资产", S.AUDITED, S.ASSET_FORMED, (TOWN, COUNTY), guards=(more("form_no_asset"),),
         reasons=("补助、培训、岗位类，不形成实物资产", "项目管理费")),
    step("evaluate", "绩效评价", S.ASSET_FORMED, S.EVALUATED, (COUNTY,),
         guards=(guard("绩效自评", has.goals_measured), guard("逐项评价", has.goals_concluded)),
         says="在“绩效评价”页面逐项看完成度、给结论，一次办完",
         evidence=(Evidence("grade", "评价结论", says="优、良、中、差"), Evidence("opinion", "评价意见", is_required=False)),
         also=(does.grade,), undo=(does.ungrade,)),
    step("archive", "归档并公告", S.EVALUATED, S.ARCHIVED, (TOWN, COUNTY), guards=(more("archive"),),
         also=(notice_drafts.posts(Notice.PROJECT_DONE),), undo=(notice_drafts.take_down,)),
)  # fmt: skip

ASIDE: tuple[Step, ...] = (
    step("send_back", "退回修改", (S.VILLAGE_NOTICE, S.TOWN_REVIEW, S.TOWN_NOTICE, S.COUNTY_ARGUMENT), S.RETURNED,
         (TOWN, COUNTY), kind=Kind.BACK, also=(notice_drafts.take_down,), undo=None),
    step("declare_again", "修改后重新申报", S.RETURNED, S.DRAFT, FIELD),
    step("merge", "并入镇项目", S.TOWN_REVIEW, S.MERGED, (TOWN,), kind=Kind.END, undo=None,
         guards=(guard("已选并入的项目", has.is_part),)),
    step("reject", "不予入库", (S.TOWN_REVIEW, S.COUNTY_ARGUMENT), S.REJECTED, (TOWN, COUNTY), kind=Kind.END,
         reasons=("不在资金使用范围内", "已有其他资金安排", "条件不成熟"), also=(notice_drafts.take_down,)),
    step("roll_over", "结转下年", (S.IN_POOL, S.ROLLED_OVER, S.PLANNED), S.ROLLED_OVER, (COUNTY,), reasons=("当年资金没有安排",),
         also=(does.to_next_year,), undo=(does.back_a_year,)),
    step("withdraw_declaration", "撤回申报", BEFORE_POOL, S.WITHDRAWN, FIELD, kind=Kind.END,
         reasons=("群众不同意", "改用其他资金", "重复申报"), also=(notice_drafts.take_down,), undo=None),
    step("drop", "不再实施", (S.IN_POOL, S.ROLLED_OVER, S.PLANNED, S.FUNDED, S.PROCUREMENT, S.STARTED), S.WITHDRAWN,
         (COUNTY,), kind=Kind.END, guards=(more("drop"),), also=(notice_drafts.take_down,)),
    step("enter_started", "补录：已开工", S.DRAFT, S.STARTED, (COUNTY,), only_with=EXISTING, undo=None),
    step("enter_accepted", "补录：已验收", S.DRAFT, S.ACCEPTED, (COUNTY,), only_with=EXISTING, undo=None,
         also=(does.tell_accepted,)),
    step("enter_archived", "补录：已归档", S.DRAFT, S.ARCHIVED, (COUNTY,), only_with=EXISTING, undo=None),
)  # fmt: skip


def page(flow: Flow) -> str:
    ledger = ledgers.get("projects")
    assert ledger
    return ledger.record_url(flow.subject_id)


LIBRARY = registry.add(
    Workflow(
        slug=FLOW,
        title="项目库",
        article="2.2",
        says="从村里申报到建成、验收、归档；每一级先公示，再往上报",
        subject="projects.Project",
        states=tuple(State(s.value, s.label, is_final=s in CLOSED) for s in sorted(S, key=ASIDE_STATES.__contains__)),
        steps=(*DECLARING, *BUILDING, *ASIDE),
        flags=(Flag(EXISTING, "既有项目补录", by=(COUNTY,), says="本系统启用前已经实施的项目，按实际补录进度，不再走申报"),),
        started_by=(*FIELD, COUNTY),
        read_by=(*OFFICIALS, *TEAM, Role.DEPARTMENT),
        papers=LedgerPapers("projects"),
        url=page,
    )
)  # fmt: skip
