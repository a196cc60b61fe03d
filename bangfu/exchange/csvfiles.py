"""CSV → blocks of rows: UTF-8 with and without mark, UTF-16 as Excel saves it, GB18030; comma, tab or semicolon."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from itertools import islice

from bangfu.exchange.blocks import Block, Worksheet
from bangfu.exchange.sniff import Refused

ROWS = 20_000
FIRST_ROWS = 200  # heads are sought in the first block
_UTF8 = "“CSV UTF-8（逗号分隔）”"
_AGAIN = f"请用 Excel 或 WPS 打开核对，另存为{_UTF8}再上传"
_TELLING = 4  # Chinese characters in a line before "reads as UTF-8" is no accident: 联通 in GBK reads as UTF-8


def open_csv(path: str, name: str) -> list[Worksheet]:
    """One worksheet. Errors: Refused for NUL, mixed or unknown encodings."""
    with open(path, "rb") as file:
        content = file.read()
    encoding = encoding_of(content)
    delimiter = _delimiter(content[:40_000].decode(encoding, errors="ignore"))
    return [Worksheet(name, 0, False, lambda: _blocks(path, encoding, delimiter))]


def encoding_of(content: bytes) -> str:
    """Errors: Refused, naming the line."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        if not _reads(content, "utf-16"):
            raise Refused(f"文件的文字编码有误，读不出来。{_AGAIN}")
        return "utf-16"
    if b"\x00" in content:
        line = content.count(b"\n", 0, content.index(b"\x00")) + 1
        raise Refused(f"第 {line} 行含有空字符（NUL），这不是正常的 CSV。{_AGAIN}")
    if _reads(content, "utf-8"):
        return "utf-8-sig"
    _refuse_mixture(content)
    try:
        content.decode("gb18030")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused(f"第 {line} 行的文字编码有误，读不出来。{_AGAIN}") from error
    return "gb18030"


def _refuse_mixture(content: bytes) -> None:
    """Lines in UTF-8 among others: the file was pasted together, and half of it would turn into nonsense."""
    lines = [(number, line) for number, line in enumerate(content.split(b"\n"), 1) if not line.isascii()]
    utf8 = next((number for number, line in lines if _is_utf8(line)), None)
    if utf8 is None:
        return
    other = next(number for number, line in lines if not _reads(line, "utf-8"))
    first, second = sorted((utf8, other))
    raise Refused(f"文件里混有两种文字编码：第 {first} 行与第 {second} 行不同（UTF-8 和 GBK）。{_AGAIN}")


def _is_utf8(line: bytes) -> bool:
    return _reads(line, "utf-8") and sum(not c.isascii() for c in line.decode("utf-8")) >= _TELLING


def _reads(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _blocks(path: str, encoding: str, delimiter: str) -> Iterator[Block]:
    first = 1
    with open(path, encoding=encoding, newline="") as file:
        rows = csv.reader(file, delimiter=delimiter)
        try:
            while block := list(islice(rows, ROWS if first > 1 else FIRST_ROWS)):
                yield Block(first, block)
                first += len(block)
        except csv.Error as error:
            raise Refused(f"第 {rows.line_num} 行附近的引号没有成对，后面的内容连成了一格。请核对后再上传") from error


def _delimiter(text: str) -> str:
    """The sign that stands in most of the first lines."""
    lines = [line for line in text.splitlines() if line.strip()][:20]

    def weight(sign: str) -> tuple[int, int]:
        return sum(sign in line for line in lines), sum(line.count(sign) for line in lines)

    return max(",\t;|", key=weight)
