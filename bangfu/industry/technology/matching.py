"""Which technology commissioner suits a request (4.3): knows the crop, serves today, is near, has few open requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from bangfu.industry.technology.commissioner_skills import CommissionerSkill
from bangfu.kernel import codes, dates
from bangfu.kernel.codes import Level
from bangfu.units.days import on

SHOWN = 5


@dataclass(frozen=True)
class Suggestion:
    cadre: Any
    reasons: list[str]


def for_request(request: Any) -> list[Suggestion]:
    """Of the same town first, then of the county; those with fewer open requests before others. One query."""
    county = request.village_id // codes.SPANS[Level.COUNTY] * codes.SPANS[Level.COUNTY]
    town = request.village_id // codes.SPANS[Level.TOWN] * codes.SPANS[Level.TOWN]
    skills = CommissionerSkill.objects.filter(
        Q(serves_county=True) | Q(town=town), on(dates.today(), "technology_commissioner__"), withdrawn_at=None,
        technology_commissioner__withdrawn_at=None, crops__contains=[request.crop],
        town__gte=county, town__lt=county + codes.SPANS[Level.COUNTY],
    )  # fmt: skip
    is_open = Q(
        technology_commissioner__requests__answered_on=None, technology_commissioner__requests__withdrawn_at=None
    )
    skills = skills.annotate(waiting=Count("technology_commissioner__requests", filter=is_open))
    found = sorted(
        skills.select_related("technology_commissioner", "town"),
        key=lambda row: (row.town_id != town, row.waiting, row.pk),
    )
    return [_said(row, request, town) for row in found[:SHOWN]]


def _said(skill: Any, request: Any, town: int) -> Suggestion:
    near = "就驻在本镇" if skill.town_id == town else f"驻{skill.town}，可到全县服务"
    busy = f"手上有 {skill.waiting} 件待答复" if skill.waiting else "手上没有待答复的"
    reasons = [f"擅长{request.get_crop_display()}", near, busy, *([skill.detail] if skill.detail else [])]
    return Suggestion(skill.technology_commissioner, reasons)


def faults(data: Mapping[str, Any]) -> dict[str, str]:
    """Of one request: days in order, an answer with its day and outcome."""
    asked, given, answered = data["asked_on"], data["assigned_on"], data["answered_on"]
    if bool(data["technology_commissioner"]) != bool(given):
        return {"assigned_on": "科技特派员和交办日期要一起填"}
    if (given and given < asked) or (answered and answered < asked):
        return {"answered_on" if answered and answered < asked else "assigned_on": "日期早于提出日期"}
    if bool(answered) != bool(data["answer"]) or bool(answered) == (data["outcome"] == "open"):
        return {"answered_on": "答复日期、答复和结果要一起填"}
    if data["is_shared"] and not answered:
        return {"is_shared": "答复以后再收入问答库"}
    return {}
