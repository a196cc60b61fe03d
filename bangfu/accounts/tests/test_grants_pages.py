"""The desk of the security officer, page by page."""

import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessLog, Grant, Unit, User
from bangfu.accounts.roles import Act, Role
from tests.fixtures.cast import Cast, ClientOf

TODAY = timezone.localdate()
NEW = {"username": "xinren", "name": "新人", "phone": "", "unit": "", "division": "441881000000"}
TOWN_GRANT = {
    "role": "town",
    "division": "441881137000",
    "unit": "",
    "from_on": str(TODAY),
    "to_on": "",
    "reason": "文件",
}


@pytest.fixture
def desk(client_of: ClientOf) -> Client:
    return client_of("安全员")


def names(client: Client, query: str = "") -> set[str]:
    return {user.name for user in client.get(f"/grants/{query}").context["users"]}


def test_from_nothing_to_a_working_account(desk: Client, cast: Cast) -> None:
    person = desk.post("/grants/users/new/", NEW)["Location"]
    assert "没有角色，登录后什么也看不到" in desk.get(person).content.decode()
    assert desk.post(f"{person}grant/", TOWN_GRANT).status_code == 302
    page = desk.post(f"{person}link/").content.decode()
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+?/)<", page)
    assert link
    newcomer = Client()
    form = newcomer.get(link[1])["Location"]
    newcomer.post(form, {"password1": "Xin-Ren-2026!", "password2": "Xin-Ren-2026!"})
    newcomer.post("/accounts/login/", {"login": "xinren", "password": "Xin-Ren-2026!"})
    actor: Actor = newcomer.get("/me/").context["request"].actor
    assert actor.roles == {Role.TOWN}
    assert actor.may(Act.EDIT)


@pytest.mark.parametrize("name", ["省厅", "县局", "村干", "审计员", "系统员", "联络员", "外县"])
def test_nobody_else_has_a_desk(client_of: ClientOf, cast: Cast, name: str) -> None:
    client, pk, grant = client_of(name), cast["村干"].pk, cast["村干"].grants.get().pk
    for path in ("", "pending/", "units/", "units/options/", "users/new/", f"users/{pk}/", f"users/{pk}/edit/"):
        assert client.get(f"/grants/{path}").status_code == 403, path
    for path in (
        f"users/{pk}/grant/",
        f"users/{pk}/link/",
        f"users/{pk}/disable/",
        f"{grant}/end/",
        f"{grant}/confirm/",
    ):
        assert client.post(f"/grants/{path}", {"reason": "x"}).status_code == 403, path
    assert Grant.objects.get(pk=grant).ended_at is None


def test_search_finds_by_name_account_unit_and_phone(desk: Client, cast: Cast) -> None:
    User.objects.filter(username="cungan").update(phone="13911112222")
    assert names(desk, "?q=水生") == {"罗水生"}
    assert names(desk, "?q=waix") == {"唐丽华"}
    assert names(desk, "?q=教育局") == {"谢国平"}
    assert names(desk, "?q=139") == {"罗水生"}
    assert names(desk, "?q=%00") == names(desk)
    assert names(desk, "?q=没有这个人") == set()


def test_a_county_officer_sees_the_county_and_reaches_others_by_whole_name(cast: Cast, client_of: ClientOf) -> None:
    cast["复核员"].grants.update(division_id=441881000000)
    User.objects.filter(username="shengting").update(division=None)
    county = client_of("复核员")
    assert "唐丽华" not in names(county)
    assert "周启明" not in names(county)
    assert names(county, "?q=wai") == set()
    assert names(county, "?q=waixian") == {"唐丽华"}
    outsider = cast["外县"].pk
    assert county.get(f"/grants/users/{outsider}/").status_code == 404
    assert county.get(f"/grants/users/{outsider}/?account=waixian").status_code == 200
    assert county.post(f"/grants/users/{outsider}/link/").status_code == 403
    assert county.post(f"/grants/users/{outsider}/disable/", {"reason": "x"}).status_code == 403
    assert county.post(f"/grants/{cast['外县'].grants.get().pk}/end/", {"reason": "x"}).status_code == 403
    far = TOWN_GRANT | {"division": "441882101000"}
    assert "division" in county.post(f"/grants/users/{outsider}/grant/", far).context["form"].errors
    assert county.post(f"/grants/users/{outsider}/grant/", TOWN_GRANT).status_code == 302


def test_faults_of_a_grant_stand_beside_their_fields(desk: Client, cast: Cast) -> None:
    url = f"/grants/users/{cast['村干'].pk}/grant/"
    for changes, field, words in (
        ({"division": "441881000000"}, "division", "只能授在镇一级"),
        ({"role": "auditor", "division": "441881000000"}, "role", "三员分立"),
        ({"role": "liaison", "division": ""}, "unit", "须指定单位"),
        ({"unit": "没有的单位"}, "unit", "没有“没有的单位”这个单位"),
        ({"reason": ""}, "reason", ""),
        ({"to_on": "2020-01-01"}, "__all__", "截止日期早于生效日期"),
    ):
        response = desk.post(url, TOWN_GRANT | changes)
        assert response.status_code == 422
        errors = response.context["form"].errors
        assert field in errors and words in str(errors[field]), changes


