"""From the cells of a column to values of the model, and a sentence for each cell that is wrong.

Every different cell is read once, so that 50,000 rows × 30 columns take seconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bangfu.exchange import choices, quantities
from bangfu.exchange.cells import BLANK_WORDS, Convert, WrongCell, as_text, is_scientific, lost_digits
from bangfu.exchange.sheet import Column, Kind, Sheet
from bangfu.kernel import identity, text

_MEMORY = 50_000
_PLAIN_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_MASKED = object()  # a starred cell of a column that exports mask


@dataclass(frozen=True)
class _Wrong:
    """What a faulty cell becomes until its fault is noted."""

    message: str


class Reader:
    """Reads one column of a sheet, block by block."""

    def __init__(self, sheet: Sheet, column: Column) -> None:
        self.column = column
        self.masked = 0  # cells that came masked, and count as blank
        self._convert = converter(sheet, column)
        self._known: dict[Any, Any] = {}
        self._odd = False  # a cell was wrong or masked: only then are all values looked through

    def read(self, cells: Sequence[Any]) -> tuple[list[Any], dict[int, str]]:
        """(values, faults by index). Blank and faulty cells are None."""
        known = self._known
        if len(known) > _MEMORY:
            known.clear()
        new = [cell for cell in set(cells) if cell not in known]
        read = _identities(new) if self.column.kind is Kind.IDENTITY else [(cell, self._one(cell)) for cell in new]
        self._odd = self._odd or any(value is _MASKED or type(value) is _Wrong for _, value in read)
        known.update(read)
        values = list(map(known.__getitem__, cells))
        if not self._odd:
            return values, {}
        if self.column.masked:
            values = self._without_masked(values)
        if _Wrong not in set(map(type, values)):
            return values, {}
        faults = {index: value.message for index, value in enumerate(values) if type(value) is _Wrong}
        for index in faults:
            values[index] = None
        return values, faults

    def _one(self, cell: Any) -> Any:
        try:
            return self._convert(cell)
        except ValueError as error:  # every parser of the kernel says what is wrong in Chinese
            return _Wrong(str(error))

    def _without_masked(self, values: list[Any]) -> list[Any]:
        """An export that was edited and comes back must not write its stars over what they hide."""
        self.masked += sum(value is _MASKED for value in values)
        return [None if value is _MASKED else value for value in values]


def converter(sheet: Sheet, column: Column) -> Convert:
    """Cell → value; None for blank. Errors of the result: ValueError with the message."""
    make: dict[Kind, Callable[[Column], Convert]] = {
        Kind.TEXT: lambda c: _texts(c, text.clean_prose),
        Kind.NAME: lambda c: _texts(c, text.person_name),
        Kind.CODE: lambda c: _texts(c, _code),
        Kind.PHONE: lambda c: _texts(c, _phone),
        Kind.IDENTITY: lambda c: _identity,
        Kind.INTEGER: quantities.integers,
        Kind.DECIMAL: quantities.decimals,
        Kind.DATE: quantities.dates,
        Kind.MONTH: lambda c: quantities.months(sheet, c),
        Kind.BOOLEAN: choices.booleans,
        Kind.CHOICE: choices.choices,
        Kind.MULTI_CHOICE: choices.multiple_choices,
        Kind.DIVISION: lambda c: _texts(c, _code),
        Kind.REFERENCE: lambda c: _texts(c, _code),
    }
    return make[column.kind](column)


def _texts(column: Column, clean: Callable[[str], str]) -> Convert:
    longest = column.max_length

    def convert(cell: Any) -> Any:
        written = as_text(cell)
        if column.masked and "*" in written:
            if column.required:
                raise WrongCell("带星号，是打过码的内容，不能导入。请填写完整内容")
            return _MASKED
        value = clean(written).replace("\x00", "")
        if not value:
            return None
        if longest and len(value) > longest:
            raise WrongCell(f"有 {len(value)} 个字，最多 {longest} 个，请缩短")
        return value

    return convert


def _code(cell: str) -> str:
    if cell.isascii() and cell.isdigit():
        return cell
    if is_scientific(cell):
        raise lost_digits(cell)
    folded = text.clean(cell).replace(" ", "")
    return folded if folded not in BLANK_WORDS else ""


def _phone(cell: str) -> str:
    if _PLAIN_MOBILE.fullmatch(cell):
        return cell
    number = _code(cell).replace("-", "").removeprefix("+86")
    if not number:
        return ""
    if not number.isascii() or not number.isdigit() or not 7 <= len(number) <= 12:
        raise WrongCell(f"“{cell}”不像电话号码，手机应为 11 位数字")
    if len(number) == 11 and number[0] == "1" and number[1] not in "3456789":
        raise WrongCell(f"“{cell}”不是手机号段，请核对前三位")
    return number


def _identity(cell: Any) -> str | None:
    if cell == "" or cell is None:
        return None
    return identity.parse(cell if isinstance(cell, (str, int, float)) else str(cell)).text


def _identities(cells: list[Any]) -> list[tuple[Any, Any]]:
    """Many numbers at once; only those that are wrong, or of another length, are looked at one by one."""
    texts = [cell if type(cell) is str else "" for cell in cells]
    good = [ok and len(words) == 18 for ok, words in zip(identity.valid_many(texts).tolist(), texts, strict=True)]
    return [(cell, cell if ok else _one_identity(cell)) for cell, ok in zip(cells, good, strict=True)]


def _one_identity(cell: Any) -> Any:
    try:
        return _identity(cell.strip() if type(cell) is str else cell)
    except ValueError as error:
        return _Wrong(str(error))
