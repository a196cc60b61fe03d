import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.kernel import dates
from bangfu.people.models import Household, HouseholdIncome, MemberEvent, Person
from bangfu.people.tests.factories import CHONGXIN, GUANGMING, LIANXI, family, household, number, person

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
ACTS = ("birth", "arrival", "departure", "head", "move", "split", "merge", "correct")


def new_person(home: Household, **values: Any) -> dict[str, Any]:
    born_on = values.pop("born_on", date(1999, 9, 9))
    filled = {
        "household": home.pk, "name": "林国强", "sex": 1, "born_on": born_on.isoformat(), "card_kind": "resident",
        "identity_no": number(born_on) if born_on <= dates.today() else "", "ethnic_group": "01", "relation_to_head": "son",
    }  # fmt: skip
    return filled | values


def test_the_household_page_tells_members_income_and_story_with_numbers_masked(client_of: ClientOf) -> None:
    home, people = family()
    HouseholdIncome.objects.create(
        household=home, village_id=home.village_id, year=2025, population=5, wage_income=50000
    )
    client = client_of("村干")
    client.post(
        f"/people/households/{home.pk}/departure/",
        {"person": people["mother"].pk, "kind": "death", "at": "2025-09-01", "note": "病故"},
    )
    page = client.get(f"/l/households/{home.pk}/")
    text = page.content.decode()
    assert [member.row.cells[0].text for member in page.context["members"]][0] == "陈志强"
    assert "10,000.00" in text, "per capita net income"
    assert "已离开 1 人" in text
    assert [item.act for item in page.context["items"]][:1] == ["死亡 李秀英"] or "死亡 李秀英" in text
    for who in people.values():
        assert who.identity_no not in text


