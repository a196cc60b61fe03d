"""Public pages of 2.4: the pledge of a visitor, its receipt, the certificate, what is shown of names and money."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.construction.greening import pledge_pages, receiving
from bangfu.construction.models import AncientTree, GreenSite, PublicBenefitEntry, TendingRound, TreePledge
from bangfu.divisions.models import Boundary, Division
from bangfu.kernel import dates
from bangfu.notices import open_codes
from tests.ledgers.samples import HERE

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
TODAY = dates.today()


@pytest.fixture
def site(divisions: Any) -> GreenSite:
    return GreenSite.objects.create(
        village_id=HERE, name="光明桑梓林", kind="village_edge", room_trees=100, opened_on=date(2024, 3, 1),
        longitude=113.5, latitude=24.2,
    )  # fmt: skip


def sent(**values: Any) -> dict[str, Any]:
    asked = {"kind": "donation", "trees": 10, "pledged_yuan": "1000", "donor": "陈志明", "phone": "13800001111"}
    return asked | {"client_uuid": str(uuid.uuid4())} | values


def test_a_pledge_of_a_visitor_becomes_a_certificate_that_anybody_verifies(
    site: GreenSite, cast: Any, client_of: ClientOf
) -> None:
    visitor, address = Client(), f"/greening/sites/{site.pk}/pledge/"
    asked = sent()
    where = visitor.post(address, asked)["Location"]
    assert visitor.post(address, asked)["Location"] == where, "sent twice, it is one pledge"
    pledge = TreePledge.objects.get()
    assert pledge.is_from_public and pledge.code in where and len(pledge.code) == 18
    page = visitor.get(where).content.decode()
    assert "等待基金经办人登记到账" in page and "13800001111" not in page and "陈志明" not in page and "陈＊" in page
    file = f"/greening/certificates/{pledge.code}/certificate.pdf"
    assert visitor.get(file).status_code == 404, "no money, no certificate"

    receive = f"/construction/pledges/{pledge.pk}/receive/"
    money = {"amount_yuan": "1000", "received_on": str(TODAY), "receipt_no": "公益001"}
    assert [client_of(name).post(receive, money).status_code for name in ("外县", "村干")] == [404, 403]
    assert visitor.post(receive, money).status_code == 302 and not PublicBenefitEntry.objects.exists()
    officer = client_of("镇办")
    assert receive in officer.get(f"/l/tree-pledges/{pledge.pk}/").content.decode()
    assert officer.post(receive, money | {"received_on": "2024-01-01"}).status_code == 422
    assert officer.post(receive, money).status_code == 302
    assert officer.post(receive, money).status_code == 403, "once only"
    entry = PublicBenefitEntry.objects.get()
    assert (entry.amount_yuan, entry.purpose, entry.is_named) == (Decimal(1000), "greening", False) and entry.entry

    assert (
        "证书真实有效"
        in visitor.post("/greening/certificates/", {"code": f" {pledge.code.upper()} "}, follow=True).content.decode()
    )
    paper = visitor.get(file)
    assert (
        paper.content.startswith(b"%PDF") and len(paper.content) < 60_000 and paper["Content-Type"] == "application/pdf"
    )
    shown = visitor.get(f"/greening/sites/{site.pk}/").content.decode()
    assert "另有 1 位没有公开姓名" in shown and "陈志明" not in shown
    home = visitor.get("/greening/").content.decode()
    assert "收入 1,000.00 元" in home and "陈志明" not in home, "the fund's page names no giver"
    second = TreePledge.objects.create(
        village_id=HERE, green_site=site, kind="donation", donor="甲", trees=1, pledged_on=TODAY
    )
    with pytest.raises(receiving.Refused, match="公益001"):
        receiving.receive(second, amount=Decimal(5), on=TODAY, receipt_no="公益001", by=Actor(None))
    second.refresh_from_db()
    assert second.received_on is None, "pledge and fund together or not at all"


def test_a_flood_a_program_and_a_full_site_are_refused(site: GreenSite, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor, address = Client(), f"/greening/sites/{site.pk}/pledge/"
    wrong = ({"trees": 101}, {"phone": "1"}, {"pledged_yuan": ""}, {"donor": "\u200b"}, {"kind": "x"}, {"trees": -1})
    assert {visitor.post(address, sent(**values)).status_code for values in wrong} == {422}
    assert visitor.post(address, sent(website="spam")).status_code == 302
    assert not TreePledge.objects.exists()
    monkeypatch.setitem(pledge_pages.MOST, "pledger", 2)
    assert [visitor.post(address, sent()).status_code for _ in range(3)] == [302, 302, 429]
    assert TreePledge.objects.count() == 2
    site.closed_on = TODAY - timedelta(days=1)
    site.save()
    assert visitor.get(address).status_code == 404
    assert Client(enforce_csrf_checks=True).post(address, sent()).status_code == 403


def test_codes_are_not_found_by_trying(site: GreenSite, monkeypatch: pytest.MonkeyPatch) -> None:
    pledge = TreePledge.objects.create(
        village_id=HERE, green_site=site, kind="planting", donor="甲", trees=1, pledged_on=TODAY, planted_on=TODAY
    )
    pledge.refresh_from_db()
    monkeypatch.setitem(open_codes.MOST, "guesser", 3)
    right, visitor = f"/greening/certificates/{pledge.code}/", Client()
    assert visitor.get(right).status_code == 200
    tries = ["0" * 8 + "-0000-0000", "x' OR 1=1", pledge.code[:-1]]
    assert [visitor.get(f"/greening/certificates/{code}/").status_code for code in tries] == [404] * 3
    assert visitor.get(right).status_code == 429, "who guesses gets no answer any more"
    assert visitor.get(f"{right}certificate.pdf").status_code == 429


def test_survival_names_and_map(site: GreenSite, client_of: ClientOf, django_assert_max_num_queries: Any) -> None:
    day = {
        "green_site": site.pk,
        "tended_on": "2025-03-01",
        "planted_trees": 50,
        "living_trees": 51,
        "replanted_trees": 0,
    }
    refused = client_of("村干").post("/l/tending-rounds/new/", day)
    assert refused.status_code == 422 and "成活株数多于已种株数" in refused.content.decode()
    TendingRound.objects.create(village_id=HERE, green_site=site, tended_on=TODAY, planted_trees=50, living_trees=40)
    for name, until in (("乡贤甲", TODAY), ("乡贤乙", TODAY - timedelta(days=1))):
        AncientTree.objects.create(
            village_id=HERE, tree_no=name, species="榕树", grade="third", named_for=name, named_on=date(2023, 1, 1),
            named_until=until,
        )  # fmt: skip
    visitor = Client()
    with django_assert_max_num_queries(8):
        page = visitor.get("/greening/?place=441881").content.decode()
    assert "80<small>%" in page and "乡贤甲" in page and "乡贤乙" not in page and "光明桑梓林" in page
    assert "<svg" not in page, "no map without the number of its approval"
    other = GreenSite.objects.create(village_id=441881101201, name="邻镇林", kind="park", room_trees=5, opened_on=TODAY)
    towns = visitor.get("/greening/?place=441881000000").content.decode()
    assert "按地方看" in towns and f"?place={HERE // 1000 * 1000}" in towns and "application/ld+json" in towns
    assert 'property="og:image" content="http://testserver/' in towns
    other.delete()
    square = {"type": "Polygon", "coordinates": [[[113, 24], [114, 24], [114, 25], [113, 25], [113, 24]]]}
    county = Division.objects.get(code=441881000000)
    Boundary.objects.update_or_create(
        division=county, level=3,
        defaults={"geometry": square, "source": "上传", "approval_no": "粤S(2026)001号", "uploaded_at": timezone.now()},
    )  # fmt: skip
    drawn = visitor.get("/greening/?place=441881&kind=").content.decode()
    assert 'cx="500.0"' in drawn and "审图号：粤S(2026)001号" in drawn
    assert "光明桑梓林" not in visitor.get("/greening/?kind=park").content.decode()
    assert visitor.get("/greening/?place=x&after=x&kind=x").status_code == 200
