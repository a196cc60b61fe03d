"""Invented households, members, measures and work records in the published shape: mostly in order, some with faults.

`mess`: the share of cells that are spoilt, each by emptiness or by another value of the same column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bangfu.screening import identities
from bangfu.screening.doubts.columns import Column, Table
from bangfu.screening.doubts.inputs import arrow_type
from bangfu.screening.expressions import Kind

PEOPLE = 4  # in a household
VILLAGE = 120  # households in a village
_TODAY = np.datetime64("2024-06-15")
Arrays = dict[str, Any]


class Maker:
    def __init__(self, tables: Mapping[str, Table], households: int, seed: int, mess: float) -> None:
        self.tables, self.households, self.mess = tables, households, mess
        self.rng = np.random.default_rng(seed)

    def made(self) -> dict[str, pa.Table]:
        members = self._members()
        given = {
            "households": self._households(),
            "members": members,
            "measures": self._measures(),
            "labour": self._labour(members),
        }
        made = {name: self._spoilt(self.tables[name], arrays) for name, arrays in given.items()}
        made["villages"] = self._spoilt(self.tables["villages"], self._villages())
        return made

    # rows

    def _households(self) -> Arrays:
        rows = self.households
        monitored = self.rng.random(rows) < 0.3
        removed = monitored & (self.rng.random(rows) < 0.5)
        identified = np.datetime64("2021-06", "M") + self.rng.integers(0, 30, rows)
        kinds = self._pick(rows, ["unstable_lifted", "marginal", "sudden_hardship"])
        return {
            **self._places(np.arange(rows) // VILLAGE),
            "household_no": _numbered("H", np.arange(rows)),
            "head_name": self._names(rows),
            "kind": self._pick(rows, ["lifted", "ordinary"]),
            "monitored_kind": _where(monitored, kinds),
            "identified_month": _where(monitored, identified.astype("datetime64[D]")),
            "risks": self._risks(rows, monitored),
            "is_risk_removed": _where(monitored, removed),
            "removed_month": _where(removed, (identified + self.rng.integers(6, 18, rows)).astype("datetime64[D]")),
            "removal_kind": _where(removed, self._pick(rows, ["by_help", "naturally"])),
            "per_capita_net_income": self.rng.integers(8500, 19000, rows).astype(float),
            "wage_income": self.rng.integers(10_000, 60_000, rows).astype(float),
            "house_grade": self._pick(rows, ["A", "B"]),
            "is_house_unsafe": np.zeros(rows, bool),
            "has_dropout": np.zeros(rows, bool),
            "has_uninsured": np.zeros(rows, bool),
            "has_development_measure": np.zeros(rows, bool),
            "compliant_self_paid": self.rng.integers(500, 9000, rows).astype(float),
            "after_removal_house_unsafe": _where(removed, np.zeros(rows, bool)),
            "after_removal_dropout": _where(removed, np.zeros(rows, bool)),
            "after_removal_uninsured": _where(removed, np.zeros(rows, bool)),
        }

    def _members(self) -> Arrays:
        rows = self.households * PEOPLE
        place = np.arange(rows) % PEOPLE  # head, spouse, son, mother
        years = np.choose(place, [45, 42, 12, 70]) + self.rng.integers(-6, 7, rows)
        born = _TODAY - (years * 365 + self.rng.integers(0, 365, rows)).astype("timedelta64[D]")
        sex = np.choose(place, [1, 2, 1, 2])
        works = (place < 2) & (self.rng.random(rows) < 0.6)
        words: dict[str, list[Any]] = {
            "relation_to_head": ["head", "spouse", "son", "mother"],
            "education": ["junior_middle", "primary", None, "illiterate"],
            "labour_skill": ["general_labour", "general_labour", "no_labour", "no_labour"],
        }
        return {
            "household_no": _numbered("H", np.arange(rows) // PEOPLE),
            "person_no": _numbered("P", np.arange(rows)),
            "name": self._names(rows),
            "sex": pa.array(sex.astype(str)),
            "born_on": born,
            "card_no": self._cards(born, sex),
            "card_kind": self._pick(rows, ["resident"]),
            "phone": self._phones(rows),
            **{name: pa.array(values).take(pa.array(place)) for name, values in words.items()},
            "school_status": _where(place == 2, self._schools(years)),
            "dropout_reason": pa.nulls(rows, pa.string()),
            "health": pa.array([["healthy"], ["chronic_illness"]]).take(pa.array((self.rng.random(rows) < 0.1) * 1)),
            "disability_category": pa.nulls(rows, pa.string()),
            "disability_grade": pa.nulls(rows, pa.string()),
            "has_employee_medical": np.zeros(rows, bool),
            "has_extreme_poverty_support": np.zeros(rows, bool),
            "has_subsistence_allowance": np.zeros(rows, bool),
            "work_place": _where(works, self._pick(rows, ["广州市天河区", "某县", "佛山市南海区"])),
            "work_months": _where(works, self.rng.integers(1, 13, rows)),
            "monthly_wage": _where(works, self.rng.integers(2000, 6000, rows).astype(float)),
            "employer": _where(works, self._pick(rows, ["某电子厂", "某家具厂"])),
            "industry": _where(works, self._pick(rows, ["C", "E"])),
            "employment_channel": _where(works, self._pick(rows, ["independent", "introduced"])),
            "public_post_kind": pa.nulls(rows, pa.string()),
            "public_post_months": pa.nulls(rows, pa.int32()),
        }

    def _measures(self) -> Arrays:
        rows = self.households * 2
        months = np.datetime64("2023-09", "M") + self.rng.integers(0, 4, rows)
        items = [None, "courtyard_economy", "assistance_workshop", "insurance_subsidy", "micro_credit", "student_aid"]
        return {
            "household_no": _numbered("H", np.arange(rows) // 2),
            "kind": pa.array(["industry", "social"]).take(pa.array(np.arange(rows) % 2)),
            "item": self._pick(rows, items),
            "started_month": months.astype("datetime64[D]"),
        }

    def _labour(self, members: Arrays) -> Arrays:
        rows = self.households
        who = pa.array(np.repeat(np.arange(rows // 2 + 1) * PEOPLE * 2 % len(members["name"]), 2)[:rows])
        start = np.datetime64("2023-01-01") + np.tile([0, 200], rows // 2 + 1)[:rows]
        return {
            **{name: pa.array(members[name]).take(who) for name in ("household_no", "person_no", "name", "phone")},
            "is_working": np.zeros(rows, bool),
            "started_on": start,
            "ended_on": start + self.rng.integers(20, 190, rows),
            "work_county": pa.array(["天河区"] * rows),
        }

    def _villages(self) -> Arrays:
        rows = -(-self.households // VILLAGE)
        return {
            **self._places(np.arange(rows)),
            "household_count": np.full(rows, VILLAGE),
            "unsafe_water_households": np.zeros(rows, np.int64),
            "unsafe_house_households": np.zeros(rows, np.int64),
            "arable_mu": np.full(rows, 1e6),
            "forest_mu": np.full(rows, 1e6),
        }

    # cells

    def _places(self, village: NDArray[np.int64]) -> Arrays:
        counties = pa.array([f"某{number}县" if number else "某县" for number in range(9)])
        return {
            "county": counties.take(pa.array(village // 300 % 9)),
            "town": _numbered("镇", village // 15),
            "village": _numbered("村", village),
        }

    def _pick(self, rows: int, values: Sequence[Any]) -> pa.Array:
        return pa.array(values).take(pa.array(self.rng.integers(0, len(values), rows)))

    def _names(self, rows: int) -> pa.Array:
        parts = [self._pick(rows, list(signs)) for signs in ("陈李张黄何邓罗", "伟建国志英秀丽", "明华强芳军平")]
        return pc.binary_join_element_wise(*parts, "")

    def _phones(self, rows: int) -> pa.Array:
        return pa.array(13_000_000_000 + self.rng.permutation(rows) * 7).cast(pa.string())

    def _cards(self, born: Any, sex: NDArray[np.int64]) -> pa.Array:
        """Valid numbers of the area that is never issued; each of its own."""
        months = born.astype("datetime64[M]").astype(np.int64)
        day = (born - born.astype("datetime64[M]")).astype(np.int64) + 1
        stamp = (months // 12 + 1970) * 10_000 + (months % 12 + 1) * 100 + day
        area = 990_000 + np.arange(len(born)) // 997 % 990
        keys = area * 10**11 + stamp * 1000 + np.arange(len(born)) % 499 * 2 + sex % 2
        checks = pa.array(identities.check_characters(keys).view("S1").astype(str))
        return pc.binary_join_element_wise(pa.array(keys).cast(pa.string()), checks, "")

    def _schools(self, years: NDArray[np.int64]) -> pa.Array:
        words = pa.array(["before_school", "primary", "grade_7", "senior_1", "bachelor_1"])
        return words.take(pa.array(np.searchsorted([6, 13, 16, 19], years, side="right")))

    def _risks(self, rows: int, monitored: NDArray[np.bool_]) -> pa.Array:
        words = [["natural_disaster"], ["accident"], ["business_failure", "other"], ["other"], ["illness"]]
        kinds = self.rng.integers(0, len(words), rows)
        return pa.array(words, pa.list_(pa.string())).take(pa.array(kinds, mask=~monitored))

    def _spoilt(self, table: Table, arrays: Arrays) -> pa.Table:
        """Every column of the table; what was not made is filled plausibly; then some cells are spoilt."""
        rows = len(next(iter(arrays.values())))
        made = {}
        for name, column in table.columns.items():
            array = pa.array(arrays[name]) if name in arrays else self._ordinary(column, rows)
            array = array.cast(arrow_type(column))
            keeps = name in ("household_no", "person_no", "county", "town", "village")
            made[name] = array if keeps else self._with_faults(array, column)
        return pa.table(made)

    def _ordinary(self, column: Column, rows: int) -> pa.Array:
        if column.codes:
            return self._pick(rows, list(column.words)[:2])
        if column.kind is Kind.FLAG:
            return self._pick(rows, [True])
        if column.kind in (Kind.INTEGER, Kind.DECIMAL):
            return pa.array(self.rng.integers(1, 4, rows))
        return self._pick(rows, ["2024-01-01" if column.kind in (Kind.DATE, Kind.MONTH) else "甲乙"])

    def _with_faults(self, array: pa.Array, column: Column) -> pa.Array:
        rows = len(array)
        spoilt = self.rng.random(rows) < self.mess
        other = array.take(pa.array(self.rng.permutation(rows)))
        if column.codes and not column.has_many:
            other = self._pick(rows, list(column.words)).cast(array.type)
        elif column.has_many:
            other = self._pick(rows, [[word] for word in column.words]).cast(array.type)
        elif column.kind is Kind.FLAG:
            other = pc.invert(array)
        elif column.kind in (Kind.INTEGER, Kind.DECIMAL):
            other = self._pick(rows, [0, -1, 3, 50, 500, 60_000]).cast(array.type)
        elif column.shown:
            other = pc.utf8_slice_codeunits(array, 0, 11 if column.shown == "identity" else 9)
        gone = pa.array(self.rng.random(rows) < 0.5)
        changed = pc.if_else(gone, pa.nulls(rows, array.type), other)
        places = pa.array(np.where(spoilt, np.arange(rows) + rows, np.arange(rows)))
        return pa.chunked_array([array, changed]).take(places).combine_chunks()


def _numbered(letter: str, numbers: NDArray[np.int64]) -> pa.Array:
    texts = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 8, "0")
    return pc.binary_join_element_wise(pa.scalar(letter), texts, "")


def _where(held: NDArray[np.bool_], values: Any) -> pa.Array:
    array = pa.array(values)
    return pc.if_else(pa.array(held), array, pa.nulls(len(array), array.type))