def test_the_household_page_takes_no_more_queries_for_more_members(client_of: ClientOf) -> None:
    home, _ = family()
    client = client_of("村干")
    client.get(f"/l/households/{home.pk}/")
    counts = []
    for more in (0, 6):
        for _ in range(more):
            person(home, "林国强", "other")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/l/households/{home.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3 + 5  # log-in, and: the household, its lists, what hangs on it, attachments


@pytest.mark.parametrize("slug", ACTS)
def test_each_change_has_a_page_for_the_village_and_none_for_another_county(client_of: ClientOf, slug: str) -> None:
    home, _ = family()
    address = f"/people/households/{home.pk}/{slug}/"
    assert client_of("村干").get(address).status_code == 200
    assert client_of("村干").post(address, {}).status_code == 422
    assert client_of("外县").get(address).status_code == 404
    assert client_of("外县").post(address, {}).status_code == 404
    assert client_of("省厅").get(address).status_code == 403
    assert client_of("审计员").get(address).status_code == 403
    assert client_of("").get(address).status_code == 302


def test_an_unknown_change_does_not_exist(client_of: ClientOf) -> None:
    home, _ = family()
    assert client_of("村干").get(f"/people/households/{home.pk}/wedding/").status_code == 404


def test_a_birth_is_two_taps_and_three_fields(client_of: ClientOf) -> None:
    home, _ = family()
    sent = {"name": "陈 小明", "sex": 1, "at": "2025-09-20", "relation": "sons_son"}
    answer = client_of("村干").post(f"/people/households/{home.pk}/birth/", sent)
    assert answer.status_code == 302
    assert Person.objects.get(born_on=date(2025, 9, 20)).name == "陈小明"


def test_a_future_birth_is_refused_in_words(client_of: ClientOf) -> None:
    home, _ = family()
    sent = {"name": "陈小明", "sex": 1, "at": (dates.today() + timedelta(days=3)).isoformat(), "relation": "son"}
    page = client_of("村干").post(f"/people/households/{home.pk}/birth/", sent)
    assert page.status_code == 422
    assert "日期还没有到" in page.content.decode()


def test_changing_the_head_asks_once_more_for_the_relations_it_has_worked_out(client_of: ClientOf) -> None:
    home, people = family()
    client, address = client_of("村干"), f"/people/households/{home.pk}/head/"
    sent = {"new_head": people["son"].pk, "at": "2025-09-01"}
    page = client.post(address, sent)
    assert page.context["form"].asks_relations
    assert Household.objects.get(pk=home.pk).head_name == "陈志强", "nothing is written yet"
    filled = {
        name: page.context["form"][name].value() for name in page.context["form"].fields if name.startswith("relation_")
    }
    assert filled[f"relation_{people['head'].pk}"] == "father"
    assert client.post(address, sent | filled).status_code == 302
    assert Household.objects.get(pk=home.pk).head_name == "陈俊杰"


def test_a_move_into_a_household_that_one_may_not_edit_is_refused(client_of: ClientOf) -> None:
    home, people = family()
    other = household(LIANXI)
    sent = {"person": people["mother"].pk, "to": other.pk, "relation": "other", "at": "2025-09-01"}
    page = client_of("村干").post(f"/people/households/{home.pk}/move/", sent)
    assert page.status_code == 422
    assert Person.objects.get(pk=people["mother"].pk).household_id == home.pk
    assert "林" not in page.context["form"].errors.as_text(), "nothing is told of the other household"


def test_a_split_through_the_page(client_of: ClientOf) -> None:
    home, people = family()
    client, address = client_of("镇办"), f"/people/households/{home.pk}/split/"
    sent = {"people": [people["son"].pk, people["mother"].pk], "new_head": people["son"].pk, "at": "2025-09-01"}
    assert client.post(address, sent).context["form"].asks_relations
    answer = client.post(address, sent | {f"relation_{people['mother'].pk}": "fathers_mother"})
    made = Household.objects.exclude(pk=home.pk).get()
    assert answer.headers["Location"] == f"/l/households/{made.pk}/"
    assert (made.head_name, made.member_count) == ("陈俊杰", 2)
    assert MemberEvent.objects.filter(kind="split").count() == 2


@pytest.mark.parametrize("door", ["form", "api"])
def test_what_may_not_be_is_refused_by_form_and_api_alike(client_of: ClientOf, door: str) -> None:
    home, people = family()
    other = household(CHONGXIN)
    client, future = client_of("镇办"), dates.today() + timedelta(days=1)
    cases = {
        "born_on": new_person(home, born_on=future),
        "relation_to_head": new_person(home, relation_to_head="head"),
        "identity_no": new_person(other, relation_to_head="head", born_on=date(2003, 1, 5))
        | {"identity_no": people["son"].identity_no},
    }
    for field, sent in cases.items():
        if door == "form":
            answer = client.post("/l/persons/new/", sent)
            assert field in answer.context["form"].errors
        else:
            answer = client.post("/api/v1/persons/", sent, "application/json")
            assert [error["field"] for error in answer.json()["errors"]] == [field]
        assert answer.status_code == 422
    assert Person.objects.count() == 5


def test_nobody_is_moved_to_another_household_by_a_plain_edit(client_of: ClientOf) -> None:
    home, people = family()
    other = household(CHONGXIN)
    row = client_of("镇办").get(f"/api/v1/persons/{people['son'].pk}").json()
    answer = client_of("镇办").patch(
        f"/api/v1/persons/{people['son'].pk}", {"version": row["version"], "household": other.pk}, "application/json"
    )
    assert answer.status_code == 422
    assert "转户" in answer.json()["errors"][0]["message"]


def test_the_box_of_the_frame_finds_people_and_households_inside_the_scope(client_of: ClientOf) -> None:
    family()
    person(household(LIANXI), "李秀兰")
    text = client_of("县局").get("/search/?q=李秀").content.decode()
    assert "李秀英" in text
    assert "李秀兰" not in text


def test_a_household_without_a_head_says_so_and_offers_to_name_one(client_of: ClientOf) -> None:
    home = household(GUANGMING)
    person(home, "陈俊杰", "son")
    assert "没有户主" in client_of("村干").get(f"/l/households/{home.pk}/").content.decode()


def test_an_unfinished_change_comes_back_with_the_relations_and_goes_when_it_is_sent(client_of: ClientOf) -> None:
    home, people = family()
    client, address = client_of("村干"), f"/people/households/{home.pk}/departure/"
    typed = {
        "person": [str(people["head"].pk)], "kind": ["death"], "at": ["2025-09-01"], "note": ["病故"],
        "new_head": [str(people["son"].pk)], f"relation_{people['wife'].pk}": ["mother"],
    }  # fmt: skip
    sent = json.dumps({"path": address, "data": typed})
    assert client.post("/drafts/", sent, content_type="application/json").status_code == 200
    page = client.get(address)
    form, text = page.context["form"], page.content.decode()
    assert "这是上次没有提交的草稿" in text
    assert "病故" in text
    for name, values in typed.items():
        assert form[name].value() == values[0], name
    assert "病故" not in client_of("镇办").get(address).content.decode()
    assert "病故" not in client.get(f"{address}?person={people['wife'].pk}").content.decode(), "another beginning"
    whole = {name: form[name].value() for name in form.fields}
    assert client.post(address, whole).status_code == 302
    assert "病故" not in client.get(address).content.decode()
