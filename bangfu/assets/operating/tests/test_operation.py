"""From the contract to its dues, receipts and uses; risks and their reasons; idle and lost assets (1.4)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bangfu.accounts.models import User
from bangfu.assets.asset import Asset
from bangfu.assets.operating import contracting, idling, receiving, risk
from bangfu.assets.operating.asset_receipt import AssetReceipt
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.assets.operating.purses import book
from bangfu.assets.operating.section import left_of
from bangfu.assets.operating.tests import made
from bangfu.assets.operating.tests.made import ago
from bangfu.assets.states import State
from bangfu.bookkeeping import checking, closing
from bangfu.bookkeeping.posting import NotEnough, Refused, VoucherTaken, YearClosed
from bangfu.funds import proofs
from bangfu.funds.tests.town import VILLAGE, doing
from bangfu.kernel import dates

pytestmark = pytest.mark.django_db


def marks(of: Asset) -> set[str]:
    of.refresh_from_db()
    assert {reason.mark for reason in risk.reasons(of.pk)} == set(of.risks)
    return set(of.risks)


def all_agrees() -> None:
    assert not [result for result in checking.run(more=proofs.CHECKS) if result.faults]


def test_a_contract_makes_dues_which_receipts_fill_and_uses_come_out_of(cast: dict[str, User]) -> None:
    it = made.asset()
    contract = made.signed(it)
    it.refresh_from_db()
    assert (it.state, it.user_name, it.operation_mode) == (State.OPERATING, "东华食品公司", "lease")
    assert list(contract.dues.order_by("kind", "due_on").values_list("kind", "due_on", "amount_yuan")) == [
        ("income", ago(24), 1000), ("income", ago(12), 1000), ("income", dates.today(), 1000),
        ("principal", ago(12), Decimal("33.33")), ("principal", dates.today(), Decimal("33.33")),
        ("principal", ago(-12), Decimal("33.34")),
    ]  # fmt: skip
    assert marks(it) == {"principal_overdue", "income_overdue"}
    words = {reason.mark: reason.words for reason in risk.reasons(it.pk)}
    assert words["income_overdue"] == f"收益应于 {ago(24)} 收到，还差 2000.00 元（共 2 期）"
    first, second, _ = contract.dues.filter(kind="income").order_by("due_on")
    with pytest.raises(Refused, match="还差 1,000.00 元；多收的部分"):
        made.received(it, 1001, "收-1", due=first)
    once = doing()
    row = made.received(it, 1000, "收-1", once, due=first, received_on=ago(24))
    assert made.received(it, 1000, "收-1", once, due=first, received_on=ago(24)) == row
    assert (row.contract, row.purse) == (contract, "income")
    with pytest.raises(VoucherTaken, match="收-1 已经用过"):
        made.received(it, 5, "收-1", due=second)
    with pytest.raises(Refused, match="还没有到"):
        made.received(it, 5, "收-2", received_on=dates.today() + timedelta(days=1))
    made.received(it, 1000, "收-2", due=second)
    made.received(it, "33.33", "收-3", due=contract.dues.filter(kind="principal").earliest("due_on"))
    assert marks(it) == set()
    made.used(it, 600, "付-1")
    with pytest.raises(Refused, match="受益户数"):
        made.used(it, 1, "付-2", households=0)
    with pytest.raises(NotEnough, match="收益未使用”只余 1,400.00 元"):
        made.used(it, "1400.01", "付-2")
    with pytest.raises(NotEnough):  # two vouchers, but the money is of another purse
        made.used(it, 34, "付-2", purse="principal", use="reinvest")
    made.used(it, 1400, "付-2", use="reserve", households=0)
    assert left_of(it) == {"income": 0, "principal": Decimal("33.33"), "proceeds": 0}
    with pytest.raises(NotEnough):  # it was used
        receiving.counter(row, dates.today(), "记错了", doing())
    all_agrees()


def test_a_closed_year_takes_no_income_and_is_corrected_by_a_counter_entry(cast: dict[str, User]) -> None:
    it = made.asset()
    contract = made.signed(it, first_due_on=ago(24), principal_yuan=0, principal_from_on=None)
    last_year = date(dates.today().year - 1, 6, 1)
    due = contract.dues.earliest("due_on")
    wrong = made.received(it, 900, "收-1", due=due, received_on=last_year)
    closing.close(book(VILLAGE), last_year.year, by=doing().by)
    with pytest.raises(YearClosed, match="已经结账，不能再记这一年的账"):
        made.received(it, 5, "收-2", due=due, received_on=last_year)
    with pytest.raises(YearClosed):
        receiving.counter(wrong, last_year, "少记", doing())
    once = doing()
    row = receiving.counter(wrong, dates.today(), "少记一百", once)
    assert receiving.counter(wrong, dates.today(), "少记一百", once) == row
    assert (row.amount_yuan, row.corrects_id, row.voucher_no) == (-900, wrong.pk, "冲收-1")
    with pytest.raises(Refused, match="已经冲正过"):
        receiving.counter(wrong, dates.today(), "再冲", doing())
    due.refresh_from_db()
    assert due.received_yuan == 0
    made.received(it, 1000, "收-3", due=due)
    assert sum(AssetReceipt.objects.values_list("amount_yuan", flat=True)) == 1000
    all_agrees()


def test_another_operator_needs_a_decision_and_leaves_the_old_contract_with_what_it_brought(
    cast: dict[str, User],
) -> None:
    it = made.asset()
    for wrong, words in (
        ({"operator_code": "91441881MA4UQ000"}, "有 16 位，应为 18 位"),
        ({"to_on": ago(31)}, "早于开始日期"),
        ({"first_due_on": ago(31)}, "第一次应收日期"),
        ({"decided_on": ago(1)}, "晚于合同开始日期"),
        ({"principal_from_on": None}, "第一次返还日期"),
    ):
        with pytest.raises(Refused, match=words):
            made.signed(it, **wrong)
    old = made.signed(it)
    made.received(it, 1000, "收-1", due=old.dues.filter(kind="income").earliest("due_on"))
    other = {"operator": "英德茶业公司", "contract_no": "经-2", "from_on": ago(6), "to_on": ago(-18), "first_due_on": ago(-6),
             "principal_yuan": 0, "principal_from_on": None}  # fmt: skip
    with pytest.raises(Refused, match="由东华食品公司换为英德茶业公司，要先经村民会议"):
        made.signed(it, **other, decided_on=None)
    with pytest.raises(Refused, match="改变经营方式，要先经村民会议"):
        made.signed(it, **other | {"operator": old.operator, "mode": "equity"}, decided_on=None)
    new = made.signed(it, **other, decided_on=ago(7))
    old.refresh_from_db()
    assert (new.replaces, old.ended_on, old.end_reason) == (old, ago(6) - timedelta(days=1), "更换经营者")
    assert old.receipts.count() == 1
    assert list(old.dues.filter(withdrawn_at=None, kind="income").values_list("due_on", flat=True)) == [
        ago(24),
        ago(12),
    ]
    assert "operator_changed" not in marks(it)
    contracting.trouble(new, {"on": ago(1), "reason": "拖欠电费停产"}, doing())
    assert marks(it) == {"principal_overdue", "income_overdue", "operator_in_difficulty"}
    with pytest.raises(Refused, match="已由新合同接替"):
        contracting.resume(old, {"reason": "x"}, doing())
    with pytest.raises(Refused, match="已经收过款"):
        contracting.cancel(old, {"reason": "x"}, doing())
    contracting.cancel(new, {"reason": "登记错了"}, doing())
    old.refresh_from_db()
    it.refresh_from_db()
    assert (old.ended_on, it.user_name, it.state) == (None, "东华食品公司", State.OPERATING)
    assert old.dues.filter(withdrawn_at=None).count() == 6
    contracting.end(old, {"on": ago(2), "reason": "经营者退出"}, doing())
    assert "contract_expired" in marks(it)
    fresh = made.signed(it, **other | {"from_on": ago(1), "contract_no": "经-3"}, decided_on=ago(2))
    assert "operator_changed" in marks(it)
    assert OperationContract.objects.filter(withdrawn_at=None).count() == 2
    Asset.objects.filter(pk=it.pk).update(inspected_on=ago(13))
    risk.refresh()
    assert "not_inspected" in marks(it)
    contracting.file(fresh, {"on": dates.today()}, doing())
    fresh.refresh_from_db()
    assert fresh.filed_on == dates.today()


def test_idle_and_lost_assets_have_a_plan_an_end_and_every_act_is_taken_back(cast: dict[str, User]) -> None:
    it = made.asset()
    idle = {
        "kind": "idle",
        "since_on": ago(2),
        "reason": "设备停用",
        "plan": "重新招租",
        "plan_by_on": ago(1),
        "responsible": "村主任",
    }
    spell = idling.report_idle(it, idle, doing())
    with pytest.raises(Refused, match="已登记"):
        idling.report_idle(it, idle | {"kind": "inefficient"}, doing())
    idling.put_to_use(spell, {"on": ago(1), "outcome": "租给茶厂"}, doing())
    it.refresh_from_db()
    assert it.state == State.OPERATING
    idling.undo(spell, "没有租成", doing())
    it.refresh_from_db()
    assert it.state == State.IDLE
    made.signed(it, from_on=ago(1), to_on=ago(-12), first_due_on=ago(-1), principal_yuan=0, decided_on=ago(1))
    spell.refresh_from_db()
    it.refresh_from_db()
    assert (spell.used_on, spell.outcome, it.state) == (ago(1), "签订合同 经-1，由东华食品公司经营", State.OPERATING)
    loss = {
        "kind": "stolen",
        "found_on": ago(1),
        "what": "变压器被盗",
        "police_no": "英公（2026）1号",
        "responsible": "",
    }
    request = doing()
    report = idling.report_loss(it, loss, request)
    assert idling.report_loss(it, loss, request) == report
    with pytest.raises(Refused, match="现在是“已灭失”，不能签订经营合同"):
        made.signed(it, contract_no="经-9")
    idling.take_back(report, {"on": dates.today(), "outcome": "追回"}, doing())
    it.refresh_from_db()
    assert it.state == State.OPERATING
    idling.undo(report, "没有追回", doing())
    idling.undo(report, "报错了资产", doing())
    it.refresh_from_db()
    report.refresh_from_db()
    assert it.state == State.OPERATING
    assert report.withdrawn_at
