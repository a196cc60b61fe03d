"""What is asked when a demand is registered, and how the decisions about its heads are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Act
from bangfu.demands import papers
from bangfu.demands.demand import ASKERS
from bangfu.demands.demand_parts import DemandHead
from bangfu.demands.kinds import by_label
from bangfu.demands.reading import Reading
from bangfu.demands.rowkinds import ROW_KINDS
from bangfu.demands.spelling import is_total
from bangfu.demands.states import AnswerKind, AskerLevel, Use
from bangfu.divisions import lookup
from bangfu.divisions.models import Division
from bangfu.exchange.sniff import Refused
from bangfu.kernel import dates
from bangfu.kernel.codes import Level
from bangfu.kernel.periods import Cycle, Period
from bangfu.kernel.text import clean

MOST_PLACES = 60
_APART = re.compile(r"[、，,；;\n]+")


def periods(today: Any) -> dict[str, Period]:
    """This one and the last one of each cycle, by what the form sends."""
    found: dict[str, Period] = {}
    for cycle in (Cycle.YEAR, Cycle.HALF_YEAR, Cycle.QUARTER, Cycle.MONTH):
        now = cycle.of(today)
        for period in (now, cycle.before(now)):
            found.setdefault(f"{period.first:%Y%m}-{period.last:%Y%m}", period)
    return found


class RegisterForm(forms.Form):
    """Who asks, on what ground, for when; whose rows; and the workbook, or its heads as they were said."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label="表名", max_length=120)
    asker = forms.CharField(label="要数单位", max_length=120, help_text="如：清远市农业农村局")
    asker_level = forms.ChoiceField(label="层级", choices=AskerLevel.choices)
    basis = forms.CharField(
        label="依据", max_length=200, help_text="要数的文件、规章或法律的名称。没有依据的可以退回对方"
    )
    document_no = forms.CharField(label="文号", max_length=80)
    due_on = forms.DateField(label="要求报送日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    period = forms.ChoiceField(label="数据所属期", choices=())
    row_kind = forms.ChoiceField(label="表里一行是什么", choices=[(kind, label) for kind, label, _ in ROW_KINDS])
    places = forms.CharField(
        label="要哪些地方的",
        max_length=1000,
        required=False,
        help_text="不填就是本地全部；只要几个镇、村的，写名称，用顿号隔开",
    )
    units = forms.CharField(
        label="只要哪些单位的",
        max_length=1000,
        required=False,
        help_text="一行是干部或单位时才用；写单位名称，用顿号隔开",
    )
    file = forms.FileField(
        label="对方的表", required=False, help_text="Excel 工作簿（.xlsx、.xls）或 CSV，空表即可", allow_empty_file=True
    )
    heads = forms.CharField(
        label="没有表格的，把要填的项目一行写一个", required=False, max_length=6000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(
        self, actor: Actor, data: Any = None, files: Any = None, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, files, initial=dict(initial or {}))
        self.actor = actor
        self.known_periods = periods(dates.today())
        choices = [(name, period.label) for name, period in self.known_periods.items()]
        self.fields["period"] = forms.ChoiceField(label="数据所属期", choices=choices)
        self.order_fields(["client_uuid", "title", "file", "heads", "row_kind", "asker", "asker_level", "basis",
                           "document_no", "due_on", "period", "places", "units"])  # fmt: skip
        self.reading: Reading | None = None
        self.content, self.file_name = b"", ""

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day < dates.today():
            raise forms.ValidationError(f"报送日期 {day} 已经过去，请核对年份和月份")
        return day

    def clean_places(self) -> list[Division]:
        reach = self.actor.scope(Act.EXPORT, ASKERS)
        names = _names(self.cleaned_data["places"])
        if len(names) > MOST_PLACES:
            raise forms.ValidationError(
                f"写了 {len(names)} 个地方，最多 {MOST_PLACES} 个；要全镇、全县的只写镇名、县名"
            )
        if not names:
            return list(Division.objects.filter(code__in=[low for low, _ in reach.ranges]).order_by("code"))
        found = []
        for name in names:
            try:
                found.append(lookup.resolve(name, (Level.CITY, Level.COUNTY, Level.TOWN, Level.VILLAGE), reach))
            except lookup.DivisionError as error:
                raise forms.ValidationError(str(error)) from error
        return list({place.code: place for place in found}.values())

    def clean_units(self) -> list[Unit]:
        names = _names(self.cleaned_data["units"])
        found = {unit.name: unit for unit in Unit.objects.filter(name__in=names, withdrawn_at=None)}
        missing = [name for name in names if name not in found]
        if missing:
            raise forms.ValidationError(f"没有登记过这些单位：{'、'.join(missing[:5])}。请写登记的全称")
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        upload, heads = data.get("file"), [clean(line) for line in data.get("heads", "").splitlines() if clean(line)]
        try:
            if upload:
                self.content, self.file_name = upload.read(), upload.name or "表"
            elif len(heads) > 1:
                self.content, self.file_name = (
                    papers.typed(data.get("title", ""), heads),
                    f"{data.get('title', '表')}.xlsx",
                )
            else:
                self.add_error("file", "请选择对方的表；没有表格的，在下面至少写两个要填的项目，例如“村”“户数”")
                return data
            self.reading = papers.looked_through(self.content, self.file_name)
        except Refused as refused:
            self.add_error("file", str(refused))
        return data

    def values(self) -> dict[str, Any]:
        """Columns of the demand."""
        period = self.known_periods[self.cleaned_data["period"]]
        names = ("title", "asker", "asker_level", "basis", "document_no", "due_on", "row_kind")
        own = {name: self.cleaned_data[name] for name in names}
        return own | {"period_first": period.first, "period_last": period.last}


def _names(text: str) -> list[str]:
    return [name for part in _APART.split(text) if (name := clean(part))]


#: what the officer may choose for a head
CHOICES: tuple[tuple[str, str], ...] = (
    (Use.FILL, "系统里有"),
    *((f"{Use.ASK}:{kind.value}", f"问村镇（{kind.label}）") for kind in AnswerKind),
    (Use.BLANK, "空着"),
)


def chosen(head: DemandHead) -> str:
    return f"{Use.ASK}:{head.answer_kind}" if head.use == Use.ASK else str(head.use)


def decide(heads: Iterable[DemandHead], kind: str, data: Mapping[str, str]) -> dict[int, str]:
    """Puts what was sent into the heads; what is wrong by key of the head."""
    wrong = {}
    for head in heads:
        use, _, answer = data.get(f"use-{head.pk}", chosen(head)).partition(":")
        label = clean(data.get(f"fact-{head.pk}", ""))
        fact = by_label(kind).get(label)
        head.asks_blanks = data.get(f"blanks-{head.pk}") == "1"
        if use == Use.FILL:
            head.use, head.fact = Use.FILL, fact.code if fact else ""
            if fact is None:
                said = f"系统里没有“{label}”这一项" if label else "请写明是系统里的哪一项"
                wrong[head.pk] = f"{said}：从下拉里选，或改成“问村镇”“空着”"
        elif use == Use.ASK and answer in AnswerKind.values:
            head.use, head.fact, head.answer_kind = Use.ASK, "", answer
            if is_total([head.title.rpartition(" ")[2]]):
                wrong[head.pk] = "合计由表里的数算，不问村镇：请改成“空着”，表里的公式会照样往下填"
        else:
            head.use, head.fact = Use.BLANK, ""
    return wrong
