"""The declared rules over facts, read with the data sets and checked whole: the law book of a screening run.

A rule that names an unknown column or parameter stops the start with a sentence that names both.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from bangfu.policy import guideline, source
from bangfu.policy.code_lists import code_list
from bangfu.policy.guideline import Guideline
from bangfu.policy.parameter import Mark
from bangfu.policy.source import Entry, PolicyError
from bangfu.screening.datasets import Cadence, DataSet, FileColumn, Gathering, read_columns, read_data_sets, stamp
from bangfu.screening.expressions import Column, Expression, ExpressionError, Kind, Vocabulary, parse

#: bound by the run itself: the day as a number, and its month
DAY, MONTH = "as_of", "as_of_month"
#: what the store works out of number and household, beside the declared columns
DERIVED = {
    "age": Column("age", Kind.INTEGER, "周岁"),
    "sex": Column("sex", Kind.INTEGER, "性别"),
}
IS_MONITORED = Column("is_monitored", Kind.FLAG, "是监测对象且风险未消除")
#: a person with a day here has died or moved away: only rules `of_departed` still look at them
DEPARTED = "departed_on"
MOST_SEVERE = 5


class Level(StrEnum):
    PERSON = "person"
    HOUSEHOLD = "household"


@dataclass(frozen=True)
class HouseholdFact:
    """One number about a household, made of its present members."""

    column: Column
    by: Gathering
    of: Expression | None
    where: Expression | None


@dataclass(frozen=True)
class Example:
    """Columns by name as an officer writes them (yuan, dates, words) → whether the rule hits."""

    given: Mapping[str, Any]
    values: Mapping[str, Any]
    is_hit: bool


@dataclass(frozen=True)
class Rule:
    """`measure`: the amount that must grow before a closed clue returns. `same`: facts that make it another clue.

    `needs`: data sets without which absence would look like a hit. `leave_out`: not run where a parameter has no value.
    `severity` 0: a flag of the negative list.
    """

    code: str
    name: str
    title: str
    article: str
    level: Level
    risk: str
    severity: int
    source: str
    mark: Mark
    when: Expression
    measure: str
    same: tuple[str, ...]
    needs: tuple[str, ...]
    of_departed: bool
    leave_out: bool
    says: str
    examples: tuple[Example, ...]
    named: tuple[str, ...] = ()

    @property
    def is_flag(self) -> bool:
        return self.severity == 0

    @property
    def columns(self) -> frozenset[str]:
        """Everything that judging, telling and remembering a hit reads."""
        return self.when.columns | {*self.same, *filter(None, [self.measure])} | set(self.told)

    @property
    def told(self) -> tuple[str, ...]:
        """Columns whose values the sentence shows."""
        return tuple(name for name in self.named if name not in self.parameters)

    @cached_property
    def parameters(self) -> frozenset[str]:
        return self.when.parameters - {DAY, MONTH}


@dataclass(frozen=True)
class RuleBook:
    """Everything that is declared for the screening in one version of the guideline."""

    guideline: Guideline
    key: Mapping[str, FileColumn]
    tables: Mapping[str, DataSet]  # persons, households, cases, closed: files of the registry
    data_sets: Mapping[str, DataSet]
    household_facts: Mapping[str, HouseholdFact]
    rules: tuple[Rule, ...]
    person_columns: Mapping[str, Column] = field(default_factory=dict)
    household_columns: Mapping[str, Column] = field(default_factory=dict)
    declared: str = ""  # changes when files are to be read otherwise than before

    @cached_property
    def data_set_of(self) -> Mapping[str, str]:
        """Fact → the data set it is made of."""
        return {fact: name for name, data_set in self.data_sets.items() for fact in data_set.facts}

    @cached_property
    def shown(self) -> Mapping[str, Mapping[int, str]]:
        """Coded column → number → Chinese word."""
        words = {name: fact.shown for d in self.data_sets.values() for name, fact in d.facts.items() if fact.shown}
        for table in self.tables.values():
            for column in table.columns.values():
                if column.numbers:
                    words[column.name] = {n: column.word(n) for n in column.numbers.values()}
        return words

    def rule(self, code: str) -> Rule:
        """Errors: KeyError."""
        return next(rule for rule in self.rules if rule.code == code)


@cache
def load(version: str = "2023", root: Path = source.ROOT) -> RuleBook:
    """Errors: PolicyError that names file, rule and the word that is wrong."""
    folder = root / version / "screening"
    law = guideline.load(version, root)
    key, tables = _registry(source.read(folder / "registry.yaml"))
    data_sets: dict[str, DataSet] = {}
    for file in sorted((folder / "data-sets").glob("*.yaml")):
        data_sets |= {data_set.name: data_set for data_set in read_data_sets(source.read(file))}
    persons, households = _columns(tables, data_sets)
    parameters = {*law.parameters, DAY, MONTH}
    facts = _household_facts(source.read(folder / "household-facts.yaml"), Vocabulary(persons, parameters))
    households |= {name: fact.column for name, fact in facts.items()}
    words = {Level.PERSON: Vocabulary(persons, parameters), Level.HOUSEHOLD: Vocabulary(households, parameters)}
    rules = tuple(sorted(_rules(folder / "rules", words, data_sets, law), key=lambda rule: rule.code))
    return RuleBook(law, key, tables, data_sets, facts, rules, persons, households, stamp(folder))


def _registry(top: Entry) -> tuple[dict[str, FileColumn], dict[str, DataSet]]:
    """The files of the registry, as data sets without facts."""
    top.only("key", "persons", "households", "cases", "closed", "past")
    tables = {}
    for name, entry in top.named():
        if name != "key":
            entry.only("title", "file_words", "columns")
            columns = read_columns(entry.entry("columns"))
            words = entry.texts("file_words")
            tables[name] = DataSet(name, entry.text("title"), "", words, Cadence.SNAPSHOT, "", (), columns, {})
    return read_columns(top.entry("key")), tables


def _columns(
    tables: Mapping[str, DataSet], data_sets: Mapping[str, DataSet]
) -> tuple[dict[str, Column], dict[str, Column]]:
    """(what a rule about a person may name, what one about a household may name)."""
    persons, households = (
        {column.name: column for file in tables[name].columns.values() if (column := file.column) is not None}
        for name in ("persons", "households")
    )
    households = {**households, IS_MONITORED.name: IS_MONITORED}
    persons = {**persons, **DERIVED, **households}
    for data_set in data_sets.values():
        for name, fact in data_set.facts.items():
            if name in persons:
                raise PolicyError(f"数据集 {data_set.name} 的事实 {name} 与别的列重名")
            persons[name] = fact.column
    return persons, households


def _household_facts(top: Entry, vocabulary: Vocabulary) -> dict[str, HouseholdFact]:
    top.only("household_facts")
    facts = {}
    for name, entry in top.entry("household_facts").named():
        entry.only("label", "by", "of", "where")
        by = entry.one_of("by", Gathering, Gathering)
        of, where = (_parsed(entry, key, vocabulary) for key in ("of", "where"))
        if (by is Gathering.COUNT) != (of is None):
            raise entry.fault("of", "计数的事实不写 of，其他的必须写")
        kind = vocabulary.columns[of.text].kind if of is not None and of.text in vocabulary.columns else Kind.INTEGER
        facts[name] = HouseholdFact(Column(name, kind, entry.text("label")), by, of, where)
    return facts


def _rules(
    folder: Path, words: Mapping[Level, Vocabulary], data_sets: Mapping[str, DataSet], law: Guideline
) -> Iterator[Rule]:
    seen: set[str] = set()
    for file in sorted(folder.glob("*.yaml")):
        top = source.read(file)
        top.only("rules", "flags")
        for section in ("rules", "flags"):
            for entry in top.entries(section):
                rule = _rule(entry, words, data_sets, section == "flags")
                if rule.article not in law.articles:
                    raise entry.fault("article", f"规则 {rule.code}：没有第 {rule.article} 条")
                if {rule.code, rule.name} & seen:
                    raise entry.fault("code", f"规则 {rule.code}（{rule.name}）出现两次")
                seen |= {rule.code, rule.name}
                yield rule


_KEYS = (
    *("code", "name", "title", "article", "level", "risk", "severity", "source", "mark", "when", "measure", "same"),
    *("needs", "of_departed", "without_value", "says", "examples"),
)


def _rule(entry: Entry, words: Mapping[Level, Vocabulary], data_sets: Mapping[str, DataSet], is_flag: bool) -> Rule:
    entry.only(*_KEYS)
    code = entry.text("code")
    level = entry.one_of("level", Level, Level, "person")
    vocabulary = words[level]
    when = _parsed(entry, "when", vocabulary, code)
    if when is None or not when.is_condition:
        raise entry.fault("when", f"规则 {code}：应为条件")
    for name in (*entry.texts("same"), *filter(None, [entry.text("measure", "")])):
        if name not in vocabulary.columns:
            raise entry.fault("same", f"规则 {code}：没有列 {name}")
    for name in entry.texts("needs"):
        if name not in data_sets:
            raise entry.fault("needs", f"规则 {code}：没有数据集 {name}")
    says = entry.text("says")
    rule = Rule(
        code=code,
        name=entry.text("name"),
        title=entry.text("title"),
        article=entry.text("article"),
        level=level,
        risk="" if is_flag else _risk(entry),
        severity=0 if is_flag else _severity(entry),
        source=entry.text("source"),
        mark=entry.one_of("mark", Mark, Mark),
        when=when,
        measure=entry.text("measure", ""),
        same=entry.texts("same"),
        needs=entry.texts("needs"),
        of_departed=entry.flag("of_departed", False),
        leave_out=entry.one_of("without_value", str, ("leave_out", "refuse"), "refuse") == "leave_out",
        says=says,
        examples=tuple(_example(item, vocabulary, code) for item in entry.entries("examples")),
        named=tuple(name for _, name, _, _ in string.Formatter().parse(says) if name),
    )
    for name in rule.named:
        if name not in vocabulary.columns and name not in rule.parameters:
            raise entry.fault("says", f"规则 {code}：“{{{name}}}”既不是列，也不是这条规则用到的参数")
    return rule


def _risk(entry: Entry) -> str:
    risk = entry.text("risk")
    if risk not in {code.value for code in code_list("risk_type").codes}:
        raise entry.fault("risk", f"“{risk}”不在代码表“致贫返贫风险”中")
    return risk


def _severity(entry: Entry) -> int:
    severity = entry.integer("severity")
    if not 1 <= severity <= MOST_SEVERE:
        raise entry.fault("severity", f"应为 1 到 {MOST_SEVERE}")
    return severity


def _example(entry: Entry, vocabulary: Vocabulary, code: str) -> Example:
    entry.only("given", "with", "hit")
    given = entry.entry("given").data
    for name in given:
        if name not in vocabulary.columns:
            raise entry.fault("given", f"规则 {code}：没有列 {name}")
    return Example(given, entry.entry("with").data if "with" in entry.data else {}, entry.flag("hit"))


def _parsed(entry: Entry, key: str, vocabulary: Vocabulary, code: str = "") -> Expression | None:
    text = entry.text(key, "")
    if not text:
        return None
    try:
        return parse(text, vocabulary)
    except ExpressionError as error:
        raise entry.fault(key, f"规则 {code}：{error}" if code else str(error)) from None
