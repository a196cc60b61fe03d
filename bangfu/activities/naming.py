"""Units and places as people write them, several in one cell: 某某局（分管负责同志）、某某集团."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from bangfu.accounts.models import Unit
from bangfu.activities.activity import OTHER, RANKS
from bangfu.divisions import lookup
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel import credit_code
from bangfu.kernel.text import clean
from bangfu.policy.code_lists import CodeListError, code_list
from bangfu.units.cadre import Cadre

_BETWEEN = re.compile(r"[、，,;；\n]+")
_WITH_UNIT = re.compile(r"(.+?)\s*[（(](.+)[)）]")
_WITH_RANK = re.compile(r"(.+?)\s*[（(]([^（）()]+)[)）]")
_WIDE = str.maketrans("(),", "（），")  # names are kept with full-width brackets, and typed with either
Named = tuple[str, str]  # name or code of a unit, value of the rank


def parts(text: str) -> list[str]:
    """The names of a cell, each once, as they stand."""
    return list(dict.fromkeys(name for part in _BETWEEN.split(text or "") if (name := clean(part))))


def units_in(text: str) -> list[Named]:
    """A bracket at the end is a rank if it says one; else it belongs to the name."""
    return [_named(part) for part in parts(text)]


def _named(part: str) -> Named:
    found = _WITH_RANK.fullmatch(part)
    try:
        return (found[1], str(code_list(RANKS).value_of(found[2]))) if found else (part, OTHER)
    except CodeListError:
        return part, OTHER


def units_of(texts: Iterable[str]) -> dict[str, Unit]:
    """Name or 统一社会信用代码 as written → unit; what is unknown is missing. One query."""
    names = {name for text in texts for name, _ in units_in(text)}
    codes = {credit_code.normalise(name): name for name in names}
    spelt = names | {name.translate(_WIDE) for name in names}
    found: dict[str, Unit] = {}
    for unit in Unit.objects.filter(Q(name__in=spelt) | Q(credit_code__in=codes), withdrawn_at=None) if names else ():
        found[clean(unit.name)] = found[codes.get(unit.credit_code, unit.name)] = unit
    return {name: unit for name, unit in found.items() if name in names}


def told(named: Iterable[tuple[str, str]]) -> str:
    """(name of the unit, rank) → the text of the column; the rank `other` goes without saying."""
    ranks = code_list(RANKS)
    return "、".join(dict.fromkeys(name if rank == OTHER else f"{name}（{ranks.label(rank)}）" for name, rank in named))


def unit_text(text: str, known: Mapping[str, Unit]) -> str:
    """The text with the proper names of the units. Errors: ValueError that names what is unknown."""
    named = units_in(text)
    if unknown := [name for name, _ in named if name not in known]:
        raise ValueError(f"没有登记名为“{'、'.join(unknown)}”的单位，请核对名称或统一社会信用代码，或先登记单位")
    return told((known[name].name, rank) for name, rank in named)


@dataclass(frozen=True)
class Where:
    """What tells which of several cadres of one name is meant."""

    day: date | None
    place: int | None
    units: frozenset[int] = frozenset()

    def closeness(self, row: Cadre) -> tuple[bool, bool, bool]:
        is_near = self.place is not None and self.place in Scope.of([row.town_id])
        is_in_office = self.day is None or (row.from_on <= self.day and (row.to_on is None or row.to_on >= self.day))
        return row.sending_unit_id in self.units, is_near, is_in_office


def cadres_named(texts: Iterable[str]) -> list[Cadre]:
    """Everybody who may be meant. One query."""
    names = {name for text in texts for name, _ in map(_with_unit, parts(text))}
    rows = Cadre.objects.filter(name__in=names, withdrawn_at=None).select_related("sending_unit")
    return list(rows) if names else []


def cadres_in(text: str, where: Where, among: Sequence[Cadre] | None = None) -> list[Cadre]:
    """The cadres meant by 陈志强（某某局）、黄雪梅: who is sent by one of the units or serves at the place comes first.

    Errors: ValueError when nobody or several are meant.
    """
    rows = cadres_named([text]) if among is None else among
    return [_meant(name, unit, rows, where) for name, unit in map(_with_unit, parts(text))]


def _with_unit(part: str) -> tuple[str, str]:
    found = _WITH_UNIT.fullmatch(part)
    return (found[1], found[2]) if found else (part, "")


def _meant(name: str, unit: str, rows: Sequence[Cadre], where: Where) -> Cadre:
    fitting = [row for row in rows if row.name == name and unit in ("", clean(row.sending_unit.name))]
    if not fitting:
        raise ValueError(f"驻镇干部里没有“{name}”，请核对姓名；不是驻镇干部的写在“参加人员”")
    best = max(where.closeness(row) for row in fitting)
    nearest = {row.sending_unit_id: row for row in fitting if where.closeness(row) == best}
    if len(nearest) > 1:
        named = "、".join(cadre(row) for row in nearest.values())
        raise ValueError(f"“{name}”不止一人：{named}；请在姓名后注明派出单位")
    return next(iter(nearest.values()))


def cadre(row: Cadre) -> str:
    """As workbooks and forms name a cadre: two of one name are told apart by who sent them."""
    return f"{row.name}（{row.sending_unit}）"


def cadre_text(text: str, where: Where, among: Sequence[Cadre] | None = None) -> str:
    """With the sending unit, so that the same person is meant next year. Errors: ValueError."""
    return "、".join(cadre(row) for row in cadres_in(text, where, among))


def places_in(text: str) -> list[Division]:
    """Errors: ValueError, of the first name that is no place."""
    return [lookup.resolve(part) for part in parts(text)]


def place_text(places: Iterable[Division]) -> str:
    return "、".join(place.full_name for place in places)
