"""`./run bangfu screen`: from folders of files to clues, without a database. The contract is docs/reference/screening.md."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from bangfu.kernel import dates
from bangfu.policy import source
from bangfu.policy.guideline import UnknownParameter
from bangfu.policy.parameter import Value, ValueRefused
from bangfu.policy.source import Entry, PolicyError
from bangfu.screening import rulebook, run, workbooks
from bangfu.screening.engines import Engine, EngineMissing
from bangfu.screening.reading import FileRefused
from bangfu.screening.rulebook import RuleBook
from bangfu.screening.store import Busy
from bangfu.screening.thresholds import RuleRefused

REFUSED, INCOMPLETE = 2, 3
Say = Callable[[str], None]


def main(arguments: Sequence[str], say: Say) -> int:
    """0: done; 2: nothing was done, the message says why; 3: done, but some files were refused."""
    chosen = _parser().parse_args(arguments)
    try:
        book = rulebook.load()
        day = dates.parse_date(chosen.as_of)
        inputs = run.Inputs(day, Engine(chosen.engine), _overrides(chosen.values, book), chosen.workers)
        for folder in (chosen.registry, chosen.departments):
            if not folder.is_dir():
                raise FileRefused(f"没有这个文件夹：{folder}")
        manifest = run.screen(chosen.registry, chosen.departments, chosen.out, inputs, book, say)
    except (FileRefused, RuleRefused, EngineMissing, Busy, PolicyError, dates.DateError) as error:
        say(str(error))
        return REFUSED
    if chosen.workbooks:
        workbooks.write(chosen.out, book, manifest)
    counts = manifest["counts"]
    for line in manifest["left_out"].values():
        say(line)
    say(
        f"完成：{manifest['registry']['persons']:,} 人中，{counts['households']:,} 户有 {counts['clues']:,} 条线索；"
        f"{counts['closed']:,} 条以前已了结，没有再推送。结果在 {chosen.out / run.RESULT}"
    )
    return INCOMPLETE if manifest["refused"] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "./run bangfu screen", description="用部门数据筛查有返贫致贫风险的农户，不需要数据库"
    )
    parser.add_argument(
        "--registry", type=Path, required=True, help="农户和成员文件所在的文件夹（households.*、persons.*）"
    )
    parser.add_argument("--departments", type=Path, required=True, help="部门数据文件所在的文件夹")
    parser.add_argument("--as-of", required=True, metavar="日期", help="筛查日期，如 2026-03-31")
    parser.add_argument("--out", type=Path, required=True, help="结果文件夹；同一文件夹再次运行时接着用已读入的数据")
    parser.add_argument("--engine", choices=list(Engine), default=Engine.NUMPY, help="计算引擎，结果相同")
    parser.add_argument("--values", type=Path, help="本地的政策参数（YAML），如监测范围")
    parser.add_argument("--workbooks", action="store_true", help="另为每县写一个 Excel 工作簿")
    parser.add_argument("--workers", type=int, default=2, help="同时处理几个县")
    return parser


def _overrides(path: Path | None, book: RuleBook) -> dict[str, list[Value]]:
    """Errors: PolicyError naming file and key."""
    found: dict[str, list[Value]] = {}
    if path is None:
        return found
    top = source.read(path)
    top.only("values")
    for entry in top.entries("values"):
        code = entry.text("parameter")
        found.setdefault(code, []).append(_override(entry, code, book))
    return found


def _override(entry: Entry, code: str, book: RuleBook) -> Value:
    entry.only("parameter", "value", "division", "from", "to", "document")
    division, from_on, to_on = entry.set_division("division"), entry.set_day("from"), entry.day("to", None)
    try:
        parameter = book.guideline.parameter(code)
        parameter.check_override(entry.data.get("value"), division, from_on, to_on)
    except (UnknownParameter, ValueRefused) as error:
        raise entry.fault("parameter", str(error)) from None
    return parameter.override(entry.data["value"], division, from_on, to_on, entry.text("document"))
