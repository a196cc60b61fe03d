"""Security headers and the settings of production."""

import json
import os
import subprocess
import sys

import pytest
from django.test import Client

from tests.fixtures.cast import Cast, ClientOf


def test_the_content_policy_allows_only_our_own_files(client_of: ClientOf) -> None:
    policy = client_of("县局").get("/me/")["Content-Security-Policy"]
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
    given = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert given["script-src"] == given["style-src"] == given["form-action"] == given["connect-src"] == "'self'"
    assert given["default-src"] == given["object-src"] == given["frame-ancestors"] == given["base-uri"] == "'none'"


def test_other_sites_learn_nothing_and_cannot_frame_us(client_of: ClientOf) -> None:
    response = client_of("县局").get("/me/")
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=(self)" in response["Permissions-Policy"]
    assert "microphone=()" in response["Permissions-Policy"]


def test_pages_of_a_person_stay_in_no_cache(client_of: ClientOf) -> None:
    assert client_of("县局").get("/me/")["Cache-Control"] == "private, no-store"


def test_scripts_cannot_read_the_cookies(cast: Cast, client: Client) -> None:
    client.post("/demo/as/xianju/")
    client.get("/me/tokens/")
    client.post("/large-type/", {"large": "1"})
    assert set(client.cookies) == {"sessionid", "csrftoken", "large_type"}
    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax"


NAMES = (
    "DEMO",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "SECOND_FACTOR_ROLES",
    "GRANTS_NEED_CONFIRMATION",
    "PASSWORD_DAYS",
    "AUTHENTICATION_BACKENDS",
    "PASSWORD_HASHERS",
)


def settings_of(**environment: str) -> dict[str, object]:
    """The product's settings as a fresh process reads them."""
    code = (
        "import json; from django.conf import settings as s; "
        f"print(json.dumps({{n: getattr(s, n, None) for n in {NAMES!r}}}, default=list))"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BANGFU_", "DATABASE_"))}
    given = kept | {"DJANGO_SETTINGS_MODULE": "bangfu.site.settings"} | environment
    run = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=True)  # noqa: S603
    found: dict[str, object] = json.loads(run.stdout)
    return found


SERVER = {
    "BANGFU_MODE": "production",
    "BANGFU_SECRET": "x" * 50,
    "BANGFU_HOSTS": "bangfu.example",
    "DATABASE_URL": "postgresql://u:p@db/bangfu",
}


@pytest.fixture(scope="module")
def production() -> dict[str, object]:
    return settings_of(**SERVER, BANGFU_TRUSTED_PROXIES="1")


def test_production_is_no_demo_and_wants_https(production: dict[str, object]) -> None:
    assert production["DEMO"] is False
    assert production["SESSION_COOKIE_SECURE"] is production["CSRF_COOKIE_SECURE"] is True
    assert production["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert production["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_production_asks_for_second_factors_second_officers_and_fresh_passwords(production: dict[str, object]) -> None:
    assert production["SECOND_FACTOR_ROLES"] == ["county", "security", "auditor", "operator"]
    assert production["GRANTS_NEED_CONFIRMATION"] is True
    assert production["PASSWORD_DAYS"] == 90


def test_passwords_are_kept_with_argon2(production: dict[str, object]) -> None:
    assert production["PASSWORD_HASHERS"] == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_an_installation_can_choose_otherwise() -> None:
    chosen = settings_of(**SERVER, BANGFU_SECOND_FACTOR="", BANGFU_GRANT_CONFIRMATION="0", BANGFU_PASSWORD_DAYS="0")
    assert (chosen["SECOND_FACTOR_ROLES"], chosen["GRANTS_NEED_CONFIRMATION"], chosen["PASSWORD_DAYS"]) == (
        [],
        False,
        0,
    )
    assert chosen["SECURE_PROXY_SSL_HEADER"] is None


def test_single_sign_on_comes_with_its_client_id() -> None:
    assert "bangfu.accounts.oidc.ProviderBackend" not in settings_of(**SERVER)["AUTHENTICATION_BACKENDS"]  # type: ignore[operator]
    with_provider = settings_of(**SERVER, BANGFU_OIDC_CLIENT_ID="bangfu")
    assert "bangfu.accounts.oidc.ProviderBackend" in with_provider["AUTHENTICATION_BACKENDS"]  # type: ignore[operator]


def test_the_demo_asks_for_none_of_it() -> None:
    demo = settings_of()
    assert (demo["DEMO"], demo["SECOND_FACTOR_ROLES"], demo["GRANTS_NEED_CONFIRMATION"]) == (True, [], False)
