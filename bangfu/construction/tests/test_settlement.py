"""2.3 to 2.5: the rules of sewage, the chain of waste, trees and the fund, in forms and workbooks."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.bookkeeping import checking
from bangfu.construction.models import AncientTree, NaturalVillage, PublicBenefitEntry, WasteSite
from bangfu.construction.settlement import waste_graph
from bangfu.divisions.scope import Scope
from bangfu.exchange import registry as books
from bangfu.exchange import runs
from bangfu.exchange.models import StagedRow
from bangfu.funds import proofs
from bangfu.ledger import registry
from tests.ledgers.samples import HERE, make

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
TOWN, COUNTY = 441881137000, 441881000000


def faults_of(user: Any, slug: str, text: str) -> str:
    book = books.get(slug)
    assert book
    content = text.encode()
    run = runs.start(Actor.of(user, timezone.localdate()), book, io.BytesIO(content), f"{slug}.csv", len(content))
    return run.message + " ".join(str(row.faults) for row in StagedRow.objects.filter(run=run, faults__isnull=False))


def test_a_natural_village_has_one_mode_and_a_suggestion_that_explains_itself(cast: Any, client_of: ClientOf) -> None:
    client = client_of("县局")
    sent = {
        "village": HERE, "natural_village": "新屋村", "households": 40, "people": 160, "layout": "dense",
        "network_km": "0.8", "state": "running", "mode": "",
    }  # fmt: skip
    assert "请选择治理模式" in str(client.post("/l/natural-villages/new/", sent).context["form"].errors["mode"])
    assert client.post("/l/natural-villages/new/", sent | {"mode": "central"}).status_code == 302
    assert client.post("/l/natural-villages/new/", sent | {"mode": "network"}).status_code == 422
    row = NaturalVillage.objects.get()
    page = client.get(f"/l/natural-villages/{row.pk}/").content.decode()
    assert "建议的模式与所选不同" in page and "离污水管网 0.8 公里，不超过 3 公里" in page
    text = "行政村,自然村,户数,常住人口,居住,治理模式,治理状态\n"
    lines = [f"{HERE},老围村,10,40,分散,{mode},正常运行" for mode in ("资源化利用", "集中处理设施")]
    assert "重复" in faults_of(cast["县局"], "natural-villages", text + "\n".join(lines))


def test_waste_goes_onward_only_and_breaks_are_listed(cast: Any, client_of: ClientOf) -> None:
    plant = WasteSite.objects.create(division_id=COUNTY, name="英德处理厂", kind="plant")
    station = WasteSite.objects.create(division_id=TOWN, name="东华转运站", kind="station")
    point = WasteSite.objects.create(division_id=HERE, name="光明收集点", kind="point", sends_to=station)
    client = client_of("镇办")
    page = client.get("/construction/waste-chain/").content.decode().split("收运图")[0]
    assert "光明收集点" not in page and "东华转运站" in page, "the chain stops at the station"
    values = {"division": TOWN, "name": "东华转运站", "kind": "station", "version": station.version}
    for wrong in (station, point):
        form = client.post(f"/l/waste-sites/{station.pk}/edit/", values | {"sends_to": wrong.pk}).context["form"]
        assert "绕圈" in str(form.errors["sends_to"])
    assert client.post(f"/l/waste-sites/{station.pk}/edit/", values | {"sends_to": plant.pk}).status_code == 302
    page = client.get("/construction/waste-chain/").content.decode()
    assert "链条断了" not in page and "没有收集点的村" in page
    text = "所在地,名称,环节,运到哪里\n441881137000,东华转运站,镇转运站,光明收集点\n"
    assert "绕圈" in faults_of(cast["镇办"], "waste-sites", text)
    assert (
        "收集点"
        not in client_of("外县")
        .get("/construction/waste-chain/?place=441881137000")
        .content.decode()
        .split("没有收集点的村")[0]
    )


def test_the_board_counts_villages_of_the_town(cast: Any, client_of: ClientOf) -> None:
    common = {"village_id": HERE, "households": 9, "people": 30, "layout": "dense"}
    for name, mode, state in (("甲", "central", "running"), ("乙", "central", "faulty"), ("丙", "", "untreated")):
        NaturalVillage.objects.create(natural_village=name, mode=mode, state=state, **common)
    page = client_of("镇办").get("/construction/settlement/?place=441881137000")
    line = next(line for line in page.context["lines"] if line.place.pk == HERE)
    assert (line.treated, line.running, line.numbers["modeless"]) == (66, 50, 1)
    assert client_of("外县").get("/construction/settlement/?place=441881137000").context["lines"] == []


def test_trees_alive_are_not_more_than_were_planted_and_names_end(cast: Any, client_of: ClientOf) -> None:
    rounds, client = registry.get("tending-rounds"), client_of("县局")
    assert rounds
    row = make(rounds, HERE)
    type(row.green_site).objects.update(room_trees=100)
    sent = {"green_site": row.green_site_id, "tended_on": "2024-05-02", "planted_trees": 50, "replanted_trees": 0}
    form = client.post("/l/tending-rounds/new/", sent | {"living_trees": 51}).context["form"]
    assert "成活株数多于已种株数" in str(form.errors["living_trees"])
    file = f"绿化点,日期,已种株数,成活株数\n{row.green_site},2024-05-02,50,51\n"
    assert "成活株数多于已种株数" in faults_of(cast["县局"], "tending-rounds", file)
    tree = {"village": HERE, "tree_no": "44188100001", "species": "樟树", "grade": "third"}
    assert client.post("/l/ancient-trees/new/", tree | {"named_for": "乡亲"}).status_code == 422
    named = tree | {"named_for": "乡亲", "named_on": "2024-06-01"}
    assert client.post("/l/ancient-trees/new/", named).status_code == 302
    assert AncientTree.objects.get().named_until == date(2027, 5, 31)


def test_the_fund_is_kept_by_vouchers_holds_no_less_than_nothing_and_is_shown_to_all(
    cast: Any, client_of: ClientOf
) -> None:
    client = client_of("镇办")
    receive, pay = (f"/construction/benefit-funds/record/{way}/" for way in ("in", "out"))
    sent = {"holder": TOWN, "voucher_no": "1", "happened_on": "2024-05-01", "counterpart": "乡亲会", "is_named": "on",
            "purpose": "other", "amount_yuan": "1000", "request_uuid": str(uuid4())}  # fmt: skip
    assert [client.post(receive, sent).status_code for _ in range(2)] == [302, 302]
    silent = sent | {
        "voucher_no": "2",
        "counterpart": "无名氏",
        "is_named": "",
        "amount_yuan": "500.05",
        "request_uuid": str(uuid4()),
    }
    assert client.post(receive, silent).status_code == 302
    assert "凭证号 2 已经用过" in client.post(receive, silent | {"request_uuid": str(uuid4())}).content.decode()
    out = sent | {
        "voucher_no": "3",
        "counterpart": "罗某某",
        "purpose": "greening",
        "happened_on": "2025-06-01",
        "request_uuid": str(uuid4()),
    }
    assert "只余 1,500.05 元" in client.post(pay, out | {"amount_yuan": "1500.06"}).content.decode()
    assert "还没有到" in client.post(pay, out | {"happened_on": "2999-01-01"}).content.decode()
    assert client.post(pay, out | {"amount_yuan": "1500.05"}).status_code == 302
    first, last = PublicBenefitEntry.objects.get(voucher_no="1"), PublicBenefitEntry.objects.get(voucher_no="3")
    undo = {"on": "2025-07-01", "reason": "记错", "request_uuid": str(uuid4())}
    address = f"/construction/benefit-funds/entries/{first.pk}/counter/"
    assert "只余 0.00 元" in client.post(address, undo).content.decode()
    assert (
        client_of("外县").post(address, undo).status_code == 404
        and client_of("县局").post(address, undo).status_code == 403
    )
    again = f"/construction/benefit-funds/entries/{last.pk}/counter/"
    assert [client.post(again, undo | {"request_uuid": str(uuid4())}).status_code for _ in range(2)] == [302, 422]
    assert PublicBenefitEntry.objects.aggregate(held=Sum("change_yuan"))["held"] == Decimal("1500.05")
    assert not [result for result in checking.run(more=proofs.CHECKS) if result.faults]
    page = Client().get(f"/benefit-funds/{TOWN}/").content.decode()
    assert "1,500.05" in page and "乡亲会" in page and "不公开姓名的捐赠人" in page
    assert "无名氏" not in page and "罗某某" not in page
    assert Client().get(f"/benefit-funds/{TOWN}/?year=2024").status_code == 200
    assert Client().get("/benefit-funds/441881000000/").status_code == 404
    held = client.get("/construction/benefit-funds/").context["funds"][0]["benefit_held"]
    assert (
        held[1] == Decimal("1500.05")
        and "冲正" in client.get(f"/l/public-benefit-entries/{first.pk}/").content.decode()
    )
    voucher = client.get(f"/funds/entries/{first.entry_id}/").content.decode()
    assert "公益基金收入" in voucher and "东华镇公益基金结余" in voucher
    assert "东华镇" not in client_of("外县").get("/construction/benefit-funds/").content.decode().split("<main")[1]
    _comes_in_by_workbook(client, client_of)


def _comes_in_by_workbook(client: Any, client_of: ClientOf) -> None:
    """Good rows and a sum; then each kind of broken row, and nothing of it is written."""
    head = "凭证号,收支,日期,捐赠人或收款人,用途,金额（万元）,同意公开姓名\n"
    good = "11,收入,2025-08-01,东华商会,教育医疗,0.5,是\n12,支出,2025-08-02,某学校,教育医疗,0.2,\n合计,,,,,0.7,\n"

    def send(text: str, unit: str = "wan", holder: int = TOWN, by: Any = client) -> Any:
        file = SimpleUploadedFile("基金.csv", text.encode())
        sent = {"file": file, "unit": unit, "holder": holder, "request_uuid": str(uuid4())}
        return by.post("/construction/benefit-funds/import/", sent)

    assert client.get("/construction/benefit-funds/import/").status_code == 200
    before = PublicBenefitEntry.objects.count()
    broken = (
        "21,进账,2025-08-01,甲,教育医疗,1,\n", "22,收入,2025-13-01,甲,教育医疗,1,\n", "23,收入,2025-08-01,甲,买车,1,\n",
        "24,支出,2025-08-01,甲,其他,99999,\n", "1,收入,2025-08-01,甲,其他,1,\n", "25,收入,,甲,其他,1,\n",
            "26,收入,2025-08-01,甲,其他,5元,\n",
        "27,收入,2025-08-01,甲,其他,-1,\n", "28,收入,2025-08-01,甲,其他,1,也许\n", "29,收入,2099-08-01,甲,其他,1,\n",
    )  # fmt: skip
    said = send(head + good + "".join(broken)).context["faults"]
    assert [number for number, _ in said] == list(range(5, 15))
    words = ("可以填：收入", "13", "可以填：示范点建设", "只余", "凭证号 1 已经用过", "“日期”是空的", "单位与所选的不同", "大于零",
             "可以填：是", "还没有到")  # fmt: skip
    for (_, told), word in zip(said, words, strict=True):
        assert word in told, (told, word)
    assert "您选的单位不是" in send(head + good, "yuan").content.decode()
    assert "没有找到表头" in send("甲,乙\n1,2\n").content.decode()
    assert send(head + good, holder=441882000000).status_code == 422
    assert PublicBenefitEntry.objects.count() == before
    assert send(head + good).status_code == 302
    assert PublicBenefitEntry.objects.get(voucher_no="11").amount_yuan == 5000
    assert "凭证号 11 已经用过" in send(head + good).content.decode()
    assert client_of("村干").get("/construction/benefit-funds/import/").status_code == 403
    assert not [result for result in checking.run(more=proofs.CHECKS) if result.faults]


def test_the_chain_is_drawn_with_what_hangs_loose_and_what_goes_round(cast: Any, client_of: ClientOf) -> None:
    plant = WasteSite.objects.create(division_id=COUNTY, name="英德处理厂", kind="plant")
    station = WasteSite.objects.create(division_id=TOWN, name="东华转运站", kind="station", sends_to=plant)
    WasteSite.objects.create(division_id=HERE, name="光明收集点", kind="point", sends_to=station)
    WasteSite.objects.create(division_id=HERE, name="没去处收集点", kind="point")
    first = WasteSite.objects.create(division_id=TOWN, name="甲站", kind="station")
    second = WasteSite.objects.create(division_id=TOWN, name="乙站", kind="station", sends_to=first)
    WasteSite.objects.filter(pk=first.pk).update(sends_to=second)  # past the form, as only two at once could
    graph = waste_graph.of(Scope.of([TOWN]))
    (top,) = graph.through
    assert (top.site, top.points) == (plant, 1)
    assert {node.site.name for node in graph.loose} == {"没去处收集点", "甲站", "乙站"}
    assert set(graph.circles) == {(first, second), (second, first)}
    clerk = client_of("镇办")
    clerk.get("/construction/waste-chain/")
    with CaptureQueriesContext(connection) as queries:
        page = clerk.get("/construction/waste-chain/").content.decode()
    assert len(queries) <= 10, [each["sql"][:200] for each in queries]
    assert "往回运或绕圈的 2 处" in page and "没有写运到哪里" in page and "1 个收集点" in page
    assert "甲站" not in client_of("外县").get("/construction/waste-chain/?place=441881137000").content.decode()


def test_what_ends_and_what_is_to_be_mended_waits_on_the_first_page(cast: Any, client_of: ClientOf) -> None:
    today = timezone.localdate()
    tree = AncientTree.objects.create(
        village_id=HERE, tree_no="古1", species="榕树", grade="third", named_for="乡贤甲", named_on=date(2020, 1, 1),
        named_until=today - timedelta(days=1),
    )  # fmt: skip
    ledger = registry.get("household-toilets")
    assert ledger
    toilet = make(ledger, HERE)
    type(toilet)._default_manager.update(status="mended")
    page = client_of("镇办").get("/").content.decode()
    assert "榕树（古1）的冠名已经到期" in page and f"/l/ancient-trees/{tree.pk}/edit/" in page
    assert "1 座户厕整改完等复核" in page and "/construction/toilets/?step=check" in page
    assert "古1" not in client_of("外县").get("/").content.decode()
    site = make(registry.get("green-sites"), HERE)  # type: ignore[arg-type]
    text = f"绿化点,日期,已种株数,成活株数\n{site.name},2024-03-12,{site.room_trees + 1},1\n"
    assert "只可种" in faults_of(cast["镇办"], "tending-rounds", text)
    text = f"绿化点,日期,已种株数,成活株数\n{site.name},2024-03-12,1,2\n"
    assert "成活株数多于已种株数" in faults_of(cast["镇办"], "tending-rounds", text)
