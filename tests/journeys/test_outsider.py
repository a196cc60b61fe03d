"""外县: logs in as everybody does, knows every address that 县局 has seen, and finds nothing behind any of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pytest
from playwright.sync_api import expect

from bangfu.accounts.demo import PASSWORD
from bangfu.construction.models import HouseholdToilet
from bangfu.exchange.models import ExportFile, ImportRun
from bangfu.ledger import attachments, registry
from bangfu.people.models import Household, Person
from tests.journeys.people import WHO, families
from tests.journeys.steps import beside

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf500f0003860180345aa3780000000049454e44ae426082"
)
#: what stands on pages of 英德市 only: a person, a village, the number of a household, the end of an identity number
SECRETS = re.compile(rf"{WHO}|光明村|Y000000\d|底册|井盖丢失|厕所\.png|E0000000\d")
#: of one row, one import, one file: for somebody else it does not exist
OF_ONE = re.compile(r"/(l/[a-z-]+|imports|exports|people/households|api/v1/[a-z-]+)/\d+(/|$)")


@pytest.fixture
def seen(page_of: Any, cast: Any, tmp_path: Path) -> set[str]:
    """Every address that 县局 opens or that its pages ask for, beside those that are known from the declarations."""
    run = families(cast, tmp_path)
    home = Household.objects.get(head_name=WHO)
    toilet = HouseholdToilet.objects.create(
        household=home,
        village=home.village,
        kind="dry_pit",
        status="to_mend",
        problem="井盖丢失",
        longitude=113.7,
        latitude=24.2,
    )
    page = page_of("县局")
    found: set[str] = set()
    page.on("request", lambda request: found.add(path_of(request.url)))
    page.goto(f"/l/household-toilets/{toilet.pk}/")
    page.set_input_files("#file", {"name": "厕所.png", "mimeType": "image/png", "buffer": PNG})
    page.get_by_text("已添加 厕所.png").wait_for()
    page.goto("/l/households/")
    page.keyboard.press("/")
    page.keyboard.type("映雪")
    page.keyboard.press("Enter")
    page.locator("#hits a.hit", has_text=WHO).first.click()
    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_label("自然村", exact=True).fill("上围")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已保存。计入").wait_for()
    export(page)
    rows = {"households": home.pk, "persons": Person.objects.get(name=WHO).pk, "household-toilets": toilet.pk}
    client = beside(page)
    for address in [*of_ledgers(rows), *of_exchange(run), *of_search(home), *(f"/?place={home.village_id}",)]:
        client.get(address)
        found.add(address)
    (photo,) = attachments.of(registry.get("household-toilets"), toilet)  # type: ignore[arg-type]
    found.add(f"/l/household-toilets/{toilet.pk}/attachments/{photo.pk}/")
    page.context.close()
    return {address for address in found if not address.startswith("/static/")}


def export(page: Any) -> None:
    page.goto("/l/households/export/")
    with page.expect_download():
        page.get_by_role("button", name="导出", exact=True).click()


def path_of(url: str) -> str:
    parts = urlparse(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def of_ledgers(rows: dict[str, int]) -> list[str]:
    found = []
    for ledger in registry.all_ledgers():
        pages = (
            "",
            "new/",
            "strip/",
            "stats/",
            "map/",
            "points.json",
            "export/",
            "bulk-edits/",
            "suggest/?q=映雪",
            "?q=映雪",
        )
        found += [f"/l/{ledger.slug}/{page}" for page in pages]
        found += [f"/api/v1/{ledger.slug}{rest}" for rest in ("/", "/?q=映雪")]
    for slug, pk in rows.items():
        found += [f"/l/{slug}/{pk}/", f"/l/{slug}/{pk}/edit/", f"/l/{slug}/new/?household={rows['households']}"]
        found += [f"/api/v1/{slug}/{pk}{rest}" for rest in ("", "/history")]
    return [
        *found,
        *(f"/people/households/{rows['households']}/{act}/" for act in ("birth", "split", "merge", "correct")),
    ]


def of_exchange(run: ImportRun) -> list[str]:
    made = ExportFile.objects.get()
    pages = [run.get_absolute_url(), f"{run.get_absolute_url()}errors.xlsx", made.get_absolute_url()]
    return [*pages, f"{made.get_absolute_url()}file/", "/imports/", "/exports/", "/imports/new/people/"]


def of_search(home: Household) -> list[str]:
    words = ("映雪", "styx", "光明", "441881137201", home.household_no, str(home.head_key))
    found = [f"/search/?q={word}" for word in words]
    return [*found, "/divisions/suggest?q=光明", "/divisions/suggest?q=gm", "/divisions/children?of=441881137000"]


def test_the_officer_of_another_county_finds_and_changes_nothing(seen: set[str], page_of: Any, shot: Any) -> None:
    assert len(seen) > 100
    page = page_of("")
    page.goto("/accounts/login/")
    page.get_by_label("账号").fill("waixian")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()
    expect(page.locator(".place-name")).to_have_text("连州市")
    shot(page, "30-outsider")
    leaks, client = {}, beside(page)
    for address in sorted(seen):
        answer = client.get(address, follow=True)
        allowed = (404, 405) if OF_ONE.match(address) else (200, 204, 403, 404, 405)
        assert answer.status_code in allowed, address
        told = set(SECRETS.findall(text_of(answer))) - set(SECRETS.findall(unquote(address)))
        if answer.status_code < 400 and told:
            leaks[address] = told
    assert not leaks
    change_nothing(page)


def text_of(answer: Any) -> str:
    whole: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return whole.decode(errors="replace")


def change_nothing(page: Any) -> None:
    token = page.locator("meta[name=csrf-token]").get_attribute("content")
    home, run = Household.objects.get(head_name=WHO), ImportRun.objects.get()
    before = home.version
    posts = [
        f"/l/households/{home.pk}/edit/",
        f"/l/households/{home.pk}/withdraw/",
        f"/l/households/{home.pk}/reveal/",
        f"/l/households/{home.pk}/attachments/",
        f"/people/households/{home.pk}/birth/",
        *(f"{run.get_absolute_url()}{act}/" for act in ("undo", "confirm", "discard", "blanks", "go-on")),
    ]
    for address in posts:
        form = {"reason": "试试", "field": "phone", "natural_village": "下围", "version": str(before)}
        answer = page.request.post(address, form=form, headers={"X-CSRFToken": token})
        assert answer.status == 404, address
    sent = {"query": "", "matching": "1", "field": "has_power", "has_power": "true", "confirm": "1"}
    page.request.post("/l/households/bulk/", form=sent, headers={"X-CSRFToken": token})
    api = page.request.patch(
        f"/api/v1/households/{home.pk}",
        data={"version": before, "natural_village": "下围"},
        headers={"X-CSRFToken": token},
    )
    assert api.status in (404, 405)
    home.refresh_from_db()
    run.refresh_from_db()
    assert (home.version, home.natural_village, run.state) == (before, "上围", "done")
    assert not Household.objects.filter(has_power=True).exists()
