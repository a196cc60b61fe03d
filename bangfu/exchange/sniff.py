"""What a file really is, by its content and never by its name; what cannot be read is refused with the way out.

Workbooks are judged from the directory of the zip before anything is unpacked.
"""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from typing import BinaryIO

from bangfu.exchange.limits import limits


class Refused(Exception):
    """The file cannot be imported as it is; the message says why and what to do, for a clerk."""


class FileKind(StrEnum):
    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"


SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传"
BROKEN = f"文件已损坏，打不开（可能没有传完或没有保存完）。{SAVE_AS}"
TOO_BIG = "文件解开后异常庞大，为保护系统不予读取。请把需要的表格复制到一个新工作簿，另存后再上传"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MAGIC = (
    (b"%PDF", "这是 PDF 文件，不是表格。请上传 Excel 工作簿（.xlsx、.xls）或 CSV 文件"),
    (b"\x89PNG", "这是图片，不是表格。请上传 Excel 工作簿（.xlsx、.xls）或 CSV 文件"),
    (b"\xff\xd8\xff", "这是照片，不是表格。请上传 Excel 工作簿（.xlsx、.xls）或 CSV 文件"),
    (b"Rar!", "这是压缩包。请先解压，再上传里面的表格"),
    (b"7z\xbc\xaf", "这是压缩包。请先解压，再上传里面的表格"),
    (b"\x1f\x8b", "这是压缩包。请先解压，再上传里面的表格"),
)
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|meta|head|\?xml|style|script)", re.IGNORECASE)
_MOST_RATIO = 250  # deflate reaches 1,032; real sheets 5 to 60
_RATIO_FROM = 30 * 2**20
_MOST_STRINGS = 300 * 2**20
_MOST_OTHER = 50 * 2**20


def kind_of(file: BinaryIO) -> FileKind:
    """Errors: Refused."""
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise Refused("文件是空的，里面没有内容")
    for magic, message in _MAGIC:
        if head.startswith(magic):
            raise Refused(message)
    if head.startswith(b"PK"):
        check_workbook(file)
        return FileKind.XLSX
    if head.startswith(_OLE):
        _check_ole(file)
        return FileKind.XLS
    if _MARKUP.match(head):
        raise Refused(f"这个文件内容是网页或 XML，只是名字像表格（不少系统这样导出）。{SAVE_AS}")
    return FileKind.CSV


def check_workbook(file: BinaryIO) -> None:
    """Errors: Refused for a broken zip, another kind of document, a bomb, macros, links to other files."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_sizes(entries)
            names = {entry.filename for entry in entries}
            _check_parts(archive, names)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Refused(BROKEN) from error
    finally:
        file.seek(0)


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    worst = max(
        (entry.file_size / max(entry.compress_size, 1) for entry in entries if entry.file_size > _RATIO_FROM), default=0
    )
    too_large = any(entry.file_size > _most_bytes(entry.filename) for entry in entries)
    if unpacked > limits().unpacked_bytes or len(entries) > 5_000 or worst > _MOST_RATIO or too_large:
        raise Refused(TOO_BIG)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(f"文件设了密码，无法读取。请先取消密码：{SAVE_AS}")
    if packed > limits().upload_bytes * 2:  # entries that overlap each other
        raise Refused("文件结构异常，不予读取")


def _most_bytes(name: str) -> int:
    """Worksheets are read in pieces; what is read whole must be smaller."""
    if name.startswith("xl/worksheets/") or not name.endswith((".xml", ".rels")):
        return limits().unpacked_bytes
    return _MOST_STRINGS if name.lower().endswith("sharedstrings.xml") else _MOST_OTHER


def _check_parts(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "word/document.xml" in names:
        raise Refused("这是 Word 文档，不是表格。请把表格复制到 Excel 工作簿再上传")
    if "ppt/presentation.xml" in names:
        raise Refused("这是演示文稿，不是表格")
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:100]:
        raise Refused(f"这是 ODS 表格，暂不支持。{SAVE_AS}")
    if "xl/workbook.bin" in names:
        raise Refused(f"这是二进制工作簿（.xlsb），暂不支持。{SAVE_AS}")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Refused("这是压缩包，不是表格。请先解压，再上传里面的表格")
    types = archive.read("[Content_Types].xml")
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused(f"工作簿带有宏，不予读取。{SAVE_AS}（选不带宏的格式）")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise Refused("工作簿引用了其他文件的数据（外部链接）。请复制全部内容，“选择性粘贴→数值”到新工作簿，再上传")


def _check_ole(file: BinaryIO) -> None:
    """Names of the streams stand in the file as UTF-16; no need to walk its directory."""
    content = file.read(limits().upload_bytes)
    file.seek(0)

    def has(name: str) -> bool:
        return name.encode("utf-16-le") + b"\x00\x00" in content

    if has("EncryptedPackage"):
        raise Refused(f"工作簿设了打开密码，无法读取。请先取消密码：{SAVE_AS}")
    if has("WordDocument"):
        raise Refused("这是 Word 文档，不是表格。请把表格复制到 Excel 工作簿再上传")
    if has("PowerPoint Document"):
        raise Refused("这是演示文稿，不是表格")
    if not (has("Workbook") or has("Book")):
        raise Refused(f"认不出这种文件。{SAVE_AS}")
    if has("_VBA_PROJECT_CUR"):
        raise Refused(f"工作簿带有宏，不予读取。{SAVE_AS}")
