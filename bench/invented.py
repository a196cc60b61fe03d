"""Invented households and members of one county (people/demo), as rows of a workbook: what the product is fed, and the
same rows as the peer wants them. Seeded: the same seed gives the same files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from django.db.models import Field
from rustpy_xlsxwriter import FastExcel

from bangfu.divisions.models import Division
from bangfu.exchange.rendering import PLACE_HEADS, PlaceNames
from bangfu.exchange.sheet import Book, Column, Kind, Sheet
from bangfu.kernel.codes import Level, bounds
from bangfu.people.codes import HEAD
from bangfu.people.demo.tables import Maker
from bangfu.people.demo.world import CAST_COUNTY, World

HOUSEHOLDS, PERSONS = "people_household", "people_person"
_NULL = r"\N"
_FAULTY = ("left_on", "is_disputed", "identity_no")  # a peer refuses the whole file for one bad row, so none is bad
_PEOPLE_PER_HOUSEHOLD = 2.5  # fewer than the demo makes, so that there are always enough

Row = dict[str, str]


@dataclass
class Invented:
    """Rows as text of the database, by column of the table."""

    households: list[Row] = field(default_factory=list)
    persons: list[Row] = field(default_factory=list)


def people(count: int, seed: int) -> Invented:
    """That many good members, and their households, in the villages of the cast's county."""
    rng = np.random.default_rng(seed)
    maker = Maker(rng, _county(rng, int(count / _PEOPLE_PER_HOUSEHOLD) + 100), frozenset({CAST_COUNTY}))
    made = Invented()
    for block in maker.blocks():
        made.households += _rows(block[HOUSEHOLDS])
        made.persons += [row for row in _rows(block[PERSONS]) if _is_good(row)]
        if len(made.persons) >= count:
            break
    del made.persons[count:]
    last = int(made.persons[-1]["household_id"])
    made.households = [row for row in made.households if int(row["id"]) <= last]
    return made


