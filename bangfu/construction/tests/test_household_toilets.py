"""户厕台账 (2.3): what is special about it; the rest is the contract of every ledger."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.construction.household_toilets import WITHOUT_DATE, HouseholdToilet
from bangfu.exchange import registry as books
from bangfu.exchange import runs
from bangfu.exchange.models import ImportRun, State
from bangfu.ledger import registry
from tests.ledgers.samples import HERE, make, posted

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]


@pytest.fixture
def toilet(cast: Any) -> HouseholdToilet:
    ledger = registry.get("household-toilets")
    assert ledger
    made: HouseholdToilet = make(ledger, HERE)
    return made


def fill_in(client: Client, toilet: HouseholdToilet, **changes: Any) -> Any:
    ledger = registry.get("household-toilets")
    assert ledger
    values = {name: getattr(toilet, name) for name in ledger.form} | changes
    return client.post(f"/l/household-toilets/{toilet.pk}/edit/", posted(ledger, values) | {"version": toilet.version})


def bring_in(user: Any, text: str) -> ImportRun:
    book = books.get("household-toilets")
    assert book
    content = text.encode()
    return runs.start(Actor.of(user, timezone.localdate()), book, io.BytesIO(content), "户厕.csv", len(content))


def test_the_place_of_a_toilet_is_the_place_of_its_household(toilet: HouseholdToilet) -> None:
    assert toilet.village_id == toilet.household.village_id == HERE


def test_a_household_has_one_toilet_row(toilet: HouseholdToilet, client_of: ClientOf) -> None:
    sent = {"household": toilet.household_id, "kind": "sewer", "status": "sound"}
    page = client_of("县局").post("/l/household-toilets/new/", sent)
    assert page.status_code == 422
    assert "household" in page.context["form"].errors
    assert HouseholdToilet.objects.count() == 1


def test_checked_needs_the_day_of_the_check_in_the_form(toilet: HouseholdToilet, client_of: ClientOf) -> None:
    client = client_of("县局")
    page = fill_in(client, toilet, status="checked", checked_on=None)
    assert page.context["form"].errors["checked_on"] == [WITHOUT_DATE]
    assert fill_in(client, toilet, status="checked", checked_on=date(2024, 5, 1)).status_code == 302


def test_checked_needs_the_day_of_the_check_in_a_workbook(toilet: HouseholdToilet, cast: Any) -> None:
    HouseholdToilet.objects.update(status="sound", checked_on=None)
    row = f"户编号,厕所类型,状态\n{toilet.household.household_no},三格化粪池式,已复核销号\n"
    wrong = bring_in(cast["县局"], row)
    assert wrong.state == State.PREVIEWED, wrong.message
    assert runs.totals(wrong)["wrong"] == 1
    HouseholdToilet.objects.update(checked_on=date(2024, 5, 1))
    right = bring_in(cast["县局"], row)
    assert runs.totals(right)["wrong"] == 0, "a blank keeps the day that is there"


def test_toilets_of_a_village_go_through_the_steps_by_the_batch(cast: Any, client_of: ClientOf) -> None:
    ledger = registry.get("household-toilets")
    assert ledger
    keys = [make(ledger, HERE).pk for _ in range(3)]
    HouseholdToilet.objects.update(status="sound", problem="", retrofitted_on=None, checked_on=None, caretaker="")
    client, outsider = client_of("村干"), client_of("外县")
    address = "/construction/toilets/take/"

    def states() -> list[str]:
        return list(HouseholdToilet.objects.order_by("pk").values_list("status", flat=True))

    def send(who: Client, act: str, **sent: Any) -> str:
        return who.post(address, {"act": act, "step": "find", "row": keys} | sent, follow=True).content.decode()

    assert "请写明是什么问题" in send(client, "find")
    assert "3 座没有登记" in send(outsider, "find", problem="渗漏") and states() == ["sound"] * 3
    assert "已登记 3 座" in send(client, "find", problem="渗漏") and states() == ["to_mend"] * 3
    assert "日期还没有到" in send(client, "mend", on=str(timezone.localdate() + timedelta(days=1)))
    send(client, "mend", on="2024-05-08", row=keys[:2])
    assert "2 座没有登记" in send(client, "check", on="2024-05-01", row=keys[:2]), "nobody checks before it is mended"
    send(client, "back", problem="盖板还缺", row=keys[:1])
    assert "已登记 1 座" in send(client, "check", on="2024-05-09", keeper="梁伯", row=keys[:2])
    assert states() == ["to_mend", "checked", "to_mend"]
    checked = HouseholdToilet.objects.get(pk=keys[1])
    assert (checked.caretaker, checked.checked_on, checked.version) == ("梁伯", date(2024, 5, 9), 4)
    page = client.get("/construction/toilets/?step=mend&all=1").content.decode()
    assert "盖板还缺" in page and page.count(" checked>") + page.count(" checked ") >= 2
    assert "盖板还缺" not in outsider.get("/construction/toilets/?step=mend&place=441881137201").content.decode()
    assert Client().post(address, {}).status_code == 302
