"""What a worksheet of a ledger looks like, in and out: columns, kinds, references, checks. Declared once, used by
template, import, error workbook and export. Knows no ledger: the ledger core and `people` build the objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model

from bangfu.accounts.roles import Role
from bangfu.kernel.codes import Level


class Kind(StrEnum):
    """What a cell holds, and by that how it is read, written, checked and masked."""

    TEXT = "text"  # as typed; outer blanks and invisible signs go
    NAME = "name"  # of a person: full-width folded, blanks inside Chinese names go
    CODE = "code"  # a number that is no amount (户编号): full-width folded, no blanks, never 4.4E+17
    PHONE = "phone"
    IDENTITY = "identity"  # GB 11643, disability card; digits lost in Excel are refused
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    MONTH = "month"  # kept as the first day of the month, or yyyymm in an integer field
    BOOLEAN = "boolean"  # 是/否
    CHOICE = "choice"
    MULTI_CHOICE = "multi_choice"
    DIVISION = "division"  # one cell (code or path of names), or 市/县/镇/村 in cells of their own
    REFERENCE = "reference"  # a row of another ledger, named by its number


@dataclass(frozen=True)
class Reference:
    """How a cell names a row of another model: found in an earlier worksheet of the same file, or in the database."""

    model: type[Model]
    #: field of that model whose value stands in the cell, e.g. "household_no"; also of a row it hangs on: "institution__name"
    by: str
    #: foreign key to Division of that model: rows outside the importer's scope are not found
    scope: str = "village"
    #: rows outside the importer's scope are found too
    is_open: bool = False
    #: named by words, not by a number: what one types of them may differ in width and blanks; not for millions of rows
    is_named: bool = False
    #: other fields by which it may be named, asked when the first finds nothing
    others: tuple[str, ...] = ()
    #: what tells rows apart that share the first word, written behind it with a slash: "样例方案/光明村"
    more: tuple[str, ...] = ()
    #: an export writes all of that, not the first word alone
    is_written_whole: bool = False
    #: columns filled from the row found: (own column, its column), e.g. (("village_id", "village_id"),)
    copies: tuple[tuple[str, str], ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        return (self.by, *self.more)

    @property
    def written(self) -> tuple[str, ...]:
        return self.parts if self.is_written_whole else (self.by,)

    def fields(self, path: str) -> tuple[Field[Any, Any] | None, Field[Any, Any]]:
        """(relation to the row it hangs on, or None; field). Errors: FieldDoesNotExist."""
        first, _, name = path.partition("__")
        field: Any = self.model._meta.get_field(first)
        if not name:
            return None, field
        if not field.is_relation:
            raise FieldDoesNotExist(f"{first} hangs on nothing")
        return field, field.related_model._meta.get_field(name)

    @property
    def wanted(self) -> str:
        """What a cell holds, in words."""
        labels = [
            str(relation.verbose_name if relation and field.name == "name" else field.verbose_name)
            for relation, field in map(self.fields, self.parts)
        ]
        return labels[0] + (f"；有几条相同的，写成 {'/'.join(labels)}" if self.more else "")


@dataclass(frozen=True)
class Column:
    #: field of the model
    name: str
    #: head in Chinese
    label: str
    kind: Kind = Kind.TEXT
    #: other heads under which the column may come; also joined heads of a merged head: "户主信息姓名"
    aliases: tuple[str, ...] = ()
    #: (value, label) of CHOICE and MULTI_CHOICE
    choices: tuple[tuple[Any, str], ...] = ()
    #: other words for a choice: ("文盲", "illiterate")
    choice_aliases: tuple[tuple[str, Any], ...] = ()
    required: bool = False
    #: several columns of the file may fill it (风险1 … 风险5): lists are joined, else the first that is filled holds
    gathers: bool = False
    max_length: int | None = None
    #: bounds of numbers and dates: a value, or a function that gives it (`max=dates.today`)
    min: Any = None
    max: Any = None
    #: decimal places of DECIMAL
    places: int = 2
    #: in yuan: written with all its places, where another number ends with its digits
    is_money: bool = False
    unit: str = ""
    #: level a DIVISION must have
    level: Level | None = None
    note: str = ""
    example: str = ""
    #: masked in exports unless granted; `mask` defaults to the one of the kind
    masked: bool = False
    mask: Callable[[str], str] | None = None
    reference: Reference | None = None

    @property
    def attname(self) -> str:
        """Column of the table: foreign keys end in _id."""
        return f"{self.name}_id" if self.kind in (Kind.DIVISION, Kind.REFERENCE) else self.name


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell, and how to mend it. `row`: number of the row within the import, as in `Frame.numbers`
    and in the column `_row` of `Batch.rows`; `column`: its name, or "" for the whole row."""

    row: int
    column: str
    message: str
    value: str = ""


