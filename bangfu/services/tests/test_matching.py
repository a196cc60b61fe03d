"""3.1: the best assignment of all, and a county's matching from the run to the first day of work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.accounts.actor import Actor
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.people.models import Person
from bangfu.services.jobs import running, solving
from bangfu.services.models import EmploymentWish, JobPost, JobProposal, MatchRun
from tests.ledgers.samples import HERE, make

ClientOf = Callable[[str], Client]
TODAY = dates.today()


@settings(max_examples=60, deadline=None, database=None)
@given(st.data())
def test_no_other_assignment_is_worth_more(data: st.DataObject) -> None:
    wishes, posts = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    seats = np.array(data.draw(st.lists(st.integers(0, 3), min_size=posts, max_size=posts)))
    table = np.array([[data.draw(st.integers(0, 9)) for _ in range(posts)] for _ in range(wishes)], np.int32)
    wish, post = np.nonzero(table)
    chosen = solving.assign(wish, post, table[wish, post], seats, wishes)
    got = [(w, int(p)) for w, p in enumerate(chosen) if p >= 0]
    assert all(table[pair] > 0 for pair in got)
    assert (np.bincount([p for _, p in got], minlength=posts) <= seats).all()
    options = product(range(-1, posts), repeat=wishes)
    kept = (each for each in options if all(each.count(p) <= seats[p] for p in range(posts)))
    best = max(sum(int(table[w, p]) for w, p in enumerate(each) if p >= 0) for each in kept)
    assert sum(int(table[pair]) for pair in got) == best


def a_wish(**columns: Any) -> EmploymentWish:
    ledger = registry.get("persons")
    assert ledger
    person: Person = make(ledger, HERE)
    Person.objects.filter(pk=person.pk).update(born_on=TODAY.replace(year=TODAY.year - 40, day=1))
    known = {"wished_on": TODAY - timedelta(days=10), "reason": "returned", "work_area": "county", "wage_yuan": 3000}
    same = {"person": person, "household": person.household, "village_id": HERE, "name": person.name}
    return EmploymentWish.objects.create(**same, **known | columns)


def a_post(**columns: Any) -> JobPost:
    known = {
        "division_id": HERE // 1000 * 1000, "title": "普工", "employer": "电器厂", "kind": "local", "headcount": 1,
        "wage_from_yuan": 3500, "work_area": "town", "from_on": TODAY - timedelta(days=5),
        "open_until": TODAY + timedelta(days=20),
    }  # fmt: skip
    return JobPost.objects.create(**known | columns)


@pytest.mark.django_db
def test_a_county_matches_answers_and_somebody_begins_to_work(client_of: ClientOf, cast: Any) -> None:
    county, village, outsider = client_of("县局"), client_of("村干"), client_of("外县")
    electrician = a_wish(skill="电工证、会开车")
    anybody = a_wish(wage_yuan=3400)
    far = a_wish(work_area="town", wage_yuan=9000)
    gone = a_wish()
    Person.objects.filter(pk=gone.person_id).update(left_on=TODAY)
    wired, plain = a_post(title="维修工", asks="有电工证"), a_post(wage_from_yuan=3400)
    a_post(open_until=TODAY - timedelta(days=1), wage_from_yuan=9000)

    assert village.post("/services/matching/start/", {"county": HERE}).status_code == 403
    assert county.post("/services/matching/start/", {"county": 441882000000}).status_code == 403
    assert county.post("/services/matching/start/", {"county": 441881000000}).status_code == 302
    run = MatchRun.objects.get()
    with pytest.raises(running.Refused, match="正在匹配"):
        running.start(Division.objects.get(pk=441881000000), by=Actor.of(cast["县局"], TODAY))
    running.work(run.pk)
    run.refresh_from_db()
    assert (run.state, run.counts["proposed"], run.counts["past_posts"]) == ("done", 2, 1), run.message
    pairs = dict(JobProposal.objects.values_list("wish", "job_post"))
    assert pairs == {
        electrician.pk: wired.pk,
        anybody.pk: plain.pk,
    }  # not the post that pays most to whoever came first
    why = {row[1]: row[2] for row in run.left_out}
    assert "工资都低于最低要求" in why[far.pk]
    assert "不在户和人名册" in why[gone.pk]

    page = county.get("/services/matching/").content.decode()
    assert "技能：本人会“电工”，岗位提到" in page
    assert "月工资：本人最低要 3400 元，岗位 3400 元" in page
    assert "想去的" not in outsider.get("/services/matching/").content.decode()
    assert electrician.name not in outsider.get("/services/matching/").content.decode()
    mine = JobProposal.objects.get(wish=electrician)
    assert outsider.post("/services/matching/answer/", {"act": f"accept:{mine.pk}"}).status_code == 302
    mine.refresh_from_db()
    assert mine.state == "open"

    other = JobProposal.objects.get(wish=anybody)
    assert "2 人有推荐的岗位，等答复" in village.get("/").content.decode()
    declined = {"act": f"decline:{other.pk}", f"reason-{other.pk}": "other", f"words-{other.pk}": ""}
    village.post("/services/matching/answer/", declined)
    other.refresh_from_db()
    assert other.state == "open"  # no reason, no answer
    village.post("/services/matching/answer/", declined | {f"reason-{other.pk}": "far"})
    county.post("/services/matching/answer/", {"act": "accept", "row": [mine.pk]})
    rival = a_wish(skill="电工")
    county.post("/services/matching/start/", {"county": 441881000000})
    running.work(MatchRun.objects.latest("pk").pk)
    assert JobProposal.objects.filter(wish=anybody).get().state == "declined"  # that pair is not proposed again
    assert JobProposal.objects.get(wish=rival).job_post == plain  # the seat of the accepted one is kept

    JobPost.objects.filter(pk=plain.pk).update(open_until=TODAY - timedelta(days=1))
    stale = JobProposal.objects.get(wish=rival)
    answer = village.post("/services/matching/answer/", {"act": f"accept:{stale.pk}"}, follow=True).content.decode()
    assert "截止，请重新匹配" in answer
    waiting = county.get("/services/matching/?state=accepted").content.decode()
    begin = waiting.split('href="/l/placements/new/?')[1].split('"')[0].replace("&amp;", "&")
    known = dict(parse_qsl(urlsplit(f"?{begin}").query))
    assert known["person"] == str(electrician.person_id)
    sent = known | {"employment_channel": "employer", "work_area": "town"}
    assert county.post("/l/placements/new/", sent).status_code == 302
    mine.refresh_from_db()
    electrician.refresh_from_db()
    assert (mine.state, electrician.placed_on) == ("placed", timezone.localdate())
