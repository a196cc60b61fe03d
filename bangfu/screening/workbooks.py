"""The results of a county as a workbook, for who has nothing but Excel: households in the order of their need, clues, flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from rustpy_xlsxwriter import FastExcel

from bangfu.policy.code_lists import code_list
from bangfu.screening.rulebook import RuleBook
from bangfu.screening.run import RESULT
from bangfu.screening.store import aside

FOLDER = "workbooks"
_COLOURS = {"red": "红", "orange": "橙", "yellow": "黄"}
_STATES = {"new": "新线索", "in_case": "已有个案", "monitored": "已是监测对象"}
Row = dict[str, Any]


def write(out: Path, book: RuleBook, manifest: Mapping[str, Any]) -> None:
    """One workbook a county that has a clue."""
    for path in sorted((out / RESULT / "households").glob("*.parquet")):
        tables = {name: pq.read_table(out / RESULT / name / path.name) for name in ("households", "clues", "flags")}
        if tables["households"].num_rows:
            with aside(out / FOLDER / f"{path.stem}_{manifest['as_of']}.xlsx") as temporary:
                file = FastExcel(str(temporary))
                file.sheet("农户", _households(tables["households"]))
                file.sheet("线索", _clues(tables["clues"], book))
                if tables["flags"].num_rows:
                    file.sheet("需要说明的情况", _flags(tables["flags"], book))
                file.save()


def _households(table: pa.Table) -> Iterator[Row]:
    ordered = table.sort_by([("village", "ascending"), ("rank_in_village", "ascending")])
    for row in ordered.to_pylist():
        yield {
            "行政村代码": str(row["village"]), "村内顺序": row["rank_in_village"], "户编号": row["household_no"],
            "颜色": _COLOURS[row["colour"]], "得分": row["score"], "状态": _STATES[row["state"]], "线索数": row["clues"],
            "需要说明的情况": row["flags"], "规则": row["rules"],
        }  # fmt: skip


def _clues(table: pa.Table, book: RuleBook) -> Iterator[Row]:
    titles, risks = {rule.code: rule.title for rule in book.rules}, code_list("risk_type")
    for row in table.to_pylist():
        yield {
            "行政村代码": str(row["village"]), "户编号": row["household_no"], "人口编号": row["person_no"] or "",
            "规则": row["rule"], "名称": titles[row["rule"]], "风险": risks.label(row["risk"]), "说明": row["says"],
            "状态": _STATES[row["state"]], "线索指纹": row["fingerprint"],
            "了结时的金额": "" if row["measure_fen"] is None else row["measure_fen"] / 100,
        }  # fmt: skip


def _flags(table: pa.Table, book: RuleBook) -> Iterator[Row]:
    titles = {rule.code: rule.title for rule in book.rules}
    for row in table.to_pylist():
        yield {
            "行政村代码": str(row["village"]), "户编号": row["household_no"], "人口编号": row["person_no"] or "",
            "名称": titles[row["rule"]], "说明": row["says"],
        }  # fmt: skip
