"""Groups and teams: what the database refuses, who sees what from the place and from the unit, rotation, the two pages."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Grant, Unit, User
from bangfu.accounts.roles import Role
from bangfu.activities.follow_ups import FollowUp
from bangfu.duties.changed import settle_all
from bangfu.exchange import registry as books
from bangfu.exchange import runs
from bangfu.ledger import registry
from bangfu.units import rotation
from bangfu.units.demo.load import load
from bangfu.units.helped import towns_of_units
from bangfu.units.models import Cadre, CareItem, Group, GroupMember, Team, YearlyOpinion
from bangfu.workflow import acts
from bangfu.workflow.acts import Refused
from bangfu.workflow.models import Flow, StepRecord

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
TODAY = datetime.date(2026, 3, 2)
TOWN = 441881137000
CODE = "91440300708461136T"
LOG_IN = 3  # session, user, grants


@pytest.fixture
def team(cast: Any) -> Team:
    load(timezone.localdate())
    return Team.objects.get(town=TOWN)


def refused(constraint: str, **columns: Any) -> None:
    model = columns.pop("model")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.create(**columns)


def test_one_captain_one_lead_one_team_and_no_overlapping_terms(team: Team) -> None:
    unit, day = Unit.objects.filter(kind="university").get(), timezone.localdate()
    person = {"model": Cadre, "team": team, "town_id": TOWN, "sending_unit": unit, "from_on": day}
    refused("team_one_captain", **person, name="梁一鸣", post="captain")
    refused("cadre_once", **person, name="苏晓彤", phone=Cadre.objects.get(name="苏晓彤").phone)
    refused("deputy_with_agreement", **person, name="梁一鸣", post="deputy_captain")
    refused("team_one_a_town", model=Team, town_id=TOWN, name="另一队", from_on=day)
    member = {"model": GroupMember, "group": team.group, "town_id": TOWN, "from_on": day}
    refused("group_one_lead", **member, unit=Unit.objects.get(kind="central"), is_lead=True)
    refused("group_member_once", **member, unit=unit)
    refused("group_one_a_town", model=Group, town_id=TOWN, title="另一组团", round="second", from_on=day)
    kept = Cadre.objects.get(name="林建华")
    Cadre.objects.filter(pk=kept.pk).update(to_on=day)
    person["from_on"] = day + datetime.timedelta(days=1)
    Cadre.objects.create(
        **{key: value for key, value in person.items() if key != "model"}, name="梁一鸣", post="captain"
    )


def test_the_form_says_which_term_is_in_the_way(team: Team, client_of: ClientOf) -> None:
    sent = {
        "team": team.pk, "name": "梁一鸣", "phone": "13990009999", "post": "captain", "kind": "seconded",
        "sending_unit": Unit.objects.filter(kind="university").get().pk, "from_on": str(timezone.localdate()),
    }  # fmt: skip
    page = client_of("县局").post("/l/cadres/new/", sent)
    assert page.status_code == 422
    assert "已有队长" in str(page.context["form"].errors["from_on"])
    page = client_of("县局").post("/l/cadres/new/", sent | {"post": "deputy_captain", "deputy_agreement_no": "2号"})
    assert "最多 1 名" in str(page.context["form"].errors["post"])


def test_what_the_table_refuses_stands_beside_a_field_though_its_rule_names_none(
    team: Team, client_of: ClientOf
) -> None:
    cadre, day = team.cadres.order_by("pk").first(), timezone.localdate()
    assert cadre
    sent = {
        "cadre": cadre.pk,
        "kind": "leave",
        "reason": "探亲",
        "from_on": day,
        "to_on": day - datetime.timedelta(days=1),
    }
    page = client_of("镇办").post("/l/absences/new/", sent)
    assert (page.status_code, page.context["form"].errors) == (422, {"to_on": ["结束日期早于开始日期"]})
    Unit.objects.update(credit_code="")
    Unit.objects.filter(pk=cadre.sending_unit_id).update(credit_code=CODE)
    page = client_of("县局").post("/l/units/new/", {"name": "另一单位", "kind": "city", "credit_code": CODE})
    assert "已经登记在另一个单位名下" in page.context["form"].errors["credit_code"][0]


def test_place_and_unit_cross(team: Team, cast: Any, client_of: ClientOf) -> None:
    def seen(who: User, slug: str) -> set[int]:
        ledger = registry.get(slug)
        assert ledger
        return set(ledger.visible_to(Actor.of(who, timezone.localdate())).values_list("pk", flat=True))

    other = User.objects.create(username="bieren", name="别人")
    elsewhere = Unit.objects.create(name="不结对的单位")
    Grant.objects.create(
        user=other, role=Role.LIAISON, unit=elsewhere, from_on=TODAY, confirmed_at=timezone.now(), reason="测试"
    )
    liaison = cast["联络员"]
    assert set(towns_of_units([liaison.unit_id]).values_list("group__town", flat=True)) == {TOWN}
    here = {
        "groups": set(Group.objects.filter(town=TOWN).values_list("pk", flat=True)),
        "work-teams": {team.pk},
        "cadres": set(team.cadres.values_list("pk", flat=True)),
    }
    for slug, keys in here.items():
        assert seen(liaison, slug) == keys, "the towns the unit helps, with peers of other units"
        assert seen(other, slug) == set()
        assert seen(cast["外县"], slug) == set()
        assert keys <= seen(cast["县局"], slug) and keys == seen(cast["镇办"], slug) & keys
    assert seen(liaison, "care-items") == set(
        CareItem.objects.filter(cadre__sending_unit=liaison.unit).values_list("pk", flat=True)
    )
    own = set(CareItem.objects.filter(cadre__user=cast["队员"]).values_list("pk", flat=True))
    assert own and seen(cast["队员"], "care-items") == own, "peers in the team see nothing of each other"
    assert client_of("外县").get(f"/teams/{team.pk}/").status_code == 404


def flow(team: Team, person: User, number: int) -> Flow:
    return Flow.objects.create(
        slug="cases", subject_type="consolidation.Case", subject_id=number, division_id=TOWN + 201, state="checking",
        started_on=TODAY, entered_on=TODAY, assignee=person,
    )  # fmt: skip


def test_a_rotation_loses_nothing_and_is_shown_before(team: Team, cast: Any, client_of: ClientOf) -> None:
    leaving, day = Cadre.objects.get(user=cast["队员"]), timezone.localdate()
    mine = [flow(team, cast["队员"], number) for number in (1, 2)]
    left = FollowUp.objects.create(what="联系茶厂", who="苏晓彤", who_user=cast["队员"], division_id=TOWN)
    client, address = client_of("县局"), f"/cadres/{leaving.pk}/rotate/"
    sent = {
        "version": leaving.version, "last_on": str(day), "from_on": str(day + datetime.timedelta(days=1)), "name": "卢远航",
        "sending_unit": leaving.sending_unit_id, "post": "member", "kind": "seconded", "reason": "任期届满",
    }  # fmt: skip
    shown = client.post(address, sent)
    assert shown.status_code == 200 and shown.context["estate"].flows == 2
    assert shown.context["estate"].others == (("后续事项", 1),)
    assert Cadre.objects.get(pk=leaving.pk).to_on is None, "nothing is done before it is confirmed"
    assert client.post(address, sent | {"confirmed": "1"}).status_code == 302
    assert Cadre.objects.get(pk=leaving.pk).to_on == day
    assert team.cadres.get(name="卢远航").from_on == day + datetime.timedelta(days=1)
    assert set(Flow.objects.filter(pk__in=[each.pk for each in mine]).values_list("assignee", flat=True)) == {None}
    assert StepRecord.objects.filter(flow__in=mine, deed="handed_over").count() == 2
    left.refresh_from_db()
    assert (left.who, left.who_user) == ("卢远航", None)
    again = client.post(address, sent | {"confirmed": "1"})
    assert again.status_code == 200 and again.context["form"].errors or again.status_code == 422


def test_a_refused_rotation_leaves_all_as_it_was(team: Team, cast: Any) -> None:
    leaving, by = Cadre.objects.get(user=cast["队员"]), Actor.of(cast["县局"], timezone.localdate())
    day = timezone.localdate()
    values = {
        "name": "卢远航", "phone": "", "sending_unit": leaving.sending_unit, "post": "captain", "kind": "seconded",
        "from_on": day + datetime.timedelta(days=1), "to_on": None, "home_post": "", "user": None,
    }  # fmt: skip
    with pytest.raises(Refused, match="已有队长"):
        rotation.rotate(leaving, day, values, by=by, at=timezone.now(), reason="任期届满")
    assert Cadre.objects.get(pk=leaving.pk).to_on is None


def test_the_pages_take_few_queries(team: Team, cast: Any, client_of: ClientOf) -> None:
    for address, words in (
        (f"/teams/{team.pk}/", "林建华"),
        (f"/units/{cast['联络员'].unit_id}/", "苏晓彤"),
    ):
        for who in ("县局", "联络员"):
            client = client_of(who)
            settle_all()
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                page = client.get(address)
            assert words in page.content.decode()
            assert len(queries) <= LOG_IN + 8, [query["sql"][:90] for query in queries]


def test_an_opinion_goes_from_captain_to_town_to_county_and_peers_see_nothing(
    team: Team, cast: Any, client_of: ClientOf
) -> None:
    cadre = Cadre.objects.get(user=cast["队员"])
    sent = {"year": timezone.localdate().year, "grade": "excellent", "opinion": "走访扎实"}
    made = client_of("队长").post(f"/cadres/{cadre.pk}/opinion/", sent)
    assert made.status_code == 302
    address = made.headers["Location"]
    for who, status in (("队长", 200), ("镇办", 200), ("联络员", 200), ("队员", 200), ("外县", 404)):
        assert client_of(who).get(address).status_code == status, who
    own = client_of("队长").post(f"/cadres/{team.captain_on(timezone.localdate()).pk}/opinion/", sent)
    assert "由镇提出" in str(own.context["form"].errors)
    opinion, row = YearlyOpinion.objects.get(cadre=cadre, year=sent["year"]), Flow.objects.get(slug="yearly-opinions")
    for who, step, state in (("镇办", "review", "reviewed"), ("县局", "file", "filed")):
        row.refresh_from_db()
        acts.take(step, row, by=Actor.of(cast[who], timezone.localdate()), at=timezone.now(), version=row.version)
        opinion.refresh_from_db()
        assert opinion.state == state
    assert opinion.filed_on == timezone.localdate()
    peer = YearlyOpinion.objects.create(
        cadre=Cadre.objects.get(name="温若川"), town_id=TOWN, year=2024, grade="competent", opinion="好",
        proposed_on=timezone.localdate(),
    )  # fmt: skip
    assert client_of("队员").get(f"/l/yearly-opinions/{peer.pk}/").status_code == 404


def test_an_import_names_the_row_of_a_second_captain_and_keeps_the_good_ones(team: Team, cast: Any) -> None:
    ledger, day = registry.get("cadres"), timezone.localdate()
    unit = Unit.objects.get(kind="university").name
    text = (
        "驻点镇,驻镇工作队,姓名,派出单位,职务,干部类别,到任日期\n"
        f"东华镇,{team.name},梁一鸣,{unit},队长,选派干部,{day}\n"
        f"东华镇,{team.name},卢远航,{unit},队员,选派干部,{day}\n"
    ).encode()
    book = books.get(ledger.book)
    run = runs.start(Actor.of(cast["县局"], day), book, io.BytesIO(text), "名册.csv", len(text))
    totals = runs.totals(run)
    assert (totals["add"], totals["wrong"]) == (1, 1), run.message
    assert "已有队长" in str(list(run.rows.values_list("faults", flat=True)))
