"""From the cells of a department's column to whole numbers, a million at a time; a sentence for every cell that is wrong.

Each different text is read once by the kernel's own parsers, so that 2026.3.1, 2026年3月1日 and ￥1,234.50 all count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bangfu.kernel import codes, dates, money, text
from bangfu.screening.datasets import FileColumn, Reading

EPOCH = date(1970, 1, 1)
MOST_FEN = 10**10  # a hundred million yuan: above it the unit is wrong
_PLAIN_MONEY = r"^[0-9]{1,9}(\.[0-9]{1,2})?$"
_YES, _NO = ("是", "有", "1", "true", "y", "yes", "√"), ("否", "无", "0", "false", "n", "no", "×")


@dataclass
class Cells:
    """A column as whole numbers. `faults`: sentence → rows of which it is true; their values are not valid."""

    values: NDArray[np.int64]
    valid: NDArray[np.bool_]
    faults: dict[str, NDArray[np.int64]] = field(default_factory=dict)

    def fail(self, message: str, rows: NDArray[Any]) -> None:
        if len(rows):
            self.valid[rows] = False
            known = self.faults.get(message)
            self.faults[message] = rows.astype(np.int64) if known is None else np.concatenate([known, rows])


def read(column: FileColumn, array: pa.Array, today: date) -> Cells:
    """Errors never: what cannot be read becomes a fault. Dates after `today` and amounts below zero are faults too."""
    array = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    if column.reading is Reading.MONEY:
        cells = _money(array, column)
    elif column.reading in (Reading.DATE, Reading.MONTH) and pa.types.is_temporal(array.type):
        cells = _days(array, column.reading)
    elif column.reading is Reading.INTEGER and _is_number(array.type):
        cells = _plain(pc.cast(array, pa.int64(), safe=False), pa.int64())
    elif column.reading is Reading.FLAG and pa.types.is_boolean(array.type):
        cells = _plain(pc.cast(array, pa.int64()), pa.int64())
    else:
        cells = _by_word(array, _parser(column))
    if column.reading is Reading.DATE:
        cells.fail("日期在将来，请核对", np.flatnonzero(cells.valid & (cells.values > day_number(today))))
    return cells


def day_number(day: date) -> int:
    return (day - EPOCH).days


def day_of(number: int) -> date:
    return EPOCH + timedelta(days=number)


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def months_of(days: NDArray[Any]) -> NDArray[np.int64]:
    """Days since 1970 → year * 12 + month - 1."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _plain(array: pa.Array, kind: pa.DataType) -> Cells:
    valid = array.is_valid().to_numpy(zero_copy_only=False)
    return Cells(array.fill_null(0).cast(kind).to_numpy(zero_copy_only=False).astype(np.int64), valid.copy())


def _days(array: pa.Array, reading: Reading) -> Cells:
    cells = _plain(array.cast(pa.date32()).cast(pa.int32()), pa.int64())
    if reading is Reading.MONTH:
        cells.values = months_of(cells.values)
    return cells


def _money(array: pa.Array, column: FileColumn) -> Cells:
    if _is_number(array.type):
        cells = _fen(array)
    else:
        array = _strings(array)
        plain = pc.match_substring_regex(array, _PLAIN_MONEY).fill_null(False)
        is_plain = plain.to_numpy(zero_copy_only=False)
        if is_plain.all():
            cells = _fen(array)
        else:
            cells = _fen(pc.if_else(plain, array, "0"))
            cells.valid &= is_plain
            _take_over(cells, np.flatnonzero(~is_plain), array, lambda cell: money.to_fen(money.parse_yuan(cell)))
    cells.fail(f"“{column.label}”是负数：请报送冲销后的实际金额", np.flatnonzero(cells.valid & (cells.values < 0)))
    cells.fail(f"“{column.label}”过大，请核对单位是否为元", np.flatnonzero(cells.valid & (cells.values > MOST_FEN)))
    return cells


