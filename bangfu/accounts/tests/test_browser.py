"""What only a real browser can show: security keys, and the desk of the security officer on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from bangfu.accounts.demo import PASSWORD
from bangfu.accounts.models import User
from tests.fixtures.cast import Cast

PageOf = Callable[..., Any]


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    cache.clear()


def with_key(page: Any) -> None:
    """Plugs a security key into the browser; it answers by itself."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.django_db(transaction=True)
def test_a_security_key_is_bound_and_then_opens_the_door(page_of: PageOf, cast: Cast) -> None:
    page = page_of("")
    with_key(page)
    page.goto("/accounts/login/")
    page.get_by_label("账号").fill("xianju")
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("form[action='/accounts/login/'] button[type=submit]").click()
    page.get_by_role("heading", name="今日").wait_for()
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="确认").click()
    page.get_by_label("名称").fill("办公室电脑")
    page.get_by_role("button", name="添加").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto("/accounts/2fa/webauthn/")
    assert page.get_by_text("办公室电脑").is_visible()

    page.goto("/me/")
    page.get_by_role("button", name="退出登录").click()
    page.get_by_label("账号").fill("xianju")
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("form[action='/accounts/login/'] button[type=submit]").click()
    page.get_by_role("button", name="用安全密钥").click()
    page.get_by_role("heading", name="今日").wait_for()
    page.goto("/me/")
    assert page.get_by_text("安全密钥 1 个").is_visible()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_new_village_clerk_gets_an_account_a_role_and_a_link(page_of: PageOf, cast: Cast, phone: bool) -> None:
    page = page_of("安全员", phone=phone)
    page.goto("/grants/users/new/")
    page.get_by_label("账号", exact=False).first.fill("lisi")
    page.get_by_label("姓名").fill("李四")
    page.locator("#id_division").fill("441881137201")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="授予角色").click()
    page.wait_for_url("**/grant/")
    page.get_by_label("角色").select_option("village")
    page.locator("#id_division").fill("441881137201")
    page.keyboard.press("Tab")
    page.get_by_label("依据").fill("东委〔2026〕3号")
    page.get_by_role("button", name="授予", exact=True).click()
    page.get_by_text("已授权，立即生效").wait_for()
    page.get_by_role("button", name="一次性链接").click()
    expect(page.locator("code.secret")).to_contain_text("/accounts/password/reset/key/")
    page.wait_for_load_state()
    assert [str(grant) for grant in User.objects.get(username="lisi").grants.all()] == ["村级·光明村委会"]
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_ending_a_grant_asks_for_the_reason_first(page_of: PageOf, cast: Cast, phone: bool) -> None:
    page = page_of("安全员", phone=phone)
    page.goto(f"/grants/users/{cast['村干'].pk}/")
    page.get_by_role("button", name="终止").click()
    page.get_by_role("textbox", name="终止原因").fill("换届")
    page.get_by_role("dialog").get_by_role("button", name="终止").click()
    page.get_by_text("以前的授权").wait_for()
    assert cast["村干"].grants.get().ended_reason == "换届"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("", "/accounts/login/"),
        ("县局", "/me/"),
        ("县局", "/me/tokens/"),
        ("县局", "/permissions/"),
        ("县局", "/accounts/2fa/"),
        ("县局", "/accounts/sessions/"),
        ("安全员", "/grants/"),
        ("审计员", "/traces/"),
    ],
)
def test_no_page_is_wider_than_the_screen(page_of: PageOf, cast: Cast, name: str, path: str, phone: bool) -> None:
    page = page_of(name, phone=phone)
    assert page.goto(path).status == 200
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0
    small = page.evaluate(
        """() => [...document.querySelectorAll('main a.btn, main button, main input:not([type=hidden]), main select')]
            .filter((e) => e.offsetParent && e.type !== 'checkbox' && e.getBoundingClientRect().height < 36)
            .map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert not phone or small == []
