"""One short form for each thing that happens to a household. Relations to a new head are proposed, then confirmed."""

from __future__ import annotations

from typing import Any

from django import forms

from bangfu.kernel import dates
from bangfu.kernel.text import person_name
from bangfu.ledger.forms import RecordField
from bangfu.people import codes, identity
from bangfu.people.act_form import (
    RELATION,
    ActForm,
    Day,
    HeirForm,
    note_field,
    private_field,
    relation_field,
    sex_field,
)
from bangfu.people.household import HouseholdLedger
from bangfu.people.models import MemberEvent, Person

Kind = MemberEvent.Kind


class BirthForm(ActForm):
    submit = "登记出生"
    name = forms.CharField(label="姓名", max_length=60)
    sex = sex_field()
    at = Day(label="出生日期")
    relation = relation_field("与户主关系")
    identity_no = private_field("证件号码", required=False, help_text="还没有号码可以不填，以后补")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["name"] = person_name(data.get("name"))
        wrong = identity.fault(
            data.get("identity_no", ""), card_kind=codes.RESIDENT, born_on=data.get("at"), sex=data.get("sex"),
            today=dates.today(),
        )  # fmt: skip
        if wrong:
            self.add_error("identity_no", wrong)
        return data


class ArrivalForm(ActForm):
    submit = "登记婚入或迁入"
    kind = forms.ChoiceField(
        label="变动", choices=[(k.value, k.label) for k in (Kind.MARRIED_IN, Kind.MOVED_IN)], widget=forms.RadioSelect
    )
    at = Day(label="日期")
    name = forms.CharField(label="姓名", max_length=60)
    sex = sex_field()
    born_on = Day(label="出生日期")
    identity_no = private_field("证件号码")
    relation = relation_field("与户主关系", with_head=True)
    phone = private_field("联系电话", 20, required=False)
    note = note_field(help_text="如：从何处迁来")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["name"] = person_name(data.get("name"))
        wrong = identity.fault(
            data.get("identity_no", ""), card_kind=codes.RESIDENT, born_on=data.get("born_on"), sex=data.get("sex"),
            today=dates.today(),
        )  # fmt: skip
        if wrong:
            self.add_error("identity_no", wrong)
        return data


class DepartureForm(HeirForm):
    submit = "登记"
    person = forms.ChoiceField(label="成员")
    kind = forms.ChoiceField(
        label="变动",
        choices=[(k.value, k.label) for k in (Kind.DEATH, Kind.MARRIED_OUT, Kind.MOVED_OUT)],
        widget=forms.RadioSelect,
    )
    at = Day(label="日期")
    new_head = forms.ChoiceField(label="新户主", required=False, help_text="离开的是户主时才选")
    note = note_field()

    def prepare(self) -> None:
        self.fields["person"].choices = self._member_choices("请选择")  # type: ignore[attr-defined]
        self.fields["new_head"].choices = self._member_choices("不变")  # type: ignore[attr-defined]
        leaving, heir = self.chosen_key("person"), self.chosen_key("new_head")
        is_head = any(str(p.pk) == leaving and p.relation_to_head == codes.HEAD for p in self.members)
        if heir and is_head:
            self._expect_relations([p for p in self.members if str(p.pk) != leaving], heir)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        leaving, heir = self.member("person"), self.member("new_head")
        if leaving and heir and leaving.pk == heir.pk:
            self.add_error("new_head", "新户主不能是离开的人")
        if leaving and leaving.relation_to_head != codes.HEAD and heir:
            self.add_error("new_head", f"{leaving.name}不是户主，不用选新户主；要换户主请用“变更户主”")
        if leaving and leaving.relation_to_head == codes.HEAD and not heir and len(self.members) > 1:
            self.add_error("new_head", f"{leaving.name}是户主，请选择新户主")
        return data


