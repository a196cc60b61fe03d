"""Every rule hits, misses and keeps quiet as its examples say; one run judges all 243."""

from functools import cache

import pyarrow as pa
import pytest
import sqlglot

from bangfu.screening.doubts import engine, examples, sql
from bangfu.screening.doubts.rules import Level, rulebook

BOOK = rulebook()
EXAMPLES = examples.of_rules(BOOK)


@cache
def judged() -> tuple[engine.Plan, pa.Table]:
    given = examples.tables(BOOK, EXAMPLES)
    columns = {name: table.column_names for name, table in given.items()}
    plan = engine.plan(BOOK, columns, examples.AS_OF, examples.DIVISION, examples.OWN, list(BOOK.rules.values()))
    return plan, engine.run(plan.job, given, examples.AS_OF)


def test_there_are_81_rules_and_all_of_them_run() -> None:
    assert sorted(BOOK.rules) == [f"R{number:02}" for number in range(1, 82)]
    assert judged()[0].left_out == ()


def test_each_rule_has_its_three_examples() -> None:
    assert {(e.rule, e.name) for e in EXAMPLES} == {(r, n) for r in BOOK.rules for n in ("hit", "miss", "empty")}


@pytest.mark.parametrize("rule", BOOK.rules)
def test_examples_of_the_rule_come_out_as_written(rule: str) -> None:
    table = judged()[1]
    found = {row["household_key"] or row["village"] for row in table.to_pylist() if row["rule"] == rule}
    hit = {e.name: any(str(key).startswith(e.household) for key in found) for e in EXAMPLES if e.rule == rule}
    assert hit == {e.name: e.hits for e in EXAMPLES if e.rule == rule}


def test_sentences_are_whole_and_show_no_private_number() -> None:
    for row in judged()[1].to_pylist():
        assert row["sentence"] and row["facts"] and len(row["fingerprint"]) == 32
        assert "{" not in row["sentence"]
        assert "13800000001" not in row["sentence"] + row["facts"]
        assert "99000019" not in row["sentence"] + row["facts"]


def test_only_four_rules_need_more_than_one_household() -> None:
    assert [r.code for r in BOOK.rules.values() if r.level is Level.ACROSS] == ["R04", "R14"]
    assert [r.code for r in BOOK.rules.values() if r.level is Level.VILLAGE] == ["R48"]


@pytest.mark.parametrize("dialect", ["spark", "postgres"])
def test_the_sql_is_carried_over_to_other_engines(dialect: str) -> None:
    job = judged()[0].job
    for table in job.used:
        texts = [query for _, query in sql.sides(job, table)]
        for text in [*texts, sql.hits(job, table)] if job.rules_over(table) else texts:
            assert sqlglot.transpile(text, read="duckdb", write=dialect)
