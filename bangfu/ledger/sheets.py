"""The workbook of a ledger, made from its fields: what the template, the import and the export use."""

from __future__ import annotations

from functools import cache

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bangfu.exchange import registry as books
from bangfu.exchange.sheet import Book, Column, Kind, Reference, Sheet
from bangfu.ledger import registry
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import Shown, bounds, shown
from bangfu.ledger.forms import LEVELS


def _kind(ledger: Ledger, item: Shown) -> Kind:
    field = item.field
    if item.name in ledger.kinds:
        return ledger.kinds[item.name]
    if item.is_relation:
        return Kind.DIVISION if item.is_division else Kind.REFERENCE
    if isinstance(field, ArrayField):
        return Kind.MULTI_CHOICE
    if item.choices:
        return Kind.CHOICE
    by_class: list[tuple[type[models.Field], Kind]] = [
        (models.BooleanField, Kind.BOOLEAN), (models.DateField, Kind.DATE), (models.DecimalField, Kind.DECIMAL),
        (models.FloatField, Kind.DECIMAL), (models.IntegerField, Kind.INTEGER),
    ]  # fmt: skip
    return next((kind for kind_class, kind in by_class if isinstance(field, kind_class)), Kind.TEXT)


def column(ledger: Ledger, name: str) -> Column:
    item = shown(ledger, name)
    field, kind = item.field, _kind(ledger, item)
    required = not field.blank and not field.has_default() and not field.null
    low, high = bounds(ledger, name)
    reference = _reference(ledger, field) if kind is Kind.REFERENCE else None
    relation, number = reference.fields(reference.by) if reference else (None, None)
    return Column(
        name=name,
        label=item.label,
        kind=kind,
        aliases=(*ledger.aliases.get(name, ()), *([str(number.verbose_name)] if number and not relation else [])),
        choices=tuple(item.choices.items()) if kind in (Kind.CHOICE, Kind.MULTI_CHOICE) else (),
        choice_aliases=tuple(ledger.choice_aliases.get(name, ())),
        required=required or name in ledger.identity,
        max_length=getattr(field, "max_length", None),
        min=low,
        max=high,
        places=getattr(field, "decimal_places", None) or (6 if isinstance(field, models.FloatField) else 2),
        is_money=item.is_money,
        level=LEVELS.get(name) if kind is Kind.DIVISION else None,
        note=str(field.help_text) or (f"填写{reference.wanted}" if reference else ""),
        masked=item.mask is not None,
        mask=item.mask,
        reference=reference,
    )


def _reference(ledger: Ledger, field: models.Field) -> Reference:
    other = registry.of(field.related_model)  # type: ignore[arg-type]
    if other is None:
        raise LookupError(f"{field.name} refers to a model without a ledger")
    copies = ((f"{ledger.scope}_id", f"{other.scope}_id"),) if field.name == ledger.scope_from else ()
    # rows of acts alone have no identity in a workbook; they are told by what one searches them by
    by = other.identity[0] if other.identity else next(name for name in other.search if "__" not in name)  # type: ignore[union-attr]
    by, *more = other.told_by or (by,)
    is_unique = "__" not in by and other.model._meta.get_field(by).unique  # type: ignore[union-attr]
    if not other.told_by and not is_unique:
        more = [f"{other.scope}__name"]
    is_named = not other.is_vast and not by.endswith("_no")
    whole = bool(other.told_by)
    return Reference(
        other.model, by, other.scope, other.is_open, is_named, more=tuple(more), is_written_whole=whole, copies=copies
    )


@cache
def sheet(ledger: Ledger) -> Sheet:
    derive = type(ledger).derive
    return Sheet(
        slug=ledger.slug,
        title=ledger.title,
        model=ledger.model,
        columns=tuple(column(ledger, name) for name in ledger.exchange),
        identity=ledger.identity,
        scope=ledger.scope,
        checks=ledger.checks,
        derive=derive,
        computed=tuple(ledger.computed.items()),
        following=ledger.following if type(ledger).following is not Ledger.following else None,
    )


def register() -> None:
    """One workbook per ledger that has `exchange`; called once when all apps are ready."""
    for ledger in registry.all_ledgers():
        if ledger.exchange and ledger.identity and not books.get(ledger.slug):
            home = ledger.url
            books.register(Book(ledger.slug, ledger.title, (sheet(ledger),), ledger.edited_by, home))
