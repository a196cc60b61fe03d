"""Which project comes first (2.1): a score explained line by line; the points of each line are dated parameters.

An order other than the score's needs a reason and stays visible as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bangfu.lawbook import parameters
from bangfu.policy.code_lists import code_list
from bangfu.projects.project import SORTS, Project

WHOLE = Fraction(1)
Found = tuple[Fraction, str]  # share of the points, and why


@dataclass(frozen=True)
class Line:
    label: str
    points: Decimal
    most: Decimal
    why: str
    source: str


@dataclass(frozen=True)
class Score:
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.points for line in self.lines), Decimal(0))


@dataclass(frozen=True)
class Ranked:
    """`by_score`: the place that the score gives; `place`: where it stands after decisions."""

    project: Project
    score: Score
    by_score: int
    place: int

    @property
    def is_moved(self) -> bool:
        return self.project.rank is not None


def _need(project: Project, full: Fraction) -> Found:
    said = [bool(project.need), project.has_consent is True]
    words = ["写明了需求" if said[0] else "没有写需求", "群众同意" if said[1] else "群众意见没有登记或不同意"]
    return Fraction(sum(said), 2), "，".join(words)


def _people(project: Project, full: Fraction) -> Found:
    count = project.people or project.households
    return min(WHOLE, Fraction(count) / full), f"受益 {project.households} 户 {project.people} 人"


def _readiness(project: Project, full: Fraction) -> Found:
    known = {
        "用地": project.has_land,
        "方案": project.has_design,
        "资金来源": project.fund_note,
        "规划": project.plan_item_id,
    }
    ready = [label for label, value in known.items() if value]
    missing = [label for label in known if label not in ready]
    said = f"已有{'、'.join(ready)}" if ready else "都还没有"
    return Fraction(len(ready), len(known)), f"{said}{'；还缺' + '、'.join(missing) if ready and missing else ''}"


def _strength(project: Project, full: Fraction) -> Found:
    return (WHOLE, project.unit_strength) if project.unit_strength else (Fraction(0), "没有登记组团单位能出什么力")


def _livelihood(project: Project, full: Fraction) -> Found:
    code = code_list(SORTS).code(project.sort)
    if code.facts["livelihood"]:
        return WHOLE, f"{code.label}属普惠、基础、兜底的民生项目"
    return Fraction(0), f"{code.label}不属民生项目"


def _priority(project: Project, full: Fraction) -> Found:
    if not project.households:
        return Fraction(0), "没有登记受益户数"
    share = min(WHOLE, Fraction(project.priority_households, project.households))
    return share, f"{project.households} 户里有 {project.priority_households} 户重点户"


RULES: tuple[tuple[str, str, Callable[[Project, Fraction], Found]], ...] = (
    ("民生优先", "project_score_livelihood", _livelihood),
    ("群众需求", "project_score_need", _need),
    ("受益人数", "project_score_people", _people),
    ("前期准备", "project_score_readiness", _readiness),
    ("惠及重点户", "project_score_priority", _priority),
    ("组团单位所长", "project_score_strength", _strength),
)


def score(project: Project, on: date, values: parameters.Snapshot | None = None) -> Score:
    """`values`: one reading of the parameters for many projects."""
    at = values.at if values else parameters.at
    full = Fraction(str(at("project_score_people_full", on, project.division_id).value))
    lines = []
    for label, code, rule in RULES:
        value = at(code, on, project.division_id)
        share, why = rule(project, full)
        most = Decimal(str(value.value))
        points = (most * share.numerator / share.denominator).quantize(Decimal("0.1"))
        lines.append(Line(label, points, most, why, value.source))
    return Score(tuple(lines))


def ordered(projects: Iterable[Project], on: date) -> list[Ranked]:
    """By score, the livelihood work first among equals, then the older number; who was moved stands where it was put."""
    values = parameters.Snapshot.take()
    scored = [(project, score(project, on, values)) for project in projects]
    scored.sort(key=lambda pair: (-pair[1].total, -pair[1].lines[0].points, pair[0].project_no))
    places = {project.pk: place for place, (project, _) in enumerate(scored, 1)}
    whole = [(project, made) for project, made in scored if project.rank is None]
    for project, made in sorted((p for p in scored if p[0].rank is not None), key=lambda p: (p[0].rank or 0, p[0].pk)):
        whole.insert((project.rank or 1) - 1, (project, made))
    return [Ranked(project, made, places[project.pk], place) for place, (project, made) in enumerate(whole, 1)]
