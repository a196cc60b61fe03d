"""Forms of the officials who register: a local value of a parameter, its end, and the holidays of a year."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from bangfu.divisions.forms import DivisionField
from bangfu.divisions.scope import Scope
from bangfu.kernel import codes, dates
from bangfu.kernel.text import clean, clean_prose
from bangfu.lawbook.holidays import Plan, plan
from bangfu.lawbook.models import TERM_UNITS, ParameterOverride, is_term
from bangfu.policy.holiday_notice import NoticeError, parse
from bangfu.policy.parameter import Parameter, ValueRefused

LONGEST_NOTICE = 5000
DOCUMENT_HELP = "批准这样做的文件，如 英府办〔2024〕3号"


def _date_input() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def _plausible(day: date | None) -> date | None:
    if day and not dates.FIRST_YEAR <= day.year <= dates.LAST_YEAR:
        raise ValidationError(f"年份 {day.year} 不对，请核对")
    return day


def _document_no(text: str) -> str:
    """A number has digits; 无, 待补 and the like are none."""
    if not re.search(r"[0-9]", text):
        raise ValidationError("请写文件号，要有年份和序号，如 英府办〔2024〕3号")
    return text


class OverrideForm(forms.ModelForm):
    """Registers a row, or corrects the one given as instance. `followed`: the earlier row that the new one ends."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
    ends_earlier = forms.BooleanField(required=False)

    class Meta:
        model = ParameterOverride
        fields = ["value", "unit", "from_on", "to_on", "document_no", "note"]
        widgets = {"from_on": _date_input(), "to_on": _date_input()}

    def __init__(
        self,
        parameter: Parameter,
        within: Scope,
        data: Any = None,
        *,
        row: ParameterOverride | None = None,
        place: int | None = None,
    ) -> None:
        self.parameter, self.row = parameter, row
        self.followed: ParameterOverride | None = None
        self.offers_to_end = False
        super().__init__(data, instance=row or ParameterOverride(code=parameter.code))
        self.fields["value"].widget.attrs |= {"autocomplete": "off"} | _keyboard(parameter)
        self.fields["document_no"].help_text = DOCUMENT_HELP
        self._offer_units()
        if row:
            del self.fields["client_uuid"], self.fields["ends_earlier"]
            self.initial["version"] = row.version
        else:
            del self.fields["version"]
            levels = [level for level in codes.Level if level <= parameter.overridden_by]
            self.fields["division"] = DivisionField(level=levels, within=within, act="policy", label="适用地方")
            self.initial = {**self.initial, "client_uuid": uuid4(), "division": str(place) if place else None}

    def _offer_units(self) -> None:
        if not is_term(self.parameter):
            del self.fields["unit"]
            return
        self.fields["unit"] = forms.ChoiceField(label="按什么计", choices=TERM_UNITS, widget=forms.RadioSelect)
        self.initial["unit"] = self.instance.unit or self.parameter.unit.value

    def shown(self) -> list[forms.BoundField]:
        names = ["division", "value", "unit", "from_on", "to_on", "document_no", "note"]
        return [self[name] for name in names if name in self.fields]

    @property
    def value_unit(self) -> str:
        """Behind the number; a term's unit is asked by itself."""
        return "" if "unit" in self.fields else self.parameter.unit.label

    def clean_value(self) -> str:
        """In the parameter's own type, so that the table has 8800 for 8,800 and ８８００."""
        try:
            scalar = self.parameter.scalar(clean(self.cleaned_data["value"]))
        except ValueRefused as error:
            raise ValidationError(str(error)) from None
        return f"{scalar:f}" if isinstance(scalar, Decimal) else str(scalar)

    def clean_unit(self) -> str:
        unit: str = self.cleaned_data["unit"]
        return "" if unit == self.parameter.unit else unit

    def clean_from_on(self) -> date | None:
        return _plausible(self.cleaned_data["from_on"])

    def clean_to_on(self) -> date | None:
        return _plausible(self.cleaned_data["to_on"])

    def clean_document_no(self) -> str:
        return _document_no(clean(self.cleaned_data["document_no"]))

    def clean_note(self) -> str:
        return clean_prose(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "division" in data:
            self.instance.division = data["division"]
        return data

    def add_error(self, field: str | None, error: Any) -> None:
        """What the model says about a field that is not asked here comes on top."""
        named: dict[str, list[ValidationError]] = getattr(error, "error_dict", {})
        if not named.keys() <= {*self.fields, NON_FIELD_ERRORS}:
            error = ValidationError([each for errors in named.values() for each in errors])
        super().add_error(field, error)

    def _post_clean(self) -> None:
        """Django's place for checks of the whole row; overlaps are told with the rows they are about."""
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            self._check_overlaps()

    def _check_overlaps(self) -> None:
        others = list(ParameterOverride.objects.overlapping(self.instance))
        if not others:
            return
        self.offers_to_end = self.row is None and len(others) == 1 and _follows(self.instance, others[0])
        if self.offers_to_end and self.cleaned_data["ends_earlier"]:
            self.followed = others[0]
            return
        known = "；".join(f"{other.as_value()}（{other.days}，{other.document_no}）" for other in others)
        way = "勾选下面的一项，或改日期" if self.offers_to_end else "请改日期，或先终止、更正那一条"
        self.add_error(None, f"与这里已登记的数值时间重叠：{known}。{way}")
        if self.offers_to_end:
            last = self.instance.from_on - timedelta(days=1)
            self["ends_earlier"].label = f"原来的 {others[0].as_value()}（{others[0].document_no}）到 {last} 止"

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}


