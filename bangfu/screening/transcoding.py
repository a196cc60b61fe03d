"""CSV of any Chinese encoding as a stream of UTF-8. GB18030 is turned over by blocks cut at line ends: 0x0A is never a
trailing byte of it, so no character is ever split, and memory stays flat."""

from __future__ import annotations

import codecs
import io
from pathlib import Path
from typing import BinaryIO

_BLOCK = 1 << 22
_PROBE = 1 << 20


def encoding_of(path: Path) -> str:
    """utf-8-sig, utf-16, utf-8 or gb18030; the whole file is read when its beginning has ASCII only."""
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        while block := file.read(_PROBE):
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return "gb18030"
            if not block.isascii():
                return "utf-8"
    return "utf-8"


class Transcoded(io.RawIOBase):
    """The bytes of a file in UTF-8, whatever it is written in. Undecodable bytes become the replacement character."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file, self._encoding = file, encoding
        self._rest, self._ready, self._ended = b"", memoryview(b""), False
        self._decoder = codecs.getincrementaldecoder("utf-16")() if encoding == "utf-16" else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]  # any writable buffer
        while not self._ready and not self._ended:
            self._ready = memoryview(self._next())
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _next(self) -> bytes:
        block = self._file.read(_BLOCK)
        self._ended = not block
        if self._decoder is not None:
            return self._decoder.decode(block, final=self._ended).encode()
        whole = self._rest + block
        cut = len(whole) if self._ended else whole.rfind(b"\n") + 1
        self._rest = whole[cut:]
        return whole[:cut].decode(self._encoding, "replace").encode()


def open_utf8(path: Path) -> tuple[io.BufferedReader, str]:
    """(the file as UTF-8, what it was written in). The BOM is gone."""
    encoding = encoding_of(path)
    file = path.open("rb")
    if encoding == "utf-8-sig":
        file.seek(3)
    if encoding in ("utf-8", "utf-8-sig"):
        return file, encoding
    return io.BufferedReader(Transcoded(file, encoding), _BLOCK), encoding
