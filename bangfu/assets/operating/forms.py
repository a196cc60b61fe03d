"""Forms of the acts on an asset's operation (1.4). Amounts are asked in yuan; each form is one request."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MinValueValidator

from bangfu.assets.asset import Asset
from bangfu.assets.operating.idle_spell import IdleSpell
from bangfu.assets.operating.loss_report import LossReport
from bangfu.assets.operating.operation_contract import OperationContract
from bangfu.assets.operating.operation_due import OperationDue
from bangfu.assets.operating.purses import Purse
from bangfu.funds.forms import ActForm, amount, day
from bangfu.kernel import dates
from bangfu.kernel.money import show_yuan
from bangfu.people import codes

VOUCHER = "收款收据或记账凭证上的号，一号一笔"


def words(label: str, most: int, help_text: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text)


def prose(label: str, most: int, help_text: str = "", *, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text, widget=widget)


def choice(label: str, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **more)


def number(label: str, *, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=1_000_000, required=False, help_text=help_text)


def promised(label: str, help_text: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, max_digits=14, decimal_places=2, required=False, help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}), validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip


class ContractForm(ActForm):
    operator = words("经营者", 80, "企业、合作社或个人的名称")
    operator_code = words("统一社会信用代码", 18, "个人经营的不填", required=False)
    contract_no = words("合同编号", 60)
    mode = choice("经营方式", codes.choices("operation_mode"))
    from_on = day("开始日期")
    to_on = day("结束日期", help_text="含当日")
    yearly_yuan = promised("每年约定收益（元）", "单位是元；没有约定的不填")
    first_due_on = day("第一次应收日期", required=False, help_text="以后每年同一天应收一次")
    principal_yuan = promised("应返还本金（元）", "资产收益类、借款类的填；没有的不填")
    principal_from_on = day("第一次返还日期", required=False)
    principal_times = forms.IntegerField(
        label="分几年返还", min_value=1, max_value=50, required=False, help_text="每年一次，平均返还；不填为一次"
    )
    distribution_plan = words("收益分配方案", 200, "如：60% 帮扶重点户，40% 村集体留存", required=False)
    households = number("受益户数")
    people = number("受益人数")
    decided_on = day("民主决策日期", required=False, help_text="更换经营者、改变经营方式的必须填")

    def __init__(self, asset: Asset, before: OperationContract | None, data: Any = None) -> None:
        known = {"mode": before.mode if before else asset.operation_mode}
        if before:
            names = ("operator", "operator_code", "distribution_plan", "households", "people")
            known |= {name: getattr(before, name) for name in names}
        super().__init__(data, initial=known)

    def values(self) -> dict[str, Any]:
        given = super().values()
        return given | {name: given.get(name) or 0 for name in ("households", "people")}


class ReceiptForm(ActForm):
    amount_yuan = amount("收到金额（元）")
    received_on = day("收款日期")
    voucher_no = words("凭证号", 60, VOUCHER)
    payer = words("付款人", 80)
    note = words("说明", 200, required=False)

    def __init__(self, dues: Iterable[OperationDue], payer: str, data: Any = None) -> None:
        known = {due.pk: due for due in dues}
        first = next(iter(known.values()), None)
        initial: dict[str, Any] = {"payer": payer, "received_on": dates.today()}
        if first:
            initial |= {"due": first.pk, "amount_yuan": first.left_yuan}
        super().__init__(data, initial=initial)
        said = [
            (pk, f"{due.due_on} {due.get_kind_display()}，还差 {show_yuan(due.left_yuan)} 元")
            for pk, due in known.items()
        ]
        self.fields["due"] = forms.TypedChoiceField(
            label="收的是哪一期", choices=[*said, ("", "没有约定的收益（自营、临时出租等）")], required=False,
            coerce=lambda pk: known[int(pk)], empty_value=None, widget=forms.RadioSelect,
        )  # fmt: skip
        self.order_fields(["due"])

    def values(self) -> dict[str, Any]:
        return super().values() | {"purse": Purse.INCOME}


class ProceedsForm(ActForm):
    amount_yuan = amount("收到金额（元）")
    received_on = day("收款日期")
    voucher_no = words("凭证号", 60, VOUCHER)
    payer = words("付款人", 80)
    note = words("说明", 200, required=False)


class UseForm(ActForm):
    purse = choice("出自", Purse.choices)
    use = choice("用途", codes.choices("asset_income_use"))
    amount_yuan = amount("使用金额（元）")
    used_on = day("使用日期")
    voucher_no = words("凭证号", 60, "付款凭证上的号，一号一笔")
    payee = words("收款人", 80, "发给多户的写“见发放表”，发放表可在登记后作为附件")
    note = words("具体做什么", 200, required=False)
    households = number("受益户数", help_text="用于户、公益性岗位、奖励的必须填")
    people = number("受益人数")
    decided_on = day("民主决策日期", required=False)

    def __init__(self, left: dict[str, Decimal], data: Any = None) -> None:
        said = [(purse.value, f"{purse.label}，余 {show_yuan(left[purse])} 元") for purse in Purse if left[purse] > 0]
        super().__init__(data, initial={"purse": said[0][0] if said else None, "used_on": dates.today()})
        self.fields["purse"].choices = said or [(Purse.INCOME.value, "收益，余 0.00 元")]  # type: ignore[attr-defined]


class IdleForm(ActForm):
    kind = choice("情况", IdleSpell.Kind.choices)
    since_on = day("自哪天起")
    reason = prose("原因", 200, "如：经营者退出，设备停用")
    plan = prose("盘活措施", 300, "打算怎样用起来：招租、改造、调剂、处置")
    plan_by_on = day("计划完成日期")
    responsible = words("负责人", 40, required=False)


class LossForm(ActForm):
    kind = choice("情况", LossReport.Kind.choices)
    found_on = day("发现日期")
    what = prose("经过", 300)
    police_no = words("报案回执号", 60, "被盗的填", required=False)
    responsible = words("处理负责人", 40, required=False)


class OverForm(ActForm):
    on = day("日期")
    outcome = prose("结果", 200)


class OnForm(ActForm):
    on = day("日期")


class OnReasonForm(ActForm):
    on = day("日期")
    reason = prose("原因或情况", 200)


class ReasonForm(ActForm):
    reason = prose("原因", 200)


class SureForm(ActForm):
    """Nothing is asked; pressing is enough."""
