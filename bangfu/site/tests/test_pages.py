"""The frame of every page: navigation by role, place, large type; and 今日."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.accounts.models import Grant
from bangfu.accounts.roles import Role
from bangfu.exchange.models import ImportRun, State
from bangfu.ledger.drafts import Draft
from bangfu.people.demo.load import load as load_people
from bangfu.people.duplicates import DuplicatePair
from bangfu.people.person import Person
from bangfu.site.context import LARGE_TYPE_COOKIE

WORK = ["今日", "户和人", "台账", "履职", "看板", "我的"]
MENUS = {
    "省厅": WORK,
    "县局": WORK,
    "村干": WORK,
    "队长": WORK,
    "外县": WORK,
    "审计员": ["今日", "操作留痕", "账目核验", "我的"],
    "安全员": ["今日", "用户和授权", "我的"],
    "系统员": ["今日", "区划", "我的"],
}
PAGES = [
    "/",
    "/ui/",
    "/ledgers/",
    "/figures/",
    "/search/",
    "/search/?q=光明",
    "/l/households/",
    "/l/households/new/",
    "/l/households/stats/",
    "/l/households/map/",
    "/l/persons/",
    "/guideline/",
    "/imports/",
    "/me/",
    "/nowhere/",
]


class Page(HTMLParser):
    """What a content security policy without inline would block, and the navigation."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.blocked: list[str] = []
        self.menu: list[str] = []
        self.current: list[str] = []
        self._in_link = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        inline = [name for name in given if name == "style" or name.startswith("on")]
        self.blocked += [f"<{tag} {name}>" for name in inline]
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.blocked.append(f"<{tag}>")
        self.blocked += [
            value for name, value in given.items() if name in ("src", "href") and value.startswith(("http", "//"))
        ]
        if tag == "a" and "rail-link" in given.get("class", ""):
            self._in_link = "current" if "aria-current" in given else "link"

    def handle_data(self, data: str) -> None:
        if self._in_link and data.strip():
            self.menu.append(data.strip())
            if self._in_link == "current":
                self.current.append(data.strip())
            self._in_link = ""


@pytest.mark.parametrize("name", MENUS)
def test_the_navigation_offers_what_the_role_is_for(client_of: Any, name: str) -> None:
    page = Page(client_of(name).get("/").content.decode())
    assert page.menu == MENUS[name]
    assert page.current == ["今日"]


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/l/households/", "户和人"),
        ("/l/persons/", "户和人"),
        ("/l/household-toilets/", "台账"),
        ("/ledgers/", "台账"),
        ("/figures/", "看板"),
        ("/me/", "我的"),
    ],
)
def test_the_navigation_marks_where_one_is(client_of: Any, path: str, word: str) -> None:
    assert Page(client_of("县局").get(path).content.decode()).current == [word]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_carries_inline_script_or_style_or_outside_addresses(client_of: Any, path: str) -> None:
    response = client_of("县局").get(path)
    assert response.status_code == (404 if path == "/nowhere/" else 200)
    assert Page(response.content.decode()).blocked == []


@pytest.mark.parametrize("name", MENUS)
def test_the_first_page_asks_the_database_few_times(
    client_of: Any, name: str, django_assert_max_num_queries: Any
) -> None:
    client = client_of(name)
    client.get("/")
    with django_assert_max_num_queries(3 + 8):  # 3 for who asks; one for all looks, the others for flows and duties
        assert client.get("/").status_code == 200


def test_nobody_is_sent_to_the_log_in(client: Client, db: None) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_the_place_chip_tells_place_and_role_and_offers_the_way_back_up(client_of: Any) -> None:
    client = client_of("县局")
    assert client.get("/").context["place"].name == "英德市"
    narrowed = client.get("/l/households/?q=黄&place=441881137000")
    place = narrowed.context["place"]
    assert (place.name, place.role) == ("东华镇", "县级")
    assert [(choice.name, choice.is_current) for choice in place.choices] == [("英德市", False)]
    assert place.choices[0].url == "/l/households/?q=%E9%BB%84&place=441881000000"
    assert place.kept == [("q", "黄")]
    assert "东华镇" in narrowed.content.decode()


def test_a_place_outside_the_scope_is_as_if_not_said(client_of: Any) -> None:
    assert client_of("外县").get("/?place=441881137000").context["place"].name == "连州市"


def test_who_works_for_one_village_has_no_other_place_to_pick(client_of: Any) -> None:
    assert client_of("村干").get("/").context["place"].picker is None
    assert client_of("镇办").get("/").context["place"].picker is not None


