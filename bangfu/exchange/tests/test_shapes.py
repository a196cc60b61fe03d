"""The shapes in which real tables come: titles, merged heads, other orders and words, totals, hidden sheets, encodings."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bangfu.exchange import runs
from bangfu.exchange.models import ImportRun, State
from bangfu.exchange.tests.conftest import Start
from bangfu.exchange.tests.files import FAMILY_HEADS, family, grid, member, number, workbook, write_csv

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parent / "samples"
VALUES = list(family(1).values())


def read(run: ImportRun) -> ImportRun:
    assert run.state == State.PREVIEWED, run.message
    return run


def only(run: ImportRun) -> dict[str, Any]:
    """The data of the one good row."""
    assert run.counts == {"0": {"a": 1}}, [row.faults for row in run.rows.all()]
    return dict(read(run).rows.get().data)


def notes(run: ImportRun) -> str:
    return "；".join([*run.recognised["notes"], *(n for found in run.recognised["worksheets"] for n in found["notes"])])


def test_titles_and_blank_rows_and_columns_around_the_table_are_passed_over(start: Start, tmp_path: Path) -> None:
    rows = [
        ["", "", "英德市监测户花名册"],
        [],
        ["", "", "填报单位：东华镇", "", "", "2023年7月"],
        ["", "", *FAMILY_HEADS],
        [],
        ["", "", *VALUES],
        [],
    ]
    run = start(grid(tmp_path / "a.xlsx", rows))
    assert only(run)["family_no"] == "F00001"
    assert run.rows.get().row_no == 6
    assert run.recognised["worksheets"][0]["head"] == 4


def test_heads_are_matched_in_any_order_by_name_or_alias_with_units_and_signs(start: Start, tmp_path: Path) -> None:
    heads = ["户号 *", "面积（㎡）", "村", "镇（街）", "是否解决安全饮用水？", "入户路类型【必填】", "说不清的列"]
    run = start(grid(tmp_path / "a.xlsx", [heads, ["F1", "80.5", "光明", "东华镇", "√", "水泥路", "x"]]))
    data = only(run)
    assert (data["family_no"], data["area"], data["has_water"], data["road"]) == ("F1", 80.5, True, "paved")
    assert run.recognised["worksheets"][0]["ignored"] == ["说不清的列"]
    assert "住址" in run.recognised["worksheets"][0]["missing"]


def test_merged_heads_of_two_rows(start: Start, tmp_path: Path) -> None:
    rows = [
        ["序号", "所在地", "", "家庭情况", "", ""],
        ["", "镇", "村", "户编号", "住址", "人口数"],
        [1, "东华镇", "光明村", "F1", "一队", 4],
    ]
    run = start(grid(tmp_path / "a.xlsx", rows, ["A1:A2", "B1:C1", "D1:F1"]))
    assert only(run)["heads"] == 4
    assert run.recognised["worksheets"][0]["head"] == 2


def test_merged_heads_of_three_rows(start: Start, tmp_path: Path) -> None:
    rows = [
        ["序号", "基本情况", "", "", "", "住房"],
        ["", "所在地", "", "家庭", "", "住房面积"],
        ["", "镇", "村", "户编号", "住址", "（平方米）"],
        [1, "东华镇", "光明村", "F1", "一队", 66],
    ]
    data = only(start(grid(tmp_path / "a.xlsx", rows, ["A1:A3", "B1:E1", "B2:C2", "D2:E2"])))
    assert (data["address"], data["area"]) == ("一队", 66)


def test_the_head_of_a_group_tells_two_equal_heads_apart(start: Start, county: Any, tmp_path: Path) -> None:
    rows = [
        ["户编号", "户主信息", "", "联系人", ""],
        ["", "姓名", "证件号码", "姓名", "电话"],
        ["F00001", "陈志强", number(1), "别人", "13800000000"],
    ]
    path = grid(tmp_path / "a.xlsx", rows, ["A1:A2", "B1:C1", "D1:E1"])
    families = workbook(tmp_path / "f.xlsx", 户=[family(1)])
    runs.confirm(start(families), county)
    assert read(start(path)).rows.get().data["name"] == "陈志强"


def test_totals_remarks_repeated_heads_and_hidden_sheets_are_skipped_and_told(start: Start, tmp_path: Path) -> None:
    path = grid(
        tmp_path / "a.xlsx",
        [
            FAMILY_HEADS,
            VALUES,
            ["小计", "", "", "", "", "", "", 4],
            FAMILY_HEADS,
            list(family(2).values()),
            ["东华镇合计", "", "", "", "", "", "", 8],
            ["总 计：", "", "", "", "", "", "", 8],
            ["填表人：张三", "", "", "审核人：李四"],
            ["注：本表一式两份"],
        ],
    )
    book = openpyxl.load_workbook(path)
    book.create_sheet("旧数据").sheet_state = "hidden"
    book["旧数据"].append(list(FAMILY_HEADS))
    book["旧数据"].append(list(family(9).values()))
    book.save(path)
    run = read(start(path))
    assert run.counts == {"0": {"a": 2}}
    told = notes(run)
    assert "隐藏的工作表“旧数据”没有读取" in told
    assert "合计 3 行（第 3、6、7 行）已跳过" in told
    assert "重复的表头 1 行（第 4 行）已跳过" in told
    assert "表尾说明 2 行（第 8、9 行）已跳过" in told


def test_one_worksheet_per_village_is_one_import(start: Start, tmp_path: Path) -> None:
    run = read(
        start(
            workbook(tmp_path / "a.xlsx", 光明村=[family(1)], 重新村=[family(2, **{"村（社区）": "重新村"})], 说明=[])
        )
    )
    assert run.counts == {"0": {"a": 2}}
    assert [found["name"] for found in run.recognised["worksheets"]] == ["光明村", "重新村"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_every_encoding_of_chinese_offices(start: Start, tmp_path: Path, encoding: str) -> None:
    rows = [family(1, 住址="东华镇光明村𠮷队") if encoding != "gb18030" else family(1, 住址="东华镇光明村一队")]
    assert only(start(write_csv(tmp_path / "a.csv", rows, encoding)))["address"] == rows[0]["住址"]


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_csv_with_other_delimiters(start: Start, tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n".join(delimiter.join(map(str, row)) for row in (FAMILY_HEADS, VALUES)), encoding="utf-8")
    assert only(start(path))["family_no"] == "F00001"


def test_an_old_workbook_with_title_and_merged_heads(start: Start, tmp_path: Path) -> None:
    run = read(start(Path(shutil.copy(SAMPLES / "families.xls", tmp_path))))
    assert run.counts == {"0": {"a": 2}}
    first, second = (row.data for row in run.rows.order_by("number"))
    assert (first["area"], first["known_on"], first["phone"]) == (80.5, "2023-07-01", "13800000001")
    assert second["known_on"] == "2023-07-01"
    assert "隐藏的工作表“隐藏的”没有读取" in notes(run)


def test_values_of_every_kind_as_people_write_them(start: Start, tmp_path: Path) -> None:
    row = family(
        1,
        户编号="Ｆ ００１",
        住房面积="１，２００.５平方米",
        人口数=4.0,
        是否解决安全饮用水="有",
        致贫返贫风险="因病，因残/因学",
        识别监测时间="2023年7月",
        户联系电话="138-0000-0001",
    )
    data = only(start(workbook(tmp_path / "a.xlsx", 户=[row])))
    assert (data["family_no"], data["area"], data["phone"]) == ("F001", 1200.5, "13800000001")
    assert (data["risks"], data["known_on"]) == (["ill", "lame", "school"], "2023-07-01")


def test_long_numbers_that_became_floats_are_refused_with_the_reason(start: Start, tmp_path: Path) -> None:
    run = read(
        start(
            workbook(
                tmp_path / "a.xlsx",
                户=[family(1)],
                人=[member(1, 证件号码=990000198001010000), member(1, 证件号码="9.9E+17")],
            )
        )
    )
    wrong = [row.faults[0]["m"] for row in run.rows.filter(verdict="w")]
    assert len(wrong) == 2
    assert all("文本" in message and "丢失" in message for message in wrong)


def test_places_come_as_codes_paths_or_short_names(start: Start, tmp_path: Path) -> None:
    heads = ["行政村", "户编号"]
    rows = [
        ["441881137201", "A"],
        [441881137201, "B"],
        ["英德市东华镇光明村", "C"],
        ["清远市/英德市/东华镇/光明村委会", "D"],
        ["光明", "E"],
    ]
    run = read(start(grid(tmp_path / "a.xlsx", [heads, *rows])))
    assert [row.data.get("village_id") for row in run.rows.order_by("number")] == [441881137201] * 5, [
        r.faults for r in run.rows.all()
    ]


def test_a_place_that_is_ambiguous_incomplete_or_contradicts_its_code_is_a_fault(start: Start, tmp_path: Path) -> None:
    heads = ["行政村代码", "镇", "村", "户编号"]
    rows = [["", "", "鱼湾", "A"], ["", "东华镇", "", "B"], ["441881137201", "大站镇", "", "C"]]
    run = read(start(grid(tmp_path / "a.xlsx", [heads, *rows])))
    messages = [row.faults[0]["m"] for row in run.rows.order_by("number")]
    assert "不止一处" in messages[0]
    assert "没有写到村一级" in messages[1]
    assert "与名称“大站镇”不一致" in messages[2]


def test_a_masked_cell_does_not_overwrite_what_it_hides(start: Start, county: Any, tmp_path: Path) -> None:
    runs.confirm(start(workbook(tmp_path / "a.xlsx", 户=[family(1)])), county)
    run = read(start(workbook(tmp_path / "b.xlsx", 户=[family(1, 户联系电话="138****0001", 住址="新")])))
    assert run.counts == {"0": {"c": 1}}
    assert "打过码" in notes(run)
    assert "phone" not in run.rows.get().data


def test_a_formula_without_a_result_and_an_error_cell_are_faults_not_blanks(start: Start, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 户=[family(1, 人口数="=1+1"), family(2, 人口数="#N/A")])
    book = openpyxl.load_workbook(path)
    book.active["H3"].data_type = "e"
    book.save(path)
    run = read(start(path))
    assert run.counts == {"0": {"w": 2}}
    first, second = (row.faults[0]["m"] for row in run.rows.order_by("number"))
    assert "还没有算出结果" in first
    assert "公式出错" in second