def _county(rng: np.random.Generator, households: int) -> World:
    low, high = bounds(CAST_COUNTY)
    villages = Division.objects.filter(code__range=(low, high), level=Level.VILLAGE, valid_to=None).order_by("code")
    codes = np.array(villages.values_list("code", flat=True), dtype=np.int64)
    counts = rng.multinomial(households, np.full(len(codes), 1 / len(codes)))
    name = Division.objects.get(pk=CAST_COUNTY).full_name
    return World(codes, counts, codes // 10**6 * 10**6, {CAST_COUNTY: name})


def _rows(table: tuple[tuple[str, ...], bytes]) -> Iterator[Row]:
    columns, text = table
    return (dict(zip(columns, line.split("\t"), strict=True)) for line in text.decode().splitlines())


def _is_good(row: Row) -> bool:
    left, disputed, number = (row[name] for name in _FAULTY)
    return left == _NULL and disputed == "f" and bool(number)


# as people make workbooks: heads of the national system, labels, places in four columns


def workbook(
    path: Path, book: Book, made: Invented, slugs: Sequence[str] = ("households", "persons"), columns: int | None = None
) -> int:
    """One worksheet per sheet of the book; returns the number of cells that hold something. `columns`: at most."""
    numbers = {row["id"]: row["household_no"] for row in made.households}
    heads_of = {row["household_id"]: row["identity_no"] for row in made.persons if row["relation_to_head"] == HEAD}
    homes = [row | {"head_key": heads_of.get(row["id"], "")} for row in made.households]  # its number, as in the form
    file, cells = FastExcel(str(path)), 0
    for sheet, rows in zip(book.sheets, (homes, made.persons), strict=True):
        if sheet.slug in slugs:
            heads, lines = _lines(sheet, rows, numbers, columns)
            cells += sum(cell is not None for line in lines for cell in line)
            file.sheet(sheet.title, _records(heads, lines))
    file.save()
    return cells


def _records(heads: list[str], lines: list[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    return (dict(zip(heads, line, strict=True)) for line in lines)


def _lines(
    sheet: Sheet, rows: list[Row], numbers: dict[str, str], most: int | None
) -> tuple[list[str], list[tuple[Any, ...]]]:
    shown: dict[str, list[Any]] = {}
    for column in sheet.columns:
        if column.name == sheet.scope:
            codes = [int(row[column.attname]) for row in rows]
            places = PlaceNames([level for level, _ in PLACE_HEADS])(codes)
            shown |= {head: names for (_, head), names in zip(PLACE_HEADS, places, strict=True)}
        elif column.attname in rows[0]:
            render = _cell(column, numbers)
            shown[column.label] = [render(row[column.attname]) for row in rows]
    kept = dict(list(shown.items())[:most])
    return list(kept), list(zip(*kept.values(), strict=True))


def _cell(column: Column, numbers: dict[str, str]) -> Callable[[str], Any]:
    labels = {str(value): label for value, label in column.choices}
    by_kind: dict[Kind, Callable[[str], Any]] = {
        Kind.BOOLEAN: {"t": "是", "f": "否"}.__getitem__,
        Kind.CHOICE: labels.__getitem__,
        Kind.MULTI_CHOICE: lambda raw: "、".join(labels[value] for value in raw[1:-1].split(",") if value),
        Kind.DECIMAL: float,
        Kind.INTEGER: int,
        Kind.MONTH: lambda raw: raw[:7],
        Kind.REFERENCE: numbers.__getitem__,
    }
    render = by_kind.get(column.kind, str)
    return lambda raw: None if raw in ("", _NULL, "{}") else render(raw)


# as the peer wants them: one file a model, values instead of labels, codes of villages


def peer_files(folder: Path, book: Book, made: Invented, people_wanted: int) -> None:
    """household.xlsx and person.xlsx of the first people with their households, and fields.json that declares them."""
    some = made.persons[:people_wanted]
    last = int(some[-1]["household_id"])
    homes = [row for row in made.households if int(row["id"]) <= last]
    numbers = {row["id"]: row["household_no"] for row in homes}
    fields = {}
    for sheet, rows, name in zip(book.sheets, (homes, some), ("household", "person"), strict=True):
        columns = [c for c in sheet.columns if c.kind not in (Kind.DIVISION, Kind.REFERENCE)]
        fields[name] = [_declared(column, sheet.model._meta.get_field(column.name)) for column in columns]
        plain = [(column.name, column.kind) for column in columns if column.name in rows[0]]
        lines = (_peer_line(row, plain, numbers) for row in rows)
        file = FastExcel(str(folder / f"{name}.xlsx"))
        file.sheet(name, lines)
        file.save()
    (folder / "fields.json").write_text(json.dumps(fields, ensure_ascii=False))
    villages = sorted({int(row["village_id"]) for row in homes})
    (folder / "villages.json").write_text(json.dumps(villages))


def _peer_line(row: Row, columns: Iterable[tuple[str, Kind]], numbers: dict[str, str]) -> dict[str, str]:
    line = {"village": row["village_id"]}
    if "household_id" in row:
        line["household"] = numbers[row["household_id"]]
    for name, kind in columns:
        raw = "" if row[name] == _NULL else row[name]
        line[name] = {"t": "1", "f": "0"}.get(raw, "") if kind is Kind.BOOLEAN else raw.strip("{}")
    return line


def _declared(column: Column, declared: Field[Any, Any]) -> dict[str, Any]:
    return {
        "name": column.name,
        "label": column.label,
        "type": declared.get_internal_type(),
        "null": declared.null,
        "max_length": declared.max_length,
        "max_digits": getattr(declared, "max_digits", None),
        "decimal_places": getattr(declared, "decimal_places", None),
    }


def copy_files(folder: Path, made: Invented) -> None:
    """The rows as COPY wants them in the product's own tables, with all computed columns: nothing left to work out."""
    for table, rows in ((HOUSEHOLDS, made.households), (PERSONS, made.persons)):
        with (folder / f"{table}.copy").open("w") as file:
            file.write(f"{', '.join(rows[0])}\n")
            file.writelines("\t".join(row.values()) + "\n" for row in rows)
