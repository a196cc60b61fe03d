"""Where a row belongs: one cell with a code or a path of names, or 市/县/镇/村 in cells of their own. Only divisions in
which the importer may write are known, so a place elsewhere reads like one that does not exist."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bangfu.divisions.lookup import Directory, DivisionError, level_words
from bangfu.divisions.naming import match_key
from bangfu.divisions.scope import Scope
from bangfu.exchange.sheet import Column
from bangfu.kernel.codes import Level

_SEPARATORS = re.compile(r"[/\\>＞\-—、,，·\s]")
EVERYWHERE = Scope(((0, 10**12 - 1),))


class Places:
    """Resolves the places of a file, each different one once."""

    def __init__(self, column: Column, scope: Scope) -> None:
        self.level = column.level
        levels = (column.level,) if column.level else tuple(Level)
        self.words = level_words(levels)
        self.directory = Directory.of(scope, levels)
        self._known: dict[tuple[str | None, ...], int | str | None] = {}

    @property
    def only(self) -> int | None:
        """The one division that is possible at all: a village clerk need not name the village."""
        current = [code for code, row in self.directory.by_code.items() if not row.valid_to]
        return current[0] if len(current) == 1 else None

    def read(
        self, own: Sequence[str | None], parts: dict[Level, Sequence[str | None]]
    ) -> tuple[list[int | None], dict[int, str]]:
        """(codes, faults by index). `own`: cells of the column itself; `parts`: cells of the columns by level."""
        levels = sorted(parts)
        known = self._known
        rows = list(zip(own, *(parts[level] for level in levels), strict=True))
        for row in set(rows) - known.keys():
            known[row] = self._one(row[0], dict(zip(levels, row[1:], strict=True)))
        found = list(map(known.__getitem__, rows))
        if str not in set(map(type, found)):
            return found, {}  # type: ignore[return-value]
        faults = {index: code for index, code in enumerate(found) if isinstance(code, str)}
        return [None if isinstance(code, str) else code for code in found], faults

    def _one(self, own: str | None, parts: dict[Level, str | None]) -> int | str | None:
        """A code, a fault, or None for blank."""
        own = _SEPARATORS.sub("", own) if own else own
        names = [parts[level] for level in sorted(parts) if level > Level.PROVINCE]
        written = [name for name in (*names, own) if name]
        if not written:
            return None
        lowest = parts.get(self.level) if self.level else None
        if self.level and not (own or lowest):
            return f"没有写到{self.words}一级，请补上{self.words}名或 12 位代码"
        try:
            if own and own.isdigit():
                return self._by_code(own, parts)
            path = [name for index, name in enumerate(written) if index == 0 or name != written[index - 1]]
            return self.directory.find("".join(path)).code
        except DivisionError as error:
            return str(error)

    def _by_code(self, digits: str, parts: dict[Level, str | None]) -> int | str:
        row = self.directory.find(digits)
        for level, name in parts.items():
            if name and level > Level.PROVINCE and match_key(name, level) not in row.full_name:
                return f"代码 {digits} 是“{row.full_name}”，与名称“{name}”不一致，请核对"
        return row.code
