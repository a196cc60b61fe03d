"""Coming in: password, lock-out, second factor, and what the log keeps of it."""

import datetime
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from bangfu.accounts.demo import PASSWORD
from bangfu.accounts.models import AccessKind, AccessLog, User
from tests.fixtures.cast import Cast, ClientOf

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    cache.clear()


def attempt(client: Client, username: str = "xianju", password: str = PASSWORD, **headers: str) -> Any:
    return client.post(LOGIN, {"login": username, "password": password}, headers=headers)


def test_the_right_password_opens_the_first_page(cast: Cast, client: Client) -> None:
    response = attempt(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/me/").status_code == 200


def test_the_log_in_leads_back_to_the_page_that_was_asked(cast: Cast, client: Client) -> None:
    asked = client.get("/me/?place=441881137000")
    assert asked["Location"] == f"{LOGIN}?next=%2Fme%2F%3Fplace%3D441881137000"
    page = client.get(asked["Location"]).content.decode()
    assert re.search(r'name="next"[^>]* value="/me/\?place=441881137000"', page)
    data = {"login": "xianju", "password": PASSWORD, "next": "/me/?place=441881137000"}
    assert client.post(LOGIN, data)["Location"] == "/me/?place=441881137000"


def test_the_log_in_never_leads_to_another_site(cast: Cast, client: Client) -> None:
    data = {"login": "xianju", "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post(LOGIN, data)["Location"] == "/"


def test_a_wrong_password_and_an_unknown_account_look_the_same(cast: Cast, client: Client) -> None:
    wrong, unknown = attempt(client, password="错的"), attempt(client, username="meiyouren")
    assert wrong.status_code == unknown.status_code == 200
    for response in (wrong, unknown):
        assert "账号或密码不对" in response.content.decode()


def test_nobody_can_sign_up_or_have_a_password_mailed(cast: Cast, client: Client) -> None:
    for path in (
        "signup/",
        "password/reset/",
        "email/",
        "3rdparty/",
        "confirm-email/",
        "login/code/",
        "2fa/webauthn/signup/",
    ):
        assert client.get(f"/accounts/{path}").status_code == 404, path


def test_a_disabled_account_stays_outside(cast: Cast, client: Client) -> None:
    User.objects.filter(username="xianju").update(is_active=False)
    attempt(client)
    assert client.get("/me/").status_code == 302


def test_a_disabled_account_is_thrown_out_at_once(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("县局")
    assert client.get("/me/").status_code == 200
    User.objects.filter(username="xianju").update(is_active=False)
    assert client.get("/me/").status_code == 302


class TestLockOut:
    def test_the_fifth_wrong_password_locks_and_says_until_when(self, cast: Cast, client: Client) -> None:
        answers = [attempt(client, password="错的") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
        opens_at = timezone.localtime(AccessAttempt.objects.get().attempt_time + datetime.timedelta(minutes=15))
        assert f"{opens_at:%H:%M} 之后可以再试" in answers[-1].content.decode()

    def test_the_right_password_does_not_help_then(self, cast: Cast, client: Client) -> None:
        for _ in range(5):
            attempt(client, password="错的")
        assert attempt(client).status_code == 429
        assert client.get("/me/").status_code == 302

    def test_other_people_at_the_same_address_and_the_same_person_elsewhere_are_not_locked(self, cast: Cast) -> None:
        for _ in range(5):
            attempt(Client(), password="错的")
        assert attempt(Client(), username="zhenban").status_code == 302
        assert attempt(Client(REMOTE_ADDR="10.9.9.9")).status_code == 302

    def test_after_a_quarter_of_an_hour_it_opens_again(self, cast: Cast, client: Client) -> None:
        for _ in range(5):
            attempt(client, password="错的")
        AccessAttempt.objects.update(attempt_time=timezone.now() - datetime.timedelta(minutes=15, seconds=1))
        assert attempt(client).status_code == 302

    def test_trying_while_locked_does_not_lengthen_it(self, cast: Cast, client: Client) -> None:
        for _ in range(5):
            attempt(client, password="错的")
        locked_at = AccessAttempt.objects.get().attempt_time
        attempt(client, password="还是错的")
        assert AccessAttempt.objects.get().attempt_time == locked_at

    def test_a_forged_forwarding_header_gives_no_new_tries(self, cast: Cast) -> None:
        for number in range(5):
            attempt(Client(), password="错的", **{"X-Forwarded-For": f"10.0.0.{number}"})
        assert attempt(Client(), **{"X-Forwarded-For": "10.0.0.99"}).status_code == 429

    def test_behind_a_trusted_proxy_the_client_counts(self, cast: Cast, settings: Any) -> None:
        settings.TRUSTED_PROXIES = 1
        for _ in range(5):
            attempt(Client(), password="错的", **{"X-Forwarded-For": "6.6.6.6, 10.0.0.1"})
        assert attempt(Client(), **{"X-Forwarded-For": "6.6.6.6, 10.0.0.1"}).status_code == 429
        assert attempt(Client(), **{"X-Forwarded-For": "6.6.6.6, 10.0.0.2"}).status_code == 302

    @pytest.mark.parametrize("header", ["unknown", "10.0.0.1:5000", "'; drop table", "\0"])
    def test_an_address_that_is_none_breaks_nothing(self, cast: Cast, settings: Any, header: str) -> None:
        settings.TRUSTED_PROXIES = 1
        assert attempt(Client(), password="错的", **{"X-Forwarded-For": header}).status_code == 200
        assert attempt(Client(), **{"X-Forwarded-For": header}).status_code == 302
        assert AccessLog.objects.get(kind=AccessKind.LOGIN).ip is None

    def test_a_script_is_told_in_json(self, cast: Cast, client: Client) -> None:
        for _ in range(4):
            attempt(client, password="错的")
        response = attempt(client, password="错的", Accept="application/json")
        assert response.status_code == 429
        assert "暂时锁定" in response.json()["detail"]


class TestSecondFactor:
    SECRET = "JBSWY3DPEHPK3PXP"

    @pytest.fixture
    def bound(self, cast: Cast) -> User:
        TOTP.activate(cast["县局"], self.SECRET)
        return cast["县局"]

    def code(self) -> str:
        counter = next(iter(yield_hotp_counters_from_time()))
        return str(format_hotp_value(hotp_value(self.SECRET, counter)))

    def test_the_password_alone_is_not_enough(self, bound: User, client: Client) -> None:
        assert attempt(client)["Location"] == "/accounts/2fa/authenticate/"
        assert client.get("/me/").status_code == 302
        page = client.get("/accounts/2fa/authenticate/").content.decode()
        assert "验证器上的 6 位数字" in page

    def test_password_and_code_open(self, bound: User, client: Client) -> None:
        attempt(client)
        assert client.post("/accounts/2fa/authenticate/", {"code": self.code()})["Location"] == "/"
        assert client.get("/me/").status_code == 200

    def test_a_wrong_code_is_explained(self, bound: User, client: Client) -> None:
        attempt(client)
        wrong = "000000" if self.code() != "000000" else "000001"
        page = client.post("/accounts/2fa/authenticate/", {"code": wrong}).content.decode()
        assert "验证码不对或已过期" in page
        assert client.get("/me/").status_code == 302

    def test_codes_cannot_be_guessed_without_end(self, bound: User, client: Client) -> None:
        attempt(client)
        wrong = "000000" if self.code() != "000000" else "000001"
        pages = [client.post("/accounts/2fa/authenticate/", {"code": wrong}).content.decode() for _ in range(6)]
        assert "请五分钟后再试" in pages[-1]
        page = client.post("/accounts/2fa/authenticate/", {"code": self.code()}).content.decode()
        assert "请五分钟后再试" in page

    def test_a_recovery_code_opens_once(self, bound: User, client: Client) -> None:
        RecoveryCodes.activate(bound)
        code = Authenticator.objects.get(user=bound, type="recovery_codes").wrap().get_unused_codes()[0]
        attempt(client)
        assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
        again = Client()
        attempt(again)
        assert again.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200

    def test_binding_an_app_by_hand(self, cast: Cast, client: Client, django_capture_on_commit_callbacks: Any) -> None:
        attempt(client)
        ask = client.get("/accounts/2fa/totp/activate/")["Location"]
        assert "请再确认一次身份" in client.get(ask).content.decode()
        assert "密码不对" in client.post(ask, {"password": "错的"}).content.decode()
        form = client.get(client.post(ask, {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"})["Location"])
        secret = form.context["form"].secret
        assert "data:image/svg+xml" in form.content.decode()
        self.SECRET = secret
        with django_capture_on_commit_callbacks(execute=True):
            done = client.post("/accounts/2fa/totp/activate/", {"code": self.code()})
        assert done["Location"] == "/accounts/2fa/recovery-codes/"
        assert "每个恢复码只能用一次" in client.get(done["Location"]).content.decode()
        assert AccessLog.objects.filter(kind=AccessKind.GRANT, detail="本人绑定两步验证").exists()

    def test_a_role_that_demands_it_leads_to_binding_first(self, cast: Cast, client: Client, settings: Any) -> None:
        settings.SECOND_FACTOR_ROLES = ("county",)
        attempt(client)
        assert client.get("/me/")["Location"] == "/accounts/2fa/"
        assert "请先绑定验证器或安全密钥" in client.get("/accounts/2fa/").content.decode()
        for path in ("/me/", "/api/v1/openapi.json"):
            assert client.get(path, headers={"Accept": "application/json"}).status_code == 401, path

    def test_who_used_one_goes_on(self, bound: User, client: Client, settings: Any) -> None:
        settings.SECOND_FACTOR_ROLES = ("county",)
        attempt(client)
        client.post("/accounts/2fa/authenticate/", {"code": self.code()})
        assert client.get("/me/").status_code == 200

    def test_other_roles_are_not_asked(self, cast: Cast, client_of: ClientOf, settings: Any) -> None:
        settings.SECOND_FACTOR_ROLES = ("county",)
        assert client_of("村干").get("/me/").status_code == 200


class TestPasswords:
    @pytest.mark.parametrize(
        ("password", "fault"),
        [
            ("Ab1-", "至少"),
            ("abcdefgh1234", "大写字母、小写字母、数字、符号中至少用 3 种"),
            ("Xianju-2026", "账号"),
            ("13812345678Aa", "手机"),
            ("Password123", "常见"),
        ],
    )
    def test_weak_ones_are_refused_with_the_reason(self, cast: Cast, client: Client, password: str, fault: str) -> None:
        User.objects.filter(username="xianju").update(phone="13812345678")
        attempt(client)
        data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
        response = client.post("/accounts/password/change/", data)
        assert response.status_code == 200
        assert fault in response.content.decode()

    def test_a_good_one_is_taken_and_the_other_sessions_end(self, cast: Cast, client: Client) -> None:
        other = Client()
        attempt(client)
        attempt(other)
        new = "驻镇帮扶-Bang-77"
        client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
        assert client.get("/me/").status_code == 200
        assert other.get("/me/").status_code == 302
        user = User.objects.get(username="xianju")
        assert user.check_password(new)
        assert user.password_set_at and timezone.now() - user.password_set_at < datetime.timedelta(minutes=1)
        assert AccessLog.objects.filter(user=user, detail="本人修改密码").exists()

    def test_an_old_one_must_be_changed_first(self, cast: Cast, client: Client, settings: Any) -> None:
        settings.PASSWORD_DAYS = 90
        attempt(client)
        assert client.get("/me/").status_code == 200
        User.objects.update(password_set_at=timezone.now() - datetime.timedelta(days=91))
        assert client.get("/me/")["Location"] == "/accounts/password/change/"
        assert "密码已用满 90 天" in client.get("/accounts/password/change/").content.decode()


class TestLog:
    def test_a_log_in_is_logged_with_its_address(self, cast: Cast) -> None:
        attempt(Client(REMOTE_ADDR="10.2.3.4"))
        row = AccessLog.objects.get(kind=AccessKind.LOGIN)
        assert (row.user, row.ip, row.role, row.division_id) == (cast["县局"], "10.2.3.4", "县级", 441881000000)
        assert len(row.request_id) == 32

    def test_a_failed_log_in_is_logged_for_the_account(self, cast: Cast, client: Client) -> None:
        attempt(client, password="错的")
        row = AccessLog.objects.get(kind=AccessKind.FAILED_LOGIN)
        assert (row.user, row.who, row.division_id) == (cast["县局"], "陈志强", 441881000000)

    def test_a_password_typed_as_a_name_is_not_kept(self, cast: Cast, client: Client) -> None:
        attempt(client, username="My-Secret-Pass-9")
        row = AccessLog.objects.get(kind=AccessKind.FAILED_LOGIN)
        assert row.user is None
        assert not any("Secret" in str(value) for value in vars(row).values())

    def test_nobody_counts_time_online(self, cast: Cast, client: Client) -> None:
        attempt(client)
        client.get("/me/")
        names = {field.name for field in User._meta.get_fields()}
        assert not names & {"last_seen", "last_seen_at", "last_activity"}
        sessions = client.get("/accounts/sessions/")
        assert sessions.context["show_last_seen_at"] is False
