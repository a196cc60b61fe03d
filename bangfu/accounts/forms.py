"""Forms of the security officer and of one's own account."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.urls import reverse_lazy
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import AccessKind, Unit, User, Verb
from bangfu.accounts.permissions import lies_on
from bangfu.accounts.roles import Act, Role
from bangfu.divisions.forms import DivisionField
from bangfu.kernel import credit_code


def _date(**kwargs: Any) -> forms.DateField:
    """The browser's own calendar, which wants ISO dates."""
    return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **kwargs)


def show(error: ValidationError, form: forms.Form) -> None:
    """Puts the faults that an act found beside the fields they are about, the rest on top."""
    faults = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for name, messages in faults.items():
        form.add_error(name if name in form.fields else None, messages)


class UnitField(forms.CharField):
    """A unit by its full name, with suggestions of the browser while typing."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {
            "list": "units",
            "autocomplete": "off",
            "hx-get": reverse_lazy("accounts:unit-options"),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#units",
        }
        super().__init__(widget=forms.TextInput(attrs), max_length=120, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.name if isinstance(value, Unit) else value

    def clean(self, value: Any) -> Unit | None:
        name = super().clean(value)
        if not name:
            return None
        unit = Unit.objects.select_related("division").filter(name=name, withdrawn_at=None).first()
        if unit is None:
            raise ValidationError(f"没有“{name}”这个单位。请核对全称，或先在“单位”里新增")
        return unit


class UserForm(forms.Form):
    """Who the person is. `existing`: the account name stays as it is."""

    username = forms.CharField(
        label="账号",
        max_length=60,
        validators=[User.username_validator],
        help_text="用来登录，建好后不能改。可用姓名拼音或工号",
    )
    name = forms.CharField(label="姓名", max_length=40)
    phone = forms.RegexField(
        r"^1\d{10}$",
        label="手机",
        required=False,
        error_messages={"invalid": "请填 11 位手机号"},
        widget=forms.TextInput({"inputmode": "tel"}),
    )
    unit = UnitField(label="所在单位", required=False)

    def __init__(self, *args: Any, by: Actor, existing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(
            label="账号归属地", within=by.scope(Act.GRANT), act=Act.GRANT, help_text="由这里的安全员管理这个账号"
        )
        if existing:
            del self.fields["username"]


class GrantForm(forms.Form):
    role = forms.ChoiceField(label="角色", widget=forms.Select())
    unit = UnitField(label="单位", required=False, help_text="单位联络员和部门经办人要填，其他角色不填")
    from_on = _date(label="生效日期", initial=timezone.localdate)
    to_on = _date(label="截止日期", required=False, help_text="含当日；不填为长期")
    reason = forms.CharField(label="依据", max_length=200, help_text="任命或派驻文件的文号、单位的书面意见等")

    field_order = ("role", "division", "unit", "from_on", "to_on", "reason")

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, f"{role.label}（授在{lies_on(role)}）") for role in Role]
        self.fields["role"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]
        self.fields["division"] = DivisionField(label="区划", required=False, within=by.scope(Act.GRANT), act=Act.GRANT)
        self.order_fields(self.field_order)


class UnitForm(forms.ModelForm):
    class Meta:
        model = Unit
        fields = ("name", "credit_code")

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(label="所在地", within=by.scope(Act.GRANT), act=Act.GRANT)

    def clean_credit_code(self) -> str:
        return credit_code.normalise(self.cleaned_data["credit_code"])


class TraceForm(forms.Form):
    who = forms.CharField(
        label="谁", required=False, max_length=60, widget=forms.TextInput({"placeholder": "姓名或账号"})
    )
    kind = forms.ChoiceField(label="做什么", required=False, choices=[("", "全部"), *AccessKind.choices])
    what = forms.CharField(
        label="内容", required=False, max_length=60, widget=forms.TextInput({"placeholder": "对象、事由或号码"})
    )
    from_on = _date(label="自", required=False)
    to_on = _date(label="至", required=False)


class TokenForm(forms.Form):
    """What a program may do with the person's rights, and until when."""

    name = forms.CharField(label="用途", max_length=60, help_text="例如：县政务数据平台每日同步")
    verbs = forms.MultipleChoiceField(
        label="可以做什么", choices=Verb.choices, initial=[Verb.READ], widget=forms.CheckboxSelectMultiple()
    )
    ledgers = forms.RegexField(
        r"^[a-z0-9-]+(\s*[,，]\s*[a-z0-9-]+)*$",
        label="限于台账",
        required=False,
        max_length=2000,
        help_text="填台账网址里的英文代号，如 household-toilets，几个用逗号隔开；不填为全部",
        error_messages={"invalid": "代号只有小写字母、数字和短横线，几个用逗号隔开"},
    )
    to_on = _date(label="截止日期", help_text="含当日")

    field_order = ("name", "verbs", "ledgers", "division", "to_on")

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"] = DivisionField(
            label="限于区划", required=False, within=by.scope(Act.READ), help_text="不填为您的全部范围"
        )
        self.order_fields(self.field_order)

    def scopes(self) -> list[str]:
        """read:household-toilets … of the cleaned form."""
        slugs = re.findall(r"[a-z0-9-]+", self.cleaned_data["ledgers"]) or ["*"]
        return [f"{verb}:{slug}" for verb in self.cleaned_data["verbs"] for slug in slugs]
