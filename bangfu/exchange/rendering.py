"""From values of the database to what stands in a cell: labels, names of places, masks, nothing a spreadsheet would run.

By column and chunk: each different value is rendered once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Func, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, NullIf
from django.utils import timezone

from bangfu.divisions.models import Division
from bangfu.exchange.sheet import Column, Kind, Reference
from bangfu.kernel import codes, identity
from bangfu.kernel.codes import Level
from bangfu.kernel.masks import mask_phone
from bangfu.kernel.money import show_number

PLACE_HEADS = (
    (Level.CITY, "市"),
    (Level.COUNTY, "县（市、区）"),
    (Level.TOWN, "镇（街道）"),
    (Level.VILLAGE, "村（社区）"),
)
RISKY = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 32_000  # a cell of a workbook holds 32,767 characters
_MEMORY = 20_000
_EXACT = 10**15  # a cell of a workbook is a float
_DIGITS_KEPT = 11  # a spreadsheet that opens a csv shows longer numbers as 4.4E+17

Cells = Sequence[Any]


def safe(text: str) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front; the import takes it off again."""
    return f"'{text}"[:LONGEST] if text.lstrip("'").startswith(RISKY) else text[:LONGEST]


class Memory(dict[Any, Any]):
    """Value → rendered, filled on demand and emptied before it grows with unique columns."""

    def __init__(self, render: Callable[[Any], Any]) -> None:
        self.render = render

    def __missing__(self, value: Any) -> Any:
        self[value] = rendered = "" if value is None else self.render(value)
        return rendered

    def all(self, values: Iterable[Any]) -> list[Any]:
        if len(self) > _MEMORY:
            self.clear()
        return list(map(self.__getitem__, values))


@dataclass
class Rendered:
    """A column of the model → one or more columns of the file."""

    path: str | Combinable  # for values_list
    heads: tuple[str, ...]
    render: Callable[[Cells], list[list[Any]]]
    kind: Kind


class PlaceNames:
    """code → names by level; unknown codes are fetched once per chunk."""

    def __init__(self, levels: Sequence[Level]) -> None:
        self.levels = levels
        self.names: dict[int, str] = {}
        self.parts: dict[int | None, tuple[str, ...]] = {None: ("",) * len(levels)}

    def __call__(self, values: Cells) -> list[list[str]]:
        unknown = set(values) - self.parts.keys()
        if unknown:
            self._learn(unknown)
        return [list(column) for column in zip(*map(self.parts.__getitem__, values), strict=True)]

    def _learn(self, unknown: set[int]) -> None:
        wanted = {above for code in unknown for above in (*codes.ancestors(code), code)} - self.names.keys()
        self.names |= dict(Division.objects.filter(code__in=wanted).values_list("code", "name"))
        for code in unknown:
            by_level = {codes.level_of(above): above for above in (*codes.ancestors(code), code)}
            self.parts[code] = tuple(self.names.get(by_level.get(level, 0), "") for level in self.levels)


def columns(wanted: Iterable[Column], place: str, *, unmasked: bool, typed: bool) -> list[Rendered]:
    """`typed`: numbers and dates stay such (workbook), else everything is text (csv)."""
    return [_rendered(column, place, unmasked, typed) for column in wanted]


def _rendered(column: Column, place: str, unmasked: bool, typed: bool) -> Rendered:
    if column.kind is Kind.DIVISION:
        return _place(column, split=column.name == place)
    path = _words(column.name, column.reference) if column.reference else column.name
    memory = Memory(_one(column, unmasked, typed))
    if column.kind is Kind.MULTI_CHOICE:
        return Rendered(path, (column.label,), lambda cells: [memory.all(map(_hashable, cells))], column.kind)
    return Rendered(path, (column.label,), lambda cells: [memory.all(cells)], column.kind)


def _words(name: str, reference: Reference) -> str | Combinable:
    paths = [f"{name}__{part}" for part in reference.written]
    if len(paths) == 1:
        return paths[0]
    filled = [NullIf(Cast(path, TextField()), Value("")) for path in paths]
    return Func(Value("/"), *filled, function="concat_ws", output_field=TextField())


def _hashable(value: list[Any] | None) -> tuple[Any, ...] | None:
    return None if value is None else tuple(value)


def _place(column: Column, split: bool) -> Rendered:
    if not split:
        full = PlaceNames([level for level, _ in PLACE_HEADS])
        return Rendered(column.attname, (column.label,), lambda cells: [_joined(full(cells))], column.kind)
    lowest = column.level or Level.VILLAGE
    shown = [(level, head) for level, head in PLACE_HEADS if level <= lowest]
    names = PlaceNames([level for level, _ in shown])
    return Rendered(column.attname, tuple(head for _, head in shown), names, column.kind)


def _joined(parts: list[list[str]]) -> list[str]:
    return ["".join(names) for names in zip(*parts, strict=True)]


def _one(column: Column, unmasked: bool, typed: bool) -> Callable[[Any], Any]:
    if column.masked and not unmasked:
        hide = mask(column)
        return lambda value: safe(hide(str(value)))
    if column.kind is Kind.CHOICE:
        labels = dict(column.choices)
        return lambda value: safe(str(labels.get(value, value)))
    if column.kind is Kind.MULTI_CHOICE:
        labels = dict(column.choices)
        return lambda values: safe("、".join(str(labels.get(value, value)) for value in values))
    if column.kind in (Kind.CODE, Kind.IDENTITY, Kind.PHONE) and not typed:
        return _kept_digits
    if column.kind is Kind.DECIMAL and not typed and not column.is_money:
        return lambda value: show_number(value) if isinstance(value, Decimal) else _text(value)
    return _typed if typed else _text


def mask(column: Column) -> Callable[[str], str]:
    return column.mask or {Kind.IDENTITY: identity.mask, Kind.PHONE: mask_phone}.get(column.kind, _stars)


def _stars(text: str) -> str:
    return "*" * len(text)


def _kept_digits(value: Any) -> str:
    text = safe(str(value))
    return f"{text}\t" if text[:1].isdigit() and (len(text) > _DIGITS_KEPT or text[0] == "0") else text


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, (date, int)):
        return str(value)
    if isinstance(value, (Decimal, float)):
        return f"{value:f}" if isinstance(value, Decimal) else repr(value)
    return safe(str(value))


def _typed(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (bool, datetime)) or not isinstance(value, (date, int, float)):
        return _text(value)
    return str(value) if isinstance(value, int) and abs(value) >= _EXACT else value
