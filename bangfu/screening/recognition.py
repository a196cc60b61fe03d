"""Which kind of department file a file is: by its heads first, its name decides between those that fit as well."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bangfu.screening import reading
from bangfu.screening.datasets import DataSet, Reading
from bangfu.screening.reading import FileRefused
from bangfu.screening.rulebook import RuleBook


def recognise(path: Path, book: RuleBook) -> DataSet:
    """The data set whose columns the file has, all required ones among them. Errors: FileRefused, with what to do."""
    every = {f"{d.name}.{name}": column for d in book.data_sets.values() for name, column in d.columns.items()}
    sheets = reading.heads_of(path, {**book.key, **every})
    ranked = sorted(
        ((rank, d) for d in book.data_sets.values() for heads in sheets if (rank := _rank(heads, d, path, book))),
        key=lambda found: found[0],
        reverse=True,
    )
    if not ranked or ranked[0][0] == (0, 0):
        raise FileRefused(f"{path.name}：从表头看不出是哪一类数据，请选择数据种类，或把表头改成约定的名称")
    same = list(dict.fromkeys(data_set.title for rank, data_set in ranked if rank == ranked[0][0]))
    if len(same) > 1:
        raise FileRefused(f"{path.name}：可能是{'、'.join(same)}，请选择数据种类")
    return ranked[0][1]


def _rank(heads: Sequence[str], data_set: DataSet, path: Path, book: RuleBook) -> tuple[int, int] | None:
    """(own columns found, length of the word in the file's name); None when a required column is missing."""
    found = reading.matches(heads, {**book.key, **data_set.columns})
    needed = [column.name for column in data_set.columns.values() if column.is_required]
    needed += [column.name for column in book.key.values() if column.reading is Reading.IDENTITY]
    if any(name not in found for name in needed):
        return None
    words = [len(word) for word in data_set.file_words if word in path.stem]
    return sum(name in found for name in data_set.columns), max(words, default=0)
