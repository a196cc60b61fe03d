"""No page of this package needs more than the strict content policy allows."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.template import engines

from bangfu import accounts
from bangfu.accounts.actor import Actor
from bangfu.accounts.demo import PASSWORD
from tests.fixtures.cast import Cast, ClientOf

TEMPLATES = sorted((Path(accounts.__file__).parent / "templates").rglob("*.html"))

#: page → who opens it
PAGES = {
    "/me/": "县局",
    "/me/tokens/": "县局",
    "/permissions/": "村干",
    "/grants/": "安全员",
    "/grants/pending/": "安全员",
    "/grants/units/": "安全员",
    "/grants/users/new/": "安全员",
    "/traces/": "审计员",
    "/accounts/login/": "",
    "/accounts/inactive/": "",
    "/accounts/logout/": "县局",
    "/accounts/password/change/": "县局",
    "/accounts/2fa/": "县局",
    "/accounts/sessions/": "县局",
    "/accounts/2fa/webauthn/": "县局",
    "/accounts/reauthenticate/": "县局",
    "/accounts/password/reset/key/1-x/": "",
}


LINKS = ("src", "href", "action", "formaction")
ELSEWHERE = ("javascript:", "http:", "https:", "//")


class Inline(HTMLParser):
    """Collects what a policy without 'unsafe-inline' would block, and loads from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.found.append(f"<{tag}>")
        for name, value in attributes:
            address = (value or "").strip().lower()
            if name.startswith("on") or name == "style" or name.startswith("hx-on"):
                self.found.append(f"{tag} {name}")
            if name in LINKS and address.startswith(ELSEWHERE):
                self.found.append(f"{tag} {name}={value}")


def inline(text: str) -> list[str]:
    parser = Inline()
    parser.feed(text)
    return parser.found


def test_the_parser_finds_what_it_is_for() -> None:
    bad = '<p style="x"><a href="javascript:x"><script>x</script><b onclick="x"><script src="//cdn.example/x"></script>'
    assert len(inline(bad)) == 5
    assert inline('<script src="/static/app.js"></script><a href="/x/">') == []


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_no_template_has_anything_inline(file: Path) -> None:
    assert inline(file.read_text()) == []


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_each_template_is_the_one_that_is_used(file: Path) -> None:
    """Ours win over allauth's of the same name."""
    name = file.relative_to(Path(accounts.__file__).parent / "templates")
    origin = engines["django"].get_template(str(name)).origin
    assert Path(origin.name) == file


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_anything_inline(cast: Cast, client_of: ClientOf, path: str) -> None:
    response = client_of(PAGES[path]).get(path)
    assert response.status_code == 200
    assert inline(response.content.decode()) == []


def test_the_pages_of_security_keys_carry_their_data_in_attributes(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("县局")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/webauthn/add/").content.decode()
    assert inline(page) == []
    assert 'data-webauthn="create"' in page and "&quot;challenge&quot;" in page


def test_the_pages_of_a_bound_app_say_so(cast: Cast, client_of: ClientOf) -> None:
    TOTP.activate(cast["县局"], "JBSWY3DPEHPK3PXP")
    client = client_of("县局")
    page = client.get("/accounts/2fa/").content.decode()
    assert "已绑定" in page and "生成恢复码" in page and inline(page) == []
    assert "验证器已绑定" in client.get("/me/").content.decode()


def test_every_page_of_this_package_is_chinese(cast: Cast, client_of: ClientOf) -> None:
    english = ("Sign In", "Password", "Username", "Two-Factor", "Authenticator", "Change", "Log out", "Submit")
    for path, name in PAGES.items():
        page = client_of(name).get(path).content.decode()
        assert not [word for word in english if f">{word}" in page or f"{word}<" in page], path


def test_actors_in_context_are_real(cast: Cast, client_of: ClientOf) -> None:
    assert isinstance(client_of("县局").get("/me/").context["request"].actor, Actor)
