"""One household on entry: the same rules, judged in Python on the few rows there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.screening.doubts import logic, sql, words
from bangfu.screening.doubts import rows as converting
from bangfu.screening.doubts.columns import Derived, Table
from bangfu.screening.doubts.rules import Rule

Row = dict[str, Any]
Rows = Mapping[str, list[Row]]
_OF_PEOPLE = ("members", "labour")


@dataclass(frozen=True)
class Judge:
    """Rules and worked-out columns as functions; made once for a day and a place."""

    job: sql.Job
    worked: Mapping[
        str, Sequence[tuple[Derived, logic.Value]]
    ]  # table → in the order in which they build on each other
    gathered: Sequence[tuple[Derived, logic.Value | None]]
    rules: Sequence[tuple[Rule, logic.Value]]
    shapes: Mapping[str, converting.Shape]

    def doubts(self, given: converting.Given, as_of: date) -> list[dict[str, str | None]]:
        """Errors: inputs.WrongTable."""
        rows = converting.converted(given, self.shapes, as_of)
        for name in ("measures", "labour", "members", "households"):
            if name in rows:
                self._work_out(name, rows)
        return list(self._found(rows))

    def _work_out(self, name: str, rows: Rows) -> None:
        for derived in self.job.derived(name):
            if derived.how == "repeats":
                _repeats(rows[name], derived)
            elif derived.how == "previous":
                _previous(rows[name], derived)
        if name == "households":
            for derived, where in self.gathered:
                of_source = rows.get(derived.table, [])
                for home in rows[name]:
                    home[derived.column.name] = _sum(derived, where, of_source, home)
        for row in rows[name]:
            for derived, value in self.worked[name]:
                row[derived.column.name] = value(row)

    def _found(self, rows: Rows) -> Iterator[dict[str, str | None]]:
        for rule, holds in self.rules:
            for row in rows.get(rule.over, ()):
                if holds(row):
                    yield self._told(rule, row, rows)

    def _told(self, rule: Rule, row: Row, rows: Rows) -> dict[str, str | None]:
        table, clear = self.job.tables[rule.over], self.job.clear
        place = row.get("_parent")
        home = rows["households"][place] if place is not None and "households" in rows else {}
        member = row["person_no"] if rule.over in _OF_PEOPLE else None
        lasting = words.listed(words.lasting_of(rule, table), table, row, True)
        keys = (row["household_no"], member, home.get("_place"))
        return {
            "rule": rule.code,
            "household_key": keys[0],
            "member_key": keys[1],
            "village": keys[2],
            "head_name": home.get("head_name"),
            "name": row["name"] if rule.over in _OF_PEOPLE else None,
            "facts": words.listed(words.facts_of(rule), table, row, clear),
            "sentence": words.sentence(rule, table, row, self.job.values, clear),
            "fingerprint": words.fingerprint(rule.code, *keys, lasting),
        }


def judge(job: sql.Job) -> Judge:
    worked = {name: [(d, _value(job, table, d)) for d in _in_order(job, table)] for name, table in job.tables.items()}
    homes = [derived for derived in job.derived("households") if derived.is_gathered]
    return Judge(
        job,
        worked,
        [(d, logic.compiled(d.expression.bound(job.values)) if d.expression else None) for d in homes],
        [(rule, logic.compiled(rule.when.bound(job.values))) for rule in job.rules],
        converting.shapes(job),
    )


def _value(job: sql.Job, table: Table, derived: Derived) -> logic.Value:
    return logic.compiled(sql.tree(job, table, derived))


def _in_order(job: sql.Job, table: Table) -> Iterable[Derived]:
    return [derived for derived in job.derived(table.name) if derived.how in sql.WORKED]


def _sum(derived: Derived, where: logic.Value | None, rows: Sequence[Row], home: Row) -> Any:
    mine = [row for row in rows if row["_parent"] == home["_row"] and (where is None or where(row) is True)]
    if derived.how == "count":
        return len(mine)
    known = [row[derived.of] for row in mine if row[derived.of] is not None]
    return _TOTALS[derived.how](known) if known else None


_TOTALS: Mapping[str, Callable[[Sequence[Any]], Any]] = {"sum": sum, "max": max}


def _repeats(rows: Sequence[Row], derived: Derived) -> None:
    """How often a value stands in these rows; who else has it is known only of all households."""
    for row in rows:
        key = [row[read] for read in derived.reads]
        same = [other for other in rows if [other[read] for read in derived.reads] == key]
        if None in key:
            times = 1
        elif derived.distinct:
            times = max(len({other[derived.distinct] for other in same} - {None}), 1)
        else:
            times = len(same)
        row[derived.column.name] = times


def _previous(rows: Sequence[Row], derived: Derived) -> None:
    last: dict[tuple[Any, ...], Any] = {}
    for row in sorted(rows, key=lambda row: (row[derived.order] is None, row[derived.order] or date.min)):
        key = tuple(row[read] for read in derived.reads)
        row[derived.column.name] = last.get(key)
        last[key] = row[derived.of]
