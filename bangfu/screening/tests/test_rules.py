"""Every declared rule against its own examples, by numpy and by DuckDB; and what a wrong declaration says at the start."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from bangfu.kernel import money
from bangfu.policy import source
from bangfu.policy.source import PolicyError
from bangfu.screening import cells, rulebook, thresholds, vectors
from bangfu.screening.expressions import Column, Kind, written
from bangfu.screening.rulebook import Example, Level, Rule
from bangfu.screening.vectors import Vector

BOOK = rulebook.load()
DAY, PLACE = date(2025, 6, 1), 441881000000


class Row:
    """The given columns of an example; what is not given is unknown."""

    def __init__(self, example: Example, columns: dict[str, Column]) -> None:
        self.numbers = {name: _number(value, columns[name]) for name, value in example.given.items()}

    def vector(self, name: str) -> Vector:
        found = self.numbers.get(name)
        return Vector(np.array([found or 0]), np.array([found is not None]))


def _number(value: Any, column: Column) -> int | None:
    if value is None:
        return None
    match column.kind:
        case Kind.MONEY:
            return money.to_fen(money.parse_yuan(value))
        case Kind.DAY:
            return cells.day_number(value)
        case Kind.MONTH:
            return cells.month_number(value)
        case Kind.CODE:
            return column.words[str(value)]
    return int(value)


def _columns(rule: Rule) -> dict[str, Column]:
    return dict(BOOK.person_columns if rule.level is Level.PERSON else BOOK.household_columns)


def _values(rule: Rule, example: Example) -> dict[str, int]:
    values = thresholds.bound(BOOK, DAY, PLACE, {})
    for code, given in example.values.items():
        is_money = thresholds.kind_of(BOOK.guideline.parameter(code)) is Kind.MONEY
        values[code] = int(given * (100 if is_money else 1))
    return values


CASES = [(rule, example) for rule in BOOK.rules for example in rule.examples]


def test_there_are_enough_rules_each_with_a_hit_a_miss_and_a_null() -> None:
    assert sum(not rule.is_flag for rule in BOOK.rules) >= 40
    assert len(BOOK.data_sets) >= 18
    for rule in BOOK.rules:
        hits = {example.is_hit for example in rule.examples}
        has_null = any(None in example.given.values() for example in rule.examples)
        assert hits == {True, False} and has_null, rule.code


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.code)
def test_a_rule_says_of_its_examples_what_it_should(rule: Rule) -> None:
    for example in rule.examples:
        tree = rule.when.bound(_values(rule, example))
        true = vectors.condition(tree)(Row(example, _columns(rule))).true
        assert bool(np.all(true)) is example.is_hit, dict(example.given)


def test_duckdb_says_the_same_of_all_examples() -> None:
    connection = duckdb.connect()
    for rule, example in CASES:
        row = Row(example, _columns(rule)).numbers
        shown = {
            name: "NULL"
            if row.get(name) is None
            else str(row[name] != 0).upper()
            if column.kind is Kind.FLAG
            else row[name]
            for name, column in _columns(rule).items()
            if name in rule.when.columns
        }
        listed = ", ".join(f"CAST({value} AS {_type(rule, name)}) AS {name}" for name, value in shown.items())
        when = written(rule.when.bound(_values(rule, example)), "duckdb")
        found = connection.sql(f"SELECT coalesce(({when}), false) FROM (SELECT {listed})").fetchall()  # noqa: S608
        assert found == [(example.is_hit,)], (rule.code, dict(example.given))


def _type(rule: Rule, name: str) -> str:
    return "BOOLEAN" if _columns(rule)[name].kind is Kind.FLAG else "BIGINT"


def _changed(folder: Path, file: str, old: str, new: str) -> Path:
    shutil.copytree(source.ROOT, folder / "guideline")
    path = folder / "guideline/2023/screening" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return folder / "guideline"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("rules/living.yaml", "water_trouble_days >= :", "water_trouble_day >= :",
         "规则 S34.*没有列 water_trouble_day，是不是 water_trouble_days"),
        ("rules/living.yaml", ":alert_water_days", ":alert_water_day", "规则 S34.*没有参数 alert_water_day，是不是 alert_water_days"),
        ("rules/living.yaml", "('C', 'D')", "('C', 'E')", "规则 S31.*列 house_grade 没有“E”这个值"),
        ("rules/living.yaml", "{water_trouble_days}天", "{water_days}天", "规则 S34.*water_days"),
        ("rules/living.yaml", "risk: unsafe_water", "risk: water", "risk.*代码表"),
        ("rules/living.yaml", "code: S34", "code: S33", "规则 S33.*出现两次"),
        ("rules/living.yaml", "when: water_trouble_days >= :alert_water_days", "when: water_trouble_days + 1", "规则 S34：应为条件"),
        ("rules/living.yaml", "when: house_grade IN", "when: md5(house_grade) = 1 OR house_grade IN", "不能使用"),
        ("data-sets/work.yaml", "of: lost_on", "of: lost_at", "unemployed_since.*没有列 lost_at"),
        ("household-facts.yaml", "sum, of: self_paid_year", "sum, of: self_paid_yea", "没有列 self_paid_yea"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_stops_the_start_and_names_what_is_wrong(
    tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    with pytest.raises(PolicyError, match=says):
        rulebook.load(root=_changed(tmp_path, file, old, new))


def test_a_parameter_without_a_value_on_that_day_names_rule_and_parameter() -> None:
    with pytest.raises(thresholds.RuleRefused, match="规则 F01“名下有机动车”用到参数“机动车提示线”在 2015-01-01 没有"):
        thresholds.check(BOOK, date(2015, 1, 1), PLACE, {})


def test_the_monitoring_line_is_not_known_in_guangdong_so_its_rule_is_left_out_and_said() -> None:
    left_out = thresholds.check(BOOK, date(2026, 3, 31), PLACE, {})
    assert set(left_out) == {"S61", "S62"}
    assert "防止返贫监测范围" in left_out["S61"]
    line = BOOK.guideline.parameter("monitoring_line_yuan").override(8500, 440000000000, date(2026, 1, 1), None, "示例")
    assert "S61" not in thresholds.check(BOOK, date(2026, 3, 31), PLACE, {"monitoring_line_yuan": [line]})
