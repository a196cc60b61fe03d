"""The pages of flows as a browser without scripts meets them: forms keep what was typed, lists page by due date."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.workflow import acts
from bangfu.workflow.models import Flow, StepRecord
from tests.toy.models import WaterPoint
from tests.toy.workflow import REPAIR
from tests.workflows.samples import actor, put, started

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
PDF = b"%PDF-1.4 minutes"


@pytest.fixture
def flow(cast: Any) -> Flow:
    return started(REPAIR)


def hidden(page: str, step: str) -> dict[str, str]:
    """Version and request number, as the form of the step carries them."""
    found = re.search(rf'multipart/form-data" action="[^"]*/take/{step}/">(.*?)</form>', page, re.DOTALL)
    assert found
    form = found[1]
    return dict(re.findall(r'name="([\w-]+-(?:version|client_uuid|kept_\w+))" value="([^"]*)"', form))


def test_a_refused_step_keeps_words_and_files_and_then_goes_through(flow: Flow, client_of: ClientOf) -> None:
    client, address = client_of("村干"), f"/workflows/flows/{flow.pk}/"
    page = client.get(address).content.decode()
    assert "household_check" not in page and "入户核实期限" in page, "the clock names its parameter in words"
    sent = hidden(page, "assess") | {
        "assess-on": str(timezone.localdate()),
        "assess-given_opinion": "都同意",
        "assess-given_people": "多",
    }
    paper = SimpleUploadedFile("会议记录.pdf", PDF, "application/pdf")
    refused = client.post(f"{address}take/assess/", sent | {"assess-given_minutes": paper})
    shown = refused.content.decode()
    assert refused.status_code == 422
    assert "应为数字" in shown and "还缺“开会日期”" in shown and "都同意" in shown
    sent |= hidden(shown, "assess") | {
        "assess-given_people": "31",
        "assess-given_held_on": str(timezone.localdate()),
    }
    assert sent["assess-kept_minutes"].startswith("attachment:")
    done = client.post(f"{address}take/assess/", sent, follow=True).content.decode()
    assert "现在是“已评议”" in done and "会议记录.pdf" in done and "都同意" in done
    again = client.post(f"{address}take/assess/", sent, follow=True).content.decode()
    assert "现在是“已评议”" in again and "已由" not in again, "pressed twice, done once"
    late = client.post(f"{address}take/assess/", sent | {"assess-client_uuid": ""}, follow=True).content.decode()
    assert "已由罗水生于" in late
    flow.refresh_from_db()
    assert (flow.state, flow.records.count()) == ("assessed", 2)


def test_files_of_another_row_cannot_be_claimed(flow: Flow, client_of: ClientOf) -> None:
    client, address = client_of("村干"), f"/workflows/flows/{flow.pk}/"
    sent = hidden(client.get(address).content.decode(), "assess") | {"assess-kept_minutes": "attachment:1 attachment:x"}
    today = str(timezone.localdate())
    given = {"on": today, "given_people": "3", "given_held_on": today, "given_opinion": "同意"}
    sent |= {f"assess-{name}": value for name, value in given.items()}
    client.post(f"{address}take/assess/", sent)
    assert "minutes" not in flow.records.get(step="assess").evidence


def test_who_comes_second_sees_what_was_done_and_still_has_the_words(flow: Flow, client_of: ClientOf) -> None:
    village, town, address = client_of("村干"), client_of("镇办"), f"/workflows/flows/{flow.pk}/"
    put(flow, "assessed")
    page = town.get(address).content.decode()
    sent = hidden(page, "send_back") | {
        "send_back-on": str(timezone.localdate()),
        "send_back-reason": "记录缺签名",
    }
    flag = {"version": flow.version, "flag": "urgent", "reason": "断水"}
    assert "已标记" in town.post(f"{address}flag/", flag, follow=True).content.decode()
    late = town.post(f"{address}take/send_back/", sent)
    shown = late.content.decode()
    assert late.status_code == 409
    assert "已由黄雪梅于" in shown and "记录缺签名" in shown
    sent |= hidden(shown, "send_back")
    assert "现在是“已申请”" in town.post(f"{address}take/send_back/", sent, follow=True).content.decode()
    assert "记录缺签名" in village.get(address).content.decode(), "the reason of the return is read below"


def test_ending_takes_one_tap_on_a_reason_and_the_town_can_undo_it(flow: Flow, client_of: ClientOf) -> None:
    village, town, address = client_of("村干"), client_of("镇办"), f"/workflows/flows/{flow.pk}/"
    page = village.get(address).content.decode()
    assert '<button class="btn" type="submit" name="reason_tap" value="重复申请">' in page
    sent = hidden(page, "drop") | {"drop-on": str(timezone.localdate()), "drop-reason": ""}
    assert village.post(f"{address}take/drop/", sent).status_code == 422
    village.post(f"{address}take/drop/", sent | {"reason_tap": "重复申请"})
    page = town.get(address).content.decode()
    assert "撤销“不修”" in page and "撤销“不修”" not in village.get(address).content.decode()
    flow.refresh_from_db()
    assert "写明" in town.post(f"{address}undo/", {"version": flow.version, "reason": ""}, follow=True).content.decode()
    given = {"version": flow.version, "reason": "没有重复"}
    assert "已撤销上一步" in town.post(f"{address}undo/", given, follow=True).content.decode()
    flow.refresh_from_db()
    assert (flow.state, flow.ended_on) == ("asked", None)


def test_the_first_page_tells_what_waits_until_when_and_why(flow: Flow, client_of: ClientOf, cast: Any) -> None:
    page = client_of("村干").get("/").content.decode()
    assert "村民评议" in page and f"/workflows/flows/{flow.pk}/" in page
    assert flow.due_on and f"{flow.due_on:%m-%d}" in page
    assert "村民评议" not in client_of("镇办").get("/").content.decode()


def test_the_list_goes_by_due_date_colour_and_state_in_few_queries(
    cast: Any, client_of: ClientOf, settings: Any
) -> None:
    settings.PAGE_SIZE = 3
    today = timezone.localdate()
    flows = [started(REPAIR, today - timedelta(days=each)) for each in (40, 0, 30, 20)]
    put(flows[3], "noticing")
    client, base = client_of("县局"), f"/workflows/{REPAIR.slug}/flows/"
    with CaptureQueriesContext(connection) as queries:
        page = client.get(base).content.decode()
    assert len(queries) <= 3 + 6  # log-in, and the list
    order = [int(pk) for pk in re.findall(r'<td><a href="/workflows/flows/(\d+)/"', page)]
    assert order == [flows[0].pk, flows[2].pk, flows[3].pk]
    following = re.search(r"after=([^\"]+)", page)
    assert following
    rest = client.get(f"{base}?after={following[1]}").content.decode()
    assert f"/workflows/flows/{flows[1].pk}/" in rest
    assert f"/workflows/flows/{flows[0].pk}/" not in rest
    late = client.get(f"{base}?standing=overdue").content.decode()
    assert f"/flows/{flows[0].pk}/" in late and f"/flows/{flows[1].pk}/" not in late
    noticed = client.get(f"{base}?state=noticing").content.decode()
    assert f"/flows/{flows[3].pk}/" in noticed and f"/flows/{flows[0].pk}/" not in noticed
    assert client.get(f"{base}?after=forged").status_code == 404
    assert client.get(f"{base}?standing=x&state=y&place=1").status_code in (200, 404)
    assert client_of("市局").get(f"{base}?place=441882000000").content.decode().count("<tr>") <= 1


def test_delegation_hand_over_and_naming_work_by_form(flow: Flow, client_of: ClientOf, cast: Any) -> None:
    village, town, today = client_of("村干"), client_of("镇办"), timezone.localdate()
    given = {"to": "zhenban", "from_on": today, "to_on": today + timedelta(days=2), "reason": "住院"}
    found = village.get("/workflows/rotation/people/?q=黄雪").json()["results"]
    assert [(row["label"], row["note"]) for row in found] == [("黄雪梅", "镇级 东华镇，账号 zhenban")]
    assert village.get("/workflows/rotation/people/?q=镇级").json()["results"] == found
    elsewhere = client_of("外县")
    assert elsewhere.get("/workflows/rotation/people/?q=黄雪梅").json()["results"] == []
    refused = elsewhere.post("/workflows/rotation/", given | {"to": cast["镇办"].pk, "to-text": "黄雪梅"})
    assert "没有叫“黄雪梅”的同事" in refused.content.decode() and "住院" in refused.content.decode()
    given |= {"to": "", "to-text": "黄雪梅"}
    assert "由黄雪梅代办" in village.post("/workflows/rotation/", given, follow=True).content.decode()
    page = town.get(f"/workflows/flows/{flow.pk}/").content.decode()
    assert "代罗水生办" in page and "罗水生" in town.get("/workflows/rotation/").content.decode()
    named = town.post(f"/workflows/flows/{flow.pk}/assign/", {"version": 1, "to": cast["村干"].pk}, follow=True)
    assert "已指定 罗水生" in named.content.decode()
    handing = {"act": "hand-over", "hand-person": cast["村干"].pk, "hand-to": cast["队长"].pk, "hand-reason": "轮换"}
    assert "已交接 1 件" in town.post("/workflows/rotation/", handing, follow=True).content.decode()
    flow.refresh_from_db()
    assert flow.assignee == cast["队长"]
    pk = cast["村干"].delegations_given.get().pk
    assert client_of("外县").post(f"/workflows/rotation/{pk}/end/").status_code == 404
    assert "委托已终止" in village.post(f"/workflows/rotation/{pk}/end/", follow=True).content.decode()


def test_a_town_moves_several_flows_by_one_paper_and_hears_by_name_who_was_refused(
    client_of: ClientOf, cast: Any
) -> None:
    flows, today = [started(REPAIR) for _ in range(4)], timezone.localdate()
    WaterPoint.objects.filter(pk=flows[2].subject_id).update(name="水口塘")
    put(flows[3], "assessed")
    village, base = client_of("村干"), "/workflows/water-repairs/"
    page = village.get(f"{base}flows/?state=asked").content.decode()
    assert f"{base}together/assess/" in page and f'value="{flows[2].pk}"' in page
    assert "together" not in client_of("县局").get(f"{base}flows/?state=asked").content.decode()
    ticked = {"flow": [flow.pk for flow in flows]}
    page = village.post(f"{base}together/assess/", ticked).content.decode()
    assert "勾选了 4 件，3 件可以办" in page and "现在是“已评议”，不用办这一步" in page
    once = uuid.uuid4()
    paper = {"given_people": "31", "given_held_on": today, "given_opinion": "同意", "on": today, "client_uuid": once}
    sent = ticked | {f"assess-{name}": value for name, value in paper.items()} | {"sent": "1", "assess-version": "1"}
    sent |= {"version": [f"{flow.pk}:1" for flow in flows]}
    missing = village.post(f"{base}together/assess/", sent | {"assess-given_people": "三十"})
    assert missing.status_code == 422 and "同意" in missing.content.decode()
    assert not StepRecord.objects.filter(step="assess").exists()
    acts.take("drop", flows[2], by=actor(cast["镇办"]), at=timezone.now(), version=1, reason="重复申请")
    told = village.post(f"{base}together/assess/", sent, follow=True).content.decode()
    assert "已办理“村民评议” 2 件" in told and "水口塘 没有办：现在是“不修”" in told
    village.post(f"{base}together/assess/", sent)
    done = StepRecord.objects.filter(step="assess").order_by("flow")
    assert [(record.flow_id, record.evidence["opinion"]) for record in done] == [
        (flows[0].pk, "同意"), (flows[1].pk, "同意"),
    ]  # fmt: skip
    outsider = client_of("外县").post(f"{base}together/assess/", sent, follow=True).content.decode()
    assert "请先勾选" in outsider or "不能" in outsider


def test_nonsense_is_answered_with_words(flow: Flow, client_of: ClientOf) -> None:
    client, address = client_of("县局"), f"/workflows/flows/{flow.pk}/"
    for path in ("take/nothing/", "flag/", "assign/"):
        assert client.post(address + path, {"version": "x", "flag": "x", "to": "9" * 30}).status_code == 404
    put(flow, "noticing")
    assert "您的角色不能办理“镇审核”" in client.post(f"{address}take/approve/", {}, follow=True).content.decode()
    put(flow, "asked")
    assert client.get("/workflows/no-such/").status_code == 404
    assert client_of("村干").post(f"{address}take/assess/", {"on": "昨天"}).status_code == 422
