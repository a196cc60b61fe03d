"""Files as departments really send them: every row is used or in the quality report, and every refusal says what to do."""

import csv
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rustpy_xlsxwriter import FastExcel

from bangfu.screening import ingest, reading, received, recognition
from bangfu.screening.reading import FileRefused
from bangfu.screening.store import Store
from bangfu.screening.tests.town import AS_OF, BOOK, OTHER_VILLAGE, Town, number, settlement, write_csv

WEI, MEI, GUO, CHILD = (number(born) for born in ("19700101", "19720202", "19800303", "20150404"))
MEDICAL = BOOK.data_sets["medical_settlements"]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = Town(tmp_path)
    town.family("H1", ("陈伟", WEI), ("李美", MEI))
    town.family("H2", ("王建国", GUO), village=OTHER_VILLAGE)
    town.settle()
    town.screen()
    return town


def _take(town: Town, path: Path, **more: Any) -> tuple[ingest.Received, dict[str, str]]:
    """(what was received, line → reason)."""
    taken, quality = ingest.ingest(Store(town.out / "store"), path, ingest.data_set_of(path, BOOK), BOOK, AS_OF, **more)
    return taken, {f"{row['line']}": row["reason"] for row in quality.table().to_pylist()}


def test_every_kind_of_bad_row_is_named_and_the_others_are_used(town: Town) -> None:
    wrong_check = WEI[:17] + ("1" if WEI[17] != "1" else "2")
    rows = [
        settlement(WEI, "陈伟", "￥1,234.50"),
        settlement(f" {WEI.lower()}", "陈 伟", "300元", "2026年3月7日"),
        settlement(WEI[:6] + WEI[8:17], "陈炜", 20),
        settlement(wrong_check, "陈伟", 30),
        settlement(wrong_check, "陈强", 40),
        settlement(number("19910101"), "外人", 50),
        settlement(WEI, "李四", 60),
        settlement("", "陈伟", 70),
        settlement("44188", "陈伟", 80),
        settlement(MEI, "李美", "-500"),
        settlement(MEI, "李美", "abc"),
        settlement(MEI, "李美", 90, "2026-12-01"),
        settlement(MEI, "李美", 100, "2026-02-27"),
        settlement(MEI, "李美", 110),
        settlement(MEI, "李美", 110),
        settlement(MEI, "李美", 120, 就诊类别="体检"),
        settlement(WEI[:17] + "0" if WEI[17] != "0" else WEI[:17] + "1", "赵六", 5),
    ]
    taken, reasons = _take(town, town.write("医保结算_202603.csv", rows))
    assert reasons == {
        "4": "name_near", "5": "check_differs", "6": "name_differs", "7": "not_in_registry", "8": "name_differs",
        "9": "no_number", "10": "malformed", "11": "wrong_cell", "12": "wrong_cell", "13": "wrong_cell", "14": "other_month",
        "16": "doubled", "17": "wrong_cell", "18": "name_differs",
    }  # fmt: skip
    assert (taken.rows, taken.used) == (17, 6)
    report = Store(town.out / "store").folder
    assert not list(report.rglob("*.csv"))


def test_the_report_masks_numbers_and_says_what_to_do(town: Town) -> None:
    path = town.write(
        "医保结算_202603.csv",
        [settlement("44188", "陈伟", 8), settlement(MEI, "李美", "-5"), settlement(WEI, "陈伟", 1)],
    )
    _, quality = ingest.ingest(Store(town.out / "store"), path, MEDICAL, BOOK, AS_OF)
    first, second = quality.table().to_pylist()
    assert first["says"] == "号码有 5 位，应为 18 位（残疾人证 20 或 22 位）"
    assert second["says"] == "“个人负担金额”是负数：请报送冲销后的实际金额" and second["number"] == f"990***{MEI[-2:]}"
    assert WEI not in str(quality.table().to_pylist())


