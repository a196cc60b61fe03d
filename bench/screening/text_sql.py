"""The whole screening as plain SQL over clean text tables, made from the declarations and apart from the engine's plan:
join by number and name, facts by GROUP BY, rules as CASE, clues, score and colour. One text for DuckDB, PostgreSQL and Spark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import sqlglot

from bangfu.screening import thresholds
from bangfu.screening.datasets import Gathering
from bangfu.screening.expressions import Expression
from bangfu.screening.rulebook import Level, Rule, RuleBook

BITS = 62


def statements(book: RuleBook, values: Mapping[str, int], newest: Mapping[str, int], dialect: str) -> list[str]:
    """In DuckDB's dialect, then turned over."""
    texts = list(_statements(book, values, newest))
    return (
        texts if dialect == "duckdb" else [sqlglot.transpile(text, read="duckdb", write=dialect)[0] for text in texts]
    )


def _statements(book: RuleBook, values: Mapping[str, int], newest: Mapping[str, int]) -> Iterator[str]:
    used = {name: book.data_sets[name] for name in newest}
    for name, data_set in used.items():
        columns = ", ".join(
            f"{_fact(fact, newest[name], values)} AS {fact.column.name}" for fact in data_set.facts.values()
        )
        yield (
            f"CREATE TABLE f_{name} AS SELECT p.identity_no, p.name, {columns} FROM {name} d JOIN persons p"
            " ON d.identity_no = p.identity_no AND d.name = p.name GROUP BY p.identity_no, p.name"
        )
    facts = [f"f_{name}.{fact}" for name, data_set in used.items() for fact in data_set.facts]
    joins = " ".join(f"LEFT JOIN f_{n} ON p.identity_no = f_{n}.identity_no AND p.name = f_{n}.name" for n in used)
    day = values["as_of"]
    y, m, d = _ymd(day)
    age = f"CAST(floor(({y * 10000 + m * 100 + d} - p.born) / 10000.0) AS BIGINT) AS age"
    homes = (
        "h.village, h.household_kind, h.monitored_kind, h.is_monitored, h.income_per_person, h.income_per_person_before"
    )
    yield (
        f"CREATE TABLE wide AS SELECT p.person_no, p.household_no, p.labour_skill, p.is_chronically_ill, p.is_seriously_ill,"
        f" {age}, {homes}, {', '.join(facts)} FROM persons p JOIN households h ON p.household_no = h.household_no {joins}"
    )
    rules = [rule for rule in book.rules if thresholds.runs(rule, values) and not rule.is_flag]
    yield "CREATE TABLE person_clues AS " + _unpivoted(
        [rule for rule in rules if rule.level is Level.PERSON], values, "wide", "person_no, household_no, village"
    )
    totals = ", ".join(f"{_total(fact, values)} AS {name}" for name, fact in book.household_facts.items())
    counted = [name for name, fact in book.household_facts.items() if fact.by is Gathering.COUNT]
    others = [name for name in book.household_facts if name not in counted]
    shown = ", ".join([*(f"coalesce(t.{name}, 0) AS {name}" for name in counted), *(f"t.{name}" for name in others)])
    yield (
        f"CREATE TABLE totals AS SELECT household_no, {totals} FROM wide WHERE departed_on IS NULL GROUP BY household_no"
    )
    yield f"CREATE TABLE homes AS SELECT h.*, {shown} FROM households h LEFT JOIN totals t ON h.household_no = t.household_no"
    yield "CREATE TABLE home_clues AS " + _unpivoted(
        [rule for rule in rules if rule.level is Level.HOUSEHOLD], values, "homes", "household_no, village"
    )
    yield (
        "CREATE TABLE clues AS SELECT person_no, household_no, village, rule, severity FROM person_clues"
        " UNION ALL SELECT CAST(NULL AS TEXT) AS person_no, household_no, village, rule, severity FROM home_clues"
    )
    points, orange, red = (values[f"clue_{name}"] for name in ("points_per_severity", "orange_score", "red_score"))
    yield (
        f"CREATE TABLE scored AS SELECT household_no, village, least(sum(severity) * {points}, 100) AS score FROM"
        " (SELECT DISTINCT household_no, village, rule, severity FROM clues) x GROUP BY household_no, village"
    )
    yield (
        "CREATE TABLE coloured AS SELECT household_no, village, score, CASE WHEN score >= "
        f"{red} THEN 'red' WHEN score >= {orange} THEN 'orange' ELSE 'yellow' END AS colour,"
        " rank() OVER (PARTITION BY village ORDER BY score DESC) AS place FROM scored"
    )
    for level, span in {"village": 1, "town": 10**3, "county": 10**6, "city": 10**8, "province": 10**10}.items():
        yield (
            f"CREATE TABLE figures_{level} AS SELECT village - village % {span} AS division, rule, count(*) AS clues"
            f" FROM clues GROUP BY village - village % {span}, rule"
        )


def _ymd(day: int) -> tuple[int, int, int]:
    from bangfu.screening.cells import day_of  # noqa: PLC0415

    found = day_of(day)
    return found.year, found.month, found.day


def _text(expression: Expression | None, values: Mapping[str, int]) -> str:
    return "" if expression is None else expression.sql("duckdb", values)


def _fact(fact, newest: int, values: Mapping[str, int]) -> str:
    where = [
        text for text in (_text(fact.where, values), f"month > {newest - fact.months}" if fact.months else "") if text
    ]
    return _gathered(fact.by, _text(fact.of, values), " AND ".join(f"({text})" for text in where))


def _total(fact, values: Mapping[str, int]) -> str:
    return _gathered(fact.by, _text(fact.of, values), _text(fact.where, values))


def _gathered(by: Gathering, of: str, where: str) -> str:
    if by is Gathering.COUNT:
        return f"count(CASE WHEN {where} THEN 1 END)" if where else "count(*)"
    inner = f"CASE WHEN {where} THEN {of} END" if where else of
    return f"CAST({by.value}({inner}) AS BIGINT)"


def _unpivoted(rules: Sequence[Rule], values: Mapping[str, int], table: str, key: str) -> str:
    bits = []
    for place, rule in enumerate(rules):
        when = rule.when.sql("duckdb", values)
        if rule.level is Level.PERSON and not rule.of_departed:
            when = f"departed_on IS NULL AND ({when})"
        bits.append(f"CAST(CASE WHEN {when} THEN {1 << place} ELSE 0 END AS BIGINT)")
    listed = ", ".join(f"({1 << place}, '{r.code}', {r.severity})" for place, r in enumerate(rules))
    return (
        f"SELECT {key}, r.rule, r.severity FROM (SELECT {key}, {' + '.join(bits)} AS mask FROM {table}) m"
        f" CROSS JOIN (VALUES {listed}) AS r(bit, rule, severity) WHERE m.mask <> 0 AND m.mask & r.bit <> 0"
    )
