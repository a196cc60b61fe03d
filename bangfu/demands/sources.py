"""Where the values of a row come from: its place, the columns of a ledger, and the columns of a row of another ledger that
belongs to it. Each source lists its facts and reads them for many rows at once, within the scope of who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import Q

from bangfu.demands.asking import Ask, Subject
from bangfu.divisions.models import Division
from bangfu.exchange import rendering
from bangfu.exchange.heads import PLACE_PARTS
from bangfu.exchange.sheet import Column
from bangfu.kernel.codes import Level
from bangfu.ledger import registry, sheets
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import shown
from bangfu.policy import glossary

#: row → its values in the order asked for; None or "": not known
Values = Mapping[int, Sequence[Any]]
SOME = 5_000  # rows read at once


@dataclass(frozen=True)
class Fact:
    """Something the system knows of a row. `code` stands in the mapping of a head."""

    code: str
    label: str
    #: where it is kept, in words
    where: str
    aliases: tuple[str, ...] = ()
    is_masked: bool = False


class Source(Protocol):
    @property
    def key(self) -> str: ...

    def facts(self) -> list[Fact]: ...

    def read(self, rows: Sequence[Subject], names: Sequence[str], ask: Ask) -> Values: ...


_LEVELS = {"city": Level.CITY, "county": Level.COUNTY, "town": Level.TOWN, "village": Level.VILLAGE}
_PLACE_LABELS = {"city": "市", "county": "县（市、区）", "town": "镇（街道）", "village": "村（社区）"}


@dataclass(frozen=True)
class Places:
    """The names of the places above a row, its code, its number in the table."""

    key: str = "place"

    def facts(self) -> list[Fact]:
        parts = [
            Fact(f"{self.key}.{name}", _PLACE_LABELS[name], "区划", PLACE_PARTS[level])
            for name, level in _LEVELS.items()
        ]
        return [
            *parts,
            Fact(
                f"{self.key}.code",
                "区划代码",
                "区划",
                ("行政区划代码", "统计用区划代码", "村代码", "镇代码", "行政村代码"),
            ),
            Fact(f"{self.key}.full", "区划全称", "区划", ("地址", "所在地", "所属区划", "所在地区", "辖区")),
            Fact(f"{self.key}.number", "序号", "第几行", ("编号", "行号", "顺序号")),
        ]

    def read(self, rows: Sequence[Subject], names: Sequence[str], ask: Ask) -> Values:
        divisions = [row.division for row in rows]
        parts = dict(zip(_LEVELS, rendering.PlaceNames(list(_LEVELS.values()))(divisions), strict=True)) if rows else {}
        full: Mapping[int, str] = {}
        if "full" in names:
            full = dict(Division.objects.filter(code__in=set(divisions)).values_list("code", "full_name"))
        columns = {
            "code": [str(division) for division in divisions],
            "full": [full.get(division, "") for division in divisions],
            "number": [None] * len(rows),  # counted when the table is complete
        } | parts
        return {row.pk: cells for row, cells in zip(rows, zip(*(columns[n] for n in names), strict=True), strict=True)}


def _always(ask: Ask) -> Q:
    return Q()


@dataclass(frozen=True)
class Fields:
    """Columns of a ledger: of the row itself (`link` is "pk"), or of the row of another ledger that belongs to it."""

    key: str
    slug: str
    #: the way from the rows of this ledger to the row of the table
    link: str = "pk"
    #: before the labels, where the ledger is not the row's own: 户主
    prefix: str = ""
    where: Callable[[Ask], Q] = _always
    #: further heads under which columns come: column → names
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: columns, where not all of the ledger
    names: tuple[str, ...] = ()

    @property
    def ledger(self) -> Ledger:
        """Errors: LookupError."""
        found = registry.get(self.slug)
        if found is None:
            raise LookupError(f"demands: no ledger {self.slug!r}")
        return found

    def facts(self) -> list[Fact]:
        return [
            Fact(f"{self.key}.{column.name}", f"{self.prefix}{column.label}", self.ledger.title, self._aliases(column),
                 column.masked)
            for column in self._columns()
        ]  # fmt: skip

    def _columns(self) -> list[Column]:
        ledger = self.ledger
        names = self.names or tuple(dict.fromkeys((*ledger.columns, *ledger.form, *ledger.exchange)))
        return [sheets.column(ledger, name) for name in names if self.names or self._is_told(name)]

    def _is_told(self, name: str) -> bool:
        """The place has its own source; a reference must have a name to be written."""
        item = shown(self.ledger, name)
        if not item.is_relation or item.is_division:
            return not item.is_relation
        other = registry.of(item.field.related_model)  # type: ignore[arg-type]
        return other is not None and not shown(other, other.identity[0]).is_relation

    def _aliases(self, column: Column) -> tuple[str, ...]:
        known = glossary.load().by_identifier.get(column.name)
        own = (*self.aliases.get(column.name, ()), *column.aliases, *([known.term] if known else []))
        return tuple(dict.fromkeys((*own, *(f"{self.prefix}{name}" for name in own)))) if self.prefix else own

    def read(self, rows: Sequence[Subject], names: Sequence[str], ask: Ask) -> Values:
        ledger = self.ledger
        columns = [sheets.column(ledger, name) for name in names]
        rendered = rendering.columns(columns, "", unmasked=ask.unmasked, typed=True)
        found = ledger.visible_to(ask.actor, ask.act).filter(self.where(ask), withdrawn_at=None)
        found = found.filter(**{f"{self.link}__in": [row.pk for row in rows]}).order_by("pk")
        raw = list(found.values_list(self.link, *(column.path for column in rendered)))
        if not raw:
            return {}
        keys, *cells = zip(*raw, strict=True)
        texts = [column.render(values)[0] for column, values in zip(rendered, cells, strict=True)]
        return dict(zip(keys, zip(*texts, strict=True), strict=True))


def by_source(codes: Iterable[str]) -> dict[str, list[str]]:
    """Codes of facts by the key of their source, each once."""
    found: dict[str, list[str]] = {}
    for code in dict.fromkeys(codes):
        key, _, name = code.partition(".")
        found.setdefault(key, []).append(name)
    return found
