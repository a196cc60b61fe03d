"""What chapter 4 refuses, and with which words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from bangfu.industry import models as m
from bangfu.industry.collective import contract_dues, ownership
from bangfu.industry.collective.collective_accounts import ITEMS
from bangfu.industry.linkage import promises
from bangfu.kernel.periods import add_months
from bangfu.units.models import Cadre

pytestmark = pytest.mark.django_db
Refused = Callable[..., str]
ClientOf = Callable[[str], Client]


def test_the_same_agreement_at_the_same_time_is_refused_and_the_promise_falls_due_by_full_years(
    town: Any, refused: Refused
) -> None:
    entity = m.BusinessEntity.objects.get(kind="family_farm")
    values = {
        "business_entity": entity, "household": town.home, "mode": "asset_income", "promised_yuan": "1200",
        "from_on": date(2024, 1, 1), "to_on": date(2025, 6, 30),
    }  # fmt: skip
    assert refused("farmer-linkages", agreement_no="甲-1", **values) == ""
    assert "已有同一方式的协议" in refused("farmer-linkages", agreement_no="甲-2", **values)
    linkage = m.FarmerLinkage.objects.get(agreement_no="甲-1")
    for day, due in (
        (date(2024, 12, 31), 0),
        (date(2025, 1, 1), 1200),
        (date(2025, 6, 30), 1200),
        (date(2025, 7, 1), 1800),
    ):
        assert promises.of(linkage, day).due == due, day
    paid = {"linkage": linkage, "purpose": "dividend", "amount_yuan": "1000", "receipt_no": "一"}
    assert "早于协议开始日期" in refused("linkage-payments", paid_on=date(2023, 12, 31), **paid)
    assert refused("linkage-payments", paid_on=date(2025, 2, 1), **paid) == ""
    standing = promises.of(linkage, date(2025, 7, 1))
    assert (standing.paid, standing.lacking, standing.last_on) == (1000, 800, date(2025, 2, 1))
    assert standing.since == date(2025, 1, 1), "the first year is not paid in full"
    assert (
        refused("linkage-payments", paid_on=date(2025, 3, 1), **(paid | {"amount_yuan": "200", "receipt_no": "二"}))
        == ""
    )
    assert promises.of(linkage, date(2025, 7, 1)).since == date(2025, 7, 1), "the half year at the end is lacking"


def test_an_operator_needs_its_code_and_a_right_one(town: Any, refused: Refused) -> None:
    values = {"name": "新合作社", "division": town.place, "kind": "cooperative"}
    assert "统一社会信用代码" in refused("business-entities", **values)
    assert "第18位应为" in refused("business-entities", credit_code="919900008800000990", **values)
    taken = m.BusinessEntity.objects.exclude(credit_code=None).first()
    assert taken
    assert "已经登记过" in refused("business-entities", credit_code=taken.credit_code, **values)


def test_a_closed_year_changes_only_with_a_reason(town: Any, refused: Refused, client_of: ClientOf) -> None:
    organisation = m.CollectiveOrganisation.objects.filter(village__parent=town.place).first()
    assert organisation
    values = dict.fromkeys(ITEMS, "0") | {"operating_income_yuan": "80000"}
    values |= {"organisation": organisation, "year": town.today.year - 5}
    assert "已于" in refused("collective-accounts", **values)
    assert refused("collective-accounts", correction_reason="补登", **values) == ""
    account = m.CollectiveAccount.objects.get(organisation=organisation, year=town.today.year - 5)
    assert account.total_income_yuan == 80000
    address, county = f"/api/v1/collective-accounts/{account.pk}", client_of("县局")
    changed = {"version": account.version, "operating_income_yuan": "90000"}
    assert county.patch(address, changed, "application/json").status_code == 422
    assert county.patch(address, changed | {"correction_reason": "票据更正"}, "application/json").status_code == 200
    assert "年度还没有到" in refused("collective-accounts", **(values | {"year": town.today.year + 1}))


def test_shares_stay_within_the_whole_and_out_of_circles(town: Any, refused: Refused) -> None:
    joint, held = m.JointCompany.objects.order_by("pk")
    day = date(2023, 1, 1)
    assert "超过 100%" in refused("company-shares", company=joint, holder="甲", share_percent="20.01", from_on=day)
    circle = refused("company-shares", company=joint, holder="乙", holding_company=held, share_percent="5", from_on=day)
    assert "循环持股" in circle
    assert refused("company-shares", company=joint, holder="丙", share_percent="20", from_on=day) == ""
    with pytest.raises(IntegrityError), ownership.holding(keys := []):
        late = m.CompanyShare.objects.create(
            company=joint, division_id=joint.division_id, holder="丁", share_percent=Decimal(1), from_on=day
        )
        keys.append(late.pk)


def test_what_a_contract_owes_is_computed(town: Any) -> None:
    contract = m.CollectiveContract.objects.create(
        organisation=(one := m.CollectiveOrganisation.objects.first()), village_id=one.village_id, contract_no="租-1",
        title="铺面", kind="property", party="某人", from_on=date(2022, 1, 1), to_on=date(2024, 12, 31), yearly_yuan=Decimal(1000),
        first_due_on=date(2022, 3, 1),
    )  # fmt: skip
    m.ContractReceipt.objects.create(
        contract=contract,
        village_id=one.village_id,
        received_on=date(2022, 3, 5),
        amount_yuan=Decimal(1500),
        receipt_no="1",
    )
    for day, due, lacking, since in (
        (date(2022, 2, 28), 0, 0, None), (date(2022, 3, 6), 1000, 0, None), (date(2023, 3, 1), 2000, 500, date(2023, 3, 1)),
        (date(2030, 1, 1), 3000, 1500, date(2023, 3, 1)),
    ):  # fmt: skip
        standing = contract_dues.of(contract.pk, day)
        assert standing
        assert (standing.due, standing.lacking, standing.since) == (due, lacking, since), day


def test_an_expired_licence_is_told_and_refused(town: Any, refused: Refused) -> None:
    brand = m.RegionalBrand.objects.get()
    expired, valid = (
        m.BusinessEntity.objects.get(kind="cooperative"),
        m.BusinessEntity.objects.get(leading_level="city"),
    )
    values = {"division": town.place, "kind": "tea", "brand": brand}
    assert "到期" in refused("products", name="红茶一", business_entity=expired, **values)
    assert "没有" in refused("products", name="红茶二", **values)
    assert refused("products", name="红茶三", business_entity=valid, **values) == ""


def test_a_loan_over_its_rule_is_refused_with_the_rule(town: Any, refused: Refused) -> None:
    m.Loan.objects.filter(household=town.home).delete()
    micro, today = m.FinanceProduct.objects.get(kind="micro"), town.today
    values = {
        "division": town.home.village_id, "product": micro, "household": town.home, "granted_on": today,
        "credit_field": "household",
    }  # fmt: skip
    in_time = {"due_on": add_months(today, 36), "purpose": "planting"}
    assert "每户上限 50000 元" in refused("loans", loan_no="1", amount_yuan="50001", **in_time, **values)
    assert "期限超过 3 年" in refused(
        "loans", loan_no="1", amount_yuan="1", due_on=add_months(today, 37), purpose="planting", **values
    )
    assert "不是发展生产" in refused(
        "loans", loan_no="1", amount_yuan="1", due_on=in_time["due_on"], purpose="wedding", **values
    )
    assert refused("loans", loan_no="1", amount_yuan="30000", **in_time, **values) == ""
    assert "其中未还 30000 元" in refused("loans", loan_no="2", amount_yuan="30000", **in_time, **values)
    assert "只填一个" in refused("loans", loan_no="3", amount_yuan="1", **in_time, **(values | {"household": None}))
    type(town.home).objects.filter(pk=town.home.pk).update(kind="ordinary")
    assert "不是脱贫户" in refused("loans", loan_no="4", amount_yuan="1", **in_time, **values)


def test_a_commissioner_is_proposed_by_crop_and_place_takes_the_request_and_answers_it(
    town: Any, cast: Any, client_of: ClientOf
) -> None:
    wanted = m.TechnologyRequest.objects.get(question__startswith="老茶园")
    page = client_of("镇办").get(f"/l/technology-requests/{wanted.pk}/").content.decode()
    assert "就驻在本镇" in page
    address = f"/industry/technology-requests/{wanted.pk}/assign/"
    assert client_of("外县").post(address, {"cadre": town.cadre.pk}).status_code == 404
    for _ in range(2):
        client_of("镇办").post(address, {"cadre": town.cadre.pk, "version": wanted.version})
    wanted.refresh_from_db()
    assert (wanted.technology_commissioner_id, wanted.assigned_on, wanted.version) == (town.cadre.pk, town.today, 2)
    Cadre.objects.filter(pk=town.cadre.pk).update(user=cast["镇办"])
    assert "件技术需求交给您答复" in client_of("镇办").get("/").content.decode()
    answered = {"answer": "先看土壤", "outcome": "solved", "is_shared": "on", "version": 2}
    answer = f"/industry/technology-requests/{wanted.pk}/answer/"
    assert client_of("外县").post(answer, answered).status_code == 404
    assert client_of("银行").post(answer, answered).status_code in (403, 404)
    client_of("镇办").post(answer, answered | {"answer": " "})
    wanted.refresh_from_db()
    assert wanted.answered_on is None, "no words, no answer"
    for _ in range(2):
        client_of("镇办").post(answer, answered)
    wanted.refresh_from_db()
    assert (wanted.outcome, wanted.answered_on, wanted.version) == ("solved", town.today, 3)
    assert wanted.answer_days == (town.today - wanted.asked_on).days
    assert "先看土壤" in client_of("镇办").get("/industry/questions/?q=土壤").content.decode()


def test_a_wish_goes_to_a_bank_only_with_consent_and_a_product_that_fits(
    town: Any, cast: Any, client_of: ClientOf
) -> None:
    m.Loan.objects.filter(household=town.home).delete()
    m.FinanceProduct.objects.filter(kind="entity").update(bank=town.unit)
    m.FinanceProduct.objects.exclude(kind="entity").update(bank=cast["银行"].unit)
    wish = m.FinanceWish.objects.create(
        division_id=town.home.village_id, household=town.home, wish_no="需-新", asked_on=town.today, amount_yuan=20000,
        months=12, purpose="planting",
    )  # fmt: skip
    address, micro = f"/industry/finance-wishes/{wish.pk}/hand/", m.FinanceProduct.objects.get(kind="micro")
    sent = {"product": micro.pk, "version": wish.version, "consent": "on"}
    for who in ("外县", "银行"):
        assert client_of(who).post(address, sent).status_code in (403, 404)
    for wrong in ({"consent": ""}, {"product": m.FinanceProduct.objects.get(kind="entity").pk}):
        client_of("镇办").post(address, sent | wrong)
        wish.refresh_from_db()
        assert (wish.bank_id, wish.consented_on) == (None, None)
    assert client_of("银行").get(f"/l/finance-wishes/{wish.pk}/").status_code == 404
    for _ in range(2):
        client_of("镇办").post(address, sent)
    wish.refresh_from_db()
    assert (wish.bank_id, wish.consented_on, wish.version) == (micro.bank_id, town.today, 2)
    assert client_of("银行").get(f"/l/finance-wishes/{wish.pk}/").status_code == 200
