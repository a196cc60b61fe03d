"""The asker's workbook as a file: kept under its fingerprint, readable by the server alone, copied never into the store."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath

import openpyxl
from django.conf import settings
from openpyxl.styles import Alignment, Font

from bangfu.demands import reading
from bangfu.demands.reading import MOST_BYTES, Layout, Reading
from bangfu.exchange.rendering import safe
from bangfu.exchange.sniff import Refused


def path_of(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "demands" / sha256[:2] / sha256


def keep(content: bytes) -> str:
    """Stores the bytes once; gives their fingerprint."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_bytes(content)
        partial.chmod(0o600)
        partial.rename(path)
    return sha256


def looked_through(content: bytes, name: str) -> Reading:
    """The tables in the bytes. Errors: Refused, in words for the officer."""
    if not content:
        raise Refused("文件是空的，里面没有内容")
    if len(content) > MOST_BYTES:
        raise Refused(
            f"文件有 {len(content) / 2**20:.0f} MB，最多 {MOST_BYTES // 2**20} MB。登记要的是对方的空表，请删去数据行后再上传"
        )
    with _on_disk(content) as path:
        return reading.read(path, PurePath(name).name or "表")


def layouts_of(sha256: str, name: str) -> list[Layout]:
    """The tables of a kept workbook; none when its file is gone."""
    path = path_of(sha256)
    return looked_through(path.read_bytes(), name).layouts if sha256 and path.is_file() else []


@contextmanager
def _on_disk(content: bytes) -> Iterator[str]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        yield file.name


def typed(title: str, heads: Sequence[str]) -> bytes:
    """A workbook of heads that somebody only wrote down, where the asker gave no file."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31] or "表"
    for column, head in enumerate(heads, 1):
        cell = sheet.cell(1, column, safe(head))
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[cell.column_letter].width = 14
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
