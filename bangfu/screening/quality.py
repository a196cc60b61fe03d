"""The quality report of a file: which rows were not used or need a look, and why, in words for the department."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from bangfu.screening.store import aside

SCHEMA = pa.schema(
    [
        ("line", pa.int64()),
        ("is_used", pa.bool_()),
        ("reason", pa.string()),
        ("says", pa.string()),
        ("column", pa.string()),
        ("number", pa.string()),
        ("name", pa.string()),
    ]
)
#: of the written report
HEADS = ["行号", "是否采用", "说明", "列", "证件号码", "姓名"]


class Reason(StrEnum):
    """Why a row is in the report."""

    NO_NUMBER = "证件号码是空的"
    MALFORMED = "证件号码写错了"
    WRONG_CHECK = "证件号码的校验位不对"
    NOT_IN_REGISTRY = "不在农户名册中"
    NAME_DIFFERS = "号码对得上，姓名与名册不一致"
    DOUBLED = "与同一文件里的另一行重复"
    DOUBLED_BEFORE = "以前的文件里已有这一行"
    WRONG_CELL = "单元格的内容用不了"
    CHECK_DIFFERS = "校验位与名册不同，前17位和姓名都对，已采用"
    NAME_NEAR = "姓名写法略有不同，已采用"
    OTHER_MONTH = "日期不在本文件的月份，已采用"
    TWO_HOUSEHOLDS = "同一人在名册中有两户，记在第一户"


@dataclass
class Quality:
    """Collects rows by reason. `line_of`: line in the file of row 0."""

    first_line: int
    numbers: pa.Array | None = None
    names: pa.Array | None = None
    counts: dict[Reason, int] = field(default_factory=dict)
    _parts: list[pa.Table] = field(default_factory=list)

    def add(
        self, reason: Reason, rows: NDArray[Any], says: str | list[str] = "", column: str = "", *, is_used: bool = False
    ) -> None:
        count = len(rows)
        if not count:
            return
        self.counts[reason] = self.counts.get(reason, 0) + count
        spoken = pa.array(says) if isinstance(says, list) else pa.repeat(pa.scalar(says or reason.value), count)
        some = pa.array(np.asarray(rows, dtype=np.int64))
        self._parts.append(
            pa.table(
                [
                    pa.array(np.asarray(rows, dtype=np.int64) + self.first_line),
                    pa.repeat(pa.scalar(is_used), count),
                    pa.repeat(pa.scalar(reason.name.lower()), count),
                    spoken,
                    pa.repeat(pa.scalar(column), count),
                    _masked(self.numbers.take(some)) if self.numbers is not None else pa.repeat(pa.scalar(""), count),
                    _texts(self.names.take(some)) if self.names is not None else pa.repeat(pa.scalar(""), count),
                ],
                schema=SCHEMA,
            )
        )

    def table(self) -> pa.Table:
        whole = pa.concat_tables(self._parts) if self._parts else SCHEMA.empty_table()
        return whole.sort_by([("line", "ascending"), ("reason", "ascending"), ("column", "ascending")])

    def write(self, path: Path) -> None:
        """As CSV that a department opens in Excel or WPS."""
        table = self.table()
        used = pc.if_else(table["is_used"], "采用", "没有采用")
        table = table.drop_columns(["is_used", "reason"]).add_column(1, "used", used).rename_columns(HEADS)
        with aside(path) as temporary, temporary.open("wb") as file:
            file.write(codecs.BOM_UTF8)
            pacsv.write_csv(table, file, pacsv.WriteOptions(quoting_style="needed"))


def _texts(array: pa.Array) -> pa.Array:
    return pc.fill_null(array.cast(pa.string()), "")


def _masked(numbers: pa.Array) -> pa.Array:
    """440***12: enough for who has the file to find the row, too little for anybody else."""
    texts = _texts(numbers)
    long = pc.binary_join_element_wise(pc.utf8_slice_codeunits(texts, 0, 3), pc.utf8_slice_codeunits(texts, -2), "***")
    return pc.if_else(pc.greater(pc.utf8_length(texts), 7), long, pc.if_else(pc.equal(texts, ""), "", "***"))
