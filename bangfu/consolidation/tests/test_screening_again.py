"""Screening by increment, one household at a time, and what is no longer kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from bangfu.accounts.actor import Actor
from bangfu.consolidation import screening_files, screening_retention
from bangfu.consolidation import screening_store as stores
from bangfu.consolidation.clues import Clue
from bangfu.consolidation.department_files import DepartmentFile
from bangfu.consolidation.screenings import ScreeningHit
from bangfu.consolidation.tests.test_screenings import COUNTY, MONTH, PLACE, own_files, people, screen, stay, upload
from bangfu.kernel.periods import add_months
from bangfu.ledger import history, registry
from bangfu.people.models import Household, Person
from bangfu.people.tests import factories
from tests.fixtures.cast import ClientOf

__all__ = ["own_files", "people"]  # fixtures of the screening


def _told(run: Any) -> dict[str, Any]:
    """What a run found, but for its own names: files by content, and which household went where."""
    hits = ScreeningHit.objects.filter(run=run).order_by("household_id")
    manifest = {name: value for name, value in run.manifest.items() if name != "matched_now"}
    return {
        "manifest": manifest,
        "counts": run.counts,
        "hits": list(hits.values("household_id", "fate", "score", "reasons")),
    }


def test_only_new_files_are_matched_and_the_result_is_that_of_a_full_run(
    people: dict[str, Person], actor_of: Callable[[str], Actor]
) -> None:
    by = actor_of("县局")
    upload([stay(people["head"], 60_000), stay(people["son"], 5)], "医保一.csv", by)
    upload(
        [{"身份证号": people["spouse"].identity_no, "姓名": people["spouse"].name, "单位": "县小学"}],
        "财政供养.csv",
        by,
    )
    first = screen(by)
    assert first.manifest["matched_now"] == 0, "both were matched when they came"
    upload([stay(people["son"], 70_000, 结算流水号="7")], "医保二.csv", by)
    Household.objects.filter(pk=people["head"].household_id).update(has_safe_water=False)
    second = screen(by)
    assert second.manifest["matched_now"] == 0
    newcomer = factories.person(people["head"].household, "陈新生", "son")
    upload([stay(newcomer, 80_000)], "医保三.csv", by)
    third = screen(by)
    assert (third.manifest["matched_now"], third.counts["merged"]) == (1, 1), "the one with somebody new, no other"
    stores.store(COUNTY).clear()
    assert _told(screen(by)) == {**_told(third), "counts": {**third.counts, "merged": 0, "known": 1}} | {
        "hits": [{**hit, "fate": "known"} for hit in _told(third)["hits"]]
    }


def _page(client: Any, home: Household) -> Any:
    return client.post(f"{PLACE}households/{home.pk}/")


def test_one_household_is_screened_from_its_page_as_a_run_would(
    people: dict[str, Person], client_of: ClientOf, actor_of: Callable[[str], Actor]
) -> None:
    home, village = people["head"].household, client_of("村干")
    address = f"{PLACE}households/{home.pk}/"
    assert address in village.get(registry.of(Household).record_url(home.pk)).content.decode()  # type: ignore[union-attr]
    assert "还没有匹配过部门数据" in village.post(address, follow=True).content.decode()
    file = upload([stay(people["head"], 60_000)], "医保.csv", actor_of("县局"))
    page = _page(village, home)
    found = page.context["found"]
    assert (found.fate, found.files) == ("新线索", 1)
    assert found.reasons[0].startswith(f"{people['head'].name}：")
    assert "数据到" in page.content.decode()
    clue = Clue.objects.get()
    again = [_page(client_of(who), home).context["found"].fate for who in ("村干", "镇办", "县局")]
    assert again == ["线索里已有"] * 3
    run = screen(actor_of("县局"))
    assert (run.counts["new"], run.counts["known"]) == (0, 1), "the run says the same of it"
    clue.refresh_from_db()
    hit = ScreeningHit.objects.get(run=run)
    assert (clue.reasons, clue.score) == (hit.reasons, hit.score)
    other = factories.household()
    factories.person(other, "无事人")
    quiet = _page(village, other).context["found"]
    assert (quiet.reasons, quiet.fate, quiet.unmatched) == ([], "", ["无事人"])
    assert "没有发现" in _page(village, other).content.decode()
    for who in ("外县", "部门"):
        assert client_of(who).post(address).status_code == 404
        assert client_of(who).get(address).status_code == 404
    assert client_of("市局").post(address).status_code == 403
    with _held(COUNTY):
        assert "请过几分钟再" in village.post(address, follow=True).content.decode()
    assert Clue.objects.count() == 1
    assert file.used == 1


@pytest.mark.django_db(transaction=True)
def test_pressed_by_three_at_once_one_household_gets_one_clue(
    people: dict[str, Person], client_of: ClientOf, actor_of: Callable[[str], Actor]
) -> None:
    upload([stay(people["head"], 60_000)], "医保.csv", actor_of("县局"))
    home, clients = people["head"].household, [client_of(who) for who in ("村干", "镇办", "县局")]

    def press(client: Any) -> str:
        try:
            return str(_page(client, home).content.decode())
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        pages = list(pool.map(press, clients))
    assert sorted("线索里已有" in page for page in pages) == [False, True, True]
    assert Clue.objects.count() == 1


def test_what_departments_handed_over_goes_when_its_time_is_over(
    people: dict[str, Person], client_of: ClientOf, actor_of: Callable[[str], Actor]
) -> None:
    file = upload([stay(people["head"], 60_000)], "医保.csv", actor_of("县局"))
    run, path = screen(actor_of("县局")), screening_files.path_of(file)
    assert screening_retention.expire(add_months(MONTH, 24)) == (0, 0)
    assert path.exists()
    later = add_months(MONTH, 25)
    assert screening_retention.expire(later) == (1, 1)
    assert screening_retention.expire(later) == (0, 0)
    file.refresh_from_db()
    assert (path.exists(), file.withdrawn_reason) == (False, "保存期限已到，内容已清除")
    assert file.sha256 == run.manifest["files"][0]["fingerprint"], "the fingerprint stays"
    assert not stores.folder(COUNTY).exists()
    assert list(screening_files.report(file)) == []
    assert not ScreeningHit.objects.exists()
    assert Clue.objects.exists(), "what was found has its own life"
    shown = client_of("县局").get(f"{PLACE}runs/{run.pk}/rows/?fate=new").content.decode()
    assert "名单已按保存期限清除" in shown
    ledger = registry.of(DepartmentFile)
    assert ledger
    assert history.events(ledger, file)[0].act == "清除到期的部门数据"


class _held:
    """Somebody else works in the county's folder."""

    def __init__(self, county: int) -> None:
        self.key = county // 10**6
        self.ready, self.done = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._hold)

    def _hold(self) -> None:
        with stores.alone_in(self.key * 10**6):
            self.ready.set()
            self.done.wait(30)
        connection.close()

    def __enter__(self) -> None:
        self.thread.start()
        assert self.ready.wait(30)

    def __exit__(self, *given: object) -> None:
        self.done.set()
        self.thread.join()
