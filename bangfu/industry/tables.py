"""A computed table as a page and as a workbook: what every overview of chapter 4 shows (4.1–4.5)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any
from urllib.parse import quote, urlencode

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from rustpy_xlsxwriter import FastExcel
from rustpy_xlsxwriter import Format as CellFormat

from bangfu.accounts import access
from bangfu.accounts.actor import Actor
from bangfu.accounts.http import Request
from bangfu.accounts.models import AccessKind
from bangfu.accounts.roles import Act
from bangfu.divisions.scope import Scope
from bangfu.exchange.rendering import safe
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger

#: rows of one page; the workbook has up to MOST
PER_PAGE, MOST = 50, 50_000
SHORT = 11
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Cell:
    text: Any
    url: str = ""
    tone: str = ""

    @property
    def is_number(self) -> bool:
        return isinstance(self.text, (int, float, Decimal))

    @property
    def is_short(self) -> bool:
        """Names and dates are not broken."""
        return len(self.shown) <= SHORT

    @property
    def shown(self) -> str:
        if self.text is None:
            return "—"
        return f"{self.text:,f}" if isinstance(self.text, Decimal) else str(self.text)


@dataclass(frozen=True)
class Figure:
    title: str
    text: Any
    unit: str = ""
    url: str = ""
    definition: str = ""
    note: str = ""


@dataclass
class Table:
    title: str
    article: str
    says: str
    heads: Sequence[str]
    rows: list[list[Cell]]
    figures: list[Figure] = field(default_factory=list)
    #: a second band of figures: a distribution
    bands: list[Figure] = field(default_factory=list)
    #: (words, address, is it the one shown)
    chips: list[tuple[str, str, bool]] = field(default_factory=list)
    empty: str = "没有记录"
    #: query of the next page, and of the workbook; "" when there is none
    next: str = ""
    book: str = ""
    #: words above the table that one should not miss
    warning: str = ""
    #: heads of columns that are in the workbook alone: the page would be too wide
    in_book: frozenset[str] = frozenset()
    #: what one may search for, as the words in the box; "" for no box. `text`: what was searched
    finds: str = ""
    text: str = ""
    #: (words, address) of the one thing to do here
    action: tuple[str, str] = ("", "")

    @property
    def shown(self) -> list[int]:
        return [n for n, head in enumerate(self.heads) if head not in self.in_book]

    @property
    def titles(self) -> list[tuple[str, bool]]:
        """Heads of the page, and whether numbers stand below."""
        return [(self.heads[n], any(row[n].is_number for row in self.rows)) for n in self.shown]

    @property
    def labelled(self) -> list[list[tuple[str, Cell, bool]]]:
        return [[(title, row[n], is_number) for n, (title, is_number) in zip(self.shown, titles, strict=True)]
                for titles in [self.titles] for row in self.rows]  # fmt: skip


def page(request: Request, table: Table) -> HttpResponse:
    template = "industry/_rows.html" if request.htmx and request.GET.get("after") else "industry/table.html"
    return render(request, template, {"table": table, "columns": len(table.shown)})


def workbook(request: Request, ledger: Ledger, table: Table) -> HttpResponse:
    """All rows of the table; it leaves its trace as every export does."""
    access.record(request.actor, AccessKind.EXPORT, ledger.slug, rows=len(table.rows), detail=table.title)
    rows = [dict(zip(table.heads, [_plain(cell.text) for cell in row], strict=True)) for row in table.rows]
    first: dict[str, Any] = rows[0] if rows else dict.fromkeys(table.heads, "")
    target, head = io.BytesIO(), CellFormat().set_bold().set_background_color("#EAEEF3").set_text_wrap()
    book = FastExcel(target).freeze(row=1)
    book.sheet(table.title[:30], chain([first], rows[1:]), header_format=head, autofilter=True)
    book.save()
    response = HttpResponse(target.getvalue(), content_type=_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(table.title)}.xlsx"
    response["Cache-Control"] = "private, no-store"
    return response


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, (int, float)) else safe("" if value is None else str(value))


def reach(request: Request, ledger: Ledger, act: Act = Act.READ) -> Scope:
    """Where the viewer looks now. Errors: PermissionDenied for a role that may not see the ledger."""
    if not ledger.may(request.actor, act):
        raise PermissionDenied(f"您的角色不能查看“{ledger.title}”")
    return ledger.reach(request.actor, act)


def within(scope: Scope, column: str) -> str:
    """The scope as SQL; codes are integers of our own."""
    ranges = [f"{column} BETWEEN {int(low)} AND {int(high)}" for low, high in scope.ranges]
    return f"({' OR '.join(ranges) or 'false'})"


def of_viewer(request: Request, ledger: Ledger, column: str, unit_column: str, act: Act = Act.READ) -> str:
    """Rows of the places that the viewer looks at, and those of the own unit, as SQL."""
    here = within(reach(request, ledger, act), column)
    units = sorted(request.actor.units(act, ledger.readers()))
    return f"({here} OR {unit_column} IN ({', '.join(map(str, units))}))" if units else here


def entry(slug: str, actor: Actor, **filled: int) -> str:
    """The form of a ledger with what is known filled in; "" for who may not enter there."""
    ledger = registry.get(slug)
    return f"{ledger.new_url}?{urlencode(filled)}" if ledger and ledger.may(actor, Act.EDIT) else ""


def fetch(sql: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def number(text: str | None) -> int:
    """A key or year of an address; 0 for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 16 else 0


def growth(now: Decimal | int | None, before: Decimal | int | None) -> Decimal | None:
    """Percent; None where there is nothing to compare with."""
    return None if now is None or not before else (Decimal(100) * (now - before) / before).quantize(Decimal("0.1"))
