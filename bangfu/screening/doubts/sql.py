"""The rules as SQL by set, in the part of SQL that sqlglot carries from DuckDB over to Spark and PostgreSQL.

`in_<table>` holds the given rows: numbers for codes, `_row`, and `_parent`, the row of the household (see inputs). One pass
judges every rule on a row and keeps the rows with a hit, with a bit for each rule:

    side tables (`side_<column>`: what needs other rows; `sum_<table>_<source>`: what is gathered of other tables)
    → the rows with a hit (`hits`), of which words.py makes the result.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from bangfu.screening import expressions
from bangfu.screening.doubts.columns import Derived, Table
from bangfu.screening.doubts.rules import Rule
from bangfu.screening.expressions import Kind, Scalar

ORDER = ("measures", "labour", "members", "households", "villages")


@dataclass(frozen=True)
class Job:
    """Rules with the values of their parameters and the columns they need of each table."""

    tables: Mapping[str, Table]
    rules: Sequence[Rule]
    values: Mapping[str, Scalar]
    judged: Mapping[str, set[str]]  # table → columns that conditions need
    told: Mapping[str, set[str]]  # table → columns that words need besides
    clear: bool = False

    @property
    def used(self) -> list[str]:
        """Tables in the order in which they are prepared."""
        return [name for name in ORDER if self.judged[name]]

    def derived(self, table: str) -> list[Derived]:
        """What is worked out of this table's rows, for conditions or for words."""
        declared = self.tables[table].derived
        return [declared[name] for name in sorted(self.judged[table] | self.told[table]) if name in declared]

    def rules_over(self, table: str) -> list[tuple[int, Rule]]:
        return list(enumerate(rule for rule in self.rules if rule.over == table))


def sides(job: Job, table: str) -> Iterator[tuple[str, str]]:
    """(name, SELECT) of what a row's columns need of other rows, to be made before the table is judged."""
    for derived in job.derived(table):
        name = derived.column.name
        if derived.how == "previous":
            by = f"PARTITION BY {', '.join(derived.reads)} ORDER BY {derived.order}, _row"
            yield f"side_{name}", f"SELECT _row, lag({derived.of}) OVER ({by}) AS {name} FROM in_{table}"
        elif derived.how == "repeats":
            yield f"side_{name}", _repeats(job.tables[table], derived)
    gathered = [derived for derived in job.derived(table) if derived.is_gathered]
    for source in dict.fromkeys(derived.table for derived in gathered):
        mine = [derived for derived in gathered if derived.table == source]
        yield f"sum_{table}_{source}", _sums(job, table, source, mine)


def _repeats(table: Table, derived: Derived) -> str:
    """Values that stand more than once; the household numbers are looked up of those few only."""
    name = derived.column.name
    by, known = ", ".join(derived.reads), " AND ".join(f"{read} IS NOT NULL" for read in derived.reads)
    counted = f"count(DISTINCT {derived.distinct})" if derived.distinct else "count(*)"
    rows = f"in_{table.name}"
    many = f"SELECT {by}, {counted} AS {name} FROM {rows} WHERE {known} GROUP BY {by} HAVING {counted} > 1"
    takes = {"first": "min(i.household_no)", "last": "max(i.household_no)"}
    ends = [f"{takes[shape.how]} AS {other}" for other, shape in table.derived.items() if shape.of == name]
    keys = [f"m.{read}" for read in (*derived.reads, name)]
    on = " AND ".join(f"i.{read} = m.{read}" for read in derived.reads)
    return f"SELECT {', '.join([*keys, *ends])} FROM ({many}) m JOIN {rows} i ON {on} GROUP BY {', '.join(keys)}"


def _sums(job: Job, table: str, source: str, wanted: Sequence[Derived]) -> str:
    link = "_place" if table == "villages" else "_parent"
    columns = ", ".join(f"{_aggregate(job, derived)} AS {derived.column.name}" for derived in wanted)
    reads = {name for derived in wanted for name in _read_of(derived)}
    rows = prepared(job, source, reads, f"in_{source}")
    return f"SELECT {link}, {columns} FROM ({rows}) g WHERE {link} IS NOT NULL GROUP BY {link}"


def _read_of(derived: Derived) -> set[str]:
    return ({*derived.expression.columns} if derived.expression else set()) | ({derived.of} - {""})


def _aggregate(job: Job, derived: Derived) -> str:
    where = derived.expression.sql("duckdb", job.values) if derived.expression else ""
    if derived.how == "count":
        return f"count(CASE WHEN {where} THEN 1 END)" if where else "count(*)"
    value = f"{derived.how}(CASE WHEN {where} THEN {derived.of} END)" if where else f"{derived.how}({derived.of})"
    return f"round({value}, 2)" if derived.column.kind is Kind.DECIMAL else value


