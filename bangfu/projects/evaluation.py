"""绩效评价 (2.2): how far each goal was reached, and what follows for the project; computed, concluded by the county."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bangfu.lawbook import parameters
from bangfu.projects.goal import Goal
from bangfu.projects.project import Grade

WHOLE = Decimal(100)
_FROM = {
    Grade.EXCELLENT: "evaluation_excellent_from",
    Grade.GOOD: "evaluation_good_from",
    Grade.FAIR: "evaluation_fair_from",
}


@dataclass(frozen=True)
class Judged:
    """One goal: its degree in percent (None: not measured yet), and the conclusion that follows from it."""

    goal: Goal
    degree: Decimal | None
    conclusion: Goal.Conclusion | None


@dataclass(frozen=True)
class Evaluation:
    """`score`: the mean of the degrees, none counted above 100; `grade`: what follows from it."""

    goals: tuple[Judged, ...]
    score: Decimal | None
    grade: Grade | None
    says: str


def of(goals: Sequence[Goal], place: int, on: date) -> Evaluation:
    """Nothing is computed while a goal is not measured."""
    limits = {grade: Decimal(str(parameters.value(code, on, place))) for grade, code in _FROM.items()}
    partly = Decimal(str(parameters.value("evaluation_partly_from_percent", on, place)))
    judged = tuple(Judged(goal, goal.degree_percent, _conclusion(goal.degree_percent, partly)) for goal in goals)
    degrees = [min(each.degree, WHOLE) for each in judged if each.degree is not None]
    says = "得分是各目标完成度的平均，超额的按 100% 计；" + "，".join(
        f"{limit:g} 分起为“{grade.label}”" for grade, limit in limits.items()
    )
    if not degrees or len(degrees) < len(judged):
        return Evaluation(judged, None, None, says)
    score = (sum(degrees, Decimal(0)) / len(degrees)).quantize(Decimal("0.1"))
    grade = next((grade for grade, limit in limits.items() if score >= limit), Grade.POOR)
    return Evaluation(judged, score, grade, says)


def _conclusion(degree: Decimal | None, partly: Decimal) -> Goal.Conclusion | None:
    if degree is None:
        return None
    if degree >= WHOLE:
        return Goal.Conclusion.REACHED
    return Goal.Conclusion.PARTLY if degree >= partly else Goal.Conclusion.MISSED
