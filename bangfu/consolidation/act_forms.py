"""The forms of the steps that leave a record (1.1): filled with what is known, asking for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Field, Model

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Role
from bangfu.consolidation import reckoning
from bangfu.consolidation.case_acts import ADULT, age
from bangfu.consolidation.comparisons import ITEMS as COMPARED
from bangfu.consolidation.consents import STATEMENT, Consent
from bangfu.consolidation.household_checks import CONFIRMED
from bangfu.kernel import dates
from bangfu.lawbook import parameters
from bangfu.people import codes
from bangfu.people.income_items import ITEMS, IncomeItems
from bangfu.people.models import Household, Person
from bangfu.people.person import PRESENT
from bangfu.policy.code_lists import code_list
from bangfu.workflow.forms import DayInput
from bangfu.workflow.models import Flow

MONEY = ITEMS[1:]
#: name → what was typed
Draft = Mapping[str, list[str]]
_YES_NO = [("true", "是"), ("false", "否")]


def prose(label: str, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=2000, **more)


def yes_no(label: str, **more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=_YES_NO, coerce=lambda value: value == "true", empty_value=None, widget=forms.RadioSelect,
        **more,
    )  # fmt: skip


def count(label: str, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, max_value=2000, **{"min_value": 0} | more)


class ActForm(forms.Form):
    """Base: the row, its flow, its household with who lives there, who asks, and the day it was really done."""

    submit = "提交"
    #: whether what is typed is kept until it is sent
    keeps_draft = True
    #: title → names of fields, for forms in parts; what is in none comes first
    parts: dict[str, tuple[str, ...]] = {}
    version = forms.IntegerField(widget=forms.HiddenInput)
    on = forms.DateField(label="办理日期", widget=DayInput(), help_text="补录时填实际办理的日子")

    def __init__(
        self, record: Any, flow: Flow, actor: Actor, data: Any = None, files: Any = None, draft: Draft | None = None
    ) -> None:
        self.record, self.flow, self.actor = record, flow, actor
        self.household: Household = record.household
        self.members = list(Person.objects.filter(PRESENT, household=self.household).order_by("born_on", "pk"))
        initial = {"version": flow.version, "on": dates.today()}
        super().__init__(data, files, initial=initial)
        self.prepare()
        self._resume(draft or {})

    def _resume(self, draft: Draft) -> None:
        """What was typed last time and not sent. The version is that of now."""
        for name, field in self.fields.items():
            if draft and name != "version":
                typed = draft.get(name, [])
                is_list = isinstance(field, forms.MultipleChoiceField)
                self.initial[name] = typed if is_list else (typed[0] if typed else "")

    def prepare(self) -> None:
        """Fields and first values that depend on the household."""

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > dates.today():
            raise forms.ValidationError("日期还没有到，请核对")
        return on

    def shown_parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        placed = {name for names in self.parts.values() for name in names}
        first = [self[name] for name in self.fields if name not in placed and name != "version"]
        return [("", first), *((title, [self[name] for name in names]) for title, names in self.parts.items())]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "on")}


class CheckForm(ActForm):
    submit = "核实完毕"
    checkers = forms.CharField(label="核实人", max_length=200, help_text="姓名用顿号隔开，不少于两人")
    has_town_cadre = forms.BooleanField(label="有镇干部参加", required=False)
    found = prose("核实情况", help_text="看到了什么、家里难在哪里")

    def prepare(self) -> None:
        home = self.household
        self.initial.update(checkers=str(self.actor.user), has_town_cadre=Role.TOWN in self.actor.roles)
        for name in CONFIRMED:
            self.fields[name] = self._fact(home, name)
            self.initial[name] = _chosen(getattr(home, name))
        known = reckoning.known(home)
        self.fields["population"] = count("家庭人口数", min_value=1, help_text="与户共同生活的人")
        self.initial["population"] = home.member_count or (known.population if known else 1)
        for name in MONEY:
            field = _column(IncomeItems, name)
            self.fields[name] = forms.DecimalField(
                label=str(field.verbose_name), min_value=Decimal(0), max_digits=12, decimal_places=2, required=False,
                help_text=str(field.help_text) or "没有的不填",
            )  # fmt: skip
            self.initial[name] = getattr(known, name) if known else Decimal(0)
        unknown = tuple(name for name in CONFIRMED if getattr(home, name) in (None, ""))
        asked = {"还没有登记的": unknown} if unknown else {}
        rest = tuple(name for name in CONFIRMED if name not in unknown)
        agreed = {"已经登记的，不对才改": rest} if rest else {}
        self.parts = asked | agreed | {self._period(): ("population", *MONEY)}

    def _fact(self, home: Household, name: str) -> forms.Field:
        label = str(_column(Household, name).verbose_name)
        if name == "house_grade":
            choices = [(str(value), text) for value, text in codes.choices("house_grade")]
            return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
        return yes_no(label)

    def _period(self) -> str:
        first, last = reckoning.months(dates.today(), self.household.village_id)
        return f"收入（元），{first:%Y年%m月}至{last:%Y年%m月}"

    def clean_checkers(self) -> str:
        text: str = self.cleaned_data["checkers"]
        least = int(parameters.value("household_check_people_min", dates.today(), self.household.village_id))
        people = [name for name in text.replace("，", "、").replace(",", "、").split("、") if name.strip()]
        if len(set(people)) < least:
            raise forms.ValidationError(f"入户核实不少于 {least} 人，请把一起去的人写全，姓名用顿号隔开")
        return text

    def values(self) -> dict[str, Any]:
        """No income of a kind is none, and not unknown."""
        given = super().values()
        return given | {name: given[name] or Decimal(0) for name in MONEY}


class RemovalCheckForm(CheckForm):
    is_income_stable = yes_no("收入持续稳定（不少于半年）")
    is_risk_gone = yes_no("返贫风险已稳定消除，没有新的风险")


def _column(model: type[Model], name: str) -> Field[Any, Any]:
    found = model._meta.get_field(name)
    assert isinstance(found, Field)
    return found


def _chosen(value: Any) -> Any:
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


class ConsentForm(ActForm):
    submit, keeps_draft = "登记授权", False  # part of a number is typed here
    statement = STATEMENT
    form = forms.ChoiceField(label="签署方式", choices=Consent.Form.choices, widget=forms.RadioSelect)
    signer = forms.ChoiceField(label="签署人")
    scan = forms.FileField(label="授权书扫描件或照片", required=False, help_text="纸质签字的必须上传")
    tail = forms.CharField(
        label="签署人证件号码后四位", required=False, max_length=4, help_text="电子签署时由签署人自己输入"
    )
    has_read = forms.BooleanField(label="签署人已看过（听过）承诺书并同意", required=False)

    def prepare(self) -> None:
        adults = [person for person in self.members if age(person, dates.today()) >= ADULT]
        adults.sort(key=lambda person: person.relation_to_head != codes.HEAD)
        labels = dict(codes.choices("relation_to_head"))
        self.fields["signer"].choices = [  # type: ignore[attr-defined]
            (str(p.pk), f"{p.name}（{labels.get(p.relation_to_head, '')}）") for p in adults
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["signer"] = next((p for p in self.members if str(p.pk) == data.get("signer")), None)
        if data.get("form") == Consent.Form.PAPER and not data.get("scan"):
            self.add_error("scan", "纸质签字的，请上传授权书的扫描件或照片")
        if data.get("form") == Consent.Form.ELECTRONIC and data["signer"]:
            number = data["signer"].identity_no
            if not number or (data.get("tail") or "").upper() != number[-4:]:
                self.add_error("tail", "与签署人登记的证件号码后四位不符，请签署人本人再输一次")
            if not data.get("has_read"):
                self.add_error("has_read", "请签署人看过承诺书后勾选")
        return data


class ComparisonForm(ActForm):
    submit = "登记比对结果"

    def prepare(self) -> None:
        for code in code_list(COMPARED).codes:
            facts = code.facts
            self.fields[f"amount_{code.value}"] = forms.DecimalField(
                label=f"{code.label}（{facts['unit']}）", min_value=Decimal(0), max_digits=12, decimal_places=2, initial=0,
                help_text=f"{facts['department']}反馈；没有的填 0",
            )  # fmt: skip
        self.fields["detail"] = prose("说明", 2, required=False, help_text="如：车辆为登记在户主名下的旧货车")

    def found(self) -> dict[str, tuple[Decimal, str]]:
        data, detail = self.cleaned_data, self.cleaned_data.get("detail", "")[:200]
        amounts = {str(code.value): data[f"amount_{code.value}"] for code in code_list(COMPARED).codes}
        return {item: (amount, detail if amount else "") for item, amount in amounts.items()}
