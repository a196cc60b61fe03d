"""The table behind a sheet, as SQL needs it: columns, defaults, constraints, unique indexes, read from the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import Field, Model
from django.db.models.fields.related import ForeignObjectRel

from bangfu.exchange.sheet import Sheet


def q(name: str) -> str:
    return connection.ops.quote_name(name)


@dataclass(frozen=True)
class Unique:
    """A unique index on plain columns, with its condition."""

    columns: tuple[str, ...]
    condition: str


@dataclass
class Target:
    """Table of a model that exchange reads or writes. Written ones have an integer key with a sequence and a `version`."""

    model: type[Model]
    scope_name: str
    sheet: Sheet | None = None

    @classmethod
    def of(cls, sheet: Sheet) -> Target:
        return cls(sheet.model, sheet.scope, sheet)

    @property
    def table(self) -> str:
        return q(self.name)

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    def column(self, name: str) -> str:
        return str(self.model._meta.get_field(name).column)  # type: ignore[union-attr]

    @property
    def scope(self) -> str:
        return self.column(self.scope_name)

    @cached_property
    def identity(self) -> tuple[str, ...]:
        return tuple(self.column(name) for name in self.sheet.identity) if self.sheet else ()

    def has(self, name: str) -> bool:
        try:
            self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return False
        return True

    @property
    def living(self) -> str:
        """Condition on `t`: the row has not been withdrawn."""
        return "t.withdrawn_at IS NULL" if self.has("withdrawn_at") else "true"

    @cached_property
    def fields(self) -> dict[str, Field[Any, Any]]:
        """Column → field, without the key and what the database computes itself."""
        fields = self.model._meta.concrete_fields
        return {str(f.column): f for f in fields if not f.primary_key and not getattr(f, "generated", False)}

    @cached_property
    def defaults(self) -> dict[str, str]:
        """Column → SQL of what a new row has when the file says nothing; missing when there is none. Signs % are doubled
        here and below, since every statement is run with parameters."""
        in_database = self._database_defaults()
        found = {}
        for column, field in self.fields.items():
            if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
                found[column] = "now()"
            elif field.default is uuid4:
                found[column] = "gen_random_uuid()"
            elif column in in_database and not field.has_default():
                found[column] = in_database[column]
            elif (value := field.get_default()) is not None:
                found[column] = self._literal(field, value)
        return found

    @cached_property
    def sequence(self) -> str:
        """What gives the key of a new row."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [self.table, self.model._meta.pk.column])
            return str(cursor.fetchone()[0])

    def type_of(self, column: str) -> str:
        return str(self.fields[column].db_type(connection))

    def _database_defaults(self) -> dict[str, str]:
        rows = self._catalogue(
            "SELECT a.attname, pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d"
            " JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE d.adrelid = %s::regclass"
        )
        return {column: _doubled(expression) for column, expression in rows}

    def _literal(self, field: Field[Any, Any], value: Any) -> str:
        from_python = field.get_db_prep_save(value, connection)
        with connection.cursor() as cursor:
            return _doubled(f"{cursor.mogrify('%s', [from_python])}::{field.db_type(connection)}")

    @cached_property
    def checks(self) -> list[tuple[str, str]]:
        """(constraint, SQL over the columns): what the database would refuse, asked before."""
        rows = self._catalogue(
            "SELECT conname, pg_get_expr(conbin, conrelid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'c'"
        )
        return [(name, _doubled(condition)) for name, condition in rows]

    @cached_property
    def uniques(self) -> list[Unique]:
        """Unique indexes on plain columns, beside the key."""
        rows = self._catalogue(
            "SELECT array_agg(a.attname::text ORDER BY a.attnum), coalesce(pg_get_expr(i.indpred, i.indrelid), 'true')"
            " FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
            " WHERE i.indrelid = %s::regclass AND i.indisunique AND NOT i.indisprimary AND i.indexprs IS NULL"
            " GROUP BY i.indexrelid, i.indpred, i.indrelid"
        )
        return [Unique(tuple(columns), _doubled(condition)) for columns, condition in rows]

    def _catalogue(self, sql: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.table])
            return list(cursor.fetchall())

    def message_of(self, constraint: str) -> str:
        """What the model says about a constraint that is broken."""
        found = next((c for c in self.model._meta.constraints if c.name == constraint), None)
        said = getattr(found, "violation_error_message", "")
        if found is not None and said != found.default_violation_error_message:
            return str(said)
        columns = self.sheet.columns if self.sheet else ()
        column = next((c for c in columns if f"_{c.attname}_" in constraint), None)
        return f"“{column.label}”的值不在允许范围内，请核对" if column else "各栏的值互相不符，系统不接受，请核对"

    def label_of(self, column: str) -> str:
        known = self.sheet.column(column) if self.sheet else None
        return known.label if known else str(self.fields[column].verbose_name)

    def referrers(self) -> list[ForeignObjectRel]:
        """Foreign keys of other tables to this one that the database enforces."""
        relations = [
            r for r in self.model._meta.related_objects if isinstance(r, ForeignObjectRel) and not r.many_to_many
        ]
        return [r for r in relations if getattr(r.field, "db_constraint", False)]


def _doubled(sql: str) -> str:
    return sql.replace("%", "%%")


def within(column: str, ranges: Sequence[Sequence[int]]) -> str:
    """SQL condition: the code lies in one of the ranges."""
    parts = [f"{column} BETWEEN {int(low)} AND {int(high)}" for low, high in ranges]
    return f"({' OR '.join(parts)})" if parts else "false"
