"""Single sign-on against a small provider that runs beside the test and really signs its tokens."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from jwt.algorithms import RSAAlgorithm

from bangfu.accounts.models import AccessKind, AccessLog, Grant, User
from tests.fixtures.cast import Cast

CLIENT_ID, KID = "bangfu-test", "key-1"


class Provider:
    """Token, key and user addresses of an OpenID provider; `person` is who logs in there, `claims` bends the token."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person: dict[str, Any] = {"sub": "u-1", "preferred_username": "xianju"}
        self.told: dict[str, Any] | None = None
        self.claims: dict[str, Any] = {}
        self.nonce = self.challenge = ""
        self.status = 200
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802 (named by http.server)
                if self.path == "/jwks":
                    self._answer({"keys": [provider.public()]})
                else:
                    self._answer(provider.person if provider.told is None else provider.told)

            def do_POST(self) -> None:  # noqa: N802
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
                fits = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == provider.challenge
                self._answer(provider.tokens() if fits else {}, provider.status if fits else 400)

            def _answer(self, body: dict[str, Any], status: int = 200) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def public(self) -> dict[str, Any]:
        return json.loads(RSAAlgorithm.to_jwk(self.key.public_key())) | {"kid": KID, "alg": "RS256", "use": "sig"}

    def tokens(self) -> dict[str, str]:
        now = int(time.time())
        payload = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 60, "nonce": self.nonce} | self.person
        signed = jwt.encode(payload | self.claims, self.key, algorithm="RS256", headers={"kid": KID})
        return {"access_token": "access", "id_token": signed}


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    made = Provider()
    settings.OIDC_RP_CLIENT_ID = CLIENT_ID
    settings.OIDC_RP_CLIENT_SECRET = "secret"
    settings.OIDC_OP_ISSUER = made.url
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT = f"{made.url}/authorize"
    settings.OIDC_OP_TOKEN_ENDPOINT = f"{made.url}/token"
    settings.OIDC_OP_USER_ENDPOINT = f"{made.url}/userinfo"
    settings.OIDC_OP_JWKS_ENDPOINT = f"{made.url}/jwks"
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, settings.OIDC_BACKEND]
    yield made
    made.server.shutdown()
    made.server.server_close()


def sign_on(client: Client, provider: Provider, path: str = "/accounts/oidc/authenticate/") -> Any:
    """Goes to the provider and comes back."""
    away = urlsplit(client.get(path)["Location"])
    asked = {name: values[0] for name, values in parse_qs(away.query).items()}
    assert f"{away.scheme}://{away.netloc}" == provider.url
    provider.nonce, provider.challenge = asked["nonce"], asked["code_challenge"]
    return client.get("/accounts/oidc/callback/", {"code": "c", "state": asked["state"]})


def is_inside(client: Client) -> bool:
    return client.get("/session/").status_code == 204


def test_the_button_is_there_only_when_configured(
    cast: Cast, client: Client, provider: Provider, settings: Any
) -> None:
    assert "用统一身份认证登录" in client.get("/accounts/login/").content.decode()
    settings.OIDC_RP_CLIENT_ID = ""
    assert "统一身份认证" not in client.get("/accounts/login/").content.decode()
    assert client.get("/accounts/oidc/authenticate/").status_code == 404
    assert client.get("/accounts/oidc/callback/?code=c&state=s").status_code == 404


def test_a_known_person_comes_in_with_the_own_grants(cast: Cast, client: Client, provider: Provider) -> None:
    assert sign_on(client, provider)["Location"] == "/"
    actor = client.get("/me/").context["request"].actor
    assert actor.user == cast["县局"]
    assert AccessLog.objects.filter(kind=AccessKind.LOGIN, user=cast["县局"]).exists()


def test_the_way_back_is_kept_inside_our_site(cast: Cast, client: Client, provider: Provider) -> None:
    assert sign_on(client, provider, "/accounts/oidc/authenticate/?next=/me/")["Location"] == "/me/"
    assert sign_on(Client(), provider, "/accounts/oidc/authenticate/?next=https://evil.example/")["Location"] == "/"


def test_an_unknown_person_gets_no_account_and_no_grant(cast: Cast, client: Client, provider: Provider) -> None:
    before = User.objects.count(), Grant.objects.count()
    provider.person = {"sub": "u-2", "preferred_username": "moshengren", "roles": ["county"]}
    assert sign_on(client, provider)["Location"] == "/accounts/login/"
    assert "登录没有成功" in client.get("/accounts/login/").content.decode()
    assert not is_inside(client)
    assert (User.objects.count(), Grant.objects.count()) == before


def test_a_disabled_person_stays_outside(cast: Cast, client: Client, provider: Provider) -> None:
    User.objects.filter(username="xianju").update(is_active=False)
    sign_on(client, provider)
    assert not is_inside(client)


def test_a_person_disabled_later_is_thrown_out(cast: Cast, client: Client, provider: Provider) -> None:
    sign_on(client, provider)
    assert is_inside(client)
    User.objects.filter(username="xianju").update(is_active=False)
    assert not is_inside(client)


def test_the_second_factor_is_the_providers_matter(
    cast: Cast, client: Client, provider: Provider, settings: Any
) -> None:
    settings.SECOND_FACTOR_ROLES = ("county",)
    sign_on(client, provider)
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-client"},
        {"iss": "https://another.example"},
        {"nonce": "stale"},
        {"exp": 1_600_000_000},
        {"preferred_username": ""},
    ],
    ids=["for another client", "from another provider", "replayed", "expired", "nameless"],
)
def test_a_token_that_is_not_right_opens_nothing(
    cast: Cast, client: Client, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    provider.told = {"sub": "u-1"} | {name: value for name, value in claims.items() if name == "preferred_username"}
    assert sign_on(client, provider)["Location"] == "/accounts/login/"
    assert not is_inside(client)


def test_a_token_signed_by_somebody_else_opens_nothing(cast: Cast, client: Client, provider: Provider) -> None:
    real, provider.key = provider.key, rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = provider.tokens
    provider.public = lambda key=real: json.loads(RSAAlgorithm.to_jwk(key.public_key())) | {"kid": KID, "alg": "RS256"}  # type: ignore[method-assign, misc]
    assert sign_on(client, provider)["Location"] == "/accounts/login/"
    assert forged()["id_token"]
    assert not is_inside(client)


def test_claims_of_another_person_open_nothing(cast: Cast, client: Client, provider: Provider) -> None:
    provider.told = {"sub": "u-9", "preferred_username": "shengting"}
    assert sign_on(client, provider)["Location"] == "/accounts/login/"
    assert not is_inside(client)


def test_a_state_that_is_not_ours_opens_nothing(cast: Cast, client: Client, provider: Provider) -> None:
    client.get("/accounts/oidc/authenticate/")
    response = client.get("/accounts/oidc/callback/?code=c&state=forged")
    assert response["Location"] == "/accounts/login/"


def test_a_provider_that_is_down_is_a_message_and_no_broken_page(
    cast: Cast, client: Client, provider: Provider
) -> None:
    provider.status = 503
    assert sign_on(client, provider)["Location"] == "/accounts/login/"


def test_failures_of_the_provider_lock_nobody_out(cast: Cast, provider: Provider) -> None:
    provider.person = {"sub": "u-2", "preferred_username": "moshengren"}
    for _ in range(6):
        assert sign_on(Client(), provider).status_code == 302
    provider.person = {"sub": "u-1", "preferred_username": "xianju"}
    client = Client()
    sign_on(client, provider)
    assert is_inside(client)
