"""A county's old workbook of 4,000 assets comes in (1.4): titles, merged cells, sums, full-width digits, text numbers,
yuan and ten thousands of them: asked, never guessed; its projects found or proposed; the same file again doubles nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bangfu.assets.models import Asset
from bangfu.divisions.models import Division
from bangfu.exchange import runs
from bangfu.exchange.models import ImportRun, State
from bangfu.funds.tests.town import project

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
HEADS = (
    "序号",
    "行政村",
    "资产名称",
    "类别",
    "建成时间",
    "建设规模",
    "单位",
    "数量",
    "资产价值",
    "所属项目",
    "产权归属",
    "管护人",
    "备注",
)
ROWS = 4000
CLASSES = ("经营类", "公益性资产")


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in text)


def workbook(villages: list[str], rows: int = ROWS) -> bytes:
    """Title, a group head, merged villages, a sum after every hundred rows, a foot; odd spellings of every kind."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "2016-2022"
    sheet.append(["东华镇扶贫资产登记表"])
    sheet.merge_cells("A1:M1")
    sheet.append(["填报单位：东华镇人民政府"])
    sheet.append(list(HEADS))
    for number in range(rows):
        village, block = villages[number // 50 % len(villages)], number % 50 == 0
        cost: Any = number % 90 + 10.5  # in ten thousands, as the head does not say
        if number % 7 == 0:
            cost = f"{cost}万元"
        elif number % 11 == 0:
            cost = f"{int(cost * 10000)}元"
        elif number % 13 == 0:
            cost = full_width(str(cost))
        sheet.append([
            number + 1, village if block else None, f"{'水渠' if number % 2 else '村道'}第{number + 1}段", CLASSES[number % 3 > 0],
            f"{2016 + number % 7}年{1 + number % 12}月", f"长{number % 9 + 1}公里", "条", full_width("1"), cost,
            "光明村饮水工程" if number == 1 else "光明村饮水工程（一期）" if number == 2 else "", "村集体", "黄志强", "",
        ])  # fmt: skip
        if block and rows > 60:
            sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row + 49, start_column=2, end_column=2)
        if number % 1000 == 999:
            sheet.append(["合 计", *[None] * 7, 12345678])
    sheet.append(["填表人：罗水生", None, None, "审核人：黄雪梅"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sent(client: Client, content: bytes) -> Any:
    return client.post("/assets/old/", {"file": SimpleUploadedFile("东华镇台账.xlsx", content)})


def started(client: Client, content: bytes, **more: Any) -> Any:
    page = sent(client, content)
    assert page.status_code == 200, page.context["fault"]
    lines = page.context["areas"][0][1]
    data = {"token": page.context["token"], "place": "441881137000", "asset_class": "", "start": "1"}
    data |= {f"as-{line['key']}": line["meaning"] for line in lines} | {
        f"unit-{line['key']}": line["unit"] for line in lines
    }
    return client.post("/assets/old/", data | more), lines


def test_four_thousand_old_assets_come_in_with_their_units_asked_and_twice_is_once(client_of: ClientOf) -> None:
    town = client_of("镇办")
    wished = project("audited", 900)
    villages = list(
        Division.objects.filter(parent=441881137000, level=5).order_by("code").values_list("name", flat=True)[:20]
    )
    content = workbook(villages)
    refused, lines = started(town, content)
    assert (
        refused.status_code == 422 and "单位是元还是万元" in refused.content.decode() and not ImportRun.objects.exists()
    )
    meanings = {line["column"].head: line["meaning"] for line in lines}
    assert meanings["资产价值"] == "cost_yuan" and meanings["所属项目"] == "project" and meanings["管护人"] == "keeper"
    cost = next(line["key"] for line in lines if line["meaning"] == "cost_yuan")
    answer, _ = started(town, content, **{f"unit-{cost}": "wan"})
    assert answer.status_code == 302
    run = ImportRun.objects.get()
    if run.state == State.UPLOADED:
        runs.work(run.pk)
    run.refresh_from_db()
    page = town.get(answer["Location"], follow=True).content.decode()
    assert "合计或表尾没有读取" in page and re.search("1 行按编号或名称对上了项目", page)
    assert runs.totals(run)["add"] == ROWS, (run.message, runs.totals(run))
    town.post(f"{answer['Location']}confirm/", {"reason": "旧台账"})
    runs.work(run.pk)
    assert Asset.objects.count() == ROWS
    first, second, third = Asset.objects.order_by("pk")[:3]
    assert (first.cost_yuan, second.cost_yuan) == (Decimal(105_000), Decimal(115_000))
    assert Asset.objects.get(name__endswith="第12段").cost_yuan == Decimal(215_000)  # said in yuan
    assert Asset.objects.get(name__endswith="第14段").cost_yuan == Decimal(235_000)  # full width
    assert second.division_id == first.division_id == Division.objects.get(parent=441881137000, name=villages[0]).pk
    assert (first.formed_year, first.quantity, first.unit_word, first.acquired_on) == (2016, 1, "条", None)
    assert second.project == wished and third.project is None and third.note == "原项目：光明村饮水工程(一期)"
    again, _ = started(town, content, **{f"unit-{cost}": "wan"})
    later = ImportRun.objects.latest("pk")
    runs.work(later.pk)
    later.refresh_from_db()
    assert runs.totals(later)["add"] == 0 and runs.totals(later)["same"] == ROWS, (
        again.status_code,
        runs.totals(later),
    )
    Asset.objects.filter(pk=third.pk).update(formed_year=2025)
    found = town.get("/assets/old/matches/").context["proposals"]
    assert [(each.asset.pk, each.project.pk) for each in found][:1] == [(third.pk, wished.pk)]
    outside = client_of("外县")
    assert not outside.get("/assets/old/matches/").context["proposals"]
    assert outside.post(f"/assets/old/matches/{third.pk}/", {"project": wished.pk}).status_code == 404
    town.post(f"/assets/old/matches/{third.pk}/", {"project": wished.pk})
    third.refresh_from_db()
    assert third.project == wished and client_of("村干").get("/assets/old/").status_code == 403


def test_what_is_doubtful_is_refused_row_by_row_and_a_file_that_is_none_is_told(client_of: ClientOf) -> None:
    town = client_of("镇办")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["名称", "原值（元）", "年度", "坐落"])
    for row in (
        ("水塔", 12.5, 2019, "光明村"),
        ("机井", 80000, 2019, "光明村"),
        ("水渠", 60000, 2020, "联西村"),
        ("泵房", None, 2020, "光明村"),
    ):
        sheet.append(row)
    sheet.append(["涵洞", 50000, "", "光明村"])
    sheet.append(["便桥", 50000, 2021, "光明村"])
    sheet.append(["小桥", None, 2021, "光明村"])
    sheet.merge_cells("B7:B8")
    file = io.BytesIO()
    book.save(file)
    answer, _ = started(town, file.getvalue(), asset_class="public")
    run = ImportRun.objects.get()
    assert answer.status_code == 302 and run.state == State.PREVIEWED and runs.totals(run)["add"] == 1
    page = town.get(answer["Location"]).content.decode()
    for words in ("按元算是 12.50 元", "请按资产拆开填", "联西村", "请填形成年度"):
        assert words in page, words
    assert "没有找到资产表的表头" in sent(town, _other()).content.decode()
    assert sent(town, b"PK\x03\x04 no workbook").status_code == 422
    stale = town.post("/assets/old/", {"token": "x:y:z", "start": "1"})
    assert stale.status_code == 422 and "请重新选择" in stale.content.decode()


def _other() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "分数"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
