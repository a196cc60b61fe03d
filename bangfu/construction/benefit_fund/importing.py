"""Receipts and spendings of a public-benefit fund from a workbook, each by the rules of acts.record (2.5)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse

from bangfu.accounts.http import Request, needs
from bangfu.accounts.roles import Act
from bangfu.construction.benefit_fund import acts
from bangfu.construction.benefit_fund.pages import keepers
from bangfu.construction.public_benefit_entry import PublicBenefitEntry
from bangfu.divisions.models import Division
from bangfu.funds.allotting import Doing, ledger_of
from bangfu.funds.importing.pages import METHODS, ImportForm, import_page
from bangfu.funds.importing.workbook import Row, Workbook

Direction, Purpose = PublicBenefitEntry.Direction, PublicBenefitEntry.Purpose
HEADS: dict[str, tuple[str, ...]] = {
    "voucher_no": ("凭证号", "收据号"), "direction": ("收支", "收入或支出"), "happened_on": ("日期", "收支日期"),
    "counterpart": ("捐赠人或收款人", "捐赠人", "收款人", "对方"), "purpose": ("用途",), "amount_yuan": ("金额", "收支金额"),
    "is_named": ("同意公开姓名", "捐赠人同意公开姓名"), "note": ("说明", "备注"),
}  # fmt: skip


class FundForm(ImportForm):
    def __init__(self, request: Request, holders: list[Division]) -> None:
        super().__init__(request)
        known = {each.pk: each for each in holders}
        self.fields["holder"] = forms.TypedChoiceField(
            label="哪里的基金", choices=[(pk, each.full_name or each.name) for pk, each in known.items()],
            coerce=lambda pk: known[int(pk)], initial=holders[0].pk,
        )  # fmt: skip
        self.order_fields(["holder"])


def book_of(division: Division) -> Workbook:
    def do(row: Row, doing: Doing) -> PublicBenefitEntry:
        values: dict[str, Any] = {
            "voucher_no": row.text("voucher_no", 60), "direction": row.choice("direction", Direction.choices),
            "happened_on": row.day("happened_on"), "counterpart": row.text("counterpart", 80),
            "purpose": row.choice("purpose", Purpose.choices), "amount_yuan": row.yuan("amount_yuan"),
            "is_named": bool(row.text("is_named")) and row.choice("is_named", (("1", "是"), ("", "否"))) == "1",
            "note": row.text("note"),
        }  # fmt: skip
        return acts.record(division, values, doing)

    return Workbook(HEADS, frozenset({"is_named", "note"}), frozenset({"amount_yuan"}), "voucher_no", do)


@METHODS
@needs(Act.IMPORT)
def import_rows(request: Request) -> HttpResponse:
    holders = keepers(request.actor)
    if not holders:
        raise PermissionDenied("公益基金由省、市、县、镇各登记本级的")
    form = FundForm(request, holders)
    chosen = form.cleaned_data["holder"] if request.method == "POST" and form.is_valid() else holders[0]
    return import_page(
        request, book_of(chosen), form, done_url=ledger_of(PublicBenefitEntry).url(), title="导入公益基金收支", article="2.5",
        back=(reverse("construction:benefit-funds"), "公益基金"),
        says="收支填收入或支出，支出按日期不能多过那一天的结余；捐赠人不同意公开姓名的，那一列空着。",
    )  # fmt: skip