def prepared(job: Job, table: str, names: Collection[str], rows: str) -> str:
    """SELECT of the named columns over `rows`: given, joined, worked out."""
    declared = job.tables[table]
    wanted = _within(declared, names)
    given = [f"i.{name}" for name in wanted if name not in declared.derived or declared.derived[name].how in _GIVEN]
    joined = [_joined(declared, declared.derived[name]) for name in wanted if name in declared.derived]
    columns = [*_LINKS[table], *given, *(column for part in joined for column in part[0])]
    joins = dict.fromkeys(part[1] for part in joined if part[1])
    inner = f"SELECT {', '.join(dict.fromkeys(columns))} FROM {rows} i {' '.join(joins)}"
    worked = [declared.derived[name] for name in wanted if name in declared.derived]
    outer = [f"{_worked(job, declared, d)} AS {d.column.name}" for d in worked if d.how in WORKED]
    return f"SELECT {', '.join(['x.*', *outer])} FROM ({inner}) x"


WORKED = ("when", "value", "bit")
_GIVEN = ("computed", "fact", "from")
_LINKS = {
    "households": ["i._row", "i._parent", "i._place"],
    "villages": ["i._row", "i._place"],
    **dict.fromkeys(("members", "labour", "measures"), ["i._row", "i._parent"]),
}


def _within(table: Table, names: Collection[str]) -> list[str]:
    """The columns and those of the same row that they are made of."""
    found: dict[str, None] = {}
    left = sorted(names)
    while left:
        name = left.pop()
        if name in found:
            continue
        found[name] = None
        if (derived := table.derived.get(name)) and derived.how in (*WORKED, "first", "last", "repeats"):
            left += [*(derived.expression.columns if derived.expression else ()), *derived.reads]
            left += [derived.of] if derived.of else []
    return sorted(found)


def _joined(table: Table, derived: Derived) -> tuple[list[str], str]:
    """(columns, join) of what stands in a side table."""
    name = derived.column.name
    if derived.how in ("first", "last"):
        return [f"s_{derived.of}.{name}"], ""
    if derived.how == "previous":
        return [f"s_{name}.{name}"], f"LEFT JOIN side_{name} s_{name} ON i._row = s_{name}._row"
    if derived.how == "repeats":
        on = " AND ".join(f"i.{read} = s_{name}.{read}" for read in derived.reads)
        return [f"coalesce(s_{name}.{name}, 1) AS {name}"], f"LEFT JOIN side_{name} s_{name} ON {on}"
    if derived.is_gathered:
        source, (own, other) = derived.table, _LINK[table.name]
        column = f"coalesce(g_{source}.{name}, 0) AS {name}" if derived.how == "count" else f"g_{source}.{name}"
        return [column], f"LEFT JOIN sum_{table.name}_{source} g_{source} ON i.{own} = g_{source}.{other}"
    return [], ""


_LINK = {"households": ("_row", "_parent"), "villages": ("_place", "_place")}


def _worked(job: Job, table: Table, derived: Derived) -> str:
    return expressions.written(tree(job, table, derived), "duckdb")


def tree(job: Job, table: Table, derived: Derived) -> exp.Expr:
    """The expression of a worked-out column, with those it names written out."""
    if derived.how == "bit":
        (number,) = derived.facts
        both = exp.BitwiseAnd(this=exp.column(derived.of), expression=exp.Literal.number(1 << number))
        return exp.NEQ(this=exp.paren(both), expression=exp.Literal.number(0))
    assert derived.expression
    return derived.expression.bound(job.values).transform(lambda node: _written_out(job, table, node))


def _written_out(job: Job, table: Table, node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Column) and (derived := table.derived.get(node.name)) and derived.how in WORKED:
        return exp.paren(tree(job, table, derived))
    return node


def hits(job: Job, table: str) -> str:
    """Rows that any rule is true of: _row, hits (bit n is the nth rule over the table), and what is worked out for words."""
    rules = job.rules_over(table)
    reads = {name for _, rule in rules for name in rule.when.columns}
    more = worked_for_words(job, table)
    conditions = [rule.when.sql("duckdb", job.values) for _, rule in rules]
    bits = (f"CASE WHEN {holds} THEN CAST({1 << bit} AS BIGINT) ELSE 0 END" for bit, holds in enumerate(conditions))
    rows = prepared(job, table, reads | set(more), f"in_{table}")
    any_holds = " OR ".join(f"({holds})" for holds in conditions)  # asked first: few rows have a bit to set
    return f"SELECT {', '.join(['_row', *more])}, {' | '.join(bits)} AS hits FROM ({rows}) p WHERE {any_holds}"


def worked_for_words(job: Job, table: str) -> list[str]:
    """Columns that the words name and that do not stand in in_<table>."""
    named = {name for _, rule in job.rules_over(table) for name in (*rule.when.columns, *rule.shown)}
    derived = job.tables[table].derived
    return sorted(name for name in named if name in derived and derived[name].how not in _GIVEN)
