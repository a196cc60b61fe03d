"""The province's officers add the yearly holiday notice and take days out again."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.test import Client

from bangfu.lawbook import holidays
from bangfu.lawbook.models import Holiday

PAGE, NEW, REMOVE = "/guideline/working-days/", "/guideline/working-days/new/", "/guideline/working-days/remove/"
NOTICE = """一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。1月4日（周一）照常。
二、春节：2月5日至11日放假，共7天。2月14日（周日）上班。
请遵照执行。"""
NUMBER = "国办发明电〔2026〕8号"
ClientOf = Callable[[str], Client]


def text_of(response: Any) -> str:
    return str(response.content.decode())


def given(**changes: str) -> dict[str, str]:
    return {"year": "2027", "document_no": NUMBER, "text": NOTICE} | changes


def looked_at(client: Client, **changes: str) -> str:
    """The mark of the preview, as its form carries it."""
    page = text_of(client.post(NEW, given(**changes)))
    return page.split('name="seen" value="')[1].split('"')[0]


def arranged(client: Client, **changes: str) -> None:
    response = client.post(NEW, given(**changes) | {"seen": looked_at(client, **changes)})
    assert response.status_code == 302


def test_the_notice_is_read_looked_at_and_then_holds(client_of: ClientOf) -> None:
    client = client_of("省厅")
    preview = text_of(client.post(NEW, given()))
    assert "读到 11 天，其中要登记的 11 天" in preview and "请遵照执行" in preview
    assert not Holiday.objects.exists(), "the first press only shows"
    arranged(client)
    assert Holiday.objects.count() == 11
    assert not holidays.is_workday(date(2027, 2, 8)) and holidays.is_workday(date(2027, 2, 14))
    page = text_of(client_of("村干").get(PAGE))
    assert NUMBER in page and "2027-02-05" in page and "周启明" in page


def test_only_who_answers_for_the_whole_province_may(client_of: ClientOf) -> None:
    arranged(client_of("省厅"))
    for name in ("市局", "县局", "镇办", "村干", "系统员", "安全员"):
        client = client_of(name)
        assert NEW not in text_of(client.get(PAGE)) and REMOVE not in text_of(client.get(PAGE))
        assert client.get(NEW).status_code == 403
        assert client.post(NEW, given() | {"seen": "x"}).status_code == 403
        removal = {"first": "2027-01-01", "last": "2027-12-31", "document_no": NUMBER, "reason": "x"}
        assert client.post(REMOVE, removal).status_code == 403
    assert Holiday.objects.count() == 11


def test_a_notice_that_cannot_be_read_is_sent_back_with_what_was_typed(client_of: ClientOf) -> None:
    client = client_of("省厅")
    for changes, says in (
        ({"text": "元旦：1月1日（周四）放假"}, "2027-01-01 是周五"),
        ({"text": "开会：3月2日上班"}, "2027-03-02 是周二，本来就上班"),
        ({"document_no": "没有"}, "要有年份和序号"),
        ({"text": "长" * 6000}, "5000"),
        ({"year": "27"}, "1900"),
    ):
        response = client.post(NEW, given(**changes))
        assert response.status_code == 422
        assert says in text_of(response)
    assert not Holiday.objects.exists()


def test_what_the_files_have_already_needs_no_registering(client_of: ClientOf) -> None:
    page = text_of(client_of("省厅").post(NEW, given(year="2026", text="春节：2月15日至23日放假，共9天。2月14日上班")))
    assert "要登记的 0 天" in page and 'name="seen"' in page and ">登记</button>" not in page


def test_the_same_press_twice_registers_once(client_of: ClientOf) -> None:
    client = client_of("省厅")
    mark = looked_at(client)
    for _ in range(2):
        assert client.post(NEW, given() | {"seen": mark}).status_code == 302
    assert Holiday.objects.count() == 11
    assert text_of(client.get(PAGE)).count("共 11 天") == 1, "one entry in the story"


def test_who_looked_before_another_registered_is_asked_to_look_again(client_of: ClientOf) -> None:
    client = client_of("省厅")
    mark = looked_at(client)
    Holiday.objects.create(day=date(2027, 1, 1), is_workday=False, name="新年", document_no="别的〔2026〕9号")
    late = client.post(NEW, given() | {"seen": mark})
    assert late.status_code == 409
    assert "别人登记了这些日子" in text_of(late) and "新年，放假" in text_of(late)
    assert Holiday.objects.count() == 1


def test_a_later_notice_corrects_an_earlier_one(client_of: ClientOf) -> None:
    client = client_of("省厅")
    arranged(client)
    arranged(client, document_no="国办发明电〔2027〕1号", text="春节：2月5日上班")
    assert holidays.is_workday(date(2027, 2, 5))
    assert not holidays.is_workday(date(2027, 2, 8))


def test_a_mistake_is_mended_without_typing_again(client_of: ClientOf) -> None:
    page = text_of(client_of("省厅").post(NEW, given() | {"seen": "x", "again": "1"}))
    assert "一、元旦" in page and "<textarea" in page
    assert not Holiday.objects.exists()


def test_days_are_removed_with_a_reason_and_the_story_tells(client_of: ClientOf) -> None:
    client = client_of("省厅")
    arranged(client)
    days = {"first": "2027-02-05", "last": "2027-02-11", "document_no": NUMBER}
    for wrong in ({}, {"reason": " "}, {"reason": "x", "first": "昨天"}, {"reason": "x", "document_no": "别的"}):
        client.post(REMOVE, days | wrong)
        assert Holiday.objects.count() == 11
    for _ in range(2):
        assert client.post(REMOVE, days | {"reason": "通知已改"}).status_code == 302
    assert Holiday.objects.count() == 4 and holidays.is_workday(date(2027, 2, 8))
    page = text_of(client.get(PAGE))
    assert "删除" in page and "通知已改" in page
