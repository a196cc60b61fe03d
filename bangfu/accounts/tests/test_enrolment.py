"""Accounts: made without a password, opened by a one-time link, closed at once."""

import datetime
import re
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from bangfu.accounts import enrolment, tokens
from bangfu.accounts.actor import Actor
from bangfu.accounts.demo import PASSWORD
from bangfu.accounts.models import AccessKind, AccessLog, User
from bangfu.divisions.models import Division
from tests.fixtures.cast import Cast

NOW = datetime.datetime(2026, 6, 15, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()


@pytest.fixture
def officer(cast: Cast) -> Actor:
    return Actor.of(cast["安全员"], TODAY)


@pytest.fixture
def newcomer(officer: Actor) -> User:
    division = Division.objects.get(code=441881000000)
    return enrolment.enrol(username="xinren", name="新人", division=division, by=officer, at=NOW)


def set_password(client: Client, path: str, password: str) -> str:
    """Follows the link as a browser does; gives the address after the form."""
    form = client.get(path)["Location"]
    assert "密码只有您自己知道" in client.get(form).content.decode()
    response = client.post(form, {"password1": password, "password2": password})
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def test_a_new_account_has_no_password_and_no_role(newcomer: User, client: Client) -> None:
    assert not newcomer.has_usable_password()
    assert Actor.of(newcomer, TODAY).grants == ()
    assert AccessLog.objects.filter(kind=AccessKind.GRANT, detail="新建账号 xinren（新人）").exists()


def test_the_one_time_link_sets_a_password_once(newcomer: User, officer: Actor) -> None:
    path = enrolment.one_time_link(newcomer, by=officer)
    assert set_password(Client(), path, "Xin-Ren-2026!").endswith("/password/reset/key/done/")
    newcomer.refresh_from_db()
    assert newcomer.check_password("Xin-Ren-2026!")
    again = Client().get(path)
    assert "链接已失效" in again.content.decode()
    assert AccessLog.objects.filter(user=newcomer, detail="本人用一次性链接设置密码").exists()


def test_the_page_of_the_link_does_not_carry_the_key(newcomer: User, officer: Actor, client: Client) -> None:
    path = enrolment.one_time_link(newcomer, by=officer)
    key = re.search(r"key/[0-9a-z]+-(.+)/$", path)
    form = client.get(path)["Location"]
    assert key and key[1] not in form
    assert key[1] not in client.get(form).content.decode()


def test_a_link_dies_with_the_next_log_in_and_after_a_day(
    officer: Actor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = enrolment.one_time_link(cast["县局"], by=officer)
    Client().post("/accounts/login/", {"login": "xianju", "password": PASSWORD})
    assert "链接已失效" in Client().get(path).content.decode()
    path = enrolment.one_time_link(User.objects.get(username="zhenban"), by=officer)
    later = datetime.datetime.now() + datetime.timedelta(hours=25)  # noqa: DTZ005 (as Django's generator counts)
    monkeypatch.setattr(enrolment.default_token_generator.__class__, "_now", lambda self: later)
    assert "链接已失效" in Client().get(path).content.decode()


def test_a_name_that_is_taken_or_misspelt_is_refused(officer: Actor, newcomer: User) -> None:
    division = newcomer.division
    assert division is not None
    for username, fault in (("xinren", "已存在"), ("a b", "合法的用户名"), ("", "不能为空")):
        with pytest.raises(ValidationError, match=fault):
            enrolment.enrol(username=username, name="某人", division=division, by=officer, at=NOW)


def test_an_officer_manages_accounts_of_the_own_place_only(officer: Actor, newcomer: User, cast: Cast) -> None:
    county_officer = Actor.of(cast["外县"], TODAY)
    with pytest.raises(PermissionDenied):
        enrolment.one_time_link(newcomer, by=county_officer)
    cast["复核员"].grants.update(division_id=441882000000)
    other = Actor.of(cast["复核员"], TODAY)
    place = newcomer.division
    assert place is not None
    for refused in (
        lambda: enrolment.disable(newcomer, by=other, at=NOW, reason="x"),
        lambda: enrolment.enable(newcomer, by=other, reason="x"),
        lambda: enrolment.one_time_link(newcomer, by=other),
        lambda: enrolment.remove_second_factors(newcomer, by=other, reason="x"),
        lambda: enrolment.amend(newcomer, name="x", phone="", unit=None, division=place, by=other),
        lambda: enrolment.enrol(username="y", name="y", division=place, by=other, at=NOW),
    ):
        with pytest.raises(PermissionDenied):
            refused()


def test_an_officer_does_not_manage_the_own_account(officer: Actor) -> None:
    assert officer.user is not None
    with pytest.raises(PermissionDenied, match="自己的账号"):
        enrolment.one_time_link(officer.user, by=officer)


def test_disabling_ends_sessions_and_tokens_at_once(officer: Actor, cast: Cast) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "xianju", "password": PASSWORD})
    assert client.get("/me/").status_code == 200
    county = Actor.of(cast["县局"], timezone.localdate())
    _, secret = tokens.issue(by=county, name="同步", scopes=["read:*"], to_on=timezone.localdate(), at=timezone.now())
    with pytest.raises(ValidationError, match="停用的原因"):
        enrolment.disable(cast["县局"], by=officer, at=NOW, reason="")
    enrolment.disable(cast["县局"], by=officer, at=NOW, reason="退休")
    assert client.get("/me/").status_code == 302
    assert tokens.authenticate(f"Bearer {secret}") is None
    with pytest.raises(ValidationError, match="请先启用"):
        enrolment.one_time_link(cast["县局"], by=officer)
    enrolment.enable(cast["县局"], by=officer, reason="返聘")
    assert tokens.authenticate(f"Bearer {secret}") is None


def test_a_lost_phone_is_taken_off_the_account(officer: Actor, cast: Cast) -> None:
    TOTP.activate(cast["县局"], "JBSWY3DPEHPK3PXP")
    with pytest.raises(ValidationError, match="解除的原因"):
        enrolment.remove_second_factors(cast["县局"], by=officer, reason=" ")
    enrolment.remove_second_factors(cast["县局"], by=officer, reason="手机丢失")
    assert Client().post("/accounts/login/", {"login": "xianju", "password": PASSWORD})["Location"] == "/"
    assert AccessLog.objects.filter(detail="解除 xianju 的两步验证", reason="手机丢失").exists()


def test_corrections_leave_the_account_name(officer: Actor, newcomer: User) -> None:
    place = newcomer.division
    assert place is not None
    enrolment.amend(newcomer, name="新人二", phone="13800138000", unit=None, division=place, by=officer)
    newcomer.refresh_from_db()
    assert (newcomer.username, newcomer.name, newcomer.phone) == ("xinren", "新人二", "13800138000")
