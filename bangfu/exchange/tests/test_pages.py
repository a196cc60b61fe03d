"""The pages: a clean workbook in three clicks, others see nothing, every button tells what came of it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django import app

from bangfu.accounts.actor import Actor
from bangfu.exchange import exports, jobs, runs, tasks
from bangfu.exchange.models import ExportFile, ExportState, ImportRun, Progress, State
from bangfu.exchange.tests.conftest import Start
from bangfu.exchange.tests.files import family, workbook
from bangfu.exchange.tests.toys.models import BOOK, SOURCE, Family

pytestmark = pytest.mark.django_db
NEW = f"/imports/new/{BOOK.slug}/"


def uploaded(client: Client, path: Path, name: str = "") -> Any:
    return client.post(NEW, {"file": SimpleUploadedFile(name or path.name, path.read_bytes())})


def text(response: Any) -> str:
    return str(response.content.decode())


def test_a_clean_workbook_goes_in_with_three_clicks(client_of: Any, tmp_path: Path) -> None:
    client = client_of("县局")
    page = client.get(NEW)  # 1: 导入
    assert "下载模板" in text(page) and "空白单元格不改动原有内容" in text(page)
    sent = uploaded(client, workbook(tmp_path / "名单.xlsx", 户=[family(1), family(2)]))  # 2: the file, sent at once
    shown = client.get(sent.url)
    assert "导入 2 行" in text(shown) and "全部通过核对" in text(shown)
    assert "识别到的内容" in text(shown) and "F 住址" in text(shown)
    client.post(f"{sent.url}confirm/")  # 3: 导入 2 行
    assert Family.objects.count() == 2
    done = text(client.get(sent.url))
    assert "新增 2 行" in done and "撤销这次导入" in done


def test_faults_are_listed_and_the_marked_file_can_be_fetched(client_of: Any, tmp_path: Path) -> None:
    client = client_of("县局")
    url = uploaded(client, workbook(tmp_path / "名单.xlsx", 户=[family(1), family(2, 人口数="三口")])).url
    page = text(client.get(url))
    assert "先导入正确的 1 行" in page and "户 第 3 行" in page and "“三口”不是数字" in page
    response = client.get(f"{url}errors.xlsx")
    assert "filename*=UTF-8''%E5%90%8D%E5%8D%95_%E6%A0%87%E9%94%99.xlsx" in response["Content-Disposition"]
    book = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))
    assert book["户"]["J3"].value


def test_a_change_is_shown_before_and_after_with_masks(
    client_of: Any, start: Start, county: Actor, tmp_path: Path
) -> None:
    runs.confirm(start(workbook(tmp_path / "a.xlsx", 户=[family(1)])), county)
    url = uploaded(
        client_of("县局"), workbook(tmp_path / "b.xlsx", 户=[family(1, 住址="新", 户联系电话="13900000001")])
    ).url
    page = text(client_of("县局").get(url))
    assert "<del>1号</del> → <ins>新</ins>" in page
    assert "138****0001" in page and "13800000001" not in page


def test_a_refused_file_says_why_on_the_spot(client_of: Any, tmp_path: Path) -> None:
    client = client_of("县局")
    empty = client.post(NEW, {"file": SimpleUploadedFile("a.xlsx", b"")})
    assert empty.status_code == 422 and "空的" in text(empty)
    assert "请先选择一个文件" in text(client.post(NEW, {}))
    url = client.post(NEW, {"file": SimpleUploadedFile("a.xlsx", b"%PDF-1.7")}).url
    page = text(client.get(url))
    assert "这是 PDF 文件" in page and "换一个文件上传" in page


def test_nobody_else_finds_a_run_by_any_address(client_of: Any, start: Start, tmp_path: Path) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1)]))
    base = f"/imports/{run.pk}/"
    for name in ("外县", "镇办", "省厅", "系统员"):
        client = client_of(name)
        assert client.get(base).status_code == 404, name
        assert client.get(f"{base}errors.xlsx").status_code == 404, name
        for act in ("confirm", "blanks", "go-on", "discard", "undo"):
            assert client.post(f"{base}{act}/").status_code == 404, (name, act)
        assert run.file_name not in text(client.get("/imports/"))
    assert client_of("").get(base).status_code == 302
    assert not Family.objects.exists()


def test_who_may_not_import_cannot_open_the_page(client_of: Any) -> None:
    for name in ("审计员", "安全员", "联络员"):
        assert client_of(name).get(NEW).status_code == 403, name
        assert client_of(name).get(f"{NEW}template.xlsx").status_code == 403, name
    assert client_of("县局").get("/imports/new/nothing/").status_code == 404


def test_acts_need_a_post(client_of: Any, start: Start, tmp_path: Path) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1)]))
    assert client_of("县局").get(f"/imports/{run.pk}/confirm/").status_code == 405
    assert client_of("县局").post("/imports/").status_code == 405


def test_a_second_click_is_told_and_harms_nothing(client_of: Any, start: Start, tmp_path: Path) -> None:
    client, run = client_of("县局"), start(workbook(tmp_path / "a.xlsx", 户=[family(1)]))
    client.post(f"/imports/{run.pk}/confirm/")
    again = client.post(f"/imports/{run.pk}/confirm/", follow=True)
    assert "不用再点" in text(again)
    assert Family.objects.count() == 1


def test_undo_by_button_tells_what_came_of_it(client_of: Any, start: Start, county: Actor, tmp_path: Path) -> None:
    run = start(workbook(tmp_path / "a.xlsx", 户=[family(1), family(2)]))
    runs.confirm(run, county)
    Family.objects.filter(family_no="F00002").update(version=2)
    page = text(client_of("县局").post(f"/imports/{run.pk}/undo/", {"reason": "传错了"}, follow=True))
    assert "移除 1 行" in page and "1 行在导入之后又被改过" in page


def test_blanks_and_discard_by_button(client_of: Any, start: Start, tmp_path: Path) -> None:
    client, run = client_of("县局"), start(workbook(tmp_path / "a.xlsx", 户=[family(1)]))
    assert "<strong>清空</strong>" in text(client.post(f"/imports/{run.pk}/blanks/", {"clears": "1"}, follow=True))
    gone = client.post(f"/imports/{run.pk}/discard/", follow=True)
    assert "没有任何改动" in text(gone)
    assert "这次导入已放弃" in text(client.get(f"/imports/{run.pk}/"))


def test_a_large_file_becomes_a_job_whose_page_asks_again_and_can_be_left(
    client_of: Any, settings: Any, tmp_path: Path
) -> None:
    settings.EXCHANGE = {"bytes_at_once": 10, "rows_at_once": 1}
    client = client_of("县局")
    url = uploaded(client, workbook(tmp_path / "a.xlsx", 户=[family(1), family(2)])).url
    run = ImportRun.objects.get()
    assert run.state == State.UPLOADED
    Progress.objects.create(key=f"import:{run.pk}", done=1, total=2, words="正在读取")
    page = text(client.get(url, headers={"HX-Request": "true"}))
    assert page.startswith('<div id="import" hx-get=') and "正在读取" in page and 'value="50"' in page
    runs.work(run.pk)
    page = text(client.get(url))
    assert "hx-trigger" not in page.split('id="import"')[1].split(">")[0]
    client.post(f"{url}confirm/")
    run.refresh_from_db()
    assert run.state == State.CONFIRMED
    ImportRun.objects.update(changed_at="2023-01-01T00:00:00Z")
    assert "点“继续”马上处理" in text(client.get(url))
    client.post(f"{url}go-on/")
    assert Family.objects.count() == 2


def test_the_jobs_are_known_by_name() -> None:
    assert tasks.work_on_import.name == jobs.WORK_ON_IMPORT
    assert {jobs.WORK_ON_IMPORT, jobs.MAKE_EXPORT, jobs.SWEEP} <= set(app.tasks)


def test_the_template_is_fetched_by_name(client_of: Any) -> None:
    response = client_of("县局").get(f"{NEW}template.xlsx")
    assert "%E5%AF%BC%E5%85%A5%E6%A8%A1%E6%9D%BF.xlsx" in response["Content-Disposition"]
    assert openpyxl.load_workbook(BytesIO(response.content)).sheetnames[:3] == ["户", "人", "填写说明"]


def test_an_export_is_its_owners_alone(client_of: Any, cast: Any, tmp_path: Path) -> None:
    export = ExportFile.objects.create(source=SOURCE, title="户", format="csv", user=cast["县局"], filters="光明村")
    url = reverse("exchange:export", args=[export.pk])
    client = client_of("县局")
    assert "等待生成" in text(client.get(url))
    assert client.get(f"{url}file/").status_code == 404
    exports.make(export.pk)
    assert "下载 0 行" in text(client.get(url))
    assert b"".join(client.get(f"{url}file/").streaming_content).startswith(b"\xef\xbb\xbf")
    assert "光明村" in text(client.get("/exports/"))
    for name in ("外县", "镇办"):
        assert client_of(name).get(url).status_code == 404
        assert client_of(name).get(f"{url}file/").status_code == 404
    ExportFile.objects.update(state=ExportState.EXPIRED)
    assert "已过期" in text(client.get(url))


def test_a_file_with_full_numbers_is_closed_when_the_grant_ends(client_of: Any, cast: Any) -> None:
    export = ExportFile.objects.create(
        source=SOURCE, title="户", format="csv", user=cast["县局"], is_unmasked=True, reason="核对"
    )
    exports.make(export.pk)
    url = reverse("exchange:export-file", args=[export.pk])
    assert client_of("县局").get(url).status_code == 200
    cast["县局"].grants.update(role="village")
    assert client_of("县局").get(url).status_code == 403


def test_the_list_of_runs_shows_state_and_counts(client_of: Any, start: Start, tmp_path: Path) -> None:
    start(workbook(tmp_path / "一季度.xlsx", 户=[family(1)]))
    page = text(client_of("县局").get("/imports/"))
    assert "一季度.xlsx" in page and "等待确认" in page and BOOK.title in page
    assert "还没有导入过" in text(client_of("镇办").get("/imports/"))
