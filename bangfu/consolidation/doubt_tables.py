"""The register of a place as the logic checks read it (docs/reference/doubts.md), set by set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models

from bangfu.consolidation import by_copy
from bangfu.consolidation.measures import AssistanceMeasure
from bangfu.divisions.scope import Scope
from bangfu.people.codes import HEAD
from bangfu.people.models import Household, HouseholdIncome, Person
from bangfu.screening.doubts.columns import Column, Table
from bangfu.screening.doubts.inputs import arrow_type
from bangfu.screening.doubts.rules import RuleBook

_INCOME = "i"
#: how it is once the risk was removed: what the check at home of the removal found, else what the register says now
_UNSAFE = ("C", "D")
_AFTER_REMOVAL = {
    f"after_removal_{name}": f"CASE WHEN h.is_risk_removed THEN {sql} END"
    for name, sql in {
        "house_unsafe": f"coalesce(nullif(k.house_grade, '') IN {_UNSAFE}, h.is_house_unsafe, nullif(h.house_grade, '') IN {_UNSAFE})",
        "safe_water": "coalesce(k.has_safe_water, h.has_safe_water)",
        "dropout": "coalesce(k.has_dropout, h.has_dropout)",
        "uninsured": "coalesce(k.has_uninsured, h.has_uninsured)",
    }.items()
}
#: columns under another name than in the register, as SQL; h household, p member, i newest income, m measure, k newest
#: check at home for a removal
_NAMED = {
    "households": {
        "household_no": "h.id", "village": "v.name", "town": "t.name", "county": "c.name", "head_card_no": "d.identity_no",
        "per_capita_net_income": "i.per_capita_net", **_AFTER_REMOVAL,
    },
    "members": {"household_no": "p.household_id", "person_no": "p.id", "card_no": "p.identity_no"},
    "measures": {"household_no": "m.household_id", "started_month": "coalesce(m.delivered_on, m.due_on)"},
}  # fmt: skip
_FROM = {
    "households": """
        FROM people_household h JOIN divisions_division v ON v.code = h.village_id
        LEFT JOIN divisions_division t ON t.code = v.parent_id LEFT JOIN divisions_division c ON c.code = t.parent_id
        LEFT JOIN people_person d ON d.head_of = h.id
        LEFT JOIN (SELECT DISTINCT ON (household_id) * FROM people_householdincome
            WHERE {income} AND withdrawn_at IS NULL ORDER BY household_id, year DESC) i ON i.household_id = h.id
        LEFT JOIN (SELECT DISTINCT ON (household_id) * FROM consolidation_householdcheck
            WHERE {income} AND risk_removal_id IS NOT NULL AND withdrawn_at IS NULL
            ORDER BY household_id, checked_on DESC, id DESC) k ON k.household_id = h.id
        WHERE h.withdrawn_at IS NULL AND {here} ORDER BY h.id""",
    "members": f"""
        FROM people_person p JOIN people_household h ON h.id = p.household_id AND h.withdrawn_at IS NULL
        WHERE p.left_on IS NULL AND p.withdrawn_at IS NULL AND {{here}}
        ORDER BY p.household_id, p.relation_to_head <> '{HEAD}', p.id""",
    "measures": """
        FROM consolidation_assistancemeasure m JOIN people_household h ON h.id = m.household_id AND h.withdrawn_at IS NULL
        WHERE m.withdrawn_at IS NULL AND m.state <> 'stopped' AND {here} ORDER BY m.household_id, m.id""",
}
_MODELS: Mapping[str, tuple[str, tuple[type[models.Model], ...]]] = {
    "households": ("h", (Household, HouseholdIncome)),
    "members": ("p", (Person,)),
    "measures": ("m", (AssistanceMeasure,)),
}
_KEYS = {"households": "h.id", "members": "p.household_id", "measures": "m.household_id"}


def held(book: RuleBook) -> dict[str, list[str]]:
    """Table → columns that the register holds."""
    return {name: list(_selected(book.tables[name])) for name in _FROM}


def of_place(book: RuleBook, scope: Scope) -> dict[str, pa.Table]:
    """Households and members; measures only where some were written here: elsewhere their absence says nothing."""
    found = {name: _table(book, name, _within(name, scope), _within("", scope)) for name in _FROM}
    if not len(found["measures"]):
        del found["measures"]
    return found


def of_homes(book: RuleBook, keys: Sequence[int], tables: Iterable[str]) -> dict[str, pa.Table]:
    """Of many households that stand in one county."""
    listed = ",".join(str(int(key)) for key in keys)
    among = f"= ANY ('{{{listed}}}'::bigint[])"
    return {name: _table(book, name, f"{_KEYS[name]} {among}", f"household_id {among}") for name in tables}


def of_household(book: RuleBook, key: int, tables: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """One household as dicts, for a check on entry."""
    found = {}
    for name in tables:
        chosen, columns = _selected(book.tables[name]), book.tables[name].columns
        sql = f"SELECT {', '.join(chosen.values())} {_FROM[name]}".format(  # noqa: S608 (names of columns, a key)
            here=f"{_KEYS[name]} = {int(key)}", income=f"household_id = {int(key)}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql)
            rows = cursor.fetchall()
        found[name] = [_plain(dict(zip(chosen, row, strict=True)), columns) for row in rows]
    return found


def _plain(row: dict[str, Any], columns: Mapping[str, Column]) -> dict[str, Any]:
    """As Arrow takes them: several codes as a list, decimals as numbers."""
    return {name: _value(value, columns[name]) for name, value in row.items()}


def _value(value: Any, column: Column) -> Any:
    if column.has_many:
        return [code for code in str(value or "").split(",") if code]
    kind = arrow_type(column)
    if value is None or value == "":
        return None
    return str(value) if kind == pa.string() else float(value) if kind == pa.float64() else value


def has_measures(scope: Scope) -> bool:
    return AssistanceMeasure.objects.filter(scope.q("village"), withdrawn_at=None).exists()


def _table(book: RuleBook, name: str, here: str, income: str) -> pa.Table:
    chosen = _selected(book.tables[name])
    types = {column: _plain_type(book.tables[name].columns[column]) for column in chosen}
    return by_copy.table(
        f"SELECT {', '.join(chosen.values())} {_FROM[name]}".format(here=here, income=income),  # noqa: S608
        types,
    )


def _plain_type(column: Column) -> pa.DataType:
    """Several codes come as one text with commas."""
    return pa.string() if column.has_many else arrow_type(column)


def _within(name: str, scope: Scope) -> str:
    """By village; no alias for the incomes, which are read before they are joined."""
    column = f"{_MODELS[name][0]}.village_id" if name else "village_id"
    return "(" + (" OR ".join(f"{column} BETWEEN {low} AND {high}" for low, high in scope.ranges) or "false") + ")"


def _selected(table: Table) -> dict[str, str]:
    """Column → SQL, of those that the register holds."""
    alias, kinds = _MODELS[table.name]
    found = {}
    for name, column in table.columns.items():
        for letter, model in zip((alias, _INCOME), kinds, strict=False):
            if sql := _sql(table.name, name, letter, model):
                found[name] = f"array_to_string({sql}, ',')" if column.has_many else sql
                break
    return found


def _sql(table: str, name: str, letter: str, model: type[models.Model]) -> str:
    if name in _NAMED[table]:
        return _NAMED[table][name]
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return ""
    return f"{letter}.{field.column}" if isinstance(field, models.Field) else ""
