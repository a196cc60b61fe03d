"""Short forms begun at a household (1.1): study of a removal, referral to civil affairs; and the plan itself."""

from __future__ import annotations

from typing import Any

from django import forms

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.ledger.masked import not_masked
from bangfu.people import codes


class ConsiderForm(forms.Form):
    submit = "开始研判"
    kind = forms.ChoiceField(label="风险消除方式", widget=forms.RadioSelect, initial="by_help")
    ground = forms.CharField(
        label="研判意见", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="收入、大额支出、“三保障”和饮水、返贫风险各是什么情况",
    )  # fmt: skip

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(value), label) for value, label in codes.choices("removal_kind")]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]


class ReferForm(forms.Form):
    submit = "移交民政"
    reason = forms.CharField(label="移交理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="接收单位", required=False, help_text="没有列出的不选，签收和答复由镇、县代为登记"
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        """Units of the actor's own county: civil affairs of another place has no part in it."""
        super().__init__(*args, **kwargs)
        home = actor.home
        county = home.code - home.code % 10**6 if home else 0
        mine = Unit.objects.filter(division__gte=county, division__lt=county + 10**6, name__contains="民政")
        self.fields["unit"].queryset = mine.order_by("name")  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    submit = "保存方案"
    version = forms.IntegerField(widget=forms.HiddenInput)
    needs = forms.CharField(label="困难和需求", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    goal = forms.CharField(label="帮扶目标", max_length=300, widget=forms.Textarea(attrs={"rows": 2}), required=False)
    contact_name = forms.CharField(label="帮扶责任人", max_length=40)
    contact_phone = forms.CharField(
        label="帮扶责任人电话", max_length=20, required=False, validators=[not_masked],
        help_text="不改就空着",
    )  # fmt: skip
