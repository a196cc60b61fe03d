"""The same rules in pandas on the clean text tables: merge by number and name, groupby, masks. Unknown is NaN, never true."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sqlglot import exp

from bangfu.screening import rulebook, thresholds
from bangfu.screening.datasets import Gathering
from bangfu.screening.rulebook import Level

KEY = ["identity_no", "name"]


def run(clean: Path, out: Path, declared: list[str]) -> None:
    book = rulebook.load()
    given = json.loads(declared[0])
    values, newest = given["values"], given["newest"]
    day = np.datetime64(values["as_of"], "D")
    persons = pd.read_parquet(clean / "persons.parquet")
    homes = pd.read_parquet(clean / "households.parquet")
    today = int(str(day).replace("-", ""))
    persons["age"] = (today - persons["born"]) // 10_000
    shared = [
        "household_no",
        "village",
        "household_kind",
        "monitored_kind",
        "is_monitored",
        "income_per_person",
        "income_per_person_before",
    ]
    wide = persons.merge(homes[shared], on="household_no")
    for name, month in newest.items():
        wide = wide.merge(_facts(book.data_sets[name], clean, month, persons, values), on=KEY, how="left")
    for name, data_set in book.data_sets.items():
        if name not in newest:
            wide = wide.assign(**dict.fromkeys(data_set.facts, np.nan))
    present = wide["departed_on"].isna()
    rules = [rule for rule in book.rules if not rule.is_flag and thresholds.runs(rule, values)]
    found = []
    for rule in (rule for rule in rules if rule.level is Level.PERSON):
        hits = _true(rule.when.bound(values), wide)
        hits = hits if rule.of_departed else hits & present
        found.append(_clues(wide.loc[hits, ["person_no", "household_no", "village"]], rule))
    living = wide[present]
    totals = pd.DataFrame(index=pd.Index(homes["household_no"], name="household_no"))
    for name, fact in book.household_facts.items():
        totals[name] = _total(fact, living, values).reindex(totals.index)
        if fact.by is Gathering.COUNT:
            totals[name] = totals[name].fillna(0)
    homes = homes.merge(totals.reset_index(), on="household_no")
    for rule in (rule for rule in rules if rule.level is Level.HOUSEHOLD):
        hits = homes.loc[_true(rule.when.bound(values), homes), ["household_no", "village"]].assign(person_no=None)
        found.append(_clues(hits, rule))
    clues = pd.concat(found)
    clues["person_no"] = clues["person_no"].astype("object").where(clues["person_no"].notna(), None)
    clues[["person_no", "household_no", "rule"]].to_parquet(out / "clues.parquet")
    _coloured(clues, values).to_parquet(out / "coloured.parquet")
    for level, span in {"village": 1, "town": 10**3, "county": 10**6, "city": 10**8, "province": 10**10}.items():
        figures = clues.groupby([clues["village"] // span * span, "rule"]).size().rename("clues").reset_index()
        figures.to_parquet(out / f"figures_{level}.parquet")


def _facts(data_set: Any, clean: Path, newest: int, persons: pd.DataFrame, values: Mapping[str, int]) -> pd.DataFrame:
    rows = pd.read_parquet(clean / f"{data_set.name}.parquet").merge(persons[KEY], on=KEY)
    made = {}
    for fact in data_set.facts.values():
        used = pd.Series(True, index=rows.index)
        if fact.months:
            used &= rows["month"] > newest - fact.months
        if fact.where is not None:
            used &= _true(fact.where.bound(values), rows)
        some = rows.loc[used, KEY]
        if fact.by is Gathering.COUNT:
            made[fact.column.name] = some.groupby(KEY).size()
        else:
            amount = _value(fact.of.bound(values), rows).loc[used]
            made[fact.column.name] = some.assign(x=amount).dropna(subset=["x"]).groupby(KEY)["x"].agg(fact.by.value)
    everyone = pd.MultiIndex.from_frame(rows[KEY].drop_duplicates())
    table = pd.DataFrame(made).reindex(everyone)
    counts = [fact.column.name for fact in data_set.facts.values() if fact.by is Gathering.COUNT]
    table[counts] = table[counts].fillna(0)
    return table.rename_axis(KEY).reset_index()


def _total(fact: Any, living: pd.DataFrame, values: Mapping[str, int]) -> pd.Series:
    some = living if fact.where is None else living[_true(fact.where.bound(values), living)]
    if fact.of is None:
        return some.groupby("household_no").size()
    return (
        some.assign(x=_value(fact.of.bound(values), some))
        .dropna(subset=["x"])
        .groupby("household_no")["x"]
        .agg(fact.by.value)
    )


def _clues(hits: pd.DataFrame, rule: Any) -> pd.DataFrame:
    return hits.assign(rule=rule.code, severity=rule.severity)


def _coloured(clues: pd.DataFrame, values: Mapping[str, int]) -> pd.DataFrame:
    single = clues.drop_duplicates(["household_no", "rule"])
    score = (single.groupby("household_no")["severity"].sum() * values["clue_points_per_severity"]).clip(upper=100)
    steps = [score >= values["clue_red_score"], score >= values["clue_orange_score"]]
    return pd.DataFrame(
        {"score": score.astype("int64"), "colour": np.select(steps, ["red", "orange"], "yellow")}
    ).reset_index()


def _true(tree: exp.Expr, rows: pd.DataFrame) -> pd.Series:
    """Where the condition is true. NOT is only ever said of flags that are known."""
    match tree:
        case exp.Paren():
            return _true(tree.this, rows)
        case exp.And():
            return _true(tree.this, rows) & _true(tree.expression, rows)
        case exp.Or():
            return _true(tree.this, rows) | _true(tree.expression, rows)
        case exp.Not() if isinstance(tree.this, exp.Is):
            return _value(tree.this.this, rows).notna()
        case exp.Not():
            return ~_true(tree.this, rows)
        case exp.Is():
            return _value(tree.this, rows).isna()
        case exp.In():
            return _value(tree.this, rows).isin([int(item.this) for item in tree.expressions])
        case exp.Between():
            return _value(tree.this, rows).between(_value(tree.args["low"], rows), _value(tree.args["high"], rows))
    if type(tree) in _COMPARE:
        left, right = _value(tree.this, rows), _value(tree.expression, rows)
        true = getattr(left, _COMPARE[type(tree)])(right)
        return true & left.notna() & (right.notna() if isinstance(right, pd.Series) else True)
    return _value(tree, rows).fillna(0).astype(bool)


_COMPARE = {exp.EQ: "eq", exp.NEQ: "ne", exp.GT: "gt", exp.GTE: "ge", exp.LT: "lt", exp.LTE: "le"}


def _value(tree: exp.Expr, rows: pd.DataFrame) -> Any:
    match tree:
        case exp.Paren():
            return _value(tree.this, rows)
        case exp.Column():
            return rows[tree.name]
        case exp.Literal():
            return int(tree.this)
        case exp.Boolean():
            return bool(tree.this)
        case exp.Coalesce():
            return _value(tree.this, rows).fillna(_value(tree.expressions[0], rows))
        case exp.Add():
            return _value(tree.this, rows) + _value(tree.expression, rows)
        case exp.Sub():
            return _value(tree.this, rows) - _value(tree.expression, rows)
        case exp.Mul():
            return _value(tree.this, rows) * _value(tree.expression, rows)
    raise TypeError(tree.sql())