def test_every_bad_row_says_in_words_what_is_wrong_and_what_to_do(town: Town) -> None:
    rows = [
        settlement(MEI, "李美", "￥1,234.50"),
        settlement(MEI, "李美", "-1,234.50元"),
        settlement(MEI, "李美", "壹佰"),
        settlement(MEI, "李美", "12345678901"),
        settlement(MEI, "李美", 1, "2026-12-01"),
        settlement(MEI, "李美", 2, "2026-13-45"),
        settlement(MEI, "李美", 3, 就诊类别="体检"),
        settlement(MEI, "李美", "1234.5"),
        settlement(number("19910101"), "外人", 5),
        settlement(MEI, "李四", 6),
        settlement(MEI, "李美", 7, "2026-02-27"),
    ]
    path = town.write("医保结算_202603.csv", rows)
    _, quality = ingest.ingest(Store(town.out / "store"), path, MEDICAL, BOOK, AS_OF)
    says = {row["line"]: row["says"] for row in quality.table().to_pylist()}
    assert says == {
        3: "“个人负担金额”是负数：请报送冲销后的实际金额",
        4: says[4],
        5: "“个人负担金额”过大，请核对单位是否为元",
        6: "日期在将来，请核对",
        7: says[7],
        8: says[8],
        9: "与同一文件里的另一行重复",
        10: "不在农户名册中",
        11: "号码对得上，姓名与名册不一致",
        12: "日期不在本文件的月份，已采用",
    }
    assert "壹佰" in says[4]
    assert "2026-13-45" in says[7]
    assert says[8].startswith("“就诊类别”没有“体检”这种写法，可用：住院")


@pytest.mark.parametrize("form", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "xlsx", "parquet"])
def test_the_same_rows_in_any_form_are_the_same_rows(town: Town, form: str) -> None:
    rows = [settlement(WEI, "陈伟", "1234.5"), settlement(GUO, "王建国", 77), settlement(number("19910101"), "㐂𠮷", 1)]
    path = town.departments / f"医保结算-{form}_202603.{form if form in ('xlsx', 'parquet') else 'csv'}"
    if form == "xlsx":
        file = FastExcel(str(path))
        titled = [
            {"医保结算明细表": head, **{str(i): h for i, h in enumerate(list(rows[0])[1:])}}
            for head in list(rows[0])[:1]
        ]
        cells = [dict(zip(titled[0], row.values(), strict=True)) for row in rows]
        file.sheet("明细", [*titled, *cells])
        file.save()
    elif form == "parquet":
        pq.write_table(pa.table({head: [str(row[head]) for row in rows] for head in rows[0]}), path)
    else:
        write_csv(path, rows, form)
    taken, reasons = _take(town, path)
    assert (taken.rows, taken.used, list(reasons.values())) == (3, 2, ["not_in_registry"])
    store = Store(town.out / "store")
    entry = received.files_of(store, "medical_settlements")[0]
    with store.batch(entry["rows"], 0) as rows_of_county:
        assert rows_of_county.numbers("self_paid").tolist() == [123450]


