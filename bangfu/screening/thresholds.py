"""Values of the parameters that rules read, on a day in a division: whole numbers, money in fen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from bangfu.policy.parameter import Parameter, ParameterMissing, Unit, Value
from bangfu.screening import cells
from bangfu.screening.expressions import Kind
from bangfu.screening.rulebook import DAY, MONTH, Rule, RuleBook

_MONEY = (Unit.YUAN, Unit.YUAN_PER_MONTH, Unit.YUAN_PER_PERSON_YEAR)
Overrides = Mapping[str, Iterable[Value]]


class RuleRefused(Exception):
    """A rule cannot run on that day in that division; the message names rule and parameter, in Chinese."""


def bound(book: RuleBook, day: date, division: int | None, overrides: Overrides) -> dict[str, int]:
    """Every parameter of the screening that has a value there, ready for `Expression.bound`."""
    values = {DAY: cells.day_number(day), MONTH: cells.month_number(day)}
    for code in _asked(book):
        try:
            values[code] = number(book.guideline.parameter(code), day, division, overrides)
        except ParameterMissing:
            continue
    return values


def check(book: RuleBook, day: date, division: int | None, overrides: Overrides) -> dict[str, str]:
    """Rules that are left out there, with the reason. Errors: RuleRefused for one that may not be."""
    left_out = {}
    values = bound(book, day, division, overrides)
    for rule in book.rules:
        for code in sorted(rule.parameters - set(values)):
            says = f"规则 {rule.code}“{rule.title}”用到{_why(book, code, day, division)}"
            if not rule.leave_out:
                raise RuleRefused(says)
            left_out[rule.code] = f"{says}；没有运行这条规则"
    for name, fact in book.household_facts.items():
        used = {p for e in (fact.of, fact.where) if e is not None for p in e.parameters} - set(values)
        for code in sorted(used):
            raise RuleRefused(f"农户事实 {name} 用到{_why(book, code, day, division)}")
    for code in SCORING:
        if code not in values:
            raise RuleRefused(f"评分用到{_why(book, code, day, division)}")
    return left_out


def runs(rule: Rule, values: Mapping[str, int]) -> bool:
    """Whether every parameter of the rule has a value."""
    return rule.parameters <= set(values)


def number(parameter: Parameter, day: date, division: int | None, overrides: Overrides) -> int:
    """Errors: ParameterMissing."""
    value = parameter.at(day, division, overrides.get(parameter.code, ()))
    scaled = Decimal(value.value) * (100 if value.unit in _MONEY else 1)
    return int(scaled)


def kind_of(parameter: Parameter) -> Kind:
    return Kind.MONEY if parameter.unit in _MONEY else Kind.INTEGER


SCORING = (
    *("clue_points_per_severity", "clue_orange_score", "clue_red_score", "clue_remembered_months", "clue_returns_yuan"),
    *("precision_prior_percent", "precision_prior_clues"),
)


def _asked(book: RuleBook) -> list[str]:
    facts = (e for fact in book.household_facts.values() for e in (fact.of, fact.where) if e is not None)
    asked = {code for expression in facts for code in expression.parameters} - {DAY, MONTH}
    return sorted(asked.union(SCORING, *(rule.parameters for rule in book.rules)))


def _why(book: RuleBook, code: str, day: date, division: int | None) -> str:
    try:
        book.guideline.parameter(code).at(day, division)
    except ParameterMissing as error:
        return str(error)
    return ""
