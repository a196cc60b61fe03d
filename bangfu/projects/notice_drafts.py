"""What a project publishes (2.2): the village's, the town's and the county's notice, each of named facts alone."""

from __future__ import annotations

from django.utils import timezone

from bangfu.divisions.models import Division
from bangfu.kernel.codes import Level
from bangfu.kernel.money import WAN, show_number, show_wan
from bangfu.notices import acts as notices
from bangfu.notices.acts import Draft
from bangfu.notices.models import Objection, PublicNotice
from bangfu.notices.notice_kind import NoticeKind
from bangfu.notices.objections import OPEN
from bangfu.notices.redactor import Lines, PrivateData
from bangfu.policy.parameter import ParameterMissing
from bangfu.projects.moves import actor, project_of
from bangfu.projects.project import Project
from bangfu.workflow import acts
from bangfu.workflow.declaration import Effect
from bangfu.workflow.models import Flow, StepRecord

Kind = PublicNotice.Kind
DAYS = {
    Kind.PROJECT_VILLAGE: "project_village_notice_days",
    Kind.PROJECT_TOWN: "project_town_notice_days",
    Kind.PROJECT_POOL: "project_notice_days",
    Kind.PROJECT_PLAN: "project_notice_days",
    Kind.PROJECT_DONE: "project_result_notice_days",
}
LEVELS = {Kind.PROJECT_VILLAGE: Level.VILLAGE, Kind.PROJECT_TOWN: Level.TOWN, Kind.PROJECT_DONE: Level.VILLAGE}


def about(project_id: int) -> str:
    return f"projects:{project_id}"


def draft_of(project: Project, kind: NoticeKind, place: Division) -> Draft:
    return Draft(kind, place, Lines(_lines(project)), about(project.pk), DAYS[kind])


def _lines(project: Project) -> tuple[tuple[str, str], ...]:
    wan = project.planned_yuan / WAN
    money = show_wan(project.planned_yuan) if wan < WAN else show_number(wan.quantize(1))
    lines = (
        ("项目名称", project.name),
        ("项目类型", project.get_sort_display()),
        ("实施地点", "、".join(part for part in (project.division.label, project.other_places) if part)),
        ("建设内容", project.content or project.need),
        ("计划投资", f"{money.replace(',', '')}万元"),
        ("计划年度", f"{project.year}年"),
        ("受益范围", f"{project.households}户{project.people}人" if project.households else ""),
        ("实施单位", project.implementer),
    )
    return tuple((label, text) for label, text in lines if text)


def posts(kind: NoticeKind) -> Effect:
    """The effect of a step: the notice hangs from that day at the level of whoever posts it."""

    def post(flow: Flow, record: StepRecord) -> None:
        if record.on != timezone.localdate(record.at):
            raise acts.refuse("公示从登记张贴的当天算起，不能往前补；期限也从当天起算", "指引 2.2")
        project = project_of(flow)
        try:
            notices.post(draft_of(project, kind, _place(project, kind)), by=actor(record), at=record.on)
        except (PrivateData, ParameterMissing) as error:
            raise acts.refuse(str(error), "指引 2.2") from None

    return post


def _place(project: Project, kind: NoticeKind) -> Division:
    """The project's own place for the village's notice, else the town or the county above it."""
    place, level = project.division, LEVELS.get(kind, Level.COUNTY)
    while place.level > level and place.parent:
        place = place.parent
    return place


def take_down(flow: Flow, record: StepRecord) -> None:
    rows = PublicNotice.objects.filter(about=about(flow.subject_id), taken_down_on=None, to_on__gte=record.on)
    for notice in rows:
        notices.take_down(notice, by=actor(record), at=record.on, reason=record.reason or "撤销上一步")


def open_objections(flow: Flow) -> int:
    return Objection.objects.filter(OPEN, public_notice__about=about(flow.subject_id)).count()


def posted_kinds(project_id: int) -> set[str]:
    rows = PublicNotice.objects.filter(about=about(project_id), taken_down_on=None, withdrawn_at=None)
    return set(rows.values_list("kind", flat=True))