def test_a_long_gb18030_file_is_never_split_inside_a_character(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    names = [f"陈伟国㐂{row}" for row in range(400_000)]
    write_csv(
        path,
        [{"证件号码": "1", "姓名": name, "结算日期": "", "就诊类别": "", "个人负担金额": ""} for name in names],
        "gb18030",
    )
    source = reading.read(path, MEDICAL, BOOK.key)
    assert source.columns["name"].to_pylist() == names
    assert source.encoding == "gb18030"


@pytest.mark.parametrize(
    ("name", "rows", "says"),
    [
        ("医保结算_202603.csv", [{"身份证号": WEI, "姓名": "陈伟", "结算日期": "2026-03-01", "金额": 1}],
         "缺少列：就诊类别、个人负担金额.*表头是：身份证号、姓名"),
        ("医保结算_202603.csv", [settlement(WEI, "陈伟", 1, f"2026-02-{day:02d}") for day in range(1, 9)],
         "应是 2026-03 的数据，但 8 行里只有 0 行是，多数是 2026-02 的"),
        ("医保结算_202603.csv", [{"a": 1}], "不像“医疗费用结算”"),
        ("医保结算_202603.docx", [{"a": 1}], "不认识的文件类型"),
        ("说不清_202603.csv", [settlement(WEI, "陈伟", 1)], "从文件名看不出是哪一类数据"),
        ("医保结算_202603.xlsx", [settlement(WEI, "陈伟", 1)], "打不开"),
        ("医保结算_202603.parquet", [settlement(WEI, "陈伟", 1)], "打不开"),
        ("医保结算.csv", [settlement(WEI, "陈伟", 1, "待定")], "没有一行能读出日期"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(
    town: Town, name: str, rows: list[dict[str, Any]], says: str
) -> None:
    path = town.write(name, rows)
    with pytest.raises(FileRefused, match=says):
        _take(town, path)


def test_heads_alone_are_no_data(town: Town) -> None:
    path = town.write("医保结算_202603.csv", [settlement(WEI, "陈伟", 1)])
    path.write_text(path.read_text().splitlines()[0] + "\n")
    with pytest.raises(FileRefused, match="只有表头"):
        _take(town, path)


def test_rows_that_an_earlier_file_brought_are_not_counted_twice(town: Town) -> None:
    first = town.write(
        "医保结算甲_202603.csv",
        [settlement(WEI, "陈伟", 1, 结算流水号="A1"), settlement(MEI, "李美", 2, 结算流水号="A2")],
    )
    again = town.write(
        "医保结算乙_202603.csv",
        [settlement(WEI, "陈伟", 1, 结算流水号="A1"), settlement(MEI, "李美", 3, 结算流水号="A3")],
    )
    assert _take(town, first)[0].used == 2
    taken, reasons = _take(town, again)
    assert (taken.used, reasons) == (1, {"2": "doubled_before"})
    assert _take(town, again)[0].is_new is False


def test_a_hundred_thousand_unmatched_numbers_are_reported_in_a_moment(town: Town) -> None:
    rows = 100_000
    table = {
        "身份证号": pa.array([f"99000019{70 + row % 30}0101{row % 1000:03d}X" for row in range(rows)]),
        "姓名": pa.repeat("某人", rows),
        "结算日期": pa.repeat("2026-03-01", rows),
        "就诊类别": pa.repeat("住院", rows),
        "个人负担金额": pa.array([float(row) for row in range(rows)]),
    }
    path = town.departments / "medical_202603.parquet"
    pq.write_table(pa.table(table), path)
    taken, quality = ingest.ingest(Store(town.out / "store"), path, MEDICAL, BOOK, AS_OF)
    assert (taken.used, sum(taken.counts.values()), len(quality.table())) == (0, rows, rows)


def test_one_person_in_two_households_is_reported_and_counted_in_the_first(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.family("H1", ("陈伟", WEI))
    town.family("H2", ("陈伟", WEI), ("李美", MEI))
    town.family("H1", ("王建国", GUO))
    town.settle()
    town.write("医保结算_202603.csv", [settlement(WEI, "陈伟", 90000)])
    town.screen()
    persons, households = (_report(town.out / f"quality/registry-{name}.csv") for name in ("persons", "households"))
    assert persons == [["3", "采用", "同一人在名册中有两户，记在第一户", "", f"990***{WEI[-2:]}", "陈伟"]]
    assert households == [["4", "没有采用", "户编号重复，只用第一行", "", "", ""]]
    assert {row["household_no"] for row in pq.read_table(town.out / "result/clues").to_pylist()} == {"H1"}


def test_a_file_is_known_by_its_heads_and_its_name_decides_between_equals(tmp_path: Path) -> None:
    for data_set in BOOK.data_sets.values():
        heads = ["身份证号", "姓名", *(column.label for column in data_set.columns.values())]
        path = tmp_path / "本月报表.csv"
        path.write_text(",".join(heads) + "\n")
        assert recognition.recognise(path, BOOK) is data_set
    path = tmp_path / "财政供养人员.csv"
    path.write_text("身份证号,姓名\n")
    assert recognition.recognise(path, BOOK).name == "public_payroll"
    with pytest.raises(FileRefused, match="请选择数据种类"):
        recognition.recognise(path.rename(tmp_path / "名单.csv"), BOOK)


def _report(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text("utf-8-sig").splitlines()))[1:]
