"""县局: a workbook of 20,000 rows with 37 broken ones, from the upload to the undo, as issue 1 ends."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect

from bangfu.accounts.models import AccessLog
from bangfu.people.models import Household, Person
from tests.journeys import workbook

WHO = "司徒映雪"
PLACE = 123  # of her household in the file
WORK_MS = 240_000  # for what a job does with 20,000 rows on a busy machine
FULL_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)")
COUNT_PRESSES = """() => addEventListener('pointerdown',
  () => sessionStorage.setItem('presses', Number(sessionStorage.getItem('presses') ?? 0) + 1), true)"""


def count_presses(page: Any) -> None:
    page.add_init_script(f"({COUNT_PRESSES})()")


def presses(page: Any) -> int:
    return int(page.evaluate("sessionStorage.getItem('presses') ?? 0"))


def upload(page: Any, path: Path) -> None:
    """From the list of households: 导入, the file. Waits for the preview."""
    page.goto("/l/households/")
    page.locator("main").get_by_role("link", name="导入", exact=True).click()
    with page.expect_file_chooser() as chooser:
        page.get_by_text("把表格拖到这里").click()
    chooser.value.set_files(path)
    page.wait_for_url(re.compile(r"/imports/\d+/$"))


def preview_of(page: Any) -> dict[str, int]:
    """The counts of the preview, once it is there."""
    page.locator(".figures").wait_for(timeout=WORK_MS)
    words, numbers = (page.locator(f".figures .figure-{part}").all_inner_texts() for part in ("label", "number"))
    return {word: int(count.replace(",", "")) for word, count in zip(words, numbers, strict=True)}


def mend(path: Path, mends: dict[tuple[str, int], dict[str, Any]]) -> Path:
    """The officer corrects the marked cells in the error workbook and saves it."""
    book = openpyxl.load_workbook(path)
    for (title, row), cells in mends.items():
        sheet = book[title]
        columns = {cell.value: cell.column for cell in sheet[1]}
        assert sheet.cell(row, columns["错误说明"]).value, f"{title} row {row} is not explained"
        for head, value in cells.items():
            sheet.cell(row, columns[head]).value = value
    mended = path.with_name("改好.xlsx")
    book.save(mended)
    return mended


@pytest.mark.usefixtures("worker")
def test_a_county_workbook_with_37_broken_rows(page_of: Any, shot: Any, tmp_path: Path) -> None:
    book = workbook.spoilt(workbook.made(5_000, 15_030))
    assert (book.rows, len(book.mends)) == (20_000, 37)
    book.households[PLACE]["户主姓名"] = book.members[PLACE]["姓名"] = WHO
    path = book.save(tmp_path / "英德市2023年6月.xlsx")
    page = page_of("县局")

    upload(page, path)
    expect(page.get_by_text("可以离开这一页")).to_be_visible()
    shot(page, "01-reading")
    assert preview_of(page) == {"新增": 19_963, "修改": 0, "无变化": 0, "有错": 37}
    assert page.locator("#faults tbody tr").count() >= 20
    expect(page.locator("#faults")).to_contain_text("15 位以后的数字已经丢失")
    shot(page, "02-preview")

    with page.expect_download() as download:
        page.get_by_role("link", name="下载标好错的表").click()
    marked = tmp_path / download.value.suggested_filename
    download.value.save_as(marked)
    assert marked.name == "英德市2023年6月_标错.xlsx"

    page.get_by_role("button", name="先导入正确的 19,963 行").click()
    page.get_by_text("已写入：新增 19,963 行").wait_for(timeout=WORK_MS)
    expect(page.get_by_text("37 行有错，没有写入")).to_be_visible()
    shot(page, "03-written")
    assert (Household.objects.count(), Person.objects.count()) == (4_990, 14_973)

    page.get_by_role("link", name="上传改好的表").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_text("把表格拖到这里").click()
    chooser.value.set_files(mend(marked, book.mends))
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    assert preview_of(page) == {"新增": 37, "修改": 0, "无变化": 19_963, "有错": 0}
    shot(page, "04-mended")
    page.get_by_role("button", name="导入 37 行").click()
    page.get_by_text("已写入：新增 37 行").wait_for(timeout=WORK_MS)
    second = page.url

    find_and_edit(page, shot)
    export_masked(page, shot, tmp_path)

    page.goto(second)
    page.get_by_role("button", name="撤销这次导入").click()
    shot(page, "10-undo-question")
    page.locator("dialog textarea").fill("镇里要求重报")
    page.locator("dialog").get_by_role("button", name="撤销").click()
    page.get_by_text("已撤销：移除 37 行").wait_for(timeout=WORK_MS)
    shot(page, "11-undone")
    assert Household.objects.count() + Person.objects.count() == 19_963


def find_and_edit(page: Any, shot: Any) -> None:
    """Two characters in the box of every page, the household, one changed field, its history."""
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("映雪")
    page.keyboard.press("Enter")
    hit = page.locator("#hits a.hit", has_text=WHO).first
    hit.wait_for()
    shot(page, "05-found")
    hit.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{WHO}户")
    shot(page, "06-household")
    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_label("自然村", exact=True).fill("上围")
    page.get_by_text("写明事由").click()
    page.get_by_label("事由", exact=True).fill("入户核实")
    shot(page, "07-form")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已保存。计入").wait_for()
    story = page.locator("details", has=page.get_by_role("heading", name="经过")).locator("li").first
    for words in ("修改", "陈志强", "入户核实", "自然村", "上围"):
        expect(story).to_contain_text(words)
    shot(page, "08-history")


def export_masked(page: Any, shot: Any, folder: Path) -> None:
    """All people as csv, all households as a workbook: masked, marked, traced."""
    for slug, format, rows in (("persons", "CSV 文本", 15_000), ("households", "Excel 工作簿", 5_000)):
        page.goto(f"/l/{slug}/")
        page.locator("main").get_by_role("link", name="导出", exact=True).click()
        page.get_by_label(format).check()
        if slug == "persons":
            shot(page, "09-export")
        with page.expect_download(timeout=WORK_MS) as download:
            page.get_by_role("button", name="导出", exact=True).click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        text = content(path)
        mark = re.search(r"E\d{8}", path.name)
        assert mark
        assert mark[0] in text
        assert WHO in text
        assert not FULL_NUMBER.search(text)
        assert AccessLog.objects.filter(kind="export", rows=rows, detail__contains=mark[0]).exists()


def content(path: Path) -> str:
    if path.suffix == ".csv":
        return path.read_text("utf-8-sig")
    with zipfile.ZipFile(path) as parts:
        sheets = [name for name in parts.namelist() if name.startswith(("xl/worksheets/", "xl/sharedStrings"))]
        return "".join(parts.read(name).decode() for name in sheets)


def test_a_clean_workbook_takes_at_most_four_presses_and_again_changes_nothing(
    page_of: Any, shot: Any, tmp_path: Path
) -> None:
    path = workbook.made(40, 120).save(tmp_path / "六月.xlsx")
    page = page_of("县局")
    count_presses(page)
    upload(page, path)
    assert preview_of(page) == {"新增": 160, "修改": 0, "无变化": 0, "有错": 0}
    page.get_by_role("button", name="导入 160 行").click()
    page.get_by_text("已写入：新增 160 行").wait_for()
    assert presses(page) <= 4

    upload(page, path)
    expect(page.get_by_text("没有要改动的")).to_be_visible()
    shot(page, "12-same-again")
    assert preview_of(page) == {"新增": 0, "修改": 0, "无变化": 160, "有错": 0}
    assert page.get_by_role("button", name=re.compile("^导入")).count() == 0


def test_an_import_on_a_phone_says_what_is_wrong_and_leaves_the_good_rows(
    page_of: Any, shot: Any, tmp_path: Path
) -> None:
    book = workbook.made(20, 60)
    book.spoil(workbook.MEMBERS, 30, 与户主关系="干亲")
    page = page_of("镇办", phone=True)
    upload(page, book.save(tmp_path / "六月.xlsx"))
    assert preview_of(page)["有错"] == 1
    fault = page.locator("#faults tbody tr")
    for words in ("成员 第 32 行", "与户主关系", "干亲"):
        expect(fault).to_contain_text(words)
    shot(page, "13-preview")
    page.get_by_role("button", name="先导入正确的 79 行").tap()
    page.get_by_text("已写入：新增 79 行").wait_for()
    shot(page, "14-written")
