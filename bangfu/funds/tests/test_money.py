"""From the document to the voucher: what goes through, what is refused, and that every fen is found again."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import Sum

from bangfu.accounts.models import User
from bangfu.bookkeeping import checking, closing
from bangfu.bookkeeping.models import Entry
from bangfu.bookkeeping.posting import NotEnough, Refused, VoucherTaken, YearClosed
from bangfu.funds import allotting, books, proofs, spending, trial
from bangfu.funds.models import Allotment, BudgetLine, Payment
from bangfu.funds.tests import town as made
from bangfu.funds.tests.town import CITY, COUNTY, PROVINCE, TOWN, VILLAGE, Town, doing, place, town, yuan

pytestmark = pytest.mark.django_db


@pytest.fixture
def it(cast: dict[str, User]) -> Town:
    return town()


def all_agrees() -> None:
    assert not [result for result in checking.run(more=proofs.CHECKS) if result.faults]
    for on in (date(2026, 1, 31), date(2026, 2, 25), date(2026, 12, 31)):
        for code in (PROVINCE, CITY, COUNTY, TOWN, VILLAGE):
            assert all(line.agrees for line in trial.of(place(code), on).lines)


def test_money_goes_down_is_paid_refunded_corrected_and_agrees_at_every_date(it: Town) -> None:
    first = it.pay(100, "记-1")
    it.pay(150, "记-2")
    spending.refund(first, made.paying(30, "退-1", paid_on=date(2026, 5, 1)), doing())
    wrong = it.pay(20, "记-3")
    spending.counter_payment(wrong, date(2026, 5, 2), "记错了项目", doing())
    spending.take_back(
        it.line, {"amount_yuan": yuan(60), "document_no": "收回 1 号", "happened_on": date(2026, 6, 1)}, doing()
    )
    allotting.recover(place(PROVINCE), place(COUNTY), _moving(100), doing())
    it.line.refresh_from_db()
    assert (it.line.budgeted_yuan, it.line.paid_yuan, it.line.left_yuan) == (440, 220, 220)
    assert it.line.paid_yuan == Payment.objects.aggregate(total=Sum("amount_yuan"))["total"]
    found = trial.of(place(PROVINCE), date(2026, 12, 31)).lines[0]
    assert (found.came, found.held, found.set_aside, found.spent) == (1000, 560, 220, 220)
    allotting.give_back(place(PROVINCE), _moving(40), doing())
    returned = trial.of(place(PROVINCE), date(2026, 12, 31), (2026,)).lines[0]
    assert (returned.came, returned.held) == (960, 520)
    all_agrees()


def test_a_refund_that_is_taken_back_asks_the_contract_again_and_money_keeps_to_its_paper_and_place(it: Town) -> None:
    paid = it.pay(400, "记-1")
    back = spending.refund(paid, made.paying(50, "退-1", paid_on=date(2026, 5, 1)), doing())
    it.pay(50, "记-2", paid_on=date(2026, 5, 2))
    with pytest.raises(Refused, match="已付 400.00 元，再付 50.00 元就超过合同了"):
        spending.counter_payment(back, date(2026, 5, 3), "退款记错", doing())
    with pytest.raises(Refused, match="是中央"):
        made.allot(PROVINCE, COUNTY, 1, source="province", document=it.document)
    with pytest.raises(Refused, match="不能用.*资金安排"):
        made.budget(it.project, 1, holder=place(441882000000))
    all_agrees()


def _moving(amount: int, **more: object) -> dict[str, object]:
    return {
        "source": "central",
        "year": 2026,
        "amount_yuan": yuan(amount),
        "document_no": "9 号",
        "happened_on": date(2026, 7, 1),
    } | more


def test_the_same_request_pays_once_and_one_voucher_number_is_one_payment(it: Town) -> None:
    once = doing()
    assert it.pay(100, "记-1", doing=once) == it.pay(100, "记-1", doing=once)
    with pytest.raises(VoucherTaken, match="记-1 已经用过"):
        it.pay(50, "记-1")
    assert Payment.objects.count() == 1
    it.line.refresh_from_db()
    assert it.line.paid_yuan == 100


def test_payments_stay_within_line_contract_progress_and_dates(it: Town) -> None:
    refused = [
        ({"amount": 401, "voucher_no": "a"}, "超过合同"),
        ({"amount": 150, "voucher_no": "b", "work_percent": 10}, "累计最多可付 120.00 元（预付款上限 30%）"),
        ({"amount": 50, "voucher_no": "c", "work_percent": None}, "要填写工程进度"),
        ({"amount": 50, "voucher_no": "d", "paid_on": date(2026, 3, 5)}, "早于开工日期"),
        ({"amount": 50, "voucher_no": "e", "paid_on": date(2999, 1, 1)}, "还没有到"),
        ({"amount": 0, "voucher_no": "f"}, "大于零"),
        ({"amount": 50, "voucher_no": "g", "purpose": "镇政府办公楼维修"}, "楼堂馆所”（财农〔2021〕19号，转引"),
        ({"amount": 121, "voucher_no": "p", "paid_on": date(2026, 3, 19)}, "进度登记到 0%，不能按 100% 付款"),
    ]
    for given, words in refused:
        with pytest.raises(Refused, match=words):
            it.pay(**given)  # type: ignore[arg-type]
    it.contract = None  # type: ignore[assignment]
    with pytest.raises(Refused, match="只余 500.00 元"):
        it.pay(501, "h")
    it.project.state = "procurement"
    it.project.save()
    with pytest.raises(Refused, match="开工以后才能支付"):
        it.pay(1, "i")
    assert not Payment.objects.exists()
    all_agrees()


def test_budgets_stay_within_plan_money_and_rules_and_cover_the_contracts(it: Town) -> None:
    with pytest.raises(Refused, match="超过项目计划投资"):
        made.budget(it.project, 401)
    with pytest.raises(NotEnough, match="只余 300.00 元"):
        made.budget(it.project, 301)
    with pytest.raises(Refused, match="不够已签合同 400.00 元"):
        spending.take_back(
            it.line, {"amount_yuan": yuan(101), "document_no": "x", "happened_on": date(2026, 6, 1)}, doing()
        )
    with pytest.raises(Refused, match="入库以后"):
        made.budget(made.project("town_review"), 10)
    with pytest.raises(Refused, match="形象工程"):
        made.budget(made.project(name="村口门楼牌坊"), 10)
    made.contract(it.project, 200)
    with pytest.raises(Refused, match="合同合计 600.00 元，超过已安排的资金 500.00 元"):
        it.pay(10, "z")
    assert BudgetLine.objects.count() == 1


def test_allotments_go_down_only_within_what_is_there_on_that_day(it: Town) -> None:
    with pytest.raises(NotEnough, match="只余 200.00 元"):
        made.allot(PROVINCE, CITY, 201)
    with pytest.raises(NotEnough, match="那天的余额不够"):
        made.allot(PROVINCE, CITY, 100, happened_on=date(2026, 1, 1))
    with pytest.raises(Refused, match="只能逐级下达"):
        made.allot(COUNTY, CITY, 1)
    with pytest.raises(Refused, match="已经登记过"):
        made.document(document_no=it.document.document_no)
    with pytest.raises(Refused, match="2026 年下达的文件"):
        made.document(issued_on=date(2026, 1, 1), year=2023)
    made.allot(COUNTY, TOWN, 50)
    all_agrees()


def test_a_counter_entry_needs_the_money_back_first_and_keeps_both_rows(it: Town) -> None:
    with pytest.raises(NotEnough):
        allotting_counter = spending.counter(it.document, date(2026, 8, 1), "金额错", doing())
        assert allotting_counter
    spare = made.document(50, source="social")
    row = spending.counter(spare, date(2026, 8, 1), "金额错", doing())
    assert (row.amount_yuan, row.corrects_id) == (-50, spare.pk)
    with pytest.raises(Refused, match="已经冲正过"):
        spending.counter(spare, date(2026, 8, 1), "再冲", doing())
    made.document(60, source="social", document_no=spare.document_no)
    all_agrees()


def test_what_is_left_is_carried_over_and_the_closed_year_stays(cast: dict[str, User]) -> None:
    paper = made.document(500, "province", 2024, holder=place(COUNTY), issued_on=date(2024, 3, 1))
    allotting.carry_over(place(COUNTY), "province", 2024, "结转 1 号", doing())
    kinds = dict(Allotment.objects.values_list("kind", "amount_yuan"))
    assert kinds == {"carry_out": -500, "carry_in": 500}
    closing.close(books.book(COUNTY), 2024, by=doing().by)
    with pytest.raises(YearClosed, match="2024 年已经结账"):
        made.document(5, "province", 2024, holder=place(COUNTY), issued_on=date(2024, 5, 1))
    with pytest.raises(Refused, match="没有结余"):
        allotting.carry_over(place(COUNTY), "province", 2024, "结转 2 号", doing())
    carried = Allotment.objects.get(kind="carry_in")
    spending.counter(carried, date(2025, 3, 1), "结转早了", doing())
    spending.counter(paper, date(2025, 4, 1), "退回文件", doing())
    assert trial.of(place(COUNTY), date(2024, 12, 31)).lines[0].held == 500
    assert trial.of(place(COUNTY), date(2025, 12, 31)).lines[0].held == 0
    assert Entry.objects.filter(reverses=None).count() == 2
    all_agrees()
