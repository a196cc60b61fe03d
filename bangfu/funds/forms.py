"""Forms of the acts on money. Amounts are asked in yuan; each form is one request, so that pressing twice does nothing."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import MinValueValidator
from django.db.models import QuerySet

from bangfu.accounts.actor import Actor
from bangfu.divisions.forms import DivisionField
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.funds import books
from bangfu.funds.columns import FIRST_YEAR, LAST_YEAR
from bangfu.funds.document import FundDocument
from bangfu.kernel import dates
from bangfu.kernel.codes import Level
from bangfu.people import codes
from bangfu.projects.contract import Contract

_FEN = Decimal("0.01")


def day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def amount(label: str = "金额（元）") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, max_digits=14, decimal_places=2, validators=[MinValueValidator(_FEN)],
        widget=forms.TextInput(attrs={"inputmode": "decimal"}), help_text="单位是元，不是万元",
    )  # fmt: skip


def source() -> forms.ChoiceField:
    return forms.ChoiceField(label="来源", choices=codes.choices(books.SOURCES), widget=forms.RadioSelect)


def year() -> forms.IntegerField:
    return forms.IntegerField(label="资金年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)


class ActForm(forms.Form):
    request_uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        today = dates.today()
        known = {"request_uuid": uuid4(), "year": today.year}
        known |= dict.fromkeys(("happened_on", "paid_on", "issued_on", "on"), today)
        super().__init__(data, initial=known | (initial or {}))

    def values(self) -> dict[str, Any]:
        """Columns of the row to be."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("request_uuid", "holder", "division")
        }


class OfHolder(ActForm):
    """Money of one of the places for which the actor may do this; asked only where there are several."""

    def __init__(self, holders: list[Division], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["holder"] = forms.TypedChoiceField(
            label="拨款的一级", choices=[(each.pk, each.full_name or each.name) for each in holders],
            coerce=lambda pk: next(each for each in holders if each.pk == int(pk)), initial=holders[0].pk,
        )  # fmt: skip
        if len(holders) == 1:
            self.fields["holder"].widget = forms.HiddenInput()


class DocumentForm(OfHolder):
    document_no = forms.CharField(label="文号", max_length=80)
    title = forms.CharField(label="文件名称", max_length=160)
    source = source()
    year = year()
    amount_yuan = amount("下达金额（元）")
    issuer = forms.CharField(label="下达机关", max_length=80)
    issued_on = day("下达日期")
    spend_by_on = day("支出期限", required=False, help_text="文件没有写的不填，按当年底算")
    note = forms.CharField(label="说明", max_length=200, required=False)
    field_order = ("holder",)


class AllotForm(OfHolder):
    """Down to, or back from, a place below the holder."""

    source = source()
    year = year()
    amount_yuan = amount()
    document_no = forms.CharField(label="文号", max_length=80)
    happened_on = day("日期")
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(
        self, holders: list[Division], papers: QuerySet[FundDocument], data: Any = None, *, label: str, **more: Any
    ) -> None:
        super().__init__(holders, data, **more)
        within = Scope.of([each.pk for each in holders])
        levels = (Level.CITY, Level.COUNTY, Level.TOWN)
        self.fields["division"] = DivisionField(label=label, level=levels, within=within)
        self.fields["document"] = forms.ModelChoiceField(
            papers, label="资金来自的文件", required=False, empty_label="不确定，以后补"
        )
        self.order_fields(["holder", "division", "document"])


class ReturnForm(OfHolder):
    source = source()
    year = year()
    amount_yuan = amount()
    document_no = forms.CharField(label="文号", max_length=80)
    happened_on = day("日期")
    note = forms.CharField(label="原因", max_length=200)
    field_order = ("holder",)


class CarryForm(OfHolder):
    source = source()
    year = forms.IntegerField(label="结转哪一年的资金", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    document_no = forms.CharField(label="结转文号", max_length=80)
    field_order = ("holder",)


class AssignForm(OfHolder):
    source = source()
    year = year()
    amount_yuan = amount("安排金额（元）")
    document_no = forms.CharField(label="安排文号", max_length=80)
    happened_on = day("安排日期")

    def __init__(self, holders: list[Division], papers: QuerySet[FundDocument], data: Any = None, **more: Any) -> None:
        super().__init__(holders, data, **more)
        self.fields["document"] = forms.ModelChoiceField(
            papers, label="资金来自的文件", required=False, empty_label="不确定，以后补"
        )
        self.order_fields(["holder", "document"])


class TakeBackForm(ActForm):
    amount_yuan = amount("收回金额（元）")
    document_no = forms.CharField(label="文号", max_length=80)
    happened_on = day("日期")
    note = forms.CharField(label="原因", max_length=200)


class PayForm(ActForm):
    amount_yuan = amount("支付金额（元）")
    voucher_no = forms.CharField(label="凭证号", max_length=60, help_text="国库支付凭证或记账凭证上的号，一号一笔")
    paid_on = day("支付日期")
    payee = forms.CharField(label="收款人", max_length=80)
    purpose = forms.CharField(label="用途", max_length=200)
    work_percent = forms.IntegerField(
        label="工程进度（%）", min_value=0, max_value=100, required=False, help_text="按合同支付的要填，按进度付款"
    )

    def __init__(self, contracts: Iterable[Contract], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        known = {contract.pk: contract for contract in contracts}
        words = [(pk, f"{each.contract_no} {each.contractor} {each.amount_yuan:,} 元") for pk, each in known.items()]
        self.fields["contract"] = forms.TypedChoiceField(
            label="合同", choices=[("", "没有合同（零星支出、补助）"), *words], required=False, empty_value=None,
            coerce=lambda pk: known[int(pk)],
        )  # fmt: skip
        if len(words) == 1 and not data:
            self.initial.setdefault("contract", words[0][0])
        self.order_fields(["contract"])


class RefundForm(ActForm):
    amount_yuan = amount("退回金额（元）")
    voucher_no = forms.CharField(label="凭证号", max_length=60)
    paid_on = day("退款日期")
    purpose = forms.CharField(label="原因", max_length=200)


class CounterForm(ActForm):
    on = day("冲正日期", help_text="记在还没有结账的年度；原来的一笔不改")
    reason = forms.CharField(label="原因", max_length=200)


def holders_of(actor: Actor, may: Any) -> list[Division]:
    """The places of the actor's grants for which `may(division)` holds."""
    return [division for division in actor.homes if may(division)]