def _follows(new: ParameterOverride, old: ParameterOverride) -> bool:
    """The new row takes over from the old one and leaves no gap after it."""
    return old.from_on < new.from_on and (new.to_on is None or (old.to_on is not None and old.to_on <= new.to_on))


def _keyboard(parameter: Parameter) -> dict[str, str]:
    return {} if parameter.kind == "text" else {"inputmode": "decimal"}


class EndForm(forms.Form):
    """From when on a value holds no longer, and why."""

    last_on = forms.DateField(label="最后一天", widget=_date_input(), help_text="过了这一天，按上级的数值执行")
    reason = forms.CharField(label="依据", max_length=200, help_text="写明文件号或原因，如 英府办〔2025〕1号废止")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, row: ParameterOverride, data: Any = None) -> None:
        self.row = row
        super().__init__(data, initial={"version": row.version, "last_on": dates.today()})

    def clean_last_on(self) -> date:
        last: date = self.cleaned_data["last_on"]
        if last < self.row.from_on:
            raise ValidationError(f"这条 {self.row.from_on} 才生效；从没生效过的请用“撤回”")
        if self.row.to_on and last >= self.row.to_on:
            raise ValidationError(f"这条本来就到 {self.row.to_on} 止，请选更早的一天；要延长请用“更正”")
        _plausible(last)
        return last

    def clean_reason(self) -> str:
        return clean(self.cleaned_data["reason"])


class HolidayForm(forms.Form):
    """The yearly notice, as it is published, or single days in the same words. Valid: `plan` says what would happen."""

    year = forms.IntegerField(label="年份", min_value=dates.FIRST_YEAR, max_value=dates.LAST_YEAR)
    document_no = forms.CharField(label="文件号", max_length=120, help_text="如 国办发明电〔2025〕7号")
    text = forms.CharField(
        label="放假安排",
        max_length=LONGEST_NOTICE,
        widget=forms.Textarea({"rows": 9, "spellcheck": "false"}),
        help_text="把通知正文粘贴进来就行；零星的照样写，如“台风停工：9月24日放假”",
    )
    plan: Plan
    skipped: tuple[str, ...] = ()

    def clean_document_no(self) -> str:
        return _document_no(clean(self.cleaned_data["document_no"]))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        try:
            notice = parse(data["text"], data["year"])
        except NoticeError as error:
            self.add_error("text", error.faults)
            return data
        self.plan, self.skipped = plan(notice.days, data["document_no"]), notice.skipped
        if self.plan.faults:
            self.add_error("text", list(self.plan.faults))
        return data


def given_uuid(data: Any) -> UUID | None:
    """The number of a submission, readable or not."""
    try:
        return UUID(data.get("client_uuid", ""))
    except ValueError:
        return None
