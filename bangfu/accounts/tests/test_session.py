"""When a session ends, what a person and a script are told, and that no address is open by accident."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from bangfu.accounts import middleware, session
from tests.fixtures.cast import Cast, ClientOf

MINUTE, HOUR = 60, 3600


class Clock:
    """The time that the sessions see."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 1_780_000_000.0
        monkeypatch.setattr(middleware.time, "time", lambda: self.now_s)

    def wait(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def lives(client: Client) -> bool:
    return client.get("/session/").status_code == 204


def test_half_an_hour_without_work_ends_it(client_of: ClientOf, clock: Clock) -> None:
    client = client_of("县局")
    client.get("/me/")
    clock.wait(29 * MINUTE)
    assert client.get("/me/").status_code == 200
    clock.wait(30 * MINUTE)
    response = client.get("/me/")
    assert response.status_code == 302
    assert [str(message) for message in get_messages(response.wsgi_request)] == [session.Ended.IDLE]


def test_work_keeps_it_alive_until_the_working_day_is_over(client_of: ClientOf, clock: Clock) -> None:
    client = client_of("县局")
    client.get("/me/")
    for _ in range(12 * 60 // 20 - 1):
        clock.wait(20 * MINUTE)
        assert client.get("/me/").status_code == 200
    clock.wait(20 * MINUTE)
    response = client.get("/me/")
    assert response.status_code == 302
    assert [str(message) for message in get_messages(response.wsgi_request)] == [session.Ended.ABSOLUTE]


def test_asking_whether_it_lives_does_not_prolong_it(client_of: ClientOf, clock: Clock) -> None:
    client = client_of("县局")
    client.get("/me/")
    for _ in range(3):
        clock.wait(9 * MINUTE)
        assert lives(client)
    clock.wait(4 * MINUTE)
    assert not lives(client)


def test_an_ended_session_cannot_be_used_again(client_of: ClientOf, clock: Clock) -> None:
    client = client_of("县局")
    client.get("/me/")
    cookie = client.cookies["sessionid"].value
    clock.wait(HOUR)
    client.get("/me/")
    thief = Client()
    thief.cookies["sessionid"] = cookie
    clock.now_s -= HOUR
    assert not lives(thief)


def test_a_busy_page_writes_the_session_once_a_minute(
    client_of: ClientOf, clock: Clock, django_assert_num_queries: Any
) -> None:
    client = client_of("县局")
    client.get("/permissions/")
    clock.wait(30)
    with django_assert_num_queries(3):  # session, user, grants
        client.get("/permissions/")


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true"},
        {"X-Requested-With": "XMLHttpRequest"},
        {"Accept": "application/json"},
        {"Accept": "*/*", "Sec-Fetch-Dest": "empty"},
    ],
)
def test_a_script_is_told_401_and_no_log_in_page(db: None, client: Client, headers: dict[str, str]) -> None:
    response = client.get("/me/", headers=headers)
    assert response.status_code == 401
    assert "登录" in response.json()["detail"]
    assert response.json()["login"].startswith("/accounts/login/?next=")


def test_a_script_says_which_page_to_come_back_to(db: None, client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/l/household-toilets/new/?a=1"}
    login = client.post("/me/tokens/", headers=headers).json()["login"]
    assert login == "/accounts/login/?next=%2Fl%2Fhousehold-toilets%2Fnew%2F%3Fa%3D1"


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_way_back_is_never_another_site(db: None, client: Client, url: str) -> None:
    login = client.get("/me/", headers={"HX-Request": "true", "HX-Current-URL": url}).json()["login"]
    assert login == "/accounts/login/?next=%2F"


def test_a_form_sent_after_the_end_leads_back_to_its_page(db: None, client: Client) -> None:
    response = client.post("/me/tokens/", headers={"Referer": "http://testserver/me/tokens/", "Accept": "text/html"})
    assert response["Location"] == "/accounts/login/?next=%2Fme%2Ftokens%2F"


class TestProbe:
    """/session/, which forms ask before they are sent."""

    def test_nobody_gets_401(self, db: None, client: Client) -> None:
        assert client.get("/session/").status_code == 401

    def test_somebody_gets_204(self, client_of: ClientOf) -> None:
        response = client_of("村干").get("/session/", headers={"Accept": "*/*", "Sec-Fetch-Dest": "empty"})
        assert (response.status_code, response.content) == (204, b"")
        assert "no-store" in response["Cache-Control"]

    def test_the_autosave_gets_a_token_that_works(self, cast: Cast) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast["村干"], backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.post("/large-type/", {"large": "1"}).status_code == 403
        token = client.get("/session/", headers={"Accept": "application/json"}).json()["csrf"]
        assert client.post("/large-type/", {"large": "1"}, headers={"X-CSRFToken": token}).status_code == 302

    def test_a_person_gets_a_page(self, client_of: ClientOf) -> None:
        response = client_of("村干").get("/session/", headers={"Accept": "text/html"})
        assert response.status_code == 200
        assert "回到原来的页面" in response.content.decode()


# What nobody needs a log-in for, by the start of the address.
OPEN = (
    "accounts/login/",
    "accounts/logout/",
    "accounts/inactive/",
    "accounts/password/reset/key/",
    "accounts/2fa/authenticate/",
    "accounts/oidc/",
    "session/",
    "demo/as/",
    "large-type/",
    "ui/",
    "health/",
    "robots.txt",  # what search engines may list
    "directory/",  # products, resources and stories that were published with consent
    "benefit-funds/",  # what a public-benefit fund got and spent
    "greening/",  # sites of greening, pledges, certificates by their code
    "points/",  # one's own points by the code on paper
    "matters/",  # lists of what the village does for one, and one's own case by its code
    "api/",
    "notices/",  # public notices of villages
    "report/",  # villagers report a difficulty
    "facilities/",  # the page behind the code on a facility's board, where anyone reports a fault
)
_ARGUMENT = re.compile(r"<(?:(\w+):)?\w+>|\(\?P<\w+>[^)]*\)")
_SAMPLES = {"int": "1", "day": "2026-03-02", "slug": "household-toilets", "uuid": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}


def addresses(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[str]:
    """Every address of the product, with a sample for each argument."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield (
                _ARGUMENT.sub(lambda found: _SAMPLES.get(found[1] or "", "1"), route).replace("^", "").replace("$", "")
            )


def test_every_address_but_the_listed_ones_is_closed(db: None, client: Client) -> None:
    """Deny by default: a view that forgets to ask who comes is not reachable without a log-in."""
    asked = [path for path in addresses() if not path.startswith(OPEN)]
    assert len(asked) > 30
    for path in asked:
        for method in (client.get, client.post):
            response = method(f"/{path}", headers={"Accept": "text/html"})
            assert response.status_code in (302, 405), (path, response.status_code)
            if response.status_code == 302:
                assert response["Location"].startswith("/accounts/login/"), path