def test_large_type_is_kept_in_a_cookie_without_javascript_and_without_an_account(client: Client, db: None) -> None:
    response = client.post("/large-type/", {"large": "1", "next": "/accounts/login/?next=/"})
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/")
    assert 'data-type="large"' in client.get("/accounts/login/").content.decode()
    client.post("/large-type/", {"large": "0"})
    assert client.cookies[LARGE_TYPE_COOKIE].value == "0"
    assert 'data-type="large"' not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com/", "javascript:alert(1)"])
def test_large_type_returns_to_our_own_pages_only(client: Client, db: None, target: str) -> None:
    assert client.post("/large-type/", {"large": "1", "next": target})["Location"] == "/"


def test_search_engines_are_sent_away(client: Client, db: None) -> None:
    assert b"Disallow: /" in client.get("/robots.txt").content


def test_the_gallery_is_part_of_the_demo_only(client_of: Any, settings: Any) -> None:
    client = client_of("县局")
    assert client.get("/ui/").status_code == 200
    settings.DEMO = False
    assert client.get("/ui/").status_code == 404
    assert "换身份" not in client.get("/").content.decode()


def test_an_empty_day_says_so_and_offers_first_steps(client_of: Any) -> None:
    response = client_of("县局").get("/")
    assert response.context["todos"] == []
    assert "现在没有等您办的事" in response.content.decode()
    steps = {step.title: step.url for step in response.context["first_steps"]}
    assert steps["看看户和人"] == "/l/households/"
    assert steps["导入已有的表"].startswith("/imports/new/")
    for url in steps.values():
        assert client_of("县局").get(url).status_code == 200


def test_first_steps_never_lead_where_the_role_may_not_go(client_of: Any) -> None:
    assert client_of("审计员").get("/").context["first_steps"] == []
    assert "导入已有的表" not in [step.title for step in client_of("省厅").get("/").context["first_steps"]]


def test_my_drafts_wait_for_me_and_for_nobody_else(cast: Any, client_of: Any) -> None:
    Draft.objects.create(user=cast["县局"], path="/l/household-toilets/new/", data={"kind": ["1"]})
    Draft.objects.create(user=cast["县局"], path="/gone/", data={"x": ["1"]})
    mine = client_of("县局").get("/").context["todos"]
    assert [(todo.what, todo.url, todo.action) for todo in mine] == [
        ("登记户厕台账", "/l/household-toilets/new/", "接着填")
    ]
    assert client_of("镇办").get("/").context["todos"] == []


def _import(user: Any, state: State) -> ImportRun:
    return ImportRun.objects.create(
        book="households",
        title="农户",
        user=user,
        ranges=[],
        file="x",
        file_name="农户.xlsx",
        sha256="0",
        size=1,
        state=state,
    )


def test_an_import_waits_for_the_decision_of_its_owner(cast: Any, client_of: Any) -> None:
    run = _import(cast["县局"], State.PREVIEWED)
    _import(cast["县局"], State.DONE)
    (todo,) = client_of("县局").get("/").context["todos"]
    assert (todo.what, todo.url, todo.action) == ("导入 农户：农户.xlsx", f"/imports/{run.pk}/", "去决定")
    assert client_of("镇办").get("/").context["todos"] == []


def test_a_running_import_is_shown_as_running(cast: Any, client_of: Any) -> None:
    _import(cast["县局"], State.WRITING)
    (todo,) = client_of("县局").get("/").context["todos"]
    assert (todo.action, todo.by) == ("看进度", "正在写入")


def test_doubtful_duplicates_wait_for_who_may_decide_them(cast: Any, client_of: Any) -> None:
    load_people(30, 1, lambda words: None)
    first, second = Person.objects.order_by("pk")[:2]
    DuplicatePair.objects.all().delete()
    DuplicatePair.objects.create(division_id=441881137201, first=first, second=second, causes=["same_name_birth"])

    def waiting(who: str) -> list[Any]:
        return [todo for todo in client_of(who).get("/").context["todos"] if "同一个人" in todo.what]

    (todo,) = waiting("县局")
    assert todo.what == "1 对登记可能是同一个人"
    assert client_of("县局").get(todo.url).status_code == 200
    assert waiting("外县") == []
    assert client_of("省厅").get("/").context["todos"] == []


def test_a_grant_waits_for_the_second_security_officer(cast: Any, client_of: Any) -> None:
    Grant.objects.create(
        user=cast["队员"],
        role=Role.VILLAGE,
        division_id=441881137201,
        from_on=timezone.localdate(),
        granted_by=cast["安全员"],
    )
    (todo,) = client_of("复核员").get("/").context["todos"]
    assert todo.what == "1 项授权等您确认"
    assert client_of("复核员").get(todo.url).status_code == 200
    assert client_of("安全员").get("/").context["todos"] == []
