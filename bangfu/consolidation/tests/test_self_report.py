"""Self-report by villagers: six fields, one receipt, and nothing told about any household."""

from typing import Any

import pytest
from django.test import Client

from bangfu.consolidation import report_limits
from bangfu.consolidation.clues import Clue, State
from bangfu.consolidation.report_limits import ReportAttempt
from bangfu.ledger import registry
from tests.fixtures.cast import ClientOf
from tests.ledgers.samples import HERE, identity_number, make

ADDRESS = f"/report/{HERE}/"


@pytest.fixture
def person(cast: Any) -> Any:
    ledger = registry.get("persons")
    assert ledger
    return make(ledger, HERE)


def sent(number: str, **more: Any) -> dict[str, Any]:
    return {
        "head_name": "李大山", "phone": "138 0013 8000", "identity_no": number, "risk": "illness",
        "says": "老伴住院三个月，自付四万元", "agrees": "on",
    } | more  # fmt: skip


def test_a_villager_chooses_the_village_by_links_and_gets_a_receipt(person: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    for code in ("", "441800000000/", "441881000000/", "441881137000/"):
        assert client.get(f"/report/{code}").status_code == 200
    assert ADDRESS in client.get("/report/441881137000/").content.decode()
    assert client.post(ADDRESS, sent(person.identity_no)).status_code == 403, "without the token of the page"
    page = client.get(ADDRESS)
    assert len(page.context["form"].asked) == 6, "five and the consent; the area stands in the address"
    token = client.cookies["csrftoken"].value
    answer = client.post(ADDRESS, sent(person.identity_no) | {"csrfmiddlewaretoken": token})
    clue = Clue.objects.get()
    assert (clue.household, clue.channel, clue.reporter_phone) == (person.household, "self_report", "13800138000")
    assert answer.headers["Location"] == f"/report/receipt/{clue.receipt_no}/"
    assert clue.receipt_no in client.get(answer.headers["Location"]).content.decode()


def test_known_and_unknown_numbers_get_the_same_answer(person: Any, client_of: ClientOf) -> None:
    client, unknown = Client(), identity_number(777)
    pages = []
    for number in (person.identity_no, unknown):
        answer = client.post(ADDRESS, sent(number))
        receipt = answer.headers["Location"]
        page = client.get(receipt).content.decode()
        pages.append(page.replace(receipt.split("/")[3], ""))
    assert pages[0] == pages[1]
    assert person.name not in pages[0]
    lonely = Clue.objects.get(household=None)
    assert (lonely.village_id, lonely.reporter_identity_no) == (HERE, unknown)
    shown = client_of("镇办").get("/consolidation/clues/?unmatched=1").content.decode()
    assert "李大山" in shown
    assert unknown not in shown


def test_the_progress_is_told_in_words_to_who_knows_number_and_phone(person: Any) -> None:
    client = Client()
    client.post(ADDRESS, sent(person.identity_no))
    clue = Clue.objects.get()

    def told(no: str, tail: str) -> str:
        return client.post("/report/progress/", {"receipt_no": no, "phone": tail}).content.decode()

    assert "等待村里核实" in told(clue.receipt_no, "8000")
    for no, tail in ((clue.receipt_no, "8001"), ("26010100000000", "8000"), ("", ""), ("\x00' or 1=1", "%%%%")):
        assert "没有查到" in told(no, tail)
    Clue.objects.filter(pk=clue.pk).update(state=State.NO_RISK, closed_reason="solved")
    page = told(clue.receipt_no, "8000")
    assert "已办结" in page
    assert "困难已经解决" not in page, "what was found is told by people, not by the page"


def test_wrong_fields_are_told_and_nothing_is_kept(person: Any) -> None:
    client = Client()
    page = client.post(ADDRESS, sent("990000197001010000", phone="12", agrees="", says="难"))
    assert page.status_code == 422
    assert {"identity_no", "phone", "agrees", "says"} <= set(page.context["form"].errors)
    assert client.post(ADDRESS, sent(person.identity_no, says="很困难" * 500)).status_code == 422
    assert client.post(ADDRESS, sent(person.identity_no, website="spam")).status_code == 302, "a program learns nothing"
    assert not Clue.objects.exists()
    assert client.get("/report/999999999999/").status_code == 404


def test_one_number_and_one_address_have_their_limits(person: Any, monkeypatch: Any) -> None:
    client, same = Client(), sent(person.identity_no, client_uuid="6e4f2a44-5b0f-4f0e-9a7e-0f3c3a1f2b11")
    first, second = client.post(ADDRESS, same), client.post(ADDRESS, same)
    assert first.headers["Location"] == second.headers["Location"], "pressed twice is one report"
    assert Clue.objects.count() == 1
    third = client.post(ADDRESS, sent(person.identity_no))
    assert third.status_code == 302
    assert client.post(ADDRESS, sent(person.identity_no)).status_code == 429
    assert client.post(ADDRESS, sent(identity_number(778))).status_code == 302
    monkeypatch.setitem(report_limits.MOST, "report", 5)
    assert client.post(ADDRESS, sent(identity_number(779))).status_code == 429
    kept = ReportAttempt.objects.values_list("digest", flat=True)
    assert all(len(digest) == 64 and person.identity_no not in digest for digest in kept)
