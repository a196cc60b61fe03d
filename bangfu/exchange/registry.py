"""Every workbook that can be imported, by slug. Wrong declarations fail at registration, not in a request."""

from __future__ import annotations

from django.core.exceptions import FieldDoesNotExist
from django.db.models import AutoField, ForeignKey

from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Book, Column, Kind, Sheet


class WrongSheet(Exception):
    """A declaration that cannot work; the message is for its author."""


_books: dict[str, Book] = {}


def register(book: Book) -> Book:
    """Errors: WrongSheet, when a slug is taken or a column, identity, scope or reference names nothing."""
    if book.slug in _books:
        raise WrongSheet(f"workbook {book.slug} is registered twice")
    for sheet in book.sheets:
        _check(sheet)
    _books[book.slug] = book
    return book


def get(slug: str) -> Book | None:
    return _books.get(slug)


def books() -> list[Book]:
    return list(_books.values())


def _check(sheet: Sheet) -> None:
    if not sheet.identity:
        raise WrongSheet(f"sheet {sheet.slug}: `identity` is empty, so the same file twice would double every row")
    names = [column.name for column in sheet.columns]
    if len(names) != len(set(names)):
        raise WrongSheet(f"sheet {sheet.slug}: a column is named twice")
    for name in (*names, *sheet.identity, sheet.scope, "version"):
        try:
            sheet.model._meta.get_field(name)
        except FieldDoesNotExist:
            raise WrongSheet(f"sheet {sheet.slug}: {sheet.model.__name__} has no field {name}") from None
    key = sheet.model._meta.pk
    if not isinstance(key, AutoField) or key.column != "id":
        raise WrongSheet(f"sheet {sheet.slug}: {sheet.model.__name__} needs an automatic key named id")
    scope = sheet.model._meta.get_field(sheet.scope)
    if not isinstance(scope, ForeignKey) or scope.related_model is not Division:
        raise WrongSheet(f"sheet {sheet.slug}: scope {sheet.scope} is no foreign key to Division")
    for column in sheet.columns:
        _check_column(sheet, column)


def _check_column(sheet: Sheet, column: Column) -> None:
    place = f"sheet {sheet.slug}, column {column.name}"
    if column.kind in (Kind.CHOICE, Kind.MULTI_CHOICE) and not column.choices:
        raise WrongSheet(f"{place}: {column.kind} without choices")
    if (column.kind is Kind.REFERENCE) != (column.reference is not None):
        raise WrongSheet(f"{place}: `reference` belongs to kind REFERENCE, and to it alone")
    if column.reference:
        _check_reference(place, column)
    if column.kind is Kind.DIVISION and not isinstance(sheet.model._meta.get_field(column.name), ForeignKey):
        raise WrongSheet(f"{place}: a DIVISION must be a foreign key to Division")


def _check_reference(place: str, column: Column) -> None:
    assert column.reference
    for name in (*column.reference.parts, *column.reference.others, column.reference.scope):
        try:
            column.reference.fields(name)
        except FieldDoesNotExist:
            raise WrongSheet(f"{place}: {column.reference.model.__name__} has no field {name}") from None