class HeadForm(HeirForm):
    submit = "变更户主"
    new_head = forms.ChoiceField(label="新户主")
    at = Day(label="日期")
    note = note_field()

    def prepare(self) -> None:
        others = [(k, v) for k, v in self._member_choices() if k not in self._head_key()]
        self.fields["new_head"].choices = [("", "请选择"), *others]  # type: ignore[attr-defined]
        if heir := self.chosen_key("new_head"):
            self._expect_relations(self.members, heir)

    def _head_key(self) -> set[str]:
        return {str(p.pk) for p in self.members if p.relation_to_head == codes.HEAD}


class MoveForm(ActForm):
    submit = "转户"
    person = forms.ChoiceField(label="成员")
    at = Day(label="日期")
    relation = relation_field("与对方户主的关系", with_head=True)
    note = note_field()

    def prepare(self) -> None:
        self.fields["person"].choices = self._member_choices("请选择")  # type: ignore[attr-defined]
        self.fields["to"] = RecordField(
            HouseholdLedger(), self.actor, label="转到哪一户", help_text="输入户主姓名、电话或户编号"
        )
        self.order_fields(["person", "to", "relation", "at", "note"])


class SplitForm(HeirForm):
    submit = "分户"
    people = forms.MultipleChoiceField(label="分出去的成员", widget=forms.CheckboxSelectMultiple)
    new_head = forms.ChoiceField(label="新户的户主", help_text="从分出去的成员中选")
    at = Day(label="日期")
    note = note_field()

    def prepare(self) -> None:
        able = [(k, v) for k, v in self._member_choices() if k not in {str(p.pk) for p in self._heads()}]
        self.fields["people"].choices = able  # type: ignore[attr-defined]
        self.fields["new_head"].choices = [("", "请选择"), *able]  # type: ignore[attr-defined]
        chosen = set(self.said("people"))
        if heir := self.chosen_key("new_head"):
            self._expect_relations([p for p in self.members if str(p.pk) in chosen], heir)

    def _heads(self) -> list[Person]:
        return [person for person in self.members if person.relation_to_head == codes.HEAD]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new_head") and data["new_head"] not in data.get("people", []):
            self.add_error("new_head", "新户的户主必须在分出去的成员中")
        return data

    @property
    def chosen(self) -> list[Person]:
        return [person for person in self.members if str(person.pk) in self.cleaned_data["people"]]


class MergeForm(ActForm):
    submit = "并户"
    at = Day(label="日期")
    note = note_field()

    def prepare(self) -> None:
        self.fields["into"] = RecordField(
            HouseholdLedger(), self.actor, label="并入哪一户", help_text="输入户主姓名、电话或户编号"
        )
        for person in self.members:
            self.fields[f"{RELATION}{person.pk}"] = relation_field(f"{person.name}与对方户主的关系")
        self.order_fields(["into"])


class CorrectForm(ActForm):
    submit = "更正"
    person = forms.ChoiceField(label="成员")
    name = forms.CharField(label="正确的姓名", max_length=60, required=False, help_text="不用改的留空")
    sex = forms.TypedChoiceField(
        label="正确的性别", choices=[("", "不改"), (1, "男"), (2, "女")], coerce=int, empty_value=None, required=False
    )
    born_on = Day(label="正确的出生日期", required=False)
    identity_no = private_field("正确的证件号码", required=False)
    note = forms.CharField(label="依据", max_length=200, help_text="如：按户口簿更正")

    def prepare(self) -> None:
        self.fields["person"].choices = self._member_choices("请选择")  # type: ignore[attr-defined]

    @property
    def changes(self) -> dict[str, Any]:
        return {n: self.cleaned_data[n] for n in ("name", "sex", "born_on", "identity_no") if self.cleaned_data.get(n)}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["name"] = person_name(data.get("name"))
        person = self.member("person")
        if person and not self.changes:
            raise forms.ValidationError("没有填写要更正的内容")
        if person:
            after = {name: getattr(person, name) for name in ("born_on", "sex", "identity_no")} | self.changes
            wrong = identity.fault(
                after["identity_no"], card_kind=person.card_kind, born_on=after["born_on"], sex=after["sex"],
                today=dates.today(),
            )  # fmt: skip
            if wrong:
                self.add_error("identity_no", wrong)
        return data
