"""The error workbook is the user's own file with its faults marked; mended, it goes in as it is."""

from __future__ import annotations

import re
import shutil
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from bangfu.exchange import errorbook, runs
from bangfu.exchange.models import ImportRun, State
from bangfu.exchange.tests.conftest import Start
from bangfu.exchange.tests.files import FAMILY_HEADS, family, member, workbook, write_csv
from bangfu.exchange.tests.toys.models import BOOK

pytestmark = pytest.mark.django_db


def marked(run: ImportRun, path: Path) -> openpyxl.Workbook:
    assert run.state == State.PREVIEWED, run.message
    with errorbook.make(run, BOOK) as file:
        path.write_bytes(file.read())
    return openpyxl.load_workbook(path)


def coloured(page: Any) -> set[str]:
    """Cells with one of our conditional formats."""
    return {
        cell.coord
        for formats in page.conditional_formatting
        for cell in formats.sqref.ranges
        if any(rule.formula == ['LEN("bangfu")>0'] for rule in formats.rules)
    }


def looked_after(tmp_path: Path) -> Path:
    """A file with a look of its own."""
    path = workbook(tmp_path / "名单.xlsx", 户=[family(1), family(2, 人口数="三口", 户联系电话="12"), family(3)])
    book = openpyxl.load_workbook(path)
    page = book["户"]
    page.insert_rows(1)
    page["A1"] = "英德市监测户花名册"
    page.merge_cells("A1:I1")
    page["A1"].font = Font(name="仿宋", size=20, bold=True)
    page["H4"].fill = PatternFill("solid", fgColor="00FF00")
    page.column_dimensions["B"].width = 33
    page.freeze_panes = "A3"
    page["F5"] = '=CONCATENATE("一","队")'
    book.create_sheet("附件")["A1"] = "与导入无关的一页"
    book.save(path)
    return path


def test_bad_cells_are_coloured_and_explained_and_the_look_is_kept(start: Start, tmp_path: Path) -> None:
    run = start(looked_after(tmp_path))
    book = marked(run, tmp_path / "out.xlsx")
    page = book["户"]
    assert page["J2"].value == "错误说明"
    assert page["J3"].value is None
    assert "人口数：“三口”不是数字" in page["J4"].value and "户联系电话" in page["J4"].value
    assert coloured(page) >= {"H4", "I4", "J4"}
    assert "三口" in page["H4"].comment.text
    assert (page["A1"].font.name, page["A1"].font.size, page.freeze_panes) == ("仿宋", 20, "A3")
    assert page["H4"].fill.fgColor.rgb == "0000FF00", "the cell keeps its own fill below ours"
    assert page.column_dimensions["B"].width == 33
    assert "A1:I1" in {str(cells) for cells in page.merged_cells.ranges}
    assert book["附件"]["A1"].value == "与导入无关的一页"


def test_only_rows_with_faults_are_shown(start: Start, tmp_path: Path) -> None:
    page = marked(
        start(workbook(tmp_path / "a.xlsx", 户=[family(1), family(2, 人口数="x"), family(3)])), tmp_path / "o.xlsx"
    )["户"]
    assert page.auto_filter.ref == "A1:J4"
    assert [page.row_dimensions[row].hidden for row in (1, 2, 3, 4)] == [False, True, False, True]


def test_the_mended_error_workbook_goes_in_and_loses_its_marks_when_marked_again(
    start: Start, county: Any, tmp_path: Path
) -> None:
    first = start(workbook(tmp_path / "a.xlsx", 户=[family(1), family(2, 人口数="x"), family(3, 人口数="y")]))
    runs.confirm(first, county)
    with errorbook.make(first, BOOK) as file:
        (tmp_path / "b.xlsx").write_bytes(file.read())
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    book["户"]["H3"] = 5
    book.save(tmp_path / "b.xlsx")
    second = start(tmp_path / "b.xlsx")
    assert runs.totals(second)["add"] == 1
    assert (runs.totals(second)["same"], runs.totals(second)["wrong"]) == (1, 1)
    page = marked(second, tmp_path / "c.xlsx")["户"]
    assert coloured(page) == {"H4", "J4"}
    assert (page["J1"].value, page["J3"].value) == ("错误说明", None)
    assert page["J4"].value
    assert page["K1"].value is None, "no second column of faults"


def test_our_own_file_can_be_marked_again_without_openpyxl_between(start: Start, tmp_path: Path) -> None:
    first = start(workbook(tmp_path / "a.xlsx", 户=[family(1, 人口数="x")]))
    marked(first, tmp_path / "b.xlsx")
    second = start(tmp_path / "b.xlsx")
    page = marked(second, tmp_path / "c.xlsx")["户"]
    assert page["H2"].comment is not None
    assert coloured(page) == {"H2", "J2"}


def test_comments_of_the_user_are_kept(start: Start, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 户=[family(1, 人口数="x")])
    book = openpyxl.load_workbook(path)
    book["户"]["A1"].comment = Comment("镇办加的批注", "镇办")
    book.save(path)
    page = marked(start(path), tmp_path / "o.xlsx")["户"]
    assert "镇办加的批注" in page["A1"].comment.text
    assert page["J2"].value


def test_several_worksheets_are_marked_each(start: Start, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 户=[family(1), family(2, 人口数="x")], 人=[member(1), member(2)])
    book = marked(start(path), tmp_path / "o.xlsx")
    assert book["户"]["J3"].value
    assert "“户”表第 3 行有错" in book["人"]["G3"].value
    assert book["人"]["G2"].value is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_comes_back_as_a_workbook(start: Start, tmp_path: Path, encoding: str) -> None:
    run = start(write_csv(tmp_path / "名单.csv", [family(1), family(2, 人口数="x")], encoding))
    assert errorbook.name_of(run) == "名单_标错.xlsx"
    page = marked(run, tmp_path / "o.xlsx").active
    assert [cell.value for cell in page[1]] == [*FAMILY_HEADS, "错误说明"]
    assert page["H3"].fill.fgColor.rgb == "FFFFC7CE"
    assert page["H3"].comment is not None
    assert page["E3"].value == "F00002"
    again = start(tmp_path / "o.xlsx")
    assert runs.totals(again)["add"] == 1


def test_an_old_workbook_comes_back_as_a_new_one(start: Start, tmp_path: Path) -> None:
    path = Path(shutil.copy(Path(__file__).parent / "samples/families.xls", tmp_path))
    run = start(path)
    run.rows.filter(row_no=4).update(verdict="w", faults=[{"c": "area", "m": "太小", "v": "1"}])
    page = marked(run, tmp_path / "o.xlsx").active
    assert page["J4"].value == "住房面积：太小"
    assert page["A1"].value == "英德市监测户花名册"


def test_a_workbook_built_in_an_unusual_way_is_written_anew(start: Start, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 户=[family(1, 人口数="x")])
    book = openpyxl.load_workbook(path)
    book.save(path)
    out = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = re.sub(rb"<(/?)(\w+)", rb"<\1x:\2", content).replace(b"xmlns=", b"xmlns:x=")
            new.writestr(name, content)
    path.write_bytes(out.getvalue())
    page = marked(start(path), tmp_path / "o.xlsx").active
    assert page["J2"].value and page["H2"].fill.fgColor.rgb == "FFFFC7CE"
