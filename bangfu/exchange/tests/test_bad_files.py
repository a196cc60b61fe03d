"""Files that cannot be read are refused with a sentence that says why and what to do; nothing else happens."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest

from bangfu.exchange.models import ImportRun, State
from bangfu.exchange.sniff import FileKind, Refused, kind_of
from bangfu.exchange.tests.conftest import Start
from bangfu.exchange.tests.files import FAMILY_HEADS, family, grid, with_part, workbook
from bangfu.exchange.tests.toys.models import Family

pytestmark = pytest.mark.django_db


def refused(run: ImportRun) -> str:
    assert run.state == State.REFUSED, (run.state, run.message)
    assert not Family.objects.exists()
    return run.message


def small(tmp_path: Path) -> Path:
    return workbook(tmp_path / "small.xlsx", 户=[family(1)])


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_an_empty_upload_is_refused_before_anything_is_kept(start: Start, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="空的"):
        start(written(tmp_path / "a.xlsx", b""))
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\n\n  ", "空的"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"Rar!\x1a\x07\x01", "压缩包"),
        ("<html><table><tr><td>户编号</td></tr></table>".encode(), "网页"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "网页或 XML"),
        (b"PK\x03\x04" + b"broken" * 30, "损坏"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "WordDocument".encode("utf-16-le") + b"\0" * 600, "Word"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600, "密码"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "认不出"),
    ],
)
def test_a_file_is_known_by_its_content_whatever_its_name(
    start: Start, tmp_path: Path, content: bytes, word: str
) -> None:
    assert word in refused(start(written(tmp_path / "名单.xlsx", content)))


def test_a_word_document_named_xlsx_is_told_so(start: Start, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    assert "Word" in refused(start(tmp_path / "a.xlsx"))


def test_a_zip_of_other_things_is_told_so(start: Start, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("名单.xlsx", small(tmp_path).read_bytes())
    assert "先解压" in refused(start(tmp_path / "a.xlsx"))


def test_a_workbook_cut_off_in_the_middle_is_broken(start: Start, tmp_path: Path) -> None:
    whole = small(tmp_path).read_bytes()
    assert "损坏" in refused(start(written(tmp_path / "a.xlsx", whole[: len(whole) // 2])))


def test_a_workbook_with_a_damaged_sheet_is_broken(start: Start, tmp_path: Path) -> None:
    broken = with_part(
        small(tmp_path), tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row r='1'><c"
    )
    assert "损坏" in refused(start(broken))


def test_macros_are_refused_by_content_type_and_by_part(start: Start, tmp_path: Path) -> None:
    types = (
        zipfile.ZipFile(small(tmp_path))
        .read("[Content_Types].xml")
        .replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
    )
    assert "宏" in refused(start(with_part(small(tmp_path), tmp_path / "a.xlsx", "[Content_Types].xml", types)))
    assert "宏" in refused(start(with_part(small(tmp_path), tmp_path / "b.xlsx", "xl/vbaProject.bin", b"x")))


def test_links_to_other_files_are_refused(start: Start, tmp_path: Path) -> None:
    linked = with_part(small(tmp_path), tmp_path / "a.xlsx", "xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    assert "外部链接" in refused(start(linked))


def test_a_zip_bomb_is_refused_from_its_directory(start: Start, tmp_path: Path) -> None:
    bomb = with_part(small(tmp_path), tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", b"<row>" + b" " * (60 * 2**20))
    assert "异常庞大" in refused(start(bomb))


def test_a_zip_bomb_that_lies_in_its_directory_is_noticed_while_unpacking(start: Start, tmp_path: Path) -> None:
    """The directory says 1,000 bytes; unpacking stops there and the check sum differs."""
    head = b'<worksheet><sheetData><row r="1">' + b" " * (8 * 2**20)
    path = with_part(small(tmp_path), tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", head)
    content = bytearray(path.read_bytes())
    size, said = struct.pack("<I", len(head)), struct.pack("<I", 1_000)
    assert size in content
    path.write_bytes(bytes(content).replace(size, said))
    assert "损坏" in refused(start(path))


def test_a_bomb_of_shared_strings_is_refused(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("xl/sharedStrings.xml")
    path = small(tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry, b"")
    content = bytearray(path.read_bytes())
    place = content.rindex(b"xl/sharedStrings.xml") - 46
    content[place + 24 : place + 28] = struct.pack("<I", 400 * 2**20)
    with pytest.raises(Refused, match="异常庞大"):
        kind_of(io.BytesIO(content))


def test_a_cell_far_away_costs_no_memory(start: Start, tmp_path: Path) -> None:
    """Row 1 and row 1,048,576 in one sheet: read as two runs, not as a grid of a million rows."""
    book = openpyxl.Workbook()
    book.active.append(list(FAMILY_HEADS))
    book.active.append(list(family(1).values()))
    book.active.cell(1_048_576, 1, " ")
    book.save(tmp_path / "a.xlsx")
    run = start(tmp_path / "a.xlsx")
    assert run.state == State.PREVIEWED, run.message
    assert run.counts == {"0": {"a": 1}}


def test_a_sheet_of_1048576_rows_is_refused_with_the_way_out(start: Start, tmp_path: Path, settings: object) -> None:
    settings.EXCHANGE = {"rows": 20_000}  # type: ignore[attr-defined]
    head = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for letter, name in zip("AB", ("户编号", "住址"), strict=True)
    )
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>F{0}</t></is></c></row>'
    rows = "".join(row.format(number) for number in range(2, 30_000))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}"><sheetData><row r="1">{head}</row>{rows}</sheetData></worksheet>'
    path = with_part(small(tmp_path), tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", sheet.encode())
    message = refused(start(path))
    assert "超过 20,000 行" in message and "按镇或按村" in message


def test_three_hundred_columns_are_refused(start: Start, tmp_path: Path) -> None:
    wide = [*FAMILY_HEADS, *(f"列{i}" for i in range(291))]
    message = refused(start(grid(tmp_path / "a.xlsx", [wide, list(range(300))])))
    assert "超过 256 列" in message


def test_an_empty_sheet_and_an_empty_template_are_told_apart(start: Start, tmp_path: Path) -> None:
    assert "没有内容" in refused(start(grid(tmp_path / "a.xlsx", [])))
    assert "空白模板" in refused(start(grid(tmp_path / "b.xlsx", [FAMILY_HEADS])))


def test_a_wrong_sheet_is_told_what_was_expected_and_what_is_there(start: Start, tmp_path: Path) -> None:
    message = refused(start(grid(tmp_path / "a.xlsx", [["项目名称", "总投资", "开工时间"], ["桥", 3, "2023"]])))
    assert "户编号" in message and "证件号码" in message and "项目名称、总投资、开工时间" in message


def test_a_sheet_without_the_column_that_tells_rows_apart_is_refused(start: Start, tmp_path: Path) -> None:
    message = refused(start(grid(tmp_path / "a.xlsx", [["住址", "入户路类型", "人口数"], ["一队", "硬化路", 3]])))
    assert "缺少“户编号”" in message and "住址" in message


@pytest.mark.parametrize("gap", [[[]], [["附表二"]]])
def test_two_tables_below_each_other_are_refused(start: Start, tmp_path: Path, gap: list[list[str]]) -> None:
    rows = [FAMILY_HEADS, list(family(1).values()), *gap, FAMILY_HEADS, list(family(2).values())]
    message = refused(start(grid(tmp_path / "a.xlsx", rows)))
    assert "两张表" in message and "第 1 行" in message and "第 4 行" in message


def test_a_table_of_another_kind_below_is_refused(start: Start, tmp_path: Path) -> None:
    rows = [FAMILY_HEADS, list(family(1).values()), ["姓名", "证件号码", "出生日期"], ["陈伟", "1", "2"]]
    assert "两张表" in refused(start(grid(tmp_path / "a.xlsx", rows)))


def test_two_tables_beside_each_other_are_refused(start: Start, tmp_path: Path) -> None:
    values = list(family(1).values())
    rows = [[*FAMILY_HEADS, "", *FAMILY_HEADS], [*values, "", *values]]
    assert "两张表" in refused(start(grid(tmp_path / "a.xlsx", rows)))


def test_a_head_that_stands_twice_is_refused(start: Start, tmp_path: Path) -> None:
    rows = [[*FAMILY_HEADS, "住址"], [*family(1).values(), "别处"]]
    message = refused(start(grid(tmp_path / "a.xlsx", rows)))
    assert "“住址”" in message and "F、J" in message


def test_a_csv_with_nul_or_mixed_encodings_names_the_line(start: Start, tmp_path: Path) -> None:
    head = ",".join(FAMILY_HEADS)
    line = ",".join(map(str, family(1, 住址="东华镇光明村一队").values()))
    nul = f"{head}\r\n{line}\r\n\x00\r\n".encode()
    assert "第 3 行" in refused(start(written(tmp_path / "a.csv", nul)))
    mixed = f"{head}\r\n{line}\r\n".encode("gb18030") + f"{line}\r\n".encode()
    message = refused(start(written(tmp_path / "b.csv", mixed)))
    assert "两种文字编码" in message and "第 3 行" in message
    broken = f"{head}\r\n{line}\r\n".encode("gb18030") + b"\xff\xff\xff\r\n"
    assert "第 3 行" in refused(start(written(tmp_path / "c.csv", broken)))


def test_a_csv_whose_quotes_never_close_is_refused(start: Start, tmp_path: Path) -> None:
    lines = [",".join(FAMILY_HEADS), '清远市,英德市,东华镇,光明村,"F1' + "x" * 200_000]
    assert "引号" in refused(start(written(tmp_path / "a.csv", "\r\n".join(lines).encode())))


def test_a_real_old_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    content = (
        bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le") + b"\0\0" + zlib.compress(b"x" * 900)
    )
    with pytest.raises(Refused, match="密码"):
        kind_of(io.BytesIO(content))


def test_the_kind_of_a_good_file_is_found(tmp_path: Path) -> None:
    with small(tmp_path).open("rb") as file:
        assert kind_of(file) is FileKind.XLSX
    assert kind_of(io.BytesIO("户编号,住址\n".encode("gb18030"))) is FileKind.CSV
    old = bytes.fromhex("d0cf11e0a1b11ae1") + "Workbook".encode("utf-16-le") + b"\0" * 600
    assert kind_of(io.BytesIO(old)) is FileKind.XLS
