"""Doubts follow what is found: new, mended, there again; they are explained, never deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bangfu.accounts.actor import Actor
from bangfu.consolidation import doubt_checks, doubt_entry
from bangfu.consolidation.doubt_runs import DoubtCheck
from bangfu.consolidation.doubts import Doubt
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger import acts, registry
from bangfu.people.models import Household, Person
from bangfu.screening.doubts import book_on
from tests.fixtures.cast import ClientOf

COUNTY = 441881000000
PLACE = "/consolidation/doubts/"


def check(by: Actor) -> DoubtCheck:
    found = doubt_checks.start(Division.objects.get(code=COUNTY), by=by)
    doubt_checks.work(found.pk)
    found.refresh_from_db()
    assert found.state == "done", found.message
    return found


def test_a_check_is_idempotent_and_what_is_mended_is_over(
    household: Household, actor_of: Callable[[str], Actor]
) -> None:
    county = actor_of("县局")
    child = Person.objects.get(household=household, relation_to_head="daughter")
    Person.objects.filter(pk=child.pk).update(phone="12345", labour_skill="general_labour", school_status="senior_2")
    first = check(county)
    doubts = Doubt.objects.filter(rule="R29")
    found = doubts.get()
    assert (found.person_id, found.household_id, found.state) == (child.pk, household.pk, "open")
    assert found.due_on
    assert found.due_on > found.found_on
    assert first.counts["new"] == Doubt.objects.count() > 0
    assert "R14" in first.left_out, "labour records are not held, and that is said"
    assert not {"R51", "R77"} & first.left_out.keys(), "how it is after removal is in the register"
    again = check(county)
    assert (again.counts["new"], again.counts["still"]) == (0, first.counts["new"])
    alone = doubt_entry.check_household(household, "县局检查一户")
    assert alone["new"] == alone["mended"] == 0, "one household is judged as in the check of all"
    assert alone["still"] > 0
    Person.objects.filter(pk=child.pk).update(labour_skill="no_labour")
    assert doubt_entry.check_household(household, "县局检查一户")["mended"] >= 1
    found.refresh_from_db()
    assert (found.state, found.over_on) == ("mended", found.found_on)
    assert found.history.order_by("-pgh_id").first().pgh_context.metadata["reason"].endswith("检查一户")
    Person.objects.filter(pk=child.pk).update(labour_skill="general_labour")
    assert check(county).counts["again"] >= 1
    found.refresh_from_db()
    assert (found.state, found.over_on) == ("open", None)
    Household.objects.filter(pk=household.pk).update(withdrawn_at=found.created_at)
    ever, left = Doubt.objects.count(), Doubt.objects.filter(state="open").count()
    assert check(county).counts["gone"] == left
    assert Doubt.objects.count() == ever, "none is deleted"


def test_the_pages_check_explain_and_send_back_and_the_outsider_finds_nothing(
    household: Household, client_of: ClientOf, actor_of: Callable[[str], Actor]
) -> None:
    child = Person.objects.get(household=household, relation_to_head="daughter")
    Person.objects.filter(pk=child.pk).update(labour_skill="general_labour", school_status="senior_2")
    own, client = f"{PLACE}households/{household.pk}/", client_of("镇办")
    assert "检查数据疑点" in client.get(f"/l/households/{household.pk}/").content.decode()
    assert client.post(f"{own}check/").headers["Location"] == own
    doubt = Doubt.objects.get(rule="R29")
    assert doubt.sentence in client.get(own).content.decode()
    assert "个数据疑点" in client.get(f"/l/households/{household.pk}/").content.decode()
    page = f"{PLACE}{doubt.pk}/"
    client.post(f"{page}explain/", {"explanation": ""})
    client.post(f"{page}explain/", {"explanation": "休学在家务工"})
    doubt.refresh_from_db()
    assert (doubt.state, doubt.explanation) == ("explained", "休学在家务工")
    check(actor_of("县局"))
    doubt.refresh_from_db()
    assert doubt.state == "explained", "explained facts are not asked about again"
    assert client_of("村干").post(f"{page}reopen/", {"reason": "不清楚"}).status_code in (403, 404)
    client_of("县局").post(f"{page}reopen/", {"reason": "请附休学证明"})
    doubt.refresh_from_db()
    assert doubt.state == "open"
    county = client_of("县局").get(PLACE)
    assert {row["rule"] for row in county.context["by_rule"]} >= {"R29"}
    shown = {rule.code for rule, _ in county.context["left_out"]}
    assert "R14" in shown
    assert "本系统还没有登记这张表" in county.content.decode()
    assert shown < set(book_on(doubt.found_on).rules)
    client_of("县局").post(f"{PLACE}check/", {"county": COUNTY})
    twice = client_of("县局").post(f"{PLACE}check/", {"county": COUNTY}, follow=True).content.decode()
    assert "正在检查疑点，请等它做完" in twice
    for who, wrong in (("外县", (403, 404)), ("部门", (403, 404)), ("审计员", (403, 404)), ("", (302,))):
        stranger = client_of(who)
        assert stranger.get(own).status_code in wrong, who
        for address in (f"{own}check/", f"{page}explain/", f"{page}reopen/"):
            assert stranger.post(address, {"explanation": "甲", "reason": "甲"}).status_code in wrong, (who, address)
        assert stranger.post(f"{PLACE}check/", {"county": COUNTY}).status_code in (302, 403)
    assert list(client_of("外县").get(PLACE).context["by_rule"]) == []
    assert DoubtCheck.objects.count() == 2


def test_each_night_every_county_with_households_is_checked_and_one_that_is_busy_goes_on(
    household: Household, actor_of: Callable[[str], Actor]
) -> None:
    assert doubt_checks.start_all() == 1
    assert doubt_checks.start_all() == 0, "it is not begun twice"
    found = DoubtCheck.objects.get(county=COUNTY)
    assert found.started_by is None
    doubt_checks.work(found.pk)
    assert Doubt.objects.filter(state="open").exists()
    assert doubt_checks.start_all() == 1


def test_a_household_is_checked_as_it_is_saved_and_the_next_page_says_so(
    household: Household,
    actor_of: Callable[[str], Actor],
    client_of: ClientOf,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    child, ledger = Person.objects.get(household=household, relation_to_head="daughter"), registry.of(Person)
    assert ledger
    wrong = {"school_status": "senior_2", "labour_skill": "general_labour"}
    with django_capture_on_commit_callbacks(execute=True):
        acts.change(ledger, child, wrong, by=actor_of("镇办"), version=child.version)
    found = Doubt.objects.get(rule="R29")
    assert (found.person_id, found.state, found.owner) == (child.pk, "open", "village")
    assert found.due_on
    left = Doubt.objects.filter(household=household, state="open").count()
    birth = {"name": "陈小雨", "sex": 2, "at": dates.today().isoformat(), "relation": "sons_daughter"}
    with django_capture_on_commit_callbacks(execute=True):
        page = client_of("镇办").post(f"/people/households/{household.pk}/birth/", birth, follow=True).content.decode()
    assert f'保存成功，这一户有 <a href="{PLACE}households/{household.pk}/">{left} 处疑点</a>' in page
    assert Doubt.objects.filter(person__name="陈小雨").exists(), "the child that was born was looked at too"
    child.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        acts.change(ledger, child, {"labour_skill": "no_labour"}, by=actor_of("镇办"), version=child.version)
    found.refresh_from_db()
    assert found.state == "mended"
    assert found.history.order_by("-pgh_id").first().pgh_context.metadata["reason"] == "保存时检查"
