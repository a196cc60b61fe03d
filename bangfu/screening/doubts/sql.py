"""The rules as SQL by set: prepared tables, then one select a rule, then the words. Written for DuckDB in the part of SQL
that sqlglot carries over to Spark and PostgreSQL.

`in_<table>`: the given rows with numbers for codes, `_row`, and `_parent` (row of the household); see inputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from bangfu.screening import expressions
from bangfu.screening.doubts import shown
from bangfu.screening.doubts.columns import Derived, Table
from bangfu.screening.doubts.rules import Rule
from bangfu.screening.expressions import Expression, Kind, Scalar

#: columns of the result
RESULT = ("rule", "household_key", "member_key", "village", "head_name", "name", "facts", "sentence", "fingerprint")
ORDER = ("measures", "labour", "members", "households", "villages")


@dataclass(frozen=True)
class Job:
    """Rules with the values of their parameters and the columns they need of each table."""

    tables: Mapping[str, Table]
    rules: Sequence[Rule]
    values: Mapping[str, Scalar]
    needed: Mapping[str, set[str]]
    clear: bool = False

    @property
    def used(self) -> list[str]:
        """Tables in the order in which they are prepared."""
        return [name for name in ORDER if self.needed[name]]

    def rules_over(self, table: str) -> list[tuple[int, Rule]]:
        return [(number, rule) for number, rule in enumerate(self.rules) if rule.over == table]


def prepare(job: Job, table: str) -> str:
    """SELECT of a prepared table: what was given, then what is joined, then what is worked out of both."""
    declared = job.tables[table]
    wanted = [declared.derived[name] for name in sorted(job.needed[table]) if name in declared.derived]
    joined = [part for derived in wanted for part in _joined(job, table, derived)]
    gathered = list(_gathered(job, table, [derived for derived in wanted if derived.is_gathered]))
    names = [name for part in (*joined, *gathered) for name in part[0]]
    sources = [part[1] for part in (*joined, *gathered) if part[1]]
    inner = f"SELECT {', '.join(['i.*', *names])} FROM in_{table} i {' '.join(dict.fromkeys(sources))}"
    outer = [f"{_worked(job, declared, derived)} AS {derived.column.name}" for derived in wanted if _is_worked(derived)]
    return f"SELECT {', '.join(['x.*', *outer])} FROM ({inner}) x"


Part = tuple[list[str], str]  # columns, join


def _joined(job: Job, table: str, derived: Derived) -> Iterator[Part]:
    name = derived.column.name
    if derived.how == "from":
        yield [f"p.{derived.of} AS {name}"], f"LEFT JOIN in_{derived.table} p ON i._parent = p._row"
    elif derived.how == "previous":
        by = ", ".join(f"i.{read}" for read in derived.reads)
        yield [f"lag(i.{derived.of}) OVER (PARTITION BY {by} ORDER BY i.{derived.order}, i._row) AS {name}"], ""
    elif derived.how == "repeats":
        yield _repeats(job.tables[table], table, derived)


def _repeats(declared: Table, table: str, derived: Derived) -> Part:
    """Values that stand more than once, joined back: cheaper than a window, since few do."""
    name = derived.column.name
    counted = f"count(DISTINCT {derived.distinct})" if derived.distinct else "count(*)"
    ends = {shape.how: other for other, shape in declared.derived.items() if shape.of == name}
    takes = {"first": "min(household_no)", "last": "max(household_no)"}
    columns = [f"{counted} AS times", *(f"{takes[how]} AS {how}_one" for how in ends)]
    by, known = ", ".join(derived.reads), " AND ".join(f"{read} IS NOT NULL" for read in derived.reads)
    query = f"SELECT {by}, {', '.join(columns)} FROM in_{table} WHERE {known} GROUP BY {by} HAVING {counted} > 1"
    on = " AND ".join(f"i.{read} = {name}_r.{read}" for read in derived.reads)
    names = [f"coalesce({name}_r.times, 1) AS {name}", *(f"{name}_r.{how}_one AS {end}" for how, end in ends.items())]
    return names, f"LEFT JOIN ({query}) {name}_r ON {on}"


def _gathered(job: Job, table: str, wanted: Sequence[Derived]) -> Iterator[Part]:
    """One aggregate for each table that rows are gathered from."""
    link = "_place" if table == "villages" else "_parent"
    own = "_place" if table == "villages" else "_row"
    for source in dict.fromkeys(derived.table for derived in wanted):
        mine = [derived for derived in wanted if derived.table == source]
        columns = ", ".join(f"{_aggregate(job, derived)} AS {derived.column.name}" for derived in mine)
        query = f"SELECT {link} AS link, {columns} FROM t_{source} WHERE {link} IS NOT NULL GROUP BY {link}"
        names = [_or_none(source, derived) for derived in mine]
        yield names, f"LEFT JOIN ({query}) {source}_g ON i.{own} = {source}_g.link"


def _or_none(source: str, derived: Derived) -> str:
    name = derived.column.name
    return f"coalesce({source}_g.{name}, 0) AS {name}" if derived.how == "count" else f"{source}_g.{name}"


def _aggregate(job: Job, derived: Derived) -> str:
    where = _bound(job, derived.table, derived.expression) if derived.expression else ""
    if derived.how == "count":
        return f"count(CASE WHEN {where} THEN 1 END)" if where else "count(*)"
    return f"{derived.how}(CASE WHEN {where} THEN {derived.of} END)" if where else f"{derived.how}({derived.of})"


def _is_worked(derived: Derived) -> bool:
    return derived.how in ("when", "value", "fact", "bit")


def _worked(job: Job, table: Table, derived: Derived) -> str:
    return expressions.written(_tree(job, table, derived), "duckdb")


def _tree(job: Job, table: Table, derived: Derived) -> exp.Expr:
    """The expression of a worked-out column, with those it names written out."""
    if derived.how == "bit":
        (number,) = derived.facts
        both = exp.BitwiseAnd(this=exp.column(derived.of), expression=exp.Literal.number(1 << number))
        return exp.NEQ(this=exp.paren(both), expression=exp.Literal.number(0))
    if derived.how == "fact":
        case = exp.Case(this=exp.column(derived.of))
        for number, fact in derived.facts.items():
            case = case.when(exp.Literal.number(number), exp.convert(fact))
        return case
    assert derived.expression
    return _inlined(job, table, derived.expression)


def _inlined(job: Job, table: Table, expression: Expression) -> exp.Expr:
    def written_out(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and (derived := table.derived.get(node.name)) and _is_worked(derived):
            return exp.paren(_tree(job, table, derived))
        return node

    return expression.bound(job.values).transform(written_out)


def _bound(job: Job, table: str, expression: Expression) -> str:
    """A condition over a prepared table, in which every column stands ready."""
    return expression.sql("duckdb", job.values)


def hits(job: Job, table: str) -> str:
    """(rule, _row) of every row that a rule is true of."""
    return " UNION ALL ".join(
        f"SELECT {number} AS rule, _row FROM t_{table} WHERE {_bound(job, table, rule.when)}"
        for number, rule in job.rules_over(table)
    )


def named_hits(job: Job, table: str) -> str:
    """The rows that were hit with everything that is written about them, and the household they belong to."""
    subject = job.tables[table].subject
    name = f"t.{subject}" if table in ("members", "labour") else "NULL"
    member = "t.person_no" if table in ("members", "labour") else "NULL"
    if table == "villages":
        own = "NULL AS _household, t._place AS _village, NULL AS _head"
        return f"SELECT h.rule, t.*, NULL AS _member, NULL AS _name, {own} FROM h_{table} h JOIN t_{table} t ON h._row = t._row"
    own = "t.household_no AS _household, p._place AS _village, p.head_name AS _head"
    return (
        f"SELECT h.rule, t.*, {member} AS _member, {name} AS _name, {own} FROM h_{table} h"
        f" JOIN t_{table} t ON h._row = t._row LEFT JOIN in_households p ON t._parent = p._row"
    )


def told(job: Job, table: str) -> str:
    """The result for the rules over one table."""
    return " UNION ALL ".join(_told(job, number, rule) for number, rule in job.rules_over(table))


def _told(job: Job, number: int, rule: Rule) -> str:
    table = job.tables[rule.over]
    mark = shown.lasting(rule, table)
    keys = "coalesce(_household, '') || '|' || coalesce(_member, '') || '|' || coalesce(_village, '')"
    columns = {
        "rule": shown.quoted(rule.code),
        "household_key": "CAST(_household AS VARCHAR)",
        "member_key": "CAST(_member AS VARCHAR)",
        "village": "_village",
        "head_name": "CAST(_head AS VARCHAR)",
        "name": "CAST(_name AS VARCHAR)",
        "facts": shown.facts(rule, table, job.clear),
        "sentence": shown.sentence(rule, table, job.values, job.clear),
        "fingerprint": f"md5({shown.quoted(rule.code)} || '|' || {keys} || '|' || {mark})",
    }
    listed = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    return f"SELECT {listed} FROM n_{rule.over} WHERE rule = {number}"


def cast(kind: Kind, name: str) -> str:
    """How a given column is read: blank text is nothing, amounts have two places."""
    if kind is Kind.TEXT:
        return f"nullif({name}, '') AS {name}"
    if kind is Kind.DECIMAL:
        return f"CAST({name} AS DECIMAL(14, 2)) AS {name}"
    return name
