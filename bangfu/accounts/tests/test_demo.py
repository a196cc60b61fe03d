"""The demo's switch: one click in the demo, no such address in production."""

from typing import Any

import pytest
from django.test import Client

from bangfu.accounts.demo import CAST, PASSWORD
from bangfu.accounts.models import AccessKind, AccessLog, User
from tests.fixtures.cast import Cast, ClientOf


@pytest.mark.parametrize("part", CAST, ids=lambda part: part.username)
def test_one_click_becomes_each_of_the_cast(cast: Cast, client: Client, part: Any) -> None:
    assert client.post(f"/demo/as/{part.username}/")["Location"] == "/"
    assert client.get("/me/").context["request"].user == cast[part.key]


def test_the_log_in_page_offers_the_cast(cast: Cast, client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    for part in CAST:
        assert f"以{part.key}身份进入" in page


def test_the_switch_is_logged(client_of: ClientOf, cast: Cast) -> None:
    client_of("县局").post("/demo/as/waixian/")
    row = AccessLog.objects.get(kind=AccessKind.IMPERSONATION)
    assert (row.user, row.detail) == (cast["外县"], "陈志强 → 唐丽华")


def test_the_place_of_the_one_before_does_not_stay(client_of: ClientOf) -> None:
    client = client_of("县局")
    client.get("/me/?place=441881137000")
    client.post("/demo/as/shengting/")
    assert client.get("/me/").context["request"].actor.place is None


def test_a_link_alone_switches_nobody(cast: Cast, client: Client) -> None:
    assert client.get("/demo/as/xianju/").status_code == 405


def test_only_the_cast_can_be_played(cast: Cast, client: Client) -> None:
    User.objects.create(username="zhenren", name="真人")
    assert client.post("/demo/as/zhenren/").status_code == 404


def test_the_switch_leads_to_no_other_site(cast: Cast, client: Client) -> None:
    assert client.post("/demo/as/xianju/", {"next": "https://evil.example/"})["Location"] == "/"


def test_in_production_the_password_of_the_demo_opens_nothing(cast: Cast, client: Client, settings: Any) -> None:
    settings.DEMO = False
    page = client.post("/accounts/login/", {"login": "xianju", "password": PASSWORD}).content.decode()
    assert "账号或密码不对" in page
    assert client.get("/me/").status_code == 302


def test_in_production_there_is_no_switch_at_all(
    cast: Cast, client: Client, client_of: ClientOf, settings: Any
) -> None:
    settings.DEMO = False
    for part in CAST:
        assert client.post(f"/demo/as/{part.username}/").status_code == 404
    assert "_auth_user_id" not in client.session
    page = client.get("/accounts/login/").content.decode()
    assert "身份进入" not in page and "bangfu-demo" not in page
    assert "换身份" not in client_of("县局").get("/me/").content.decode()