def test_ending_a_grant_needs_a_reason(desk: Client, cast: Cast) -> None:
    grant = cast["村干"].grants.get()
    desk.post(f"/grants/{grant.pk}/end/", {"reason": ""})
    grant.refresh_from_db()
    assert grant.ended_at is None
    desk.post(f"/grants/{grant.pk}/end/", {"reason": "换届"})
    grant.refresh_from_db()
    assert grant.ended_reason == "换届"
    assert "以前的授权" in desk.get(f"/grants/users/{cast['村干'].pk}/").content.decode()


def test_two_officers_for_a_high_role(desk: Client, client_of: ClientOf, cast: Cast, settings: Any) -> None:
    settings.GRANTS_NEED_CONFIRMATION = True
    data = TOWN_GRANT | {"role": "county", "division": "441881000000"}
    desk.post(f"/grants/users/{cast['村干'].pk}/grant/", data)
    grant = Grant.objects.pending().get()
    assert "等另一位安全员" in desk.get("/grants/pending/").content.decode()
    assert desk.post(f"/grants/{grant.pk}/confirm/").status_code == 403
    second = client_of("复核员")
    assert "复核通过" in second.get("/grants/pending/").content.decode()
    assert second.post(f"/grants/{grant.pk}/confirm/").status_code == 302
    assert Actor.of(cast["村干"], TODAY).roles == {Role.VILLAGE, Role.COUNTY}
    assert second.post(f"/grants/{grant.pk}/confirm/").status_code == 404


def test_an_account_is_corrected_closed_and_opened(desk: Client, cast: Cast) -> None:
    person = f"/grants/users/{cast['村干'].pk}/"
    data = {"name": "罗水生", "phone": "12345", "unit": "", "division": "441881137201"}
    assert "phone" in desk.post(f"{person}edit/", data).context["form"].errors
    assert desk.post(f"{person}edit/", data | {"phone": "13911112222"}).status_code == 302
    desk.post(f"{person}disable/", {"reason": ""})
    assert User.objects.get(username="cungan").is_active
    desk.post(f"{person}disable/", {"reason": "离任"})
    assert not User.objects.get(username="cungan").is_active
    assert "请先启用" in desk.post(f"{person}link/", follow=True).content.decode()
    desk.post(f"{person}enable/", {"reason": "复任"})
    assert User.objects.get(username="cungan").is_active
    assert desk.post(f"{person}explode/").status_code == 404


def test_the_one_time_link_is_kept_nowhere(desk: Client, cast: Cast) -> None:
    page = desk.post(f"/grants/users/{cast['村干'].pk}/link/").content.decode()
    key = re.search(r"/key/([^/]+)/", page)
    assert key and not AccessLog.objects.filter(detail__contains=key[1]).exists()


def test_ones_own_account_has_no_buttons(desk: Client, cast: Cast) -> None:
    page = desk.get(f"/grants/users/{cast['安全员'].pk}/").content.decode()
    assert "这是您自己的账号" in page and "授予角色" not in page and "停用账号" not in page
    assert desk.post(f"/grants/users/{cast['安全员'].pk}/grant/", TOWN_GRANT).status_code == 403


def test_units_are_added_and_suggested(desk: Client) -> None:
    assert (
        desk.post("/grants/units/", {"name": "英德市水利局", "credit_code": "", "division": "441881000000"}).status_code
        == 302
    )
    assert Unit.objects.get(name="英德市水利局").division_id == 441881000000
    again = desk.post("/grants/units/", {"name": "英德市水利局", "credit_code": "", "division": "441881000000"})
    assert "name" in again.context["form"].errors
    assert '<option value="英德市水利局">' in desk.get("/grants/units/options/?unit=水利").content.decode()
    assert "<option" not in desk.get("/grants/units/options/?unit=").content.decode()


def test_a_page_of_users_costs_few_queries(desk: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(6):
        assert len(desk.get("/grants/").context["users"]) == 15


def test_markup_in_a_name_stays_text(desk: Client, cast: Cast) -> None:
    User.objects.filter(username="cungan").update(name="<script>alert(1)</script>😀")
    for path in ("/grants/", f"/grants/users/{cast['村干'].pk}/"):
        assert "<script>alert" not in desk.get(path).content.decode()


class TestAppoint:
    """The command that makes the first officers."""

    def test_it_makes_an_officer_with_a_link(self, divisions: Any, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("appoint", "diyi", "第一人")
        told = capsys.readouterr().out
        path = re.search(r"<网址>(\S+)", told)
        assert path and Client().get(path[1]).status_code == 302
        assert Actor.of(User.objects.get(username="diyi"), TODAY).may(Act.GRANT)

    def test_it_works_where_grants_need_two(self, divisions: Any, settings: Any) -> None:
        settings.GRANTS_NEED_CONFIRMATION = True
        call_command("appoint", "diyi", "第一人", "--role", "auditor", "--division", "441881")
        assert Actor.of(User.objects.get(username="diyi"), TODAY).may(Act.AUDIT)

    @pytest.mark.parametrize(
        ("division", "fault"), [("99", "没有区划"), ("x", "没有区划"), ("441881137", "不是省、市、县一级")]
    )
    def test_it_says_what_is_wrong(self, divisions: Any, division: str, fault: str) -> None:
        with pytest.raises(CommandError, match=fault):
            call_command("appoint", "diyi", "第一人", "--division", division)
        assert not User.objects.exists()

    def test_the_same_officer_twice_is_refused(self, divisions: Any) -> None:
        call_command("appoint", "diyi", "第一人")
        with pytest.raises(CommandError, match="已有授权"):
            call_command("appoint", "diyi", "第一人")
