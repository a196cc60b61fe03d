"""Cuts the XML of a worksheet, as it is unpacked, into runs of whole rows. Nothing of it is parsed but row ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from bangfu.exchange.limits import limits
from bangfu.exchange.sniff import BROKEN, TOO_BIG, Refused

PIECE = 24 * 2**20
READ = 2**20
_START = re.compile(rb"<(\w+:)?sheetData(?:\s[^>]*)?(/?)>")
_FIRST_NUMBERED = re.compile(rb'\s*<(?:\w+:)?row\s[^>]*?\br="\d')


@dataclass
class RowCutter:
    """`head`: up to the rows; `pieces`: the rows; `tail`: what follows them, once the pieces are through."""

    stream: IO[bytes]
    #: pieces are at least this large; the first is small, because heads are sought in it
    size: int = PIECE
    head: bytes = b""
    tail: bytes = b""
    prefix: bytes = b""  # of element names: some programs write <x:row>

    def pieces(self) -> Iterator[bytes]:
        """Errors: Refused, when the part is broken or unpacks to more than allowed."""
        rest = self._skip_head()
        if rest is None:
            return
        row_end, data_end = b"</" + self.prefix + b"row>", b"</" + self.prefix + b"sheetData>"
        size, parts, held, unpacked = READ, [b"", rest], len(rest), len(rest)
        while data_end not in parts[-2][-40:] + parts[-1]:
            chunk = self.stream.read(READ)
            unpacked += len(chunk)
            if not chunk:
                raise Refused(BROKEN)
            if unpacked > limits().unpacked_bytes:
                raise Refused(TOO_BIG)
            parts.append(chunk)
            held += len(chunk)
            if held >= size:
                whole = b"".join(parts)
                cut = whole.rfind(row_end) + len(row_end)
                if cut > len(row_end) and _FIRST_NUMBERED.match(whole):  # rows without numbers are counted: no cut
                    yield whole[:cut]
                    whole, size = whole[cut:], self.size
                parts, held = [b"", whole], len(whole)
        whole = b"".join(parts)
        end = whole.find(data_end)
        yield whole[:end]
        self.tail = whole[end + len(data_end) :] + self.stream.read()

    def _skip_head(self) -> bytes | None:
        """Keeps what comes before the rows; returns what was read beyond it, None when there are no rows."""
        read = b""
        while chunk := self.stream.read(READ):
            read += chunk
            if found := _START.search(read):
                self.prefix = found.group(1) or b""
                self.head = read[: found.start()]
                if found.group(2):
                    self.tail = read[found.end() :] + self.stream.read()
                    return None
                return read[found.end() :]
            if len(read) > 4 * READ:
                break
        raise Refused(BROKEN)