@dataclass
class Frame:
    """Some thousand rows by column. A blank cell and a faulty cell are None; a column not in the file is missing.
    A REFERENCE stands under its name, as the text of the cell: its row is found later, by set.

    `derive` adds computed columns: `frame.columns["initials"] = [...]`, as long as `len(frame)`.
    """

    columns: dict[str, list[Any]]  # by column of the table (attname)
    numbers: Sequence[int]  # number of each row within the import
    faults: list[Fault] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.numbers)

    def fault(self, index: int, column: str, message: str, value: str = "") -> None:
        self.faults.append(Fault(self.numbers[index], column, message, value))


class Batch(Protocol):
    """All rows of one sheet in the database, for checks by set.

    `rows` names a temporary table with every column of the model's table as typed values (NULL: blank, keeps what is
    there) and `_row` (number within the import), `_target` (id of the row to change or to add), `_exists` (boolean).
    """

    @property
    def rows(self) -> str: ...

    @property
    def ranges(self) -> Sequence[tuple[int, int]]:
        """Divisions in which the importer may write."""
        ...

    def fetch(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query in which `{rows}` stands for the table; a literal % is written %%."""
        ...


Check = Callable[[Batch], Iterable[Fault]]
#: sheets of the file by slug, before they are written
Settle = Callable[[Mapping[str, Batch]], None]
Derive = Callable[[Frame], None]
#: around the write of the rows with these keys, in its transaction
Following = Callable[[list[int]], AbstractContextManager[None]]


@dataclass(frozen=True)
class Sheet:
    """One table of a workbook ↔ one model."""

    slug: str
    title: str
    model: type[Model]
    columns: tuple[Column, ...]
    #: fields that make two rows the same: same → change, else → add. Columns of the sheet, or computed by `derive`
    identity: tuple[str, ...]
    #: foreign key of the model to Division: rows outside the importer's scope are refused
    scope: str = "village"
    checks: tuple[Check, ...] = ()
    derive: Derive | None = None
    #: columns that the database works out of others of the row: (column of the table, SQL with {column} for each of them)
    computed: tuple[tuple[str, str], ...] = ()
    following: Following | None = None

    def column(self, name: str) -> Column | None:
        """By field name or column of the table."""
        return next((c for c in self.columns if name in (c.name, c.attname)), None)

    @property
    def identity_label(self) -> str:
        labels = [column.label for name in self.identity if (column := self.column(name))]
        return "、".join(labels) or self.columns[0].label


@dataclass(frozen=True)
class Book:
    """A workbook that can be imported: sheets in the order in which they depend on each other (household, member)."""

    slug: str
    title: str
    sheets: tuple[Sheet, ...]
    #: roles that may import, a subset of those that the matrix allows; None: all of them
    roles: tuple[Role, ...] | None = None
    #: address to return to, e.g. the list of the ledger; made by a function, since addresses load late
    home: Callable[[], str] | None = None
    #: what to know before filling it in, one line each
    hints: tuple[str, ...] = ()
    #: works out what new rows of one sheet follow from another's, so that the database need not change them at once again
    settle: Settle | None = None

    def sheet(self, slug: str) -> Sheet:
        return next(sheet for sheet in self.sheets if sheet.slug == slug)
