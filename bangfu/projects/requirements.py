"""What a project must have before a step (2.2): "" or one sentence for the clerk, what is missing and where it is written."""

from __future__ import annotations

from datetime import date

from django.db.models import Min

from bangfu.kernel.codes import Level
from bangfu.notices.models import PublicNotice
from bangfu.projects import notice_drafts
from bangfu.projects.defect import Defect
from bangfu.projects.department_opinion import DepartmentOpinion
from bangfu.projects.goal import Goal
from bangfu.projects.moves import project_of
from bangfu.projects.progress import latest_percent
from bangfu.workflow.models import Flow

Kind = PublicNotice.Kind
HERE = {"withdrawn_at": None}
WHOLE = 100


def is_declared(flow: Flow, on: date) -> str:
    project = project_of(flow)
    wanted = {"需求和理由": project.need, "计划投资": project.planned_yuan, "受益户数": project.households}
    if project.kind == "management_fee":
        wanted.pop("受益户数")
    missing = [label for label, value in wanted.items() if not value]
    return f"申报还缺：{'、'.join(missing)}，请点“修改”补上" if missing else ""


def hangs_on_a_plan(flow: Flow, on: date) -> str:
    project = project_of(flow)
    return "" if project.plan_item_id or project.why_outside else "没有挂规划项目，请选一项，或写明规划外的理由"


def is_of_a_town(flow: Flow, on: date) -> str:
    level = project_of(flow).division.level
    return "" if level < Level.VILLAGE else "村里申报的项目先在村里公示，再报镇"


def has_goals(flow: Flow, on: date) -> str:
    found = Goal.objects.filter(project=flow.subject_id, **HERE).exists()
    return "" if found else "还没有绩效目标，请在项目页面登记至少一项"


def goals_measured(flow: Flow, on: date) -> str:
    left = Goal.objects.filter(project=flow.subject_id, actual=None, **HERE).values_list("name", flat=True)
    return f"还没有填完成值的绩效目标：{'、'.join(left)}" if left else ""


def goals_concluded(flow: Flow, on: date) -> str:
    left = Goal.objects.filter(project=flow.subject_id, conclusion="", **HERE).values_list("name", flat=True)
    return f"还没有县级评价的绩效目标：{'、'.join(left)}，请在“绩效评价”页面逐项给出" if left else ""


def objections_answered(flow: Flow, on: date) -> str:
    count = notice_drafts.open_objections(flow)
    return f"还有 {count} 件异议没有答复，请先核实答复" if count else ""


def departments_agree(flow: Flow, on: date) -> str:
    rows = list(DepartmentOpinion.objects.filter(project=flow.subject_id, **HERE).order_by("pk"))
    if not rows:
        return "还没有部门论证意见，请登记请哪些部门论证、意见是什么"
    silent = [row.department for row in rows if row.given_on is None]
    against = [row.department for row in rows if row.is_agreed is False]
    said = [f"还没有意见：{'、'.join(silent)}"] if silent else []
    said += [f"不同意：{'、'.join(against)}，请退回修改，或取得同意后改登意见"] if against else []
    return "；".join(said)


def has_contract(flow: Flow, on: date) -> str:
    first_on = project_of(flow).contracts.filter(**HERE).aggregate(first=Min("signed_on"))["first"]
    if first_on is None:
        return "还没有登记合同；以工代赈、补助到户等不签合同的，办“不签合同开工”"
    return f"合同 {first_on} 才签订，开工日期不能更早，请核对" if on < first_on else ""


def was_noticed(flow: Flow, on: date) -> str:
    """A merged project was noticed in its villages by its parts; the levels above are its own."""
    posted = notice_drafts.posted_kinds(flow.subject_id)
    needed = [Kind.PROJECT_TOWN, Kind.PROJECT_POOL, Kind.PROJECT_PLAN]
    if project_of(flow).division.level == Level.VILLAGE:
        needed.insert(0, Kind.PROJECT_VILLAGE)
    missing = [kind.label for kind in needed if kind.value not in posted]
    return f"没有公示不能开工，还缺：{'、'.join(missing)}" if missing else ""


def is_all_done(flow: Flow, on: date) -> str:
    percent = latest_percent([flow.subject_id]).get(flow.subject_id)
    if percent is None or percent >= WHOLE:
        return ""
    return f"最近一次登记的进度是 {percent}%，请先登记到 100%，或核对是不是完工了"


def defects_mended(flow: Flow, on: date) -> str:
    left = list(
        Defect.objects.filter(project=flow.subject_id, mended_on=None, **HERE).values_list("content", flat=True)
    )
    return f"验收发现的问题还有 {len(left)} 个没有整改：{'；'.join(text[:30] for text in left[:3])}" if left else ""


def is_part(flow: Flow, on: date) -> str:
    return "" if project_of(flow).merged_into_id else "合并在“合并申报”页面办：选几个同类的项目，合成一个镇项目"
