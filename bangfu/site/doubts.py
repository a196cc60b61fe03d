"""`./run bangfu check FILE…`: the logic checks on exported workbooks alone; many towns need no more than this."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from bangfu.exchange.sniff import Refused
from bangfu.kernel import codes, dates
from bangfu.policy.guideline import UnknownParameter, in_force
from bangfu.policy.parameter import ValueRefused
from bangfu.screening import doubts
from bangfu.screening.doubts import book as workbook
from bangfu.screening.expressions import Scalar
from bangfu.site import doubt_files

REFUSED = 2
Say = Callable[[str], None]
_LIMITS = {"upload_bytes": 4 * 2**30, "unpacked_bytes": 40 * 2**30}


def main(arguments: Sequence[str], say: Say) -> int:
    """0: done, with doubts or without; 2: nothing was done, the message says why."""
    chosen = _parser().parse_args(arguments)
    try:
        day = dates.parse_date(chosen.as_of) if chosen.as_of else dates.today()
        division = codes.parse_code(chosen.division) if chosen.division else None
        own = _values(chosen.set)
        if chosen.out.suffix.lower() != ".xlsx":
            raise Refused(f"{chosen.out}：疑点簿是 Excel 工作簿，文件名请以 .xlsx 结尾")
        rules = doubts.book_on(day)
        with _large_files():
            read = doubt_files.read(chosen.files, rules.tables)
        found = doubts.check(read.tables, day, division, own, clear=chosen.clear)
        notes = [
            f"检查日期 {day:%Y-%m-%d}；证件号码和电话{'完整' if chosen.clear else '已遮盖'}",
            *read.notes,
            *_hints(found),
        ]
        workbook.write(chosen.out, found.doubts, rules, found.left_out, notes)
    except (Refused, dates.DateError, codes.CodeError, ValueRefused, UnknownParameter, doubts.WrongTable) as error:
        say(str(error))
        return REFUSED
    except OSError as error:
        say(f"{chosen.out}：写不了（{error.strerror or error}）。文件开着的请先关闭，或用 --out 换一个位置")
        return REFUSED
    _tell(found, read, chosen.out, say)
    return 0


@contextmanager
def _large_files() -> Iterator[None]:
    """A file on one's own disk may be larger than one that strangers upload."""
    kept = getattr(settings, "EXCHANGE", {})
    settings.EXCHANGE = {**kept, **_LIMITS}
    try:
        yield
    finally:
        settings.EXCHANGE = kept


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "./run bangfu check", description="检查全国防返贫监测信息系统导出的户表、成员表等，写出疑点簿；不需要数据库"
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="文件", help="导出的 Excel 或 CSV，可以几个一起")
    parser.add_argument("--out", type=Path, default=Path("疑点.xlsx"), help="疑点簿写到哪里（默认 疑点.xlsx）")
    parser.add_argument("--as-of", metavar="日期", help="按哪一天检查（默认今天），如 2026-03-31")
    parser.add_argument("--division", metavar="代码", help="所在区划，如 441881；决定用哪里的政策参数（默认广东省）")
    parser.add_argument("--set", action="append", default=[], metavar="参数=数值", help="如 monitoring_line_yuan=8000")
    parser.add_argument("--clear", action="store_true", help="写出完整的证件号码和电话（默认遮盖）")
    return parser


def _values(given: Sequence[str]) -> Mapping[str, Scalar]:
    """Errors: UnknownParameter, ValueRefused."""
    values = {}
    for item in given:
        code, _, value = item.partition("=")
        parameter = in_force(dates.today()).parameter(code.strip())
        values[code.strip()] = parameter.scalar(value)
        parameter.check(values[code.strip()])
    return values


def _hints(found: doubts.Found) -> list[str]:
    """Values that no policy file gives, which the clerk may know."""
    unknown = dict.fromkeys(item.parameter for item in found.left_out if item.parameter)
    return [f"参数没有数值的，可以自己给：--set {code}=数值（用作检查，不改政策参数）" for code in unknown]


def _tell(found: doubts.Found, read: doubt_files.Read, out: Path, say: Say) -> None:
    for note in (*read.notes, *_hints(found)):
        say(note)
    if found.left_out:
        say(f"有 {len(found.left_out)} 条规则没有检查，原因见疑点簿的“检查情况”，例如：")
        for item in found.left_out[:3]:
            say(f"  {item.rule}：{item.because}")
    households = len(set(found.doubts.column("household_key").to_pylist()) - {None})
    counts = "、".join(f"{read.tables[name].num_rows:,} {label}" for name, label in _COUNTED if name in read.tables)
    say(f"检查了 {counts}：{households:,} 户有 {found.doubts.num_rows:,} 条疑点。疑点簿：{out}")


_COUNTED = (
    ("households", "户"),
    ("members", "人"),
    ("measures", "项措施"),
    ("labour", "条务工记录"),
    ("villages", "个村"),
)
