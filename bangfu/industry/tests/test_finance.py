"""4.3: a bank sees what people agreed to, and its own loans; what is lent on top and paid back stays within the rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from bangfu.accounts.models import Unit
from bangfu.industry import models as m
from bangfu.industry.finance import loan_balances, loan_checks, loan_rules
from bangfu.kernel import dates
from bangfu.kernel.periods import add_months
from bangfu.services.tests.test_jobs_and_skills import bring_in, faults_of

pytestmark = pytest.mark.django_db
Refused = Callable[..., str]
ClientOf = Callable[[str], Client]
TODAY = dates.today()


def test_a_bank_sees_and_answers_only_what_people_agreed_to_show_it(town: Any, cast: Any, client_of: ClientOf) -> None:
    bank, outsider = client_of("银行"), client_of("外县")
    other, mine = Unit.objects.create(name="别的银行"), cast["银行"].unit

    def wish(number: str, at: Unit, agreed: bool) -> m.FinanceWish:
        return m.FinanceWish.objects.create(
            division_id=town.home.village_id, household=town.home, wish_no=number, asked_on=TODAY, amount_yuan=20000,
            months=12, purpose="planting", bank=at, consented_on=TODAY if agreed else None,
        )  # fmt: skip

    shown, hidden, elsewhere = wish("需-甲", mine, True), wish("需-乙", mine, False), wish("需-丙", other, True)
    page = bank.get("/l/finance-wishes/").content.decode()
    assert shown.wish_no in page
    assert hidden.wish_no not in page
    answer = {"outcome": "refused", "answer": "征信逾期", "version": shown.version}
    for row in (hidden, elsewhere):
        assert bank.get(f"/l/finance-wishes/{row.pk}/").status_code == 404
        assert bank.post(f"/industry/finance-wishes/{row.pk}/answer/", answer).status_code == 404
    assert outsider.post(f"/industry/finance-wishes/{shown.pk}/answer/", answer).status_code == 404
    assert client_of("镇办").post(f"/industry/finance-wishes/{shown.pk}/answer/", answer).status_code == 404
    for address in ("/l/households/", "/l/persons/", "/l/employment-wishes/", "/l/business-entities/"):
        assert bank.get(address).status_code in (403, 404), address
    assert bank.get(f"/l/finance-wishes/{shown.pk}/edit/").status_code in (403, 404)
    assert "条金融需求待答复" in bank.get("/").content.decode()
    page = bank.get(f"/l/finance-wishes/{shown.pk}/").content.decode()
    assert "银行答复" in page and "/l/households/" not in page, "no link that would be refused"
    assert f"/l/households/{shown.household_id}/" in client_of("村干").get(f"/l/finance-wishes/{shown.pk}/").content.decode()
    bank.post(f"/industry/finance-wishes/{shown.pk}/answer/", answer | {"answer": ""})
    shown.refresh_from_db()
    assert shown.outcome == "open"  # no reason, no refusal
    assert bank.post(f"/industry/finance-wishes/{shown.pk}/answer/", answer).status_code == 302
    shown.refresh_from_db()
    assert (shown.outcome, shown.answered_on) == ("refused", timezone.localdate())
    loans = m.Loan.objects.filter(withdrawn_at=None)
    m.FinanceProduct.objects.filter(kind="entity").update(bank=other)
    page = bank.get("/l/loans/").content.decode()
    assert all(
        (row.loan_no in page) == (row.product.bank_id == shown.bank_id) for row in loans.select_related("product")
    )


def test_a_loan_moves_within_its_rule_and_ends_when_all_is_paid(
    town: Any, refused: Refused, cast: Any, client_of: ClientOf
) -> None:
    m.Loan.objects.filter(household=town.home).delete()
    micro = m.FinanceProduct.objects.get(kind="micro")
    loan = m.Loan.objects.create(
        division_id=town.home.village_id, loan_no="贷-样例", product=micro, household=town.home, amount_yuan=30000,
        granted_on=TODAY - timedelta(days=60), due_on=add_months(TODAY, 12), purpose="planting", credit_field="household",
    )  # fmt: skip
    moved = {"loan": loan, "moved_on": TODAY - timedelta(days=3)}
    assert "只欠 30000" in refused("loan-movements", kind="repayment", amount_yuan="30001", voucher_no="1", **moved)
    over = refused("loan-movements", kind="add_on", amount_yuan="70001", voucher_no="1", **moved)
    assert "合计上限 100000" in over
    assert "早于放款日期" in refused(
        "loan-movements",
        kind="repayment",
        amount_yuan="1",
        voucher_no="1",
        loan=loan,
        moved_on=TODAY - timedelta(days=90),
    )
    assert refused("loan-movements", kind="add_on", amount_yuan="20000", voucher_no="1", **moved) == ""
    assert loan_rules.owed(town.home, TODAY) == 50000
    assert refused("loan-movements", kind="repayment", amount_yuan="15000", voucher_no="2", **moved) == ""
    assert (loan_balances.left(loan.pk), loan_rules.owed(town.home, TODAY)) == (35000, 35000)
    loan.refresh_from_db()
    assert loan.repaid_on is None
    day = TODAY - timedelta(days=1)
    rows = (f"贷-样例,归还本金,{day},30000,3", f"贷-样例,归还本金,{day},6000,4", f"贷-样例,追加放款,{day},20000,5")
    run = bring_in(cast["县局"], "loan-movements", "\n".join(("贷款,变动,日期,金额,凭证号", *rows)))
    assert "只欠 5000" in faults_of(run)  # rows of one loan count together
    assert (
        refused("loan-movements", kind="repayment", amount_yuan="35000", voucher_no="6", loan=loan, moved_on=day) == ""
    )
    loan.refresh_from_db()
    assert loan.repaid_on == day
    assert "已于" in refused("loan-movements", kind="add_on", amount_yuan="1", voucher_no="7", **moved)
    with pytest.raises(IntegrityError), transaction.atomic(), loan_balances.following(keys := []):
        keys.append(m.LoanMovement.objects.create(
            division_id=loan.division_id, amount_yuan=1, voucher_no="8", kind="repayment", **moved
        ).pk)  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic(), loan_checks.holding(keys := []):
        for number in ("贷-同时一", "贷-同时二"):
            keys.append(m.Loan.objects.create(
                division_id=loan.division_id, loan_no=number, product=micro, household=town.home, amount_yuan=30000,
                granted_on=day, due_on=loan.due_on, purpose="planting", credit_field="household",
            ).pk)  # fmt: skip
    last = m.LoanMovement.objects.get(voucher_no="6")
    client_of("县局").post(f"/l/loan-movements/{last.pk}/withdraw/", {"reason": "登记错了"})
    loan.refresh_from_db()
    assert loan.repaid_on is None
