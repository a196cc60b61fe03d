"""`./run bangfu check`: exported files in, a workbook of doubts out, and no database (pytest-django would object)."""

import csv
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import load_workbook

from bangfu.site import doubts

HOUSEHOLD = ("户编号", "县", "乡镇", "村", "户主姓名", "监测对象类别", "致贫/返贫风险1", "致贫/返贫风险2", "风险是否已消除",
             "人均纯收入（元）", "产业帮扶", "综合保障", "识别监测时间")  # fmt: skip
MEMBER = ("户编号", "人口编号", "姓名", "性别", "证件号码", "与户主关系", "劳动技能")
AT = ("--as-of", "2024-06-15", "--division", "441881", "--set", "monitoring_line_yuan=8000")


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    said: list[str] = []
    code = doubts.main([*arguments, "--out", str(folder / "out.xlsx")], said.append)
    return code, "\n".join(said)


def sheet(folder: Path, name: str = "疑点") -> list[dict[str, object]]:
    head, *rows = load_workbook(str(folder / "out.xlsx")).get_sheet_by_name(name).to_python()
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def households(path: Path) -> Path:
    """A title above, heads of two rows with merged cells, a total below, as the system exports."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("户信息")
        page.merge_range(0, 0, 0, len(HOUSEHOLD) - 1, "防止返贫监测对象信息表")
        for place, head in enumerate(HOUSEHOLD):
            page.merge_range(1, place, 2, place, head)
        for row, cells in enumerate(
            [
                (
                    "H1",
                    "英德市",
                    "东华镇",
                    "黄陂村",
                    "=甲",
                    "边缘易致贫户",
                    "因病",
                    "缺劳动力",
                    "否",
                    "6,500元",
                    "是",
                    "",
                    "202301",
                ),
                (
                    "H2",
                    "英德市",
                    "东华镇",
                    "黄陂村",
                    "乙",
                    "边缘易致贫户",
                    "",
                    "",
                    "是",
                    7000,
                    "",
                    "低保、特困供养",
                    202401,
                ),
                ("合计", "", "", "", "", "", "", "", "", 13500, "", "", ""),
            ]
        ):
            page.write_row(row + 3, 0, cells, book.add_format({"num_format": "@"}))
    return path


def members(path: Path) -> Path:
    rows = [
        ("H1", "P1", "=甲", "男", "990000198001011225", "户主", "普通劳动力"),
        ("H1", "P2", "丙", "男", "990000198203041239", "配偶", "技能劳动力"),
        ("H2", "P3", "乙", "女", "99000019820305123４", "户主", "无劳动力"),
    ]
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([("家庭成员导出",), MEMBER, *rows])
    return path


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("export")
    code, said = run(folder, str(households(folder / "户.xlsx")), str(members(folder / "成员.csv")), *AT)
    assert code == 0, said
    return folder, said


def test_heads_merged_or_encoded_otherwise_are_read_and_doubts_written(checked: tuple[Path, str]) -> None:
    folder, said = checked
    found = {(row["户编号"], row["姓名"], row["规则"]) for row in sheet(folder)}
    assert {("H1", "'=甲", "R02"), ("H1", "", "R08"), ("H1", "", "R56"), ("H2", "", "R52"), ("H2", "", "R76")} <= found
    assert ("H1", "", "R69") not in found, "产业帮扶 in a block of the household sheet is a measure"
    assert "检查了 2 户、3 人、3 项措施" in said
    assert "1 行没有户编号（如合计、表尾）" in said


def test_rules_whose_columns_are_not_there_are_named(checked: tuple[Path, str]) -> None:
    folder, said = checked
    left = {str(row["内容"]) for row in sheet(folder, "检查情况")}
    assert "R12 没有检查：没有“民族”一列（家庭成员）" in left
    assert "条规则没有检查" in said
    assert any(row["这次"] == "已检查" for row in sheet(folder, "规则说明"))
    assert {row["村"] for row in sheet(folder, "汇总")} == {"英德市东华镇黄陂村", "合计"}


def test_numbers_are_masked_unless_asked_for(checked: tuple[Path, str]) -> None:
    folder, _ = checked
    assert "990*************25" in str(sheet(folder))
    assert "990000198001011225" not in str(sheet(folder))
    run(folder, str(folder / "成员.csv"), *AT, "--clear")
    assert "990000198001011225" in str(sheet(folder))


def test_one_sheet_of_members_with_the_columns_of_their_household_is_enough(tmp_path: Path) -> None:
    with (tmp_path / "一张表.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*MEMBER, "户主姓名", "村", "监测对象类别", "风险是否已消除"])
        for number in (1, 2):
            writer.writerow(
                ["H1", f"P{number}", "甲", "男", "", "户主", "无劳动力", "甲", "黄陂村", "边缘易致贫户", "是"]
            )
    code, said = run(tmp_path, str(tmp_path / "一张表.csv"), *AT)
    assert code == 0, said
    assert {("R06", "黄陂村"), ("R76", "黄陂村")} <= {(row["规则"], row["村"]) for row in sheet(tmp_path)}


@pytest.mark.parametrize(
    ("content", "arguments", "told"),
    [
        (b"%PDF-1.4", (), "这是 PDF 文件"),
        ("甲,乙\n1,2\n".encode(), (), "没有认出任何一张表的表头"),
        ("姓名,性别,证件号码\n甲,男,1\n".encode(), (), "缺少“户编号”一列"),
        ("户编号,姓名,性别\nH1,甲,男\n".encode(), ("--as-of", "2024-13-01"), "月份 13"),
        ("户编号,姓名,性别\nH1,甲,男\n".encode(), ("--set", "monitoring_line=1"), "是不是 monitoring_line_yuan"),
        ("户编号,姓名,性别\nH1,甲,男\n".encode(), ("--set", "monitoring_line_yuan=多"), "应为数字"),
    ],
)
def test_what_cannot_be_checked_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, arguments: tuple[str, ...], told: str
) -> None:
    (tmp_path / "表.csv").write_bytes(content)
    code, said = run(tmp_path, str(tmp_path / "表.csv"), *arguments)
    assert code == 2
    assert told in said
    assert not (tmp_path / "out.xlsx").exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    code, said = run(tmp_path, str(tmp_path / "没有.xlsx"))
    assert code == 2
    assert "没有.xlsx：没有这个文件，请核对" in said


def test_hidden_sheets_and_numbers_that_a_spreadsheet_cut_are_told(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        for name, number in (("成员", 990000197506010021), ("旧表", "990000197506010021")):
            page = book.add_worksheet(name)
            page.write_row(0, 0, MEMBER)
            page.write_row(1, 0, ("H1", "P1", "甲", "男", number, "户主", "无劳动力"))
        page.hide()
    code, said = run(tmp_path, str(tmp_path / "a.xlsx"), "--division", "441881")
    assert code == 0, said
    assert "工作表“旧表”是隐藏的，没有读取" in said
    assert "“成员表”的“证件号码”有 1 格是数字格式" in said
    assert "检查了 1 人" in said
