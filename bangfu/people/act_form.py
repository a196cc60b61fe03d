"""What the forms of a household's changes share: their fields, who lives there, the draft, the relations to a new head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from bangfu.accounts.actor import Actor
from bangfu.kernel import dates
from bangfu.ledger.forms import kept
from bangfu.ledger.masked import not_masked
from bangfu.people import codes
from bangfu.people.household import Household
from bangfu.people.models import Person
from bangfu.people.relations import proposed

RELATION = "relation_"


class Day(forms.DateField):
    """A day that has come."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and day > dates.today():
            raise forms.ValidationError("日期还没有到，请核对")
        return day


def relation_field(label: str, *, with_head: bool = False) -> forms.ChoiceField:
    choices = [
        (str(value), text) for value, text in codes.choices("relation_to_head") if with_head or value != codes.HEAD
    ]
    return forms.ChoiceField(label=label, choices=[("", "请选择"), *choices])


def sex_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label="性别", choices=[(1, "男"), (2, "女")], coerce=int, widget=forms.RadioSelect)


def note_field(label: str = "说明", **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=200, required=False, **more)


def private_field(label: str, max_length: int = 22, **more: Any) -> forms.CharField:
    """What other pages show masked: stars copied from there are no value."""
    return forms.CharField(label=label, max_length=max_length, validators=[not_masked], **more)


class ActForm(forms.Form):
    """Base: the household, who lives there, who asks."""

    #: what the button says
    submit = "确定"

    def __init__(
        self,
        household: Household,
        members: Sequence[Person],
        actor: Actor,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        draft: dict[str, list[str]] | None = None,
    ) -> None:
        """`draft`: what was typed here before and not sent, by field; `initial` is what the address says."""
        super().__init__(data, initial=initial)
        self.household, self.members, self.actor = household, list(members), actor
        self.draft = draft or {}
        self.asks_relations = False
        self.prepare()
        if self.draft and not self.is_bound:
            for name, field in self.fields.items():
                self.initial[name] = kept(name, field, self.draft, self.initial.get(name, field.initial))

    def prepare(self) -> None:
        """Fields that depend on the household."""

    def said(self, name: str) -> list[str]:
        """What is sent for a field, or stands in the draft, before it is checked."""
        if isinstance(self.data, QueryDict):
            return list(self.data.getlist(name))
        return self.draft.get(name, [])

    def chosen_key(self, name: str) -> str:
        return next(iter(self.said(name)), "")

    def _member_choices(self, blank: str = "") -> list[tuple[str, str]]:
        labels = dict(codes.choices("relation_to_head"))
        named = [(str(p.pk), f"{p.name}（{labels.get(p.relation_to_head, '')}）") for p in self.members]
        return [("", blank), *named] if blank else named

    def member(self, name: str) -> Person | None:
        chosen = self.cleaned_data.get(name)
        return next((person for person in self.members if str(person.pk) == chosen), None)

    def _add_relations(self, people: Sequence[Person], suggested: Mapping[int, str]) -> None:
        for person in people:
            field = relation_field(f"{person.name}与新户主的关系")
            field.initial = suggested.get(person.pk, "")
            self.fields[f"{RELATION}{person.pk}"] = field

    @property
    def relations(self) -> dict[int, str]:
        return {int(n.removeprefix(RELATION)): v for n, v in self.cleaned_data.items() if n.startswith(RELATION)}


class HeirForm(ActForm):
    """When the head changes, a second look at the relations, filled in as far as they follow."""

    def _expect_relations(self, people: Sequence[Person], heir: str) -> None:
        head = next((person for person in people if str(person.pk) == heir), None)
        others = [person for person in people if head and person.pk != head.pk]
        if not head or not others:
            return
        suggested = proposed(people, head)
        self._add_relations(others, suggested)
        if self.is_bound and not any(f"{RELATION}{person.pk}" in self.data for person in others):
            self.asks_relations = True
            filled = QueryDict(mutable=True)
            filled.update(self.data)
            filled.update({f"{RELATION}{person.pk}": suggested.get(person.pk, "") for person in others})
            self.data = filled
