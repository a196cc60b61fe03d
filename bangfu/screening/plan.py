"""What a run will do in a county: which rules, with which values, and from which rows each rule can start.

A comparison with nothing is never true. So a rule that compares a fact can only hit persons who have that fact, and need
not look at anybody else: most rules look at a few of a hundred persons.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlglot import exp

from bangfu.screening import thresholds, vectors
from bangfu.screening.datasets import Gathering
from bangfu.screening.expressions import Expression
from bangfu.screening.rulebook import HouseholdFact, Level, Rule, RuleBook


@dataclass(frozen=True)
class Step:
    """A rule with its values bound. `starts`: data sets of which a person must have a row; empty: everybody is asked.

    `first`: the part about the registry alone; only who passes it is asked the rest.
    """

    rule: Rule
    place: int
    tree: exp.Expr
    holds: vectors.Condition
    starts: frozenset[str]
    first: vectors.Condition | None = None


@dataclass(frozen=True)
class Total:
    """A fact of households with its values bound."""

    name: str
    by: Gathering
    of_tree: exp.Expr | None
    where_tree: exp.Expr | None
    of: vectors.Values | None
    where: vectors.Condition | None
    starts: frozenset[str]


@dataclass(frozen=True)
class Plan:
    values: Mapping[str, int]
    persons: tuple[Step, ...]
    households: tuple[Step, ...]
    totals: tuple[Total, ...]
    not_run: Mapping[str, str]


def make(book: RuleBook, values: Mapping[str, int], present: Collection[str]) -> Plan:
    """`present`: data sets of which there are rows."""
    steps: dict[Level, list[Step]] = {Level.PERSON: [], Level.HOUSEHOLD: []}
    not_run = {}
    for place, rule in enumerate(book.rules):
        if why := _why_not(rule, book, values, present):
            not_run[rule.code] = why
            continue
        tree = rule.when.bound(values)
        starts = needed(tree, book.data_set_of) if rule.level is Level.PERSON else frozenset()
        if starts <= set(present):
            first = None if starts or rule.level is Level.HOUSEHOLD else _of_registry(tree, book)
            steps[rule.level].append(Step(rule, place, tree, vectors.condition(tree), starts, first))
        else:
            not_run[rule.code] = f"没有数据：{_titles(book, starts - set(present))}"
    asked = {name for step in steps[Level.HOUSEHOLD] for name in step.rule.columns}
    totals = tuple(_total(name, fact, book, values) for name, fact in book.household_facts.items() if name in asked)
    return Plan(values, tuple(steps[Level.PERSON]), tuple(steps[Level.HOUSEHOLD]), totals, not_run)


def _why_not(rule: Rule, book: RuleBook, values: Mapping[str, int], present: Collection[str]) -> str:
    if not thresholds.runs(rule, values):
        labels = [book.guideline.parameter(code).label for code in sorted(rule.parameters - set(values))]
        return f"参数没有数值：{'、'.join(labels)}"
    if missing := set(rule.needs) - set(present):
        return f"没有数据：{_titles(book, missing)}"
    return ""


def _of_registry(tree: exp.Expr, book: RuleBook) -> vectors.Condition | None:
    """The parts of an AND that read no facts."""
    parts = tree.flatten() if isinstance(tree, exp.And) else [tree]
    cheap = [part for part in parts if not any(c.name in book.data_set_of for c in part.find_all(exp.Column))]
    return vectors.condition(exp.and_(*cheap)) if cheap else None


def _titles(book: RuleBook, names: Collection[str]) -> str:
    return "、".join(book.data_sets[name].title for name in sorted(names))


def _total(name: str, fact: HouseholdFact, book: RuleBook, values: Mapping[str, int]) -> Total:
    of, where = (_bound(expression, values) for expression in (fact.of, fact.where))
    starts = (needed(where, book.data_set_of) if where is not None else frozenset()) | (
        needed(of, book.data_set_of) if of is not None else frozenset()
    )
    return Total(
        name,
        fact.by,
        of,
        where,
        vectors.values(of) if of is not None else None,
        vectors.condition(where) if where is not None else None,
        starts,
    )


def _bound(expression: Expression | None, values: Mapping[str, int]) -> exp.Expr | None:
    return None if expression is None else expression.bound(values)


def needed(tree: exp.Expr, data_set_of: Mapping[str, str]) -> frozenset[str]:
    """Data sets without a row of which the expression cannot be true (or, for a value, cannot be known)."""
    match tree:
        case exp.Paren():
            return needed(tree.this, data_set_of)
        case exp.And():
            return needed(tree.this, data_set_of) | needed(tree.expression, data_set_of)
        case exp.Or():
            return needed(tree.this, data_set_of) & needed(tree.expression, data_set_of)
        case exp.Not():
            return _needed_by_opposite(tree.this, data_set_of)
        case exp.Is() | exp.Coalesce() | exp.Case():
            return frozenset()
        case exp.Column():
            return frozenset(filter(None, [data_set_of.get(tree.name)]))
        case exp.In():
            return needed(tree.this, data_set_of)
    return frozenset().union(*(needed(part, data_set_of) for part in tree.iter_expressions()))


def _needed_by_opposite(tree: exp.Expr, data_set_of: Mapping[str, str]) -> frozenset[str]:
    """NOT x is unknown where x is. Of a mixed x nothing is said; NOT (a IS NULL) needs a."""
    while isinstance(tree, exp.Paren):
        tree = tree.this
    if isinstance(tree, exp.Is):
        return needed(tree.this, data_set_of)
    if isinstance(tree, (exp.And, exp.Or, exp.Not)):
        return frozenset()
    return needed(tree, data_set_of)
