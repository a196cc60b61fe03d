"""Forms of the system administrator: a change of codes, and a file of boundaries."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from bangfu.divisions import succession
from bangfu.divisions.models import Change
from bangfu.divisions.succession import SuccessionError
from bangfu.kernel.codes import Level

_EXAMPLE = "441881137201,441881137240,光明新村委会\n441881137202,441881137240"


class ChangeForm(forms.Form):
    """The list of codes comes typed or as a csv file; both are read the same way."""

    kind = forms.ChoiceField(label="变更类型", choices=Change.Kind.choices, widget=forms.RadioSelect)
    from_on = forms.DateField(
        label="生效日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="自这一天起，新代码启用，原代码停用",
    )
    document_no = forms.CharField(label="批准文号", max_length=80, help_text="如 粤民区〔2025〕3号")
    lines = forms.CharField(
        label="新旧代码",
        required=False,
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "placeholder": _EXAMPLE}),
        help_text="每行：原代码,新代码,新名称,接收数据（是/否）。下级代码的尾数不变时不用写；拆分时写明每个下级归哪里",
    )
    file = forms.FileField(label="或上传清单（csv）", required=False, help_text="四列与上面相同，UTF-8 或 GB18030")
    note = forms.CharField(label="说明", max_length=200, required=False)

    def clean_from_on(self) -> date:
        day: date = self.cleaned_data["from_on"]
        if day > timezone.localdate():
            raise ValidationError("生效日期还没有到，请到那一天再登记")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("file"):
            data["lines"] = _decoded(data["file"].read())
        if not self.errors:
            try:
                data["pairs"] = succession.parse(data.get("lines", ""))
            except SuccessionError as error:
                self.add_error("lines", error.faults)
        return data


class BoundaryForm(forms.Form):
    """Everything that the map must be able to say about its origin."""

    level = forms.TypedChoiceField(
        label="图层",
        choices=[(3, "县级边界"), (2, "市级边界")],
        coerce=lambda value: Level(int(value)),
        widget=forms.RadioSelect,
    )
    file = forms.FileField(label="GeoJSON 文件", help_text="WGS-84 或 CGCS2000 经纬度；每个要素用 adcode 写明 6 位代码")
    source = forms.CharField(
        label="数据来源", max_length=120, help_text="谁制作、哪一年，如 省自然资源厅 2024 年标准地图"
    )
    approval_no = forms.CharField(
        label="审图号", max_length=60, required=False, help_text="没有审图号的地图只能内部使用"
    )


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError({"file": "文件不是 UTF-8 或 GB18030 编码的文本，请另存为 csv 再上传"})
