"""3.4: the public list of points, objections from it, and a rule whose version changed while the jury had the application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.kernel import dates
from bangfu.people.models import Household
from bangfu.services.models import PointsApplication, PointsObjection, PointsRule, PointsScheme
from bangfu.services.points import application_acts as acts
from bangfu.services.points import books
from bangfu.services.tests.test_points import a_home, a_rule, a_scheme
from tests.ledgers.samples import HERE

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
TODAY, NOBODY, DAY = dates.today(), Actor(None), timedelta(days=1)
LIST = f"/points/list/{HERE}/"


def _published(home: Household, rule: PointsRule, **columns: Any) -> PointsApplication:
    known = {"state": "published", "granted_points": rule.points, "objection_until": TODAY, "happened_on": TODAY - DAY}
    return PointsApplication.objects.create(
        village_id=HERE, household=home, points_rule=rule, item=rule.item, points=rule.points, applied_on=TODAY - DAY,
        **known | columns,
    )  # fmt: skip


def test_anybody_reads_what_is_published_and_an_objection_stops_the_posting(
    client: Client, client_of: ClientOf
) -> None:
    home, rule = a_home(), a_rule(a_scheme())
    Household.objects.filter(pk=home.pk).update(head_name="罗水生", phone="13800138000")
    row = _published(home, rule, proof="电话13800138000")
    past = _published(home, rule, objection_until=TODAY - DAY, happened_on=TODAY - 2 * DAY)
    told = _published(home, a_rule(rule.points_scheme, item="陪同610101198001011234就医"), happened_on=TODAY - 3 * DAY)
    page = client.get(LIST)
    text = page.content.decode()
    assert "义务劳动" in text
    assert "罗*生" in text
    assert "+5 分" in text
    assert not any(secret in text for secret in ("罗水生", "13800138000", "610101", "<script src", home.household_no))
    assert f"{LIST}{past.pk}/" not in text
    assert client.get(LIST, headers={"if-none-match": page["ETag"]}).status_code == 304
    assert "英德市" in client.get("/points/list/441800000000/").content.decode()
    assert client.get("/points/list/").status_code == 200
    for address in ("/points/list/1/", f"{LIST}{past.pk}/", f"/points/list/441882101202/{row.pk}/"):
        assert client.get(address).status_code == 404

    sent = {"client_uuid": str(uuid4()), "content": "<b>那天</b>他没有参加", "phone": "13900139000"}
    assert client.post(f"{LIST}{row.pk}/", sent | {"content": " "}).status_code == 422
    assert client.post(f"{LIST}{row.pk}/", sent | {"website": "x"}).status_code == 302
    for _ in range(2):  # pressed twice
        assert client.post(f"{LIST}{row.pk}/", sent).status_code == 302
    objection = PointsObjection.objects.get()
    for _ in range(12):
        last = client.post(f"{LIST}{told.pk}/", sent | {"client_uuid": str(uuid4())})
    assert last.status_code == 429
    PointsObjection.objects.exclude(pk=objection.pk).delete()

    town, outsider = client_of("镇办"), client_of("外县")
    assert "有人对积分公示提了异议" in town.get("/").content.decode()
    assert "有异议" in town.get("/services/points/jury/?state=published").content.decode()
    page = town.get(f"/l/points-objections/{objection.pk}/").content.decode()
    assert "&lt;b&gt;那天" in page
    assert "13900139000" not in page
    assert outsider.get(f"/l/points-objections/{objection.pk}/").status_code == 404
    answer = f"/services/points/objections/{objection.pk}/answer/"
    words = {"outcome": "upheld", "words": "查了签到表"}
    assert outsider.post(answer, words).status_code == 404
    PointsApplication.objects.filter(pk=row.pk).update(objection_until=TODAY - DAY)
    assert acts.post_all_due(TODAY, [row]) == 0
    with pytest.raises(acts.Refused, match="异议没有答复"):
        acts.post(row, by=NOBODY, on=TODAY, at=timezone.now())
    assert "请选结论" in town.post(answer, {"outcome": "upheld"}, follow=True).content.decode()
    town.post(answer, words)
    row.refresh_from_db()
    objection.refresh_from_db()
    assert (row.state, objection.outcome, objection.answered_on) == ("applied", "upheld", TODAY)
    town.post(answer, words | {"outcome": "rejected"})
    objection.refresh_from_db()
    assert objection.outcome == "upheld"
    assert books.points_of(home.pk) == 0


def test_a_rule_whose_version_changed_in_mid_review_judges_nothing(client_of: ClientOf) -> None:
    town, home, scheme = client_of("镇办"), a_home(), a_scheme()
    rule = a_rule(scheme)
    row = _published(home, rule, state="applied", granted_points=None, objection_until=None)
    form = {
        "points_scheme": scheme.pk,
        "topic": "volunteering",
        "item": rule.item,
        "cap_period": "year",
        "decided_by": "jury",
    }
    page = town.post(f"/l/points-rules/{rule.pk}/edit/", form | {"points": 9, "version": rule.version})
    assert "已有 1 条申报按这条规则" in str(page.context["form"].errors["points"])
    PointsScheme.objects.filter(pk=scheme.pk).update(to_on=row.applied_on - DAY)
    new = a_rule(a_scheme(version_name="第二版", from_on=row.applied_on), points=3)
    with pytest.raises(acts.Refused, match="方案换了版本"):
        acts.agree(row, "同意", by=NOBODY, on=TODAY)
    sent = {"household": home.pk, "points_rule": new.pk, "happened_on": row.happened_on, "applied_on": row.applied_on}
    assert town.post(f"/l/points-applications/{row.pk}/edit/", sent | {"times": 1, "version": 1}).status_code == 302
    acts.agree(row, "同意", by=NOBODY, on=TODAY)
    row.refresh_from_db()
    assert (row.granted_points, row.state) == (3, "published")
