"""公示公告: what is posted, who sees it, when it ends, and the objections to it (1.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from bangfu.accounts.actor import Actor
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.ledger import registry
from bangfu.notices import acts
from bangfu.notices.models import Objection, PublicNotice
from bangfu.notices.objections import ObjectionLedger
from bangfu.notices.redactor import NoticeFacts, PrivateData
from tests.ledgers.samples import HERE

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]


def draft(**more: Any) -> acts.Draft:
    village = Division.objects.select_related("parent").get(code=HERE)
    facts = NoticeFacts(village.label, "陈志强", "边缘易致贫户", ("家庭支出较大",))
    return acts.Draft(PublicNotice.Kind.IDENTIFICATION, village, facts, "cases:1", "village_notice_days", **more)


@pytest.fixture
def clerk(cast: Any) -> Actor:
    return Actor.of(cast["村干"], dates.today())


@pytest.fixture
def notice(clerk: Actor) -> PublicNotice:
    return acts.post(draft(remark="村内宣传栏同时张贴"), by=clerk, at=dates.today())


def test_a_notice_runs_for_the_days_of_the_parameter(clerk: Actor) -> None:
    posted = acts.post(draft(), by=clerk, at=date(2024, 5, 6))
    assert posted.to_on == date(2024, 5, 11) + timedelta(days=0) or posted.to_on > date(2024, 5, 11)
    assert (posted.to_on - posted.from_on).days >= 5


def test_anybody_reads_a_running_notice_at_its_address(notice: PublicNotice) -> None:
    stranger = Client()
    page = stranger.get(notice.public_url)
    assert page.status_code == 200
    text = page.content.decode()
    assert "陈*强" in text and "陈志强" not in text
    assert "边缘易致贫户" in text and "家庭支出较大" in text
    for code in (HERE, 441881137000, 441881000000):
        assert notice.public_url in stranger.get(f"/notices/place/{code}/").content.decode()
    assert stranger.get("/notices/place/441800000000/").status_code == 404


def test_after_its_last_day_nothing_of_it_is_shown(notice: PublicNotice) -> None:
    yesterday = dates.today() - timedelta(days=1)
    PublicNotice.objects.filter(pk=notice.pk).update(from_on=yesterday - timedelta(days=6), to_on=yesterday)
    page = Client().get(notice.public_url)
    assert page.status_code == 410
    assert "陈" not in page.content.decode()
    assert notice.public_url not in Client().get(f"/notices/place/{HERE}/").content.decode()


def test_a_notice_taken_down_is_gone_at_once_and_kept_in_the_ledger(notice: PublicNotice, clerk: Actor) -> None:
    acts.take_down(notice, by=clerk, at=dates.today(), reason="类别写错")
    assert Client().get(notice.public_url).status_code == 410
    assert not acts.of_matter("cases:1").filter(taken_down_on=None)
    notice.refresh_from_db()
    assert notice.taken_down_reason == "类别写错"


def test_a_remark_with_a_number_posts_nothing(clerk: Actor) -> None:
    with pytest.raises(PrivateData):
        acts.post(draft(remark="联系人 138 0013 8000"), by=clerk, at=dates.today())
    with pytest.raises(PrivateData):
        acts.post(draft(remark="女儿陈欣怡", known=("陈欣怡",)), by=clerk, at=dates.today())
    assert not PublicNotice.objects.exists()


def test_the_sheet_of_the_staff_is_what_is_public(notice: PublicNotice, client_of: ClientOf) -> None:
    page = client_of("镇办").get(f"/l/public-notices/{notice.pk}/").content.decode()
    assert "陈*强" in page and "data-print" in page and notice.public_url in page
    assert client_of("外县").get(f"/l/public-notices/{notice.pk}/").status_code == 404


def test_an_objection_is_open_until_it_is_answered_whole(notice: PublicNotice, client_of: ClientOf) -> None:
    clerk, sent = client_of("村干"), {"public_notice": notice.pk, "received_on": dates.today().isoformat()}
    assert clerk.post("/l/objections/new/", sent | {"content": "他家有车"}).status_code == 302
    objection = Objection.objects.get()
    assert [row.open_count for row in acts.of_matter(notice.about)] == [1]
    assert objection.village_id == notice.village_id
    half = sent | {"content": "他家有车", "outcome": "rejected", "version": objection.version}
    assert clerk.post(f"/l/objections/{objection.pk}/edit/", half).status_code == 422
    whole = half | {"answered_on": dates.today().isoformat(), "answer": "车辆已于两年前报废"}
    assert clerk.post(f"/l/objections/{objection.pk}/edit/", whole).status_code == 302
    assert [row.open_count for row in acts.of_matter(notice.about)] == [0]
    assert isinstance(registry.of(Objection), ObjectionLedger)
