"""Forms of forming assets: one row for each asset, the first filled in from the project (1.4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from bangfu.divisions.models import Division
from bangfu.funds import books
from bangfu.funds.forms import ActForm, amount
from bangfu.people import codes
from bangfu.policy.code_lists import code_list
from bangfu.projects.project import Project

MOST = 8
OTHER_REASON = "other"
REASONS = (
    "补助、培训、岗位类，不形成实物资产", "项目管理费", "维修养护，不新增资产", "形成的资产并入原有资产", "一次性消耗的物资",
)  # fmt: skip


def _choices(name: str, empty: str = "") -> list[tuple[Any, str]]:
    return [("", empty), *codes.choices(name)] if empty else list(codes.choices(name))


class RowForm(forms.Form):
    """A row without name and cost is left out."""

    name = forms.CharField(label="资产名称", max_length=80)
    division = forms.TypedChoiceField(label="坐落", coerce=int)
    asset_class = forms.ChoiceField(label="类别", choices=_choices("asset_class"), widget=forms.RadioSelect)
    cost_yuan = amount("原值（元）")
    owner_level = forms.ChoiceField(
        label="产权归属",
        choices=_choices("asset_owner_level"),
        widget=forms.RadioSelect,
        help_text="尽量下沉：能归村集体的归村集体",
    )
    owner = forms.CharField(label="所有权人", max_length=80, required=False)
    quantity = forms.DecimalField(label="数量", max_digits=12, decimal_places=2, min_value=Decimal(0), required=False)
    unit_word = forms.CharField(label="计量单位", max_length=12, required=False)

    def __init__(self, *args: Any, places: list[Division], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].choices = [(each.pk, each.name) for each in places]  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["division"].widget = forms.HiddenInput()

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {"division_id": data.pop("division"), **data}


Rows = forms.formset_factory(RowForm, extra=0, max_num=MOST, validate_max=True)


def first_row(project: Project, left: Decimal, places: list[Division]) -> dict[str, Any]:
    is_operating = project.is_operating
    return {
        "name": project.name, "division": places[0].pk, "cost_yuan": left or None, "owner_level": "village",
        "asset_class": "operating" if is_operating else "public",
    }  # fmt: skip


def blank_row(places: list[Division], asset_class: str) -> dict[str, Any]:
    return {"division": places[0].pk, "asset_class": asset_class, "owner_level": "village"}


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(
        label="为什么不形成资产", choices=[*((each, each) for each in REASONS), (OTHER_REASON, "其他原因")],
        widget=forms.RadioSelect,
    )  # fmt: skip
    words = forms.CharField(label="其他原因", max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reason") == OTHER_REASON and not data.get("words"):
            self.add_error("words", "请写明原因")
        return data

    @property
    def said(self) -> str:
        data = self.cleaned_data
        return str(data["words"] if data["reason"] == OTHER_REASON else data["reason"])


class PartsForm(ActForm):
    """Yuan from each source."""

    def __init__(self, data: Any = None, *, known: dict[str, Decimal]) -> None:
        super().__init__(data, initial={f"from_{source}": yuan for source, yuan in known.items()})
        for code in code_list(books.SOURCES).codes:
            self.fields[f"from_{code.value}"] = forms.DecimalField(
                label=f"{code.label}（元）", max_digits=14, decimal_places=2, min_value=Decimal(0), required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip

    def parts(self) -> dict[str, Decimal]:
        return {name[5:]: value for name, value in self.cleaned_data.items() if name.startswith("from_") and value}
