"""A query's rows as an Arrow table, by COPY: a county's households and members in a second, no row made into an object."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
from django.db import connection

_BLOCK = 8 << 20


def table(sql: str, types: Mapping[str, pa.DataType]) -> pa.Table:
    """`sql` selects as many columns as `types` names, in that order; NULL stays null, but in a text it is "".

    Its values are written into it by the caller: COPY takes none. Flags are read as PostgreSQL writes them.
    """
    names = list(types)
    with tempfile.TemporaryFile() as file:
        with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)") as copy:
            for block in copy:
                file.write(block)
        if not file.tell():
            return pa.schema(list(types.items())).empty_table()
        file.seek(0)
        found: Any = pacsv.read_csv(
            file,
            pacsv.ReadOptions(column_names=names, block_size=_BLOCK),
            pacsv.ParseOptions(newlines_in_values=True),
            pacsv.ConvertOptions(
                column_types=dict(types), true_values=["t"], false_values=["f"], null_values=[""],
                strings_can_be_null=False, quoted_strings_can_be_null=False,
            ),
        )  # fmt: skip
    return found
