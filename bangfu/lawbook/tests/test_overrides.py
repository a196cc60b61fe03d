"""Officials register local values of parameters: who may, what is refused, what stays on record."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bangfu.accounts.models import Grant
from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division
from bangfu.lawbook import acts, parameters
from bangfu.lawbook.models import ParameterOverride
from bangfu.policy.parameter import ParameterMissing
from tests.fixtures.cast import Cast

GUANGDONG, QINGYUAN, YINGDE, LIANZHOU, DONGHUA = 440000000000, 441800000000, 441881000000, 441882000000, 441881137000
LINE = "monitoring_line_yuan"
DAY = date(2025, 6, 1)
LOG_IN = 3  # session, user, grants
NEW = f"/guideline/parameters/{LINE}/new/"
ClientOf = Callable[[str], Client]


def sent(client: Client, address: str = NEW, **changes: Any) -> HttpResponse:
    given = {
        "client_uuid": str(uuid4()),
        "division": str(YINGDE),
        "value": "8800",
        "from_on": "2024-01-01",
        "to_on": "",
        "document_no": "英府办〔2024〕3号",
        "note": "",
    }
    return client.post(address, given | changes)


def only() -> ParameterOverride:
    return ParameterOverride.objects.get()


def registered(client: Client, **changes: Any) -> ParameterOverride:
    before = set(ParameterOverride.objects.values_list("pk", flat=True))
    response = sent(client, **changes)
    assert response.status_code == 302, response.content.decode()[-3000:]
    return ParameterOverride.objects.exclude(pk__in=before).get()


def faults(response: HttpResponse) -> str:
    text = response.content.decode()
    found = re.search(r'<div class="form-errors".*?</div>', text, re.DOTALL)
    assert found, text[-2000:]
    return found[0]


def test_a_county_officer_registers_a_value_for_his_county_and_it_counts(client_of: ClientOf) -> None:
    client = client_of("县局")
    form = client.get(NEW).content.decode()
    assert f'data-value="{YINGDE}"' in form, "the place is known and filled in"
    row = registered(client, value="８,８００", note="2024 年标准")
    assert (row.value, row.division_id, row.document_no) == ("8800", YINGDE, "英府办〔2024〕3号")
    assert parameters.value(LINE, DAY, DONGHUA) == 8800
    page = client.get(row.get_absolute_url()).content.decode()
    assert "8,800 元/人·年" in page and "陈志强" in page and "英府办〔2024〕3号" in page


def test_the_article_lists_what_was_registered_with_days_document_and_who(client_of: ClientOf) -> None:
    row = registered(client_of("县局"), to_on="2030-12-31")
    page = client_of("镇办").get("/guideline/1.1/").content.decode()
    line = page[page.index(row.get_absolute_url()) :].split("</tr>")[0]
    for words in ("8,800", "英德市", "2024-01-01", "2030-12-31", "英府办〔2024〕3号", "陈志强", "现行"):
        assert words in line


def test_who_may_not_register_has_neither_button_nor_form(client_of: ClientOf) -> None:
    assert NEW in client_of("县局").get("/guideline/1.1/").content.decode()
    for name in ("镇办", "村干", "队长", "队员", "联络员", "部门", "审计员", "安全员", "系统员"):
        client = client_of(name)
        assert NEW not in client.get("/guideline/1.1/").content.decode()
        assert client.get(NEW).status_code == 403
        assert sent(client).status_code == 403
    assert not ParameterOverride.objects.exists()


def test_what_the_province_alone_decides_is_no_business_of_a_county(client_of: ClientOf) -> None:
    address = "/guideline/parameters/micro_loan_limit_yuan/new/"
    for name in ("县局", "市局"):
        assert client_of(name).get(address).status_code == 403
    assert client_of("省厅").get(address).status_code == 200
    response = sent(client_of("省厅"), address, value="40000", division=str(YINGDE))
    assert response.status_code == 422 and "省" in faults(response)
    assert sent(client_of("省厅"), address, value="40000", division=str(GUANGDONG)).status_code == 302


@pytest.mark.parametrize("place", [LIANZHOU, GUANGDONG, QINGYUAN, DONGHUA, 999999999999])
def test_a_forged_division_is_refused(client_of: ClientOf, place: int) -> None:
    response = sent(client_of("县局"), division=str(place))
    assert response.status_code == 422 and "适用地方" in faults(response)
    assert not ParameterOverride.objects.exists()


def test_a_city_without_counties_registers_by_its_county_role(client_of: ClientOf, cast: Cast) -> None:
    dongguan = Division.objects.get(code=441900000000)
    Grant.objects.filter(user=cast["县局"]).update(division=dongguan, role=Role.COUNTY)
    assert registered(client_of("县局"), division=str(dongguan.pk)).division == dongguan


def test_another_county_sees_nothing_of_it_by_any_address(client_of: ClientOf) -> None:
    row = registered(client_of("县局"))
    outsider = client_of("外县")
    assert "8,800" not in outsider.get("/guideline/1.1/").content.decode()
    for name in ("override", "correct", "end"):
        assert outsider.get(reverse(f"lawbook:{name}", args=[row.pk])).status_code == 404
    for name in ("correct", "end", "withdraw"):
        response = outsider.post(reverse(f"lawbook:{name}", args=[row.pk]), {"reason": "x", "version": 1})
        assert response.status_code == 404
    assert only().version == 1


def test_a_town_reads_the_value_of_its_county_and_cannot_touch_it(client_of: ClientOf) -> None:
    row = registered(client_of("县局"))
    town = client_of("镇办")
    page = town.get(row.get_absolute_url())
    assert page.status_code == 200 and "撤回这条登记" not in page.content.decode()
    for name in ("correct", "end", "withdraw"):
        response = town.post(reverse(f"lawbook:{name}", args=[row.pk]), {"reason": "x", "version": 1})
        assert response.status_code == 403
    assert only().withdrawn_at is None


def test_a_county_reads_the_value_of_its_province_and_cannot_touch_it(client_of: ClientOf) -> None:
    row = registered(client_of("省厅"), division=str(GUANGDONG))
    assert client_of("县局").get(row.get_absolute_url()).status_code == 200
    assert client_of("县局").get(reverse("lawbook:correct", args=[row.pk])).status_code == 403


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"value": "八千"}, "数值", "应为数字，现在是“八千”"),
        ({"value": "8800.5"}, "数值", "应为整数"),
        ({"value": "10"}, "数值", "不能低于 1000 元/人·年，现在是 10"),
        ({"value": "99999"}, "数值", "不能高于 50000 元/人·年"),
        ({"value": "1E+999999999"}, "数值", "应为数字"),
        ({"value": "8800\x00"}, "数值", "空字符"),
        ({"value": ""}, "数值", ""),
        ({"from_on": ""}, "生效日期", ""),
        ({"from_on": "2024-02-30"}, "生效日期", "日期"),
        ({"from_on": "0024-01-01"}, "生效日期", "年份 24 不对"),
        ({"to_on": "2023-12-31"}, "失效日期", "失效日期不能早于生效日期"),
        ({"document_no": ""}, "文件号", ""),
        ({"document_no": "待补"}, "文件号", "要有年份和序号"),
        ({"document_no": "〔2024〕" + "长" * 200}, "文件号", "120"),
        ({"division": ""}, "适用地方", ""),
    ],
)
def test_a_wrong_entry_is_refused_beside_its_field(
    client_of: ClientOf, changes: dict[str, str], field: str, says: str
) -> None:
    response = sent(client_of("县局"), **changes)
    assert response.status_code == 422
    assert field in faults(response) and says in faults(response)
    assert not ParameterOverride.objects.exists()


def test_markup_in_a_document_number_stays_text(client_of: ClientOf) -> None:
    row = registered(client_of("县局"), document_no="<b onclick=x>1</b>")
    assert "<b onclick" not in client_of("县局").get(row.get_absolute_url()).content.decode()


def test_the_same_form_sent_twice_registers_once(client_of: ClientOf) -> None:
    client, number = client_of("县局"), str(uuid4())
    first, second = (sent(client, client_uuid=number) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"] == only().get_absolute_url()


def test_the_number_of_anothers_submission_opens_nothing(client_of: ClientOf) -> None:
    number = str(uuid4())
    row = registered(client_of("县局"), client_uuid=number)
    response = sent(client_of("外县"), client_uuid=number, division=str(LIANZHOU))
    assert row.get_absolute_url() not in response.headers.get("Location", "")
    assert not ParameterOverride.objects.exclude(pk=row.pk).exists()


def test_two_at_once_for_the_same_time_and_the_second_is_told(client_of: ClientOf, monkeypatch: Any) -> None:
    registered(client_of("县局"))
    monkeypatch.setattr("bangfu.lawbook.models.OverrideQuerySet.overlapping", lambda rows, row: rows.none())
    response = sent(client_of("县局"), value="9000")
    assert response.status_code == 422 and "刚刚有人登记了" in faults(response)
    assert only().value == "8800"


def test_a_new_value_may_end_the_one_before_it(client_of: ClientOf) -> None:
    client = client_of("县局")
    old = registered(client)
    again = {"value": "9200", "from_on": "2025-01-01", "document_no": "英府办〔2025〕1号"}
    asked = sent(client, **again)
    assert asked.status_code == 422
    assert "时间重叠" in faults(asked) and "英府办〔2024〕3号" in faults(asked)
    assert "到 2024-12-31 止" in asked.content.decode()
    new = registered(client, **again, ends_earlier="on")
    old.refresh_from_db()
    assert (old.to_on, old.version) == (date(2024, 12, 31), 2)
    assert parameters.value(LINE, date(2024, 12, 31), YINGDE) == 8800
    assert parameters.value(LINE, date(2025, 1, 1), YINGDE) == 9200
    assert "由 英府办〔2025〕1号 接替" in client.get(old.get_absolute_url()).content.decode()
    assert "登记" in client.get(new.get_absolute_url()).content.decode()


def test_an_overlap_that_cannot_be_mended_so_is_only_told(client_of: ClientOf) -> None:
    client = client_of("县局")
    registered(client, from_on="2025-01-01")
    response = sent(client, from_on="2024-01-01")
    assert "时间重叠" in faults(response) and "ends_earlier" not in response.content.decode()
    assert sent(client, from_on="2024-01-01", ends_earlier="on").status_code == 422
    assert sent(client, from_on="2024-01-01", to_on="2024-12-31").status_code == 302


def test_a_term_may_be_counted_in_working_days(client_of: ClientOf) -> None:
    address = "/guideline/parameters/identification_days/new/"
    registered(client_of("县局"), address=address, value="15", unit="workday")
    assert str(parameters.at("identification_days", DAY, YINGDE)) == "15 个工作日"
    assert 'name="unit"' not in client_of("县局").get(NEW).content.decode()


def test_a_correction_is_kept_in_the_story(client_of: ClientOf) -> None:
    client = client_of("县局")
    row = registered(client)
    address = reverse("lawbook:correct", args=[row.pk])
    assert 'value="8800"' in client.get(address).content.decode()
    assert sent(client, address, value="8900", version=1).status_code == 302
    assert (only().value, only().version) == ("8900", 2)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "更正" in page and "<del>8800</del> → <ins>8900</ins>" in page


def test_a_correction_can_move_neither_place_nor_parameter(client_of: ClientOf) -> None:
    row = registered(client_of("县局"))
    address = reverse("lawbook:correct", args=[row.pk])
    sent(client_of("县局"), address, value="8900", version=1, division=str(LIANZHOU), code="village_notice_days")
    assert (only().value, only().division_id, only().code) == ("8900", YINGDE, LINE)


def test_the_second_of_two_editors_is_told_and_nothing_is_lost(client_of: ClientOf) -> None:
    client = client_of("县局")
    row = registered(client)
    address = reverse("lawbook:correct", args=[row.pk])
    assert sent(client, address, value="8900", version=1).status_code == 302
    late = sent(client, address, value="9100", version=1)
    assert late.status_code == 409
    assert "8,900" in faults(late) and 'value="9100"' in late.content.decode()
    assert only().value == "8900"
    assert 'name="version" value="2"' in late.content.decode()
    assert sent(client, address, value="9100", version=2).status_code == 302
    assert only().value == "9100"


def test_a_correction_into_the_time_of_another_is_refused(client_of: ClientOf) -> None:
    client = client_of("县局")
    row = registered(client, to_on="2024-12-31")
    registered(client, from_on="2025-01-01")
    response = sent(client, reverse("lawbook:correct", args=[row.pk]), to_on="2025-03-31", version=1)
    assert response.status_code == 422 and "时间重叠" in faults(response)


def test_a_value_ends_on_a_day_for_a_reason(client_of: ClientOf) -> None:
    client = client_of("县局")
    row = registered(client)
    address = reverse("lawbook:end", args=[row.pk])
    for given, says in (
        ({"last_on": "2023-12-31", "reason": "废止"}, "2024-01-01 才生效"),
        ({"last_on": "2025-05-31", "reason": ""}, "依据"),
    ):
        response = client.post(address, {**given, "version": 1})
        assert response.status_code == 422 and says in faults(response)
    assert (
        client.post(address, {"last_on": "2025-05-31", "reason": "英府办〔2025〕9号废止", "version": 1}).status_code
        == 302
    )
    assert parameters.value(LINE, date(2025, 5, 31), YINGDE) == 8800
    with pytest.raises(ParameterMissing):
        parameters.value(LINE, DAY, YINGDE)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "终止" in page and "英府办〔2025〕9号废止" in page
    later = client.post(address, {"last_on": "2026-01-01", "reason": "1", "version": 2})
    assert "本来就到 2025-05-31 止" in faults(later)


def test_withdrawal_asks_the_reason_and_the_version_and_stays_readable(client_of: ClientOf) -> None:
    client = client_of("县局")
    row = registered(client)
    address = reverse("lawbook:withdraw", args=[row.pk])
    for given in (
        {"version": "1"},
        {"version": "1", "reason": " \x00"},
        {"reason": "错了"},
        {"version": "x", "reason": "错了"},
    ):
        client.post(address, given)
        assert only().withdrawn_at is None
    client.post(address, {"version": "1", "reason": "登记错了地方"})
    assert only().withdrawn_at is not None and only().withdrawn_reason == "登记错了地方"
    with pytest.raises(ParameterMissing):
        parameters.value(LINE, DAY, YINGDE)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "已撤回" in page and "登记错了地方" in page and "撤回这条登记" not in page
    assert "已撤回" in client.get("/guideline/1.1/").content.decode()
    assert registered(client, value="9000").value == "9000", "the time is free again"


def test_a_withdrawn_row_can_be_neither_corrected_nor_ended_nor_withdrawn_again(client_of: ClientOf) -> None:
    client = client_of("县局")
    row = registered(client)
    ParameterOverride.objects.update(withdrawn_at=timezone.now(), withdrawn_reason="文件作废")
    for name in ("correct", "end", "withdraw"):
        client.post(reverse(f"lawbook:{name}", args=[row.pk]), {"reason": "x", "version": 1, "last_on": "2025-01-01"})
    assert (only().version, only().withdrawn_reason) == (1, "文件作废")


def test_an_act_on_a_row_that_somebody_changed_changes_nothing(client_of: ClientOf, cast: Cast) -> None:
    row = registered(client_of("县局"))
    ParameterOverride.objects.update(version=2)

    class Officer:
        user = cast["县局"]

    with pytest.raises(acts.Overtaken):
        acts.withdraw(row, reason="错了", by=Officer())
    with pytest.raises(acts.Overtaken):
        acts.end(row, last_on=DAY, reason="错了", by=Officer())
    assert only().withdrawn_at is None and only().to_on is None


def test_the_index_tells_the_county_what_it_has_to_register(client_of: ClientOf) -> None:
    page = client_of("县局").get("/guideline/").content.decode()
    assert "项数值没有登记" in page and NEW in page
    registered(client_of("县局"))
    assert NEW not in client_of("县局").get("/guideline/").content.decode()
    assert "项数值没有登记" not in client_of("村干").get("/guideline/").content.decode()


def test_unknown_parameters_and_rows_are_not_found(client_of: ClientOf) -> None:
    client = client_of("县局")
    assert client.get("/guideline/parameters/nothing/new/").status_code == 404
    assert client.get("/guideline/values/99999999999999999999/").status_code == 404


def test_an_article_page_costs_few_queries_however_many_rows(
    client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    client = client_of("县局")
    registered(client)
    registered(client, address="/guideline/parameters/village_notice_days/new/", value="7", unit="day")
    with django_assert_max_num_queries(LOG_IN + 8):
        client.get("/guideline/1.1/")
