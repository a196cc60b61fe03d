"""What a rule reads, through every column that is worked out: to convert only that, and to leave out rules whose columns
a file has not. A rule about an empty column would otherwise hit everybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bangfu.screening.doubts.columns import Derived, Table
from bangfu.screening.doubts.rules import Rule

Place = tuple[str, str]  # table, column
#: what else is read of every table: keys, and what names a row in the report
ALWAYS = {
    "households": ("household_no", "head_name", "county", "town", "village"),
    "members": ("household_no", "person_no", "name"),
    "measures": ("household_no",),
    "labour": ("household_no", "person_no", "name"),
    "villages": ("county", "town", "village"),
}


@dataclass(frozen=True)
class Absent:
    """Why a rule cannot run on these tables."""

    rule: str
    because: str
    #: the table that is missing as a whole
    table: str = ""
    #: the parameter that has no value
    parameter: str = ""


def judged_by(rules: Iterable[Rule], tables: Mapping[str, Table]) -> dict[str, set[str]]:
    """Table → columns, given and worked out, that the conditions need, and what those are made of."""
    return _read(((rule.over, name) for rule in rules for name in rule.when.columns), tables)


def told_by(rules: Iterable[Rule], tables: Mapping[str, Table]) -> dict[str, set[str]]:
    """The same for the words about a row that was hit."""
    found = _read(((rule.over, name) for rule in rules for name in rule.shown), tables)
    for rule in rules:
        found[rule.over].update(ALWAYS[rule.over])
    if any(found.values()):
        found["households"].update(ALWAYS["households"])
    return found


def _read(places: Iterable[Place], tables: Mapping[str, Table]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {name: set() for name in tables}
    for place in places:
        for table, column in _closure(tables, *place):
            found[table].add(column)
    return found


def _closure(tables: Mapping[str, Table], table: str, name: str) -> Iterator[Place]:
    yield table, name
    derived = tables[table].derived.get(name)
    if derived is not None:
        for place in _sources(derived, table):
            yield from _closure(tables, *place)


def _sources(derived: Derived, table: str) -> Iterator[Place]:
    """Columns from which one is made directly."""
    read = derived.expression.columns if derived.expression else frozenset[str]()
    if derived.is_gathered:
        yield derived.table, "household_no"
        for name in {*read, derived.of} - {""}:
            yield derived.table, name
    elif derived.how == "from":
        yield derived.table, derived.of
    else:
        if derived.how == "repeats":
            yield table, "household_no"
        for name in {*read, *derived.reads, derived.of, derived.distinct, derived.order} - {""}:
            yield table, name


def absent(rule: Rule, tables: Mapping[str, Table], given: Mapping[str, Iterable[str]]) -> Absent | None:
    """`given`: table → its columns. None: the rule can run."""
    missing = dict.fromkeys(
        place for name in sorted(rule.when.columns) for place in _missing(tables, rule.over, name, rule, given)
    )
    if rule.over not in given:
        missing = {(rule.over, ""): None}
    if not missing:
        return None
    words = [f"“{tables[t].columns[c].label}”一列（{tables[t].label}）" if c else tables[t].sheet for t, c in missing]
    return Absent(rule.code, f"没有{'、'.join(dict.fromkeys(words))}", next((t for t, c in missing if not c), ""))


def _missing(
    tables: Mapping[str, Table], table: str, name: str, rule: Rule, given: Mapping[str, Iterable[str]]
) -> Iterator[Place]:
    if table not in given:
        yield table, ""
        return
    derived = tables[table].derived.get(name)
    if derived is None:
        column = tables[table].columns[name]
        if name not in given[table] and not column.is_optional and name not in rule.optional:
            yield table, name
    elif derived.how == "computed":  # the age is in the birth date or in the card number: one suffices
        if not any(read in given[table] for read in derived.reads):
            yield table, derived.reads[-1]
    else:
        for place in _sources(derived, table):
            yield from _missing(tables, *place, rule, given)
