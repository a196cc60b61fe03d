"""1.3 and 3.1: what follows from a row about a person, in the form and in a workbook."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.activities.models import Activity
from bangfu.exchange import registry as books
from bangfu.exchange import runs
from bangfu.exchange.models import ImportRun, StagedRow, State
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.people.models import Person
from bangfu.services.models import EmploymentWish, Placement, TrainingEnrolment, TrainingNeed, TravelSubsidy
from tests.ledgers.samples import HERE, make, values_for

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
TODAY = dates.today()


@pytest.fixture
def person(cast: Any) -> Person:
    ledger = registry.get("persons")
    assert ledger
    made: Person = make(ledger, HERE)
    return made


def bring_in(user: Any, slug: str, text: str) -> ImportRun:
    book = books.get(slug)
    assert book
    content = text.encode()
    actor = Actor.of(user, timezone.localdate())
    run = runs.start(actor, book, io.BytesIO(content), f"{slug}.csv", len(content))
    assert run.state == State.PREVIEWED, run.message
    return run


def faults_of(run: ImportRun) -> str:
    return " ".join(str(row.faults) for row in StagedRow.objects.filter(run=run, faults__isnull=False))


def test_a_workbook_of_wishes_finds_people_by_household_and_name(person: Person, cast: Any) -> None:
    home = person.household.household_no
    text = (
        "户编号,姓名,登记日期,为什么找工作,想在哪里\n"
        f"{home},{person.name},2024-03-01,返乡待业,县内\n{home},没有这个人,2024-03-01,返乡待业,县内\n"
    )
    run = bring_in(cast["县局"], "employment-wishes", text)
    assert "这一户里没有叫这个姓名的家庭成员" in faults_of(run)
    runs.confirm(run, Actor.of(cast["县局"], timezone.localdate()))
    wish = EmploymentWish.objects.get()
    assert (wish.person_id, wish.village_id) == (person.pk, person.village_id)


def test_being_in_a_training_answers_the_need_and_checks_tell_the_outcome(person: Person, client_of: ClientOf) -> None:
    client = client_of("县局")
    asked = {"person": person.pk, "topic": "cooking", "wished_on": TODAY - timedelta(days=150), "season": "any"}
    assert client.post("/l/training-needs/new/", asked).status_code == 302
    act = Activity.objects.create(
        kind="training", held_on=TODAY - timedelta(days=100), division_id=person.village_id, title="粤菜短训"
    )
    enrolled = {"person": person.pk, "activity": act.pk, "topic": "cooking"}
    assert client.post("/l/training-enrolments/new/", enrolled).status_code == 302
    assert TrainingNeed.objects.get().answered_by == act
    check = {"person": person.pk, "checked_on": TODAY - timedelta(days=5), "is_employed": "on", "employer": "镇上饭店"}
    assert client.post("/l/employment-checks/new/", check).status_code == 302
    row = TrainingEnrolment.objects.get()
    assert (row.first_outcome, row.second_outcome, row.title) == (True, None, "粤菜短训")
    page = client.post(f"/l/training-enrolments/{row.pk}/withdraw/", {"reason": "登记错了"})
    assert page.status_code == 302
    assert TrainingNeed.objects.get().answered_by is None


def test_a_placement_ends_the_wish_and_a_post_past_its_date_takes_nobody(person: Person, client_of: ClientOf) -> None:
    client, posts = client_of("县局"), registry.get("job-posts")
    assert posts
    wish = {"person": person.pk, "wished_on": TODAY - timedelta(days=40), "reason": "returned", "work_area": "county"}
    nobody = client.post("/l/employment-wishes/new/", wish | {"person": ""})
    assert "person" in nobody.context["form"].errors
    assert client.post("/l/employment-wishes/new/", wish).status_code == 302
    post = posts.model(
        **values_for(posts) | {"from_on": TODAY - timedelta(days=90), "open_until": TODAY - timedelta(days=60)}
    )
    post.save()
    sent = {
        "person": person.pk, "employer": "电器厂", "employment_channel": "employer", "work_area": "county",
        "started_on": TODAY - timedelta(days=10), "job_post": post.pk,
    }  # fmt: skip
    page = client.post("/l/placements/new/", sent)
    assert "招聘期" in str(page.context["form"].errors["job_post"])
    assert client.post("/l/placements/new/", sent | {"job_post": ""}).status_code == 302
    assert EmploymentWish.objects.get().placed_on == TODAY - timedelta(days=10)
    placed = Placement.objects.get()
    late = {"person": person.pk, "started_on": placed.started_on, "ended_on": placed.started_on - timedelta(days=1)}
    page = client.post("/l/placements/new/", sent | late | {"job_post": ""})
    assert "离岗日期早于上岗日期" in str(page.context["form"].errors) or page.status_code == 422


def test_public_welfare_posts_keep_age_and_number_in_form_and_file(
    person: Person, cast: Any, client_of: ClientOf
) -> None:
    client = client_of("县局")
    sent = {"person": person.pk, "kind": "cleaning", "monthly_yuan": "1200"}
    old = client.post("/l/public-welfare-posts/new/", sent | {"from_on": date(person.born_on.year + 75, 1, 1)})
    assert "岁" in str(old.context["form"].errors["from_on"])
    for month in (1, 2):
        posted = client.post("/l/public-welfare-posts/new/", sent | {"from_on": date(2024, month, 1)})
        assert posted.status_code == 302
    third = client.post("/l/public-welfare-posts/new/", sent | {"from_on": date(2024, 3, 1)})
    assert "一户同时最多" in str(third.context["form"].errors["from_on"])
    line = f"{person.household.household_no},{person.name},保洁员,2024-03-01,1200"
    run = bring_in(cast["县局"], "public-welfare-posts", f"户编号,姓名,岗位类型,上岗日期,月补贴\n{line}\n")
    assert "一户同时最多" in faults_of(run)


def test_a_subsidy_is_paid_once_a_year_for_work_away_of_months(person: Person, client_of: ClientOf) -> None:
    client = client_of("县局")
    sent = {
        "person": person.pk, "year": 2024, "work_area": "other_province", "work_place": "厦门", "months": 2,
        "proof": "车票", "applied_on": "2024-10-01",
    }  # fmt: skip
    assert "不足 3 个月" in str(client.post("/l/travel-subsidies/new/", sent).context["form"].errors["months"])
    assert client.post("/l/travel-subsidies/new/", sent | {"months": 6}).status_code == 302
    assert client.post("/l/travel-subsidies/new/", sent | {"months": 6}).status_code == 422
    town = client_of("镇办")
    today = town.get("/").content.decode()
    assert "1 笔交通补贴申请很久没有发放" in today
    waiting = f"/l/travel-subsidies/?stat=2&applied_on_before={TODAY}"
    assert person.name in client.get(waiting).content.decode()
    TravelSubsidy.objects.update(granted_yuan=300, paid_on=TODAY)
    assert "很久没有发放" not in town.get("/").content.decode()
    assert person.name not in client.get(waiting).content.decode()


def test_the_three_groups_find_themselves(person: Person, client_of: ClientOf) -> None:
    Person.objects.filter(pk=person.pk).update(
        school_status="grade_9", born_on=TODAY - timedelta(days=365 * 16), labour_skill=""
    )
    page = client_of("镇办").get("/services/tracked/?group=new_labour")
    assert person.name in page.content.decode()
    assert person.name not in client_of("外县").get("/services/tracked/?group=new_labour").content.decode()
    Person.objects.filter(pk=person.pk).update(
        school_status="",
        born_on=date(1985, 1, 1),
        labour_skill="general_labour",
        work_months=10,
        industry="C",
        public_post_months=None,
    )
    for group in ("returnee", "farmer"):
        assert person.name not in client_of("镇办").get(f"/services/tracked/?group={group}").content.decode()
    Person.objects.filter(pk=person.pk).update(work_months=None)
    assert person.name in client_of("镇办").get("/services/tracked/?group=returnee").content.decode()
    assert client_of("镇办").get("/services/tracked/?group=x").status_code == 404
