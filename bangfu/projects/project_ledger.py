"""项目库台账 (2.2): one list of all projects of a place; facts are written while it is declared, later by adjustment."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act, Role
from bangfu.kernel import credit_code
from bangfu.ledger.declaration import TEAM, Ledger, Stat
from bangfu.people import codes
from bangfu.projects import entry
from bangfu.projects.project import KINDS, SORTS, Project
from bangfu.projects.project_page import page_of
from bangfu.projects.states import BEFORE_POOL, IN_POOL, TONES, UNDER_WAY, UNSENT, State


class ProjectLedger(Ledger):
    slug, model, article, scope = "projects", Project, "2.2", "division"
    says = "镇村项目从申报到建成：谁提出、花多少、谁受益、办到哪一步"
    edited_by = (Role.COUNTY, Role.TOWN, Role.VILLAGE, *TEAM)
    columns = ("name", "division", "sort", "year", "state", "planned_yuan", "households")
    card = ("name", "state", "planned_yuan")
    filters = (
        "state", "kind", "sort", "year", "articles", "plan_item", "is_operating", "declared_on", "started_on",
        "planned_end_on", "completed_on", "accepted_on", "grade",
    )  # fmt: skip
    sorts = ("planned_yuan",)
    search = ("name", "project_no", "implementer")
    in_search = True
    form = (
        "division", "other_places", "name", "sort", "year", "plan_item", "why_outside", "articles", "need", "content",
        "planned_yuan", "fund_note", "households", "people", "priority_households", "implementer", "implementer_code",
        "responsible", "is_operating", "has_land", "has_design", "has_consent", "unit_strength", "planned_start_on",
        "planned_end_on", "longitude", "latitude",
    )  # fmt: skip
    exchange = ("project_no", *form)
    bulk = ("responsible",)
    identity = ("project_no",)
    choice_aliases = codes.aliases(kind=KINDS, sort=SORTS)
    limits = {"longitude": (109.0, 118.0), "latitude": (20.0, 26.0)}
    tones = {"state": TONES}
    groups = {
        "项目": ("project_no", "name", "division", "other_places", "sort", "kind", "year", "state", "merged_into"),
        "依据": ("plan_item", "why_outside", "articles", "need", "content", "rank", "rank_reason"),
        "资金和受益": form[10:15],
        "实施": (*form[15:23], "rolled_over", "settled_yuan", "grade"),
        "时间": ("declared_on", "in_pool_on", "planned_on", "funded_on", *form[23:25], "started_on", "completed_on",
               "accepted_on", "audited_on", "closed_on"),
    }  # fmt: skip
    point = ("longitude", "latitude")
    stats = (
        Stat("申报中", where=Q(state__in=BEFORE_POOL), unit="个"),
        Stat("已入库", where=Q(state__in=IN_POOL), unit="个"),
        Stat("实施中", where=Q(state__in=UNDER_WAY), unit="个"),
        Stat("规划外", where=Q(plan_item=None) & ~Q(state=State.MERGED), unit="个"),
        Stat("按类型", by="kind"),
        Stat("按状态", by="state"),
        Stat("计划投资", total="planned_yuan", unit="元"),
    )
    computed = {"kind": entry.KIND_OF_SORT}
    derive = staticmethod(entry.derive)  # type: ignore[assignment]
    checks = (entry.settled_already,)
    related = (
        ("performance-goals", "project"), ("department-opinions", "project"), ("contracts", "project"),
        ("project-progress", "project"), ("labour-uses", "project"), ("acceptance-defects", "project"),
        ("project-adjustments", "project"), ("facilities", "project"),
    )  # fmt: skip
    detail_template, work_page = "projects/project.html", ("projects:order", "先后次序")

    def visible_to(self, actor: Actor, act: Act = Act.READ) -> QuerySet[Any]:
        """One that was sent on is ended by a step of its flow, with a reason, and not by hand."""
        rows = super().visible_to(actor, act)
        return rows.filter(state__in=UNSENT) if act is Act.WITHDRAW else rows

    def clean(self, data: dict[str, Any], record: Project | None) -> dict[str, str]:
        return entry.faults(data, record)

    def prepare(self, record: Project) -> None:
        record.kind = entry.kind_of(record.sort)
        record.implementer_code = credit_code.normalise(record.implementer_code)

    def following(self, keys: list[int]) -> AbstractContextManager[None]:
        return entry.following(keys)

    @property
    def new_url(self) -> str:
        return reverse("projects:declare")

    def more(self, record: Project, actor: Actor) -> dict[str, Any]:
        return page_of(record, actor)