def _fen(yuan: pa.Array) -> Cells:
    amounts = pc.cast(yuan, pa.float64())
    valid = amounts.is_valid().to_numpy(zero_copy_only=False).copy()
    numbers = amounts.fill_null(0).to_numpy(zero_copy_only=False)
    finite = np.isfinite(numbers) & (np.abs(numbers) < MOST_FEN)
    cells = Cells(np.rint(np.where(finite, numbers, 0) * 100).astype(np.int64), valid)
    cells.fail("金额应为数字", np.flatnonzero(valid & ~finite))
    return cells


def _by_word(array: pa.Array, parse: Callable[[str], int | None]) -> Cells:
    array = _strings(array)
    cells = Cells(np.zeros(len(array), dtype=np.int64), np.zeros(len(array), dtype=np.bool_))
    _take_over(cells, None, array, parse)
    return cells


def _take_over(
    cells: Cells, rows: NDArray[np.intp] | None, array: pa.Array, parse: Callable[[str], int | None]
) -> None:
    """Reads each different text of those rows (None: of all) once."""
    some = array if rows is None else array.take(pa.array(rows))
    coded = some.dictionary_encode()
    words = coded.dictionary.to_pylist()
    values, states, messages = np.zeros(len(words) + 1, dtype=np.int64), np.zeros(len(words) + 1, dtype=np.int8), {}
    for place, word in enumerate(words):
        if not (cleaned := word.strip()) or cleaned in ("-", "—", "/", "NULL", "null", "None"):
            continue
        try:
            number = parse(cleaned)
            values[place], states[place] = (number, 1) if number is not None else (0, 0)
        except ValueError as error:  # every parser of the kernel says what is wrong in Chinese
            states[place], messages[place] = 2, str(error)
    index = coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
    place_of = np.arange(len(array)) if rows is None else rows
    cells.values[place_of] = values[index]
    cells.valid[place_of] = states[index] == 1
    for place, message in messages.items():
        cells.fail(message, place_of[index == place])


def _strings(array: pa.Array) -> pa.Array:
    return array if array.type in (pa.string(), pa.large_string()) else array.cast(pa.string())


def _parser(column: FileColumn) -> Callable[[str], int | None]:
    match column.reading:
        case Reading.DATE:
            return lambda cell: day_number(dates.parse_date(cell))
        case Reading.MONTH:
            return lambda cell: month_number(dates.parse_month(cell))
        case Reading.INTEGER:
            return lambda cell: _integer(cell, column.label)
        case Reading.DIVISION:
            return codes.parse_code
        case Reading.FLAG:
            return lambda cell: _flag(cell, column)
        case Reading.CODE:
            return lambda cell: _code(cell, column)
    raise TypeError(f"{column.name}: {column.reading} has no number")


def _integer(cell: str, label: str) -> int:
    try:
        number = float(text.clean(cell).replace(",", ""))
    except ValueError:
        raise ValueError(f"“{label}”应为整数，现在是“{cell}”") from None
    if number != int(number):
        raise ValueError(f"“{label}”应为整数，现在是“{cell}”")
    return int(number)


def _flag(cell: str, column: FileColumn) -> int:
    plain = text.clean(cell).lower()
    if column.contains and any(word in plain for word in column.contains):
        return 1
    if plain in _YES or plain in _NO:
        return int(plain in _YES)
    if column.contains:
        return 0
    raise ValueError(f"“{column.label}”应为“是”或“否”，现在是“{cell}”")


def _code(cell: str, column: FileColumn) -> int:
    plain = text.clean(cell)
    value = column.words.get(plain, plain if plain in column.numbers else None)
    if value is None and plain.endswith(".0"):
        value = plain[:-2] if plain[:-2] in column.numbers else None
    if value is None:
        raise ValueError(f"“{column.label}”没有“{plain}”这种写法，可用：{'、'.join(list(column.words)[:8])}")
    return column.numbers[value]
