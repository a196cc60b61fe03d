"""Where a project stands (项目库, 2.2); the same codes as the states of its flow, and the day on which each was reached."""

from __future__ import annotations

from django.db.models import TextChoices

#: slug of the workflow, declared in project_flow.py
FLOW = "projects"


class State(TextChoices):
    DRAFT = "draft", "草稿"
    VILLAGE_NOTICE = "village_notice", "村公示中"
    TOWN_REVIEW = "town_review", "镇审核"
    TOWN_NOTICE = "town_notice", "镇公示中"
    COUNTY_ARGUMENT = "county_argument", "县论证"
    IN_POOL = "in_pool", "已入库"
    ROLLED_OVER = "rolled_over", "结转下年"
    PLANNED = "planned", "已列入年度计划"
    FUNDED = "funded", "资金已下达"
    PROCUREMENT = "procurement", "采购中"
    STARTED = "started", "实施中"
    COMPLETED = "completed", "已完工"
    ACCEPTED = "accepted", "已验收"
    AUDITED = "audited", "已审计结算"
    ASSET_FORMED = "asset_formed", "已形成资产"
    EVALUATED = "evaluated", "已评价"
    ARCHIVED = "archived", "已归档"
    RETURNED = "returned", "退回修改"
    MERGED = "merged", "已并入镇项目"
    REJECTED = "rejected", "不予入库"
    WITHDRAWN = "withdrawn", "不再实施"


S = State
#: ended without being built
DROPPED = (S.MERGED, S.REJECTED, S.WITHDRAWN)
CLOSED = (S.ARCHIVED, *DROPPED)
#: in the hands of whoever declared it; only such a row is withdrawn by hand
UNSENT = (S.DRAFT, S.RETURNED)
#: its facts may still be written by hand; later they change by an adjustment
OPEN_TO_CHANGE = (*UNSENT, S.TOWN_REVIEW)
#: declared, not yet in the pool
BEFORE_POOL = (S.DRAFT, S.RETURNED, S.VILLAGE_NOTICE, S.TOWN_REVIEW, S.TOWN_NOTICE, S.COUNTY_ARGUMENT)
IN_POOL = (S.IN_POOL, S.ROLLED_OVER)
UNDER_WAY = (S.PLANNED, S.FUNDED, S.PROCUREMENT, S.STARTED, S.COMPLETED)
#: column of the project that holds the day
DAYS = {
    S.VILLAGE_NOTICE: "declared_on",
    S.IN_POOL: "in_pool_on",
    S.PLANNED: "planned_on",
    S.FUNDED: "funded_on",
    S.STARTED: "started_on",
    S.COMPLETED: "completed_on",
    S.ACCEPTED: "accepted_on",
    S.AUDITED: "audited_on",
    **dict.fromkeys(CLOSED, "closed_on"),
}
TONES = {
    **dict.fromkeys(BEFORE_POOL, "warn"),
    **dict.fromkeys((*IN_POOL, *UNDER_WAY), "note"),
    **dict.fromkeys((S.ACCEPTED, S.AUDITED, S.ASSET_FORMED, S.EVALUATED, S.ARCHIVED), "ok"),
    **dict.fromkeys(DROPPED, "muted"),
}
