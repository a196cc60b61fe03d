"""The workbook that goes back to the villages: doubts to mend or explain, a summary, what each rule means, what was left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
from rustpy_xlsxwriter import FastExcel, Format

from bangfu.screening.doubts.needs import Absent
from bangfu.screening.doubts.rules import RuleBook

HEADS = (
    "序号",
    "村",
    "户编号",
    "户主",
    "姓名",
    "规则",
    "级别",
    "疑点",
    "怎么办",
    "核实情况",
    "是否已更正",
    "核实人",
    "核实日期",
)
MOST = 1_000_000  # rows of a worksheet, a few less than Excel's own
_RISKY = ("=", "+", "-", "@", "\t", "\r")  # as in exchange.rendering: what a spreadsheet would run
_WIDTHS = {"村": 26.0, "户编号": 18.0, "疑点": 60.0, "怎么办": 50.0, "核实情况": 26.0, "规则": 8.0, "序号": 8.0}
_LONGEST = 32_000
Record = Mapping[str, object]


def write(path: Path, doubts: pa.Table, book: RuleBook, left_out: Sequence[Absent], notes: Sequence[str]) -> None:
    """Doubts by village, then household, the gravest first; more than a worksheet holds go on in another."""
    ordered = _ordered(doubts, book)
    head = Format().set_bold().set_background_color("#EAEEF3").set_border_bottom("thin").set_text_wrap()
    workbook = FastExcel(str(path)).freeze(row=1)
    for number, start in enumerate(range(0, max(len(ordered), 1), MOST)):
        name = f"疑点{number + 1}" if number else "疑点"
        rows = _doubts(ordered.slice(start, MOST), book, start)
        workbook.sheet(name, rows, header_format=head, column_widths=_WIDTHS, autofilter=True)
    workbook.sheet("汇总", _summary(ordered, book), header_format=head, column_widths={"村": 26.0, "规则": 44.0})
    wide = {"规则": 44.0, "怎么办": 60.0, "来源": 40.0, "说明": 40.0}
    workbook.sheet("规则说明", _meanings(book, left_out), header_format=head, column_widths=wide)
    workbook.sheet("检查情况", _notes(notes, left_out), header_format=head, column_widths={"内容": 100.0})
    workbook.save()


def safe(text: str | None) -> str:
    """Nothing that a spreadsheet takes for a formula, also when the cell is copied into a csv."""
    plain = text or ""
    return f"'{plain}"[:_LONGEST] if plain.lstrip("'").startswith(_RISKY) else plain[:_LONGEST]


def _ordered(doubts: pa.Table, book: RuleBook) -> pa.Table:
    grades = list(type(next(iter(book.rules.values())).grade))
    codes = doubts.column("rule").combine_chunks().dictionary_encode()
    ranks = pa.array([grades.index(book.rules[code].grade) for code in codes.dictionary.to_pylist()], pa.int8())
    keyed = doubts.append_column("grade", ranks.take(codes.indices))
    keys = [(name, "ascending") for name in ("village", "household_key", "grade", "rule", "member_key")]
    return keyed.sort_by(keys).drop_columns(["grade"])


def _doubts(doubts: pa.Table, book: RuleBook, start: int) -> Iterator[Record]:
    number = start
    for batch in doubts.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            number += 1
            rule = book.rules[row["rule"]]
            told = (row["village"], row["household_key"], row["head_name"], row["name"])
            words = (*map(safe, told), rule.code, rule.grade.label, safe(row["sentence"]), rule.do, "", "", "", "")
            yield dict(zip(HEADS, (number, *words), strict=True))
    if not number:
        yield dict.fromkeys(HEADS, "") | {"疑点": "没有发现疑点"}


def _summary(doubts: pa.Table, book: RuleBook) -> Iterator[Record]:
    """By village and rule, then all villages together."""
    villages = [village or "（没有村名）" for village in doubts.column("village").to_pylist()]
    counted = Counter(zip(villages, doubts.column("rule").to_pylist(), strict=True))
    total: Counter[str] = Counter()
    for (village, code), count in sorted(counted.items()):
        total[code] += count
        yield _line(safe(village), code, count, book)
    for code in sorted(total):
        yield _line("合计", code, total[code], book)
    if not total:
        yield {"村": "合计", "规则": "", "级别": "", "疑点数": 0}


def _line(village: str, code: str, count: int, book: RuleBook) -> Record:
    rule = book.rules[code]
    return {"村": village, "规则": f"{code} {rule.title}", "级别": rule.grade.label, "疑点数": count}


def _meanings(book: RuleBook, left_out: Iterable[Absent]) -> Iterator[Record]:
    absent: Mapping[str, str] = {item.rule: item.because for item in left_out}
    for rule in book.rules.values():
        yield {
            "规则": f"{rule.code} {rule.title}",
            "级别": rule.grade.label,
            "范围": rule.level.label,
            "怎么办": rule.do,
            "来源": f"{rule.source}（{rule.mark.label}）",
            "说明": rule.note,
            "这次": f"没有检查：{absent[rule.code]}" if rule.code in absent else "已检查",
        }


def _notes(notes: Sequence[str], left_out: Sequence[Absent]) -> Iterator[Record]:
    for note in notes:
        yield {"内容": safe(note)}
    for item in left_out:
        yield {"内容": f"{item.rule} 没有检查：{item.because}"}
