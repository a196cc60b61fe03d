"""An asset leaves the books by the book, and in no other way; two at once; another county sees nothing (1.4)."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.assets.asset import Asset
from bangfu.assets.disposal import acts
from bangfu.assets.disposal.disposal import Disposal
from bangfu.assets.operating import contracting, idling, receiving, risk
from bangfu.assets.operating.asset_receipt import AssetReceipt
from bangfu.assets.operating.tests import made
from bangfu.assets.states import State
from bangfu.bookkeeping import checking
from bangfu.bookkeeping.posting import Refused, VoucherTaken
from bangfu.funds import proofs
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.tests.town import doing
from bangfu.kernel import dates
from bangfu.notices.models import PublicNotice
from bangfu.workflow import acts as flows
from bangfu.workflow.models import Flow

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
MOST_QUERIES = 14  # eight beside log-in, place and menu
WANTED = {
    "reason_kind": "worn_out",
    "reason": "设备老化",
    "method": "auction",
    "use_plan": "修村道",
    "applicant": "村委会",
}


class Way:
    """A disposal that goes its way by named steps, beginning thirty days ago."""

    def __init__(self, cast: dict[str, User], asset: Asset, **wanted: Any) -> None:
        self.cast, self.asset, self.on = cast, asset, dates.today() - timedelta(days=30)
        self.row = acts.apply(asset, WANTED | wanted, Doing(self._by("村干"), self._at(), uuid4()))

    def _by(self, who: str) -> Actor:
        return Actor.of(self.cast[who], dates.today())

    def _at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.on, time(10)))

    @property
    def flow(self) -> Flow:
        return Flow.objects.get(slug="asset-disposals", subject_id=self.row.pk)

    def take(self, step: str, who: str, reason: str = "", **evidence: Any) -> Way:
        flow = self.flow
        flows.take(step, flow, by=self._by(who), at=self._at(), version=flow.version, reason=reason, evidence=evidence)
        return self._fresh()

    def undo(self, who: str) -> Way:
        flow = self.flow
        flows.undo(flow, by=self._by(who), at=self._at(), version=flow.version, reason="点错了")
        return self._fresh()

    def _fresh(self) -> Way:
        self.row.refresh_from_db()
        self.asset.refresh_from_db()
        return self

    def refused(self, step: str, who: str, words: str, reason: str = "", **evidence: Any) -> None:
        with pytest.raises((flows.Refused, flows.Overtaken), match=words):
            self.take(step, who, reason, **evidence)

    def reviewed(self) -> Way:
        self.take("decide", "村干", people=31, decision="全体同意").take(
            "appraise", "村干", appraiser="评估公司", appraised_yuan=80000
        )
        return self.take("review", "镇办", opinion="属实")


def test_an_asset_goes_by_decision_appraisal_approval_and_notice_and_its_proceeds_are_booked(
    cast: dict[str, User],
) -> None:
    asset = made.asset()
    running = made.signed(asset)
    way = Way(cast, asset)
    with pytest.raises(Refused, match=r"该资产已在处置中（.* 申请，现在是“已申请”），请接着办那一件"):
        acts.apply(asset, WANTED, doing(cast["村干"]))
    with pytest.raises(Refused, match="该资产已在处置中，不能签订经营合同"):
        made.signed(asset, contract_no="经-2")
    with pytest.raises(Refused, match="该资产已在处置中，不能报告灭失"):
        idling.report_loss(asset, {"kind": "lost", "found_on": dates.today(), "what": "x"}, doing())
    way.refused("approve", "县局", "现在是“已申请”", document_no="x")
    way.refused("execute", "村干", "现在是“已申请”", proceeds_yuan=1)
    way.refused("decide_at_home", "村干", "只有到户类资产", decision="同意")
    way.take("decide", "村干", people=31, decision="全体同意").undo("镇办")
    assert (way.row.state, way.row.decided_on, way.asset.state) == ("applied", None, State.DISPOSING)
    way.take("decide", "村干", people=31, decision="全体同意")
    way.refused("agree_price", "村干", "达到 10,000.00 元的要先评估", reason="金额小，镇村会商定价")
    way.take("appraise", "村干", appraiser="评估公司", appraised_yuan=80000)
    way.refused("file", "镇办", "要由县批准，不能只备案")
    way.take("review", "镇办", opinion="属实")
    way.refused("approve", "镇办", "您的角色不能办理", document_no="x")
    way.take("approve", "县局", document_no="英府〔2026〕8号").take("post_notice", "村干")
    notice = PublicNotice.objects.get(kind="asset_disposal")
    assert (notice.from_on, notice.to_on) == (way.row.notice_from_on, way.row.notice_to_on)
    assert notice.lines[:5] == [("资产名称", "光明村加工车间"), ("坐落", "光明村委会"), ("所有权人", "光明村经济合作社"),
                                ("原值", "50.00万元"), ("评估值", "8.00万元")]  # fmt: skip
    way.refused("execute", "村干", "期", proceeds_yuan=90000, receiver="某某")
    way.on += timedelta(days=20)
    way.refused("execute", "村干", "经营合同 经-1 东华食品公司 还没有到期", proceeds_yuan=90000, receiver="某某")
    contracting.end(running, {"on": way.on, "reason": "处置"}, doing())
    way.refused("execute", "村干", "拍卖的，要写明受让方", proceeds_yuan=90000)
    way.take("execute", "村干", proceeds_yuan=90000, receiver="英德五金公司")
    assert (way.asset.state, way.row.approver, way.row.receiver) == (State.DISPOSED, "英德市人民政府", "英德五金公司")
    assert set(way.asset.risks) == {"principal_overdue", "income_overdue"}
    got = {"received_on": dates.today(), "voucher_no": "处-1", "payer": "英德五金公司"}
    with pytest.raises(Refused, match="还差 90,000.00 元，登记的金额多了"):
        acts.book_proceeds(way.row, got | {"amount_yuan": Decimal(90001)}, doing())
    way.refused("settle", "村干", "已入账 0.00 元，请先登记收款", write_off_no="核-1")
    paid = acts.book_proceeds(way.row, got | {"amount_yuan": Decimal(90000)}, doing())
    with pytest.raises(flows.Refused, match="先冲正收款"):
        way.undo("镇办")
    receiving.counter(paid, dates.today(), "记错", doing())
    way.undo("镇办")
    assert (way.row.state, way.row.proceeds_yuan, way.asset.state) == ("noticed", None, State.DISPOSING)
    way.take("execute", "村干", proceeds_yuan=85000, receiver="英德五金公司")
    acts.book_proceeds(way.row, got | {"amount_yuan": Decimal(85000), "voucher_no": "处-2"}, doing())
    way.take("settle", "村干", write_off_no="核-1")
    made.used(asset, 85000, "付-9", purse="proceeds", use="small_works", households=0, note="修村道 300 米")
    assert (way.row.closed_on, way.row.write_off_no, way.flow.ended_on) == (way.on, "核-1", way.on)
    with pytest.raises(Refused, match="已处置"):
        acts.apply(asset, WANTED, doing(cast["村干"]))
    assert not [result for result in checking.run(more=proofs.CHECKS) if result.faults]


def test_small_and_household_assets_are_filed_and_what_is_refused_or_withdrawn_is_free_again(
    cast: dict[str, User],
) -> None:
    small = made.asset(name="水泵", cost_yuan=Decimal(3000), asset_class="public")
    way = Way(cast, small, method="scrap")
    way.take("decide", "村干", decision="同意").take("agree_price", "村干", reason="已报废，没有残值")
    way.take("file", "镇办", document_no="备 3 号").take("post_notice", "镇办")
    assert way.row.approver == "东华镇人民政府（报县备案）"
    way.take("stop", "镇办", reason="异议成立")
    assert (way.row.state, way.asset.state) == ("withdrawn", State.HANDED_OVER)
    assert PublicNotice.objects.get().taken_down_on == way.on
    pigs = made.asset(name="母猪", cost_yuan=Decimal(90000), asset_class="household", owner="陈大明")
    home = Way(cast, pigs, method="scrap").take("decide_at_home", "村干", decision="病死")
    home.take("agree_price", "村干", reason="已报废，没有残值").take("file", "镇办")
    assert home.row.reviewed_on == home.row.approved_on == home.on
    bench = Way(cast, made.asset(name="厂房"), method="transfer").reviewed()
    bench.take("refuse", "县局", reason="可以盘活，不必处置")
    assert (bench.row.state, bench.asset.state) == ("refused", State.HANDED_OVER)
    again = Way(cast, bench.asset)
    with pytest.raises(flows.Refused, match="不能再打开"):
        bench.undo("市局")
    again.take("withdraw", "村干", reason="村民不同意")
    assert again.asset.state == State.HANDED_OVER
    again.undo("镇办")
    assert again.asset.state == State.DISPOSING
    with pytest.raises(Refused, match="还没有确权"):
        acts.apply(made.asset(right_confirmed_on=None, handed_over_on=None), WANTED, doing(cast["村干"]))


def test_the_pages_open_for_the_village_and_another_county_finds_nothing(
    cast: dict[str, User], client_of: ClientOf
) -> None:
    asset = made.asset()
    contract = made.signed(asset)
    receipt = made.received(asset, 1000, "收-1", due=contract.dues.filter(kind="income").earliest("due_on"))
    other = made.asset(name="烘干房")
    spell = idling.report_idle(other, {"kind": "idle", "since_on": made.ago(2), "reason": "停用", "plan": "招租",
                                       "plan_by_on": made.ago(1), "responsible": ""}, doing())  # fmt: skip
    way = Way(cast, made.asset(name="旧厂房")).reviewed().take("approve", "县局", document_no="英府〔2026〕8号")
    way.take("post_notice", "村干")
    at, to = "/assets/operation", "/assets/disposal"
    forms = [f"{at}/{asset.pk}/{act}/" for act in ("contract", "receipt", "use", "idle", "loss")]
    forms += [f"{at}/contracts/{contract.pk}/{act}/" for act in ("end", "cancel", "trouble")]
    forms += [f"{at}/money/asset-receipts/{receipt.pk}/counter/", f"{at}/reports/{spell.pk}/used/", f"{to}/assets/{asset.pk}/apply/",
              f"{at}/reports/{spell.pk}/undo-spell/", f"{to}/{way.row.pk}/proceeds/"]  # fmt: skip
    kept = (contract, contract.dues.first(), receipt, spell, way.row)
    rows = [ledger_of(type(row)).record_url(row.pk) for row in kept]
    entry = f"/funds/entries/{receipt.entry_id}/"
    village, outside = client_of("村干"), client_of("外县")
    for address in (*forms, *rows, entry):
        with CaptureQueriesContext(connection) as queries:
            assert village.get(address).status_code == 200, address
        most = MOST_QUERIES + 6 if address == rows[-1] else MOST_QUERIES  # its flow: steps, clocks and guards
        assert len(queries) <= most, (address, len(queries))
        assert outside.get(address).status_code == 404, address
        assert outside.post(address, {"request_uuid": uuid4()}).status_code in (404, 405), address
    county = client_of("县局")
    for address in (f"{at}/books/", "/funds/sheets/asset-disposal/"):
        with CaptureQueriesContext(connection) as queries:
            assert "东华镇" in county.get(address).content.decode(), address
        assert len(queries) <= MOST_QUERIES, (address, len(queries))
        assert "光明村" not in outside.get(address).content.decode()
    assert village.get(f"{at}/contracts/{contract.pk}/file/").status_code == 403
    sheet = client_of("镇办").post("/funds/sheets/asset-disposal/workbook/")
    content = b"".join(sheet.streaming_content) if sheet.streaming else sheet.content
    cells = [
        [cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()
    ]
    assert any("旧厂房" in row and "英德市人民政府 英府〔2026〕8号" in row for row in cells)
    once = {"request_uuid": str(uuid4()), "purse": "income", "use": "reserve", "amount_yuan": "400", "used_on": str(dates.today()),
            "voucher_no": "付-1", "payee": "村集体"}  # fmt: skip
    assert [village.post(f"{at}/{asset.pk}/use/", once).status_code for _ in range(2)] == [302, 302]
    assert asset.uses.count() == 1
    again = village.post(f"{at}/{asset.pk}/use/", once | {"request_uuid": str(uuid4())})
    assert again.status_code == 422 and "付-1 已经用过" in again.content.decode()
    risk.refresh()
    first = client_of("镇办").get("/").content.decode()
    for words in ("光明村加工车间：返还的本金逾期", "1 份资产经营合同没有备案", "烘干房的盘活计划已到期"):
        assert words in first, words
    assert (
        "光明村加工车间" in client_of("镇办").get(f"{ledger_of(Asset).url()}?risks=principal_overdue").content.decode()
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_disposals_or_two_receipts_with_one_voucher_at_once_one_is_taken(cast: dict[str, User]) -> None:
    asset, other = made.asset(), made.asset(name="烘干房")
    first = made.signed(other).dues.filter(kind="income").earliest("due_on")
    by = doing(cast["村干"])
    told = _both(lambda: acts.apply(asset, WANTED, Doing(by.by, by.at, uuid4())))
    assert len(told) == 1 and "该资产已在处置中" in str(told[0])
    assert Disposal.objects.count() == Flow.objects.filter(slug="asset-disposals").count() == 1
    told = _both(lambda: made.received(other, 600, "收-1", due=first))
    assert len(told) == 1 and isinstance(told[0], VoucherTaken | Refused)
    first.refresh_from_db()
    assert (AssetReceipt.objects.count(), first.received_yuan) == (1, 600)
    one = doing()
    assert not _both(lambda: made.received(other, 400, "收-2", one, due=first))
    first.refresh_from_db()
    assert (AssetReceipt.objects.count(), first.left_yuan) == (2, 0)
    assert not [result for result in checking.run(more=proofs.CHECKS) if result.faults]


def _both(act: Callable[[], object]) -> list[Exception]:
    """What was refused when two did it at the same moment."""
    refused: list[Exception] = []
    gate = threading.Barrier(2)

    def run() -> None:
        gate.wait()
        try:
            act()
        except Refused as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused
