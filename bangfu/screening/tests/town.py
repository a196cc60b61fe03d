"""A small registry and department files for tests: families as tuples, rows as dicts under Chinese heads."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bangfu.kernel.identity import check_character
from bangfu.screening import rulebook, run
from bangfu.screening.engines import Engine
from bangfu.screening.run import Inputs

AS_OF = date(2026, 3, 31)
COUNTY, OTHER_COUNTY = 441881, 441882
VILLAGE, OTHER_VILLAGE = 441881137201, 441882101201
BOOK = rulebook.load()


def number(born: str, serial: int = 1) -> str:
    """A valid number of nobody: area 990000."""
    first = f"990000{born}{serial:03d}"
    return first + check_character(first)


@dataclass
class Town:
    """Folders of one screening. `said`: what the run told."""

    folder: Path
    households: list[dict[str, Any]] = field(default_factory=list)
    persons: list[dict[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def registry(self) -> Path:
        return self.folder / "registry"

    @property
    def departments(self) -> Path:
        return self.folder / "departments"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def family(self, household_no: str, *members: tuple[str, str], village: int = VILLAGE, **facts: Any) -> None:
        """Members are (name, number), the head first; facts are columns of the household."""
        self.households.append(
            {"户编号": household_no, "行政村代码": village, "户类型": "一般农户", "人均纯收入": 15000, **facts}
        )
        for place, (name, identity_no) in enumerate(members):
            self.persons.append(
                {
                    "户编号": household_no, "人口编号": f"{household_no}-{place}", "姓名": name, "证件号码": identity_no,
                    "与户主关系": "配偶" if place else "户主", "劳动技能": "普通劳动力",
                }
            )  # fmt: skip

    def write(self, name: str, rows: Sequence[Mapping[str, Any]], encoding: str = "utf-8") -> Path:
        self.departments.mkdir(parents=True, exist_ok=True)
        return write_csv(self.departments / name, rows, encoding)

    def settle(self) -> None:
        """Writes the registry."""
        self.registry.mkdir(parents=True, exist_ok=True)
        self.departments.mkdir(parents=True, exist_ok=True)
        write_csv(self.registry / "households.csv", self.households)
        write_csv(self.registry / "persons.csv", self.persons)

    def screen(self, engine: Engine = Engine.NUMPY, **inputs: Any) -> dict[str, Any]:
        chosen = Inputs(inputs.pop("as_of", AS_OF), engine, **inputs)
        return run.screen(self.registry, self.departments, self.out, chosen, BOOK, self.said.append)


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]], encoding: str = "utf-8") -> Path:
    heads = list(dict.fromkeys(head for row in rows for head in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, heads)
        writer.writeheader()
        writer.writerows(rows)
    return path


def settlement(identity_no: str, name: str, amount: object, day: str = "2026-03-05", **more: Any) -> dict[str, Any]:
    """A hospital stay."""
    return {"身份证号": identity_no, "姓名": name, "结算日期": day, "就诊类别": "住院", "个人负担金额": amount, **more}
