"""A demand from registration to delivery: filled by itself, the rest asked once, never asked again."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessLog
from bangfu.demands.answering import Over, answer
from bangfu.demands.models import Demand, DemandQuestion
from bangfu.demands.tests import forms_of_askers as forms
from bangfu.demands.tests.conftest import accept, opened, registration
from bangfu.kernel import dates
from bangfu.people.tests.factories import DATANG, family, household, person

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]


def _clerks_village(cast: Any) -> Any:
    return cast["村干"].grants.get().division


def _downloaded(client: Client, demand: Demand, **data: str) -> openpyxl.Workbook:
    answer = client.post(f"/demands/{demand.pk}/download/", data)
    assert answer.status_code == 200, answer
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def test_thirty_columns_with_twenty_seven_filled_by_themselves(cast: Any, client_of: ClientOf) -> None:
    village = _clerks_village(cast)
    family(village.code)  # two of five are men
    county, clerk = client_of("县局"), client_of("村干")
    demand = opened(county, forms.village_form(), places=f"东华镇{village.name}")
    assert (demand.state, demand.head_count, demand.known_count, demand.question_count) == ("open", 30, 27, 3)
    assert (demand.row_count, demand.village_count, demand.spared_count) == (1, 1, 0)

    assert "3 格要您答" in clerk.get("/").content.decode()
    page = clerk.get(f"/demands/{demand.pk}/answer/").content.decode()
    assert all(head.partition("（")[0] in page for head in forms.UNKNOWN)
    assert "总户数" not in page
    asked = {question.head_title: question for question in DemandQuestion.objects.filter(demand=demand)}
    pump, express, keeper = (
        next(q for title, q in asked.items() if head in title) for head in ("水泵", "快递", "管护人")
    )
    wrong = clerk.post(f"/demands/{demand.pk}/answer/", {f"q-{pump.pk}": "三台"})
    assert wrong.status_code == 422
    assert "不是数字" in wrong.content.decode()
    tiny = clerk.post(f"/demands/{demand.pk}/answer/", {f"q-{pump.pk}": "1e-600", f"was-{pump.pk}": "\0"})
    assert (tiny.status_code, "小数最多 6 位" in tiny.content.decode()) == (422, True)
    saved = clerk.post(
        f"/demands/{demand.pk}/answer/", {f"q-{pump.pk}": "３", f"was-{pump.pk}": ""}, headers={"HX-Request": "true"}
    )
    assert "已答 1 / 3" in saved.content.decode()
    clerk.post(f"/demands/{demand.pk}/answer/", {f"q-{express.pk}": "是", f"q-{keeper.pk}": "=罗水生"})
    demand.refresh_from_db()
    assert demand.state == "answered"
    assert "去交出" in county.get("/").content.decode()

    sheet = _downloaded(county, demand)["村情"]
    heads = {sheet.cell(4, column).value: column for column in range(1, 31)}
    row = {head: sheet.cell(5, column).value for head, column in heads.items()}
    assert (row["序号"], row["行政村"], row["总户数（户）"], row["女性人数"]) == (1, village.name, 1, 3)
    assert (row["抗旱水泵（台）"], row["是否通快递"], row["文化广场管护人"]) == (3, "是", "'=罗水生")
    assert sheet["A1"].font.size == 18
    assert sheet.cell(5, 4).border.left.style == "thin"
    assert sheet.column_dimensions["D"].width == 33
    assert (sheet["A7"].value, sheet["F7"].value, sheet["A8"].value) == ("合计", "=SUM(F5:F6)", "填表人：")
    assert AccessLog.objects.filter(subject="demands", subject_id=demand.pk, kind="export").count() == 1

    county.post(f"/demands/{demand.pk}/deliver/")
    demand.refresh_from_db()
    assert demand.state == "delivered"
    assert clerk.get(f"/demands/{demand.pk}/answer/").status_code == 404
    detail = county.get(f"/l/demands/{demand.pk}/").content.decode()
    assert all(word in detail for word in ("对表头", "发出", "交出"))


def test_what_was_answered_before_is_offered_with_its_age_and_taken_by_one_tap(cast: Any, client_of: ClientOf) -> None:
    village, county, clerk = _clerks_village(cast), client_of("县局"), client_of("村干")
    first = opened(county, forms.simple("行政村", "抗旱水泵（台）"), places=f"东华镇{village.name}")
    question = first.questions.get()
    clerk.post(f"/demands/{first.pk}/answer/", {f"q-{question.pk}": "12"})
    month = dates.today() - timedelta(days=200)
    DemandQuestion.objects.filter(pk=question.pk).update(answered_at=f"{month}T08:00:00+08:00")
    again = opened(
        county,
        forms.simple("行政村", "总户数", "抗旱水泵 （台）"),
        asker="清远市水利局",
        places=f"东华镇{village.name}",
    )
    page = clerk.get(f"/demands/{again.pk}/answer/").content.decode()
    assert "照旧：12" in page
    assert "200 天前" in page
    assert cast["村干"].name in page
    clerk.post(f"/demands/{again.pk}/answer/", {"keep": again.questions.get().pk})
    assert again.questions.get().value == "12"
    assert Demand.objects.get(pk=again.pk).state == "answered"
    # whoever still has the page open when the officer hands it over is told, and writes nothing
    Demand.objects.filter(pk=again.pk).update(state="delivered")
    given: dict[str, Any] = {"by": Actor.of(cast["村干"], dates.today()), "at": timezone.now()}
    with pytest.raises(Over):
        answer(again.questions.all(), {again.questions.get().pk: "13"}, {}, **given)
    assert again.questions.get().value == "12"


def test_who_registers_and_who_answers_find_the_page_in_the_menu(client_of: ClientOf) -> None:
    for who, finds in (("省厅", True), ("县局", True), ("村干", True), ("联络员", True), ("部门", False)):
        page = client_of(who).get("/ledgers/").content.decode()
        assert ('href="/demands/"' in page) is finds, who
        assert not finds or client_of(who).get("/demands/").status_code == 200, who


def test_the_same_demand_twice_is_refused_with_a_pointer_to_the_first(cast: Any, client_of: ClientOf) -> None:
    county = client_of("县局")
    first = opened(county, forms.village_form(), places="东华镇")
    same = registration(forms.village_form(), asker="清远市农业农村局 ", places="东华镇")
    assert county.post("/demands/new/", same).status_code == 302
    twice = Demand.objects.latest("pk")
    assert (twice.state, twice.first_id) == ("refused", first.pk)
    page = county.get(f"/l/demands/{twice.pk}/").content.decode()
    assert f"/l/demands/{first.pk}/" in page
    assert county.get(f"/demands/{twice.pk}/download/").status_code == 404
    # another asker, heads a little different, the same fields: known once the heads are mapped
    others = forms.village_form((*forms.KNOWN[:-1], "走访次数", *forms.UNKNOWN))
    county.post("/demands/new/", registration(others, asker="清远市统计局", places="东华镇"))
    alike = Demand.objects.latest("pk")
    assert alike.state == "draft"
    accept(county, alike)
    alike.refresh_from_db()
    assert (alike.state, alike.first_id) == ("refused", first.pk)
    county.post(f"/demands/{alike.pk}/override/", {"reason": ""})
    assert Demand.objects.get(pk=alike.pk).state == "refused"
    county.post(f"/demands/{alike.pk}/override/", {"reason": "审计要另存一份"})
    accept(county, alike)
    alike.refresh_from_db()
    assert (alike.state, alike.override_reason) == ("mapped", "审计要另存一份")
    # sent twice by a slow line: one
    assert county.post("/demands/new/", registration(forms.simple("村", "户数"), client_uuid=str(first.client_uuid)))
    # other places are another matter
    county.post("/demands/new/", registration(forms.village_form()))
    assert Demand.objects.latest("pk").state == "draft"


def test_private_numbers_are_masked_unless_somebody_who_may_says_why(cast: Any, client_of: ClientOf) -> None:
    home = household(DATANG, phone="13812345678")
    head = person(home, "=陈志强")
    county = client_of("县局")
    demand = opened(
        county, forms.simple("户主姓名", "身份证号码", "联系电话", "人口数"), row_kind="household", places="大站镇"
    )
    assert (demand.state, demand.question_count) == ("answered", 0)
    row = [cell.value for cell in _downloaded(county, demand)["表"][2]]
    assert row[0] == "'=陈志强"
    assert head.identity_no not in row
    assert "13812345678" not in row
    county.post(f"/demands/{demand.pk}/download/", {"unmasked": "1", "reason": ""})
    assert not AccessLog.objects.filter(kind="unmasked_export").exists()
    clear = [cell.value for cell in _downloaded(county, demand, unmasked="1", reason="清农12号")["表"][2]]
    assert clear[1:3] == [head.identity_no, "13812345678"]
    assert AccessLog.objects.get(kind="unmasked_export").reason == "清农12号"
    assert (
        client_of("省厅").post(f"/demands/{demand.pk}/download/", {"unmasked": "1", "reason": "看看"}).status_code
        == 403
    )


def test_an_outsider_finds_no_demand_and_no_question_at_any_address(cast: Any, client_of: ClientOf) -> None:
    demand = opened(client_of("县局"), forms.simple("村", "抗旱水泵（台）"), places="东华镇")
    outsider = client_of("外县")
    question = demand.questions.first()
    assert question
    for page in ("map", "download", "answer"):
        assert outsider.get(f"/demands/{demand.pk}/{page}/").status_code in (403, 404), page
    for act in ("file", "open", "deliver", "close", "override", "withdraw"):
        assert outsider.post(f"/demands/{demand.pk}/{act}/", {"reason": "不该成功"}).status_code == 404, act
    outsider.post(f"/demands/{demand.pk}/answer/", {f"q-{question.pk}": "1"})
    question.refresh_from_db()
    assert question.answered_at is None
    for page in ("/demands/", "/l/demands/", "/l/demand-answers/", "/"):
        assert demand.title not in outsider.get(page).content.decode()
    # the clerk of another village of the county answers nothing here; who sees it from above changes nothing
    assert client_of("省厅").post(f"/demands/{demand.pk}/close/", {"reason": "不该成功"}).status_code == 403
    assert Demand.objects.get(pk=demand.pk).state == "open"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "\u7a7a.xlsx", "空的"),
        (b"%PDF-1.4", "表.xlsx", "PDF"),
        (b"PK\x03\x04 broken", "表.xlsx", "损坏"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage\0".encode("utf-16-le"), "表.xlsx", "密码"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "Workbook\0_VBA_PROJECT_CUR\0".encode("utf-16-le"), "表.xls", "宏"),
        (forms.full(2500), "名册.xlsx", "空表"),
    ],
    ids=["empty", "pdf", "broken", "password", "macro", "a full register"],
)
def test_a_file_that_cannot_be_read_is_refused_and_nothing_typed_is_lost(
    client_of: ClientOf, content: bytes, name: str, words: str
) -> None:
    page = client_of("县局").post("/demands/new/", registration(content, name))
    text = page.content.decode()
    assert page.status_code == 422
    assert words in text
    assert "清农〔2026〕12号" in text
    assert not Demand.objects.exists()


def test_what_does_not_fit_is_said_in_words(client_of: ClientOf) -> None:
    county = client_of("县局")
    yesterday = str(dates.today() - timedelta(days=1))
    page = county.post("/demands/new/", registration(forms.simple("村", "户数"), due_on=yesterday, places="不存在镇"))
    assert "已经过去" in page.content.decode()
    assert "不存在镇" in page.content.decode()
    # no head row: kept, and asked for
    county.post("/demands/new/", registration(forms.simple("只有一句话")))
    bare = Demand.objects.latest("pk")
    assert "还没有认出表头" in county.get(f"/l/demands/{bare.pk}/").content.decode()
    # two worksheets: the officer chooses
    county.post("/demands/new/", registration(forms.two_sheets(), row_kind="household"))
    two = Demand.objects.latest("pk")
    assert "村表、户表" in county.get(f"/l/demands/{two.pk}/").content.decode()
    county.post(f"/demands/{two.pk}/file/", {"sheet": "户表"})
    two.refresh_from_db()
    assert [head.title for head in two.heads.all()] == ["户主姓名", "人口数", "联系电话"]
    # the same head twice, a head the system does not have, a sum that nobody types
    county.post("/demands/new/", registration(forms.simple("村", "联系电话", "联系电话", "合计")))
    odd = Demand.objects.latest("pk")
    page = county.get(f"/demands/{odd.pk}/map/")
    assert "表头重复" in page.content.decode()
    village, phone, _, total = odd.heads.all()
    wrong = accept(
        county, odd, **{f"use-{phone.pk}": "fill", f"fact-{phone.pk}": "月亮", f"use-{total.pk}": "ask:number"}
    )
    assert wrong.status_code == 422
    assert "系统里没有“月亮”" in wrong.content.decode()
    assert "合计由表里的数算" in wrong.content.decode()
    accept(county, odd)
    county.post(f"/demands/{odd.pk}/open/")
    odd.refresh_from_db()
    assert odd.question_count == odd.row_count  # the same head is asked once
    told = county.post(f"/demands/{odd.pk}/deliver/")
    assert "还没有答齐" in str(list(get_messages(told.wsgi_request))[-1])


def test_a_csv_of_an_old_office_comes_back_in_its_own_encoding(cast: Any, client_of: ClientOf) -> None:
    county, village = client_of("县局"), _clerks_village(cast)
    content = "统计表,,\r\n行政村,区划代码,总户数\r\n".encode("gb18030")
    demand = opened(county, content, name="表.csv", places=f"东华镇{village.name}")
    answer = county.post(f"/demands/{demand.pk}/download/")
    lines = b"".join(answer.streaming_content).decode("gb18030").splitlines()
    assert lines[1] == "行政村,区划代码,总户数"
    assert lines[2].startswith(f"{village.name},{village.code}")


def test_heads_without_a_workbook_are_written_down_and_teams_are_rows_too(cast: Any, client_of: ClientOf) -> None:
    county = client_of("县局")
    sent = registration(b"", heads="工作队名称\n镇\n队长姓名\n宿舍间数", row_kind="team") | {"file": ""}
    assert county.post("/demands/new/", sent).status_code == 302
    demand = Demand.objects.latest("pk")
    uses = {head.title: head.fact or head.answer_kind for head in demand.heads.all()}
    assert uses["镇"] == "place.town"
    assert uses["队长姓名"] == "captain.name"
    assert uses["宿舍间数"] == "number"
