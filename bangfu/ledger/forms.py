"""The form of a ledger, made from its fields: asks what the declaration names, refuses what lies outside the scope."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.divisions.forms import DivisionField
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.kernel.codes import Level
from bangfu.kernel.money import show_number
from bangfu.kernel.text import clean
from bangfu.ledger import registry, uniqueness
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import Shown, all_shown, bounds
from bangfu.ledger.masked import MaskedField, not_masked

#: what somebody tells is mostly written down on the day
TOLD_TODAY = frozenset({"received_on", "wished_on", "asked_on", "applied_on", "pledged_on", "moved_on"})
FEW = 5  # up to so many choices are shown as buttons, one tap
LEVELS = {
    "province": Level.PROVINCE,
    "city": Level.CITY,
    "county": Level.COUNTY,
    "town": Level.TOWN,
    "village": Level.VILLAGE,
}


def choosable(name: str) -> tuple[Level, ...] | None:
    """Levels that a place of that name may have: a city without counties (东莞、中山) is its own county."""
    if (level := LEVELS.get(name)) is None:
        return None
    return (Level.CITY, level) if level is Level.COUNTY else (level,)


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < 19


class RecordWidget(forms.TextInput):
    """Text box with suggestions from another ledger; the row's number travels in a hidden input."""

    template_name = "ledger/widgets/record.html"

    def __init__(self, ledger: Ledger, actor: Actor) -> None:
        super().__init__()
        self.ledger, self.actor = ledger, actor

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = self.ledger.visible_to(self.actor)  # an address may name any number
        chosen = rows.filter(pk=value).first() if _is_key(str(value or "")) else None
        context["widget"] |= {"suggest": reverse("ledger:suggest", args=[self.ledger.slug]), "chosen": chosen}
        return context


class RecordField(forms.Field):
    """A row of another ledger that the actor may see."""

    def __init__(self, ledger: Ledger, actor: Actor, **kwargs: Any) -> None:
        super().__init__(widget=RecordWidget(ledger, actor), **kwargs)
        self.ledger, self.actor = ledger, actor

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        rows = self.ledger.visible_to(self.actor).filter(withdrawn_at=None)
        chosen = rows.filter(pk=value).first() if _is_key(str(value)) else None
        if not chosen:
            raise ValidationError(f"请从提示中选择一条{self.ledger.title}；找不到时请先登记")
        return chosen


def _plain(item: Shown, actor: Actor, of: Ledger) -> forms.Field:
    field = item.field
    required = not field.blank and not isinstance(field, models.BooleanField)
    common: dict[str, Any] = {"label": item.heading, "required": required, "help_text": field.help_text}
    if isinstance(field, models.ForeignKey) and field.related_model is Division:
        # anywhere: for holders of units, whom the ledger tells where (unit_faults), and what is not the row's own place
        within = None if actor.units(Act.EDIT) or item.name != of.scope else actor.scope(Act.EDIT)
        return DivisionField(level=choosable(item.name), within=within, **common)
    if isinstance(field, models.ForeignKey) and (ledger := registry.of(field.related_model)):
        return RecordField(ledger, actor, **common)
    if isinstance(field, ArrayField):
        options = list(item.choices.items())
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **common)
    if isinstance(field, models.BooleanField) and field.null:
        unknown = [("", "未知"), ("true", "是"), ("false", "否")]
        return forms.TypedChoiceField(
            choices=unknown, coerce=lambda v: v == "true", empty_value=None, widget=forms.RadioSelect, **common
        )
    if item.choices and len(item.choices) <= FEW and required:
        options = list(item.choices.items())
        return forms.TypedChoiceField(choices=options, coerce=field.to_python, widget=forms.RadioSelect, **common)
    made = _made(item, **common)
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        made.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return made


def _hidden(item: Shown, stored: str) -> forms.Field:
    """A masked field: of a row with a value the form never carries it; of any other it takes no mask for a value."""
    common: dict[str, Any] = {
        "label": item.heading,
        "required": not item.field.blank,
        "help_text": item.field.help_text,
    }
    if stored:
        return _made(item, form_class=MaskedField, stored=stored, masked=item.text_of(stored), **common)
    made = _made(item, **common)
    made.validators.append(not_masked)
    return made


def _made(item: Shown, **kwargs: Any) -> forms.Field:
    made = item.field.formfield(**kwargs)
    if not isinstance(made, forms.Field):
        raise TypeError(f"{item.name} has no form field")
    return made


def _limit(field: forms.Field, low: Any, high: Any) -> None:
    """Form fields of decimals don't take over the bounds of the column, those of integers do in part."""
    if isinstance(field, forms.ChoiceField):  # its own list is the bound, and it is asked before the word is a number
        return
    wanted: list[BaseValidator] = [MinValueValidator(low)] if low is not None else []
    wanted += [MaxValueValidator(high)] if high is not None else []
    field.validators += [validator for validator in wanted if validator not in field.validators]


def _as_typed(item: Shown, value: Any) -> Any:
    """An area as one would write it: 93, not 93.00."""
    return Decimal(show_number(value)) if isinstance(value, Decimal) and not item.is_money else value


def kept(name: str, field: forms.Field, draft: dict[str, list[str]], otherwise: Any) -> Any:
    """What a draft says about a field. A browser sends nothing for an empty box to tick."""
    values = draft.get(name, [])
    if isinstance(field, MaskedField):
        return field.kept(name, draft)
    if isinstance(field, forms.BooleanField):
        return bool(values)
    if isinstance(field, forms.MultipleChoiceField):
        return values
    return values[0] if values else otherwise


class RecordForm(forms.Form):
    """Errors land beside the field; what was typed is kept."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        ledger: Ledger,
        actor: Actor,
        data: Any = None,
        *,
        record: Any = None,
        initial: dict[str, Any] | None = None,
        draft: dict[str, list[str]] | None = None,
        only: tuple[str, ...] = (),
        explicit: Collection[str] = (),
    ) -> None:
        """`explicit`: masked fields whose value is sent as it shall be, where blank means empty (the API)."""
        self.ledger, self.actor, self.record = ledger, actor, record
        self.names = only or ledger.form
        super().__init__(data, initial=(initial or {}) | self._initial())
        for item in all_shown(ledger, self.names):
            stored = "" if item.name in explicit else self._stored(item)
            self.fields[item.name] = _hidden(item, stored) if item.mask else _plain(item, actor, ledger)
            _limit(self.fields[item.name], *bounds(ledger, item.name))
        for name in [*self.names] if not record else []:
            field = ledger.model._meta.get_field(name)
            if isinstance(field, models.Field) and field.has_default() and name not in self.initial:
                self.initial[name] = field.get_default()
            elif name in TOLD_TODAY:
                self.initial.setdefault(name, dates.today())
        if draft:
            self.initial["version"] = next(iter(draft.get("version", [])), self.initial.get("version"))
            for name in self.names:
                self.initial[name] = kept(name, self.fields[name], draft, self.initial.get(name))

    def _initial(self) -> dict[str, Any]:
        if self.record is None:
            return {"client_uuid": uuid4()}
        shown = [item for item in all_shown(self.ledger, self.names) if not item.mask]
        values = {item.name: _as_typed(item, getattr(self.record, item.field.attname)) for item in shown}
        answers = [item.name for item in shown if isinstance(values[item.name], bool) and item.field.null]
        return values | {name: str(values[name]).lower() for name in answers} | {"version": self.record.version}

    def _stored(self, item: Shown) -> str:
        return str(item.value(self.record) or "") if self.record else ""

    def renew(self, version: int) -> None:
        """What was typed stays; the next submit is about this version of the row."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["version"] = version
        self.data = data

    def visible(self) -> list[forms.BoundField]:
        return [self[name] for name in self.names]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, value in data.items():
            if isinstance(value, str):
                if "\x00" in value:
                    self.add_error(name, "含有不可见的空字符，请重新输入")
                data[name] = clean(value) if not isinstance(self.fields[name].widget, forms.Textarea) else value.strip()
        self._check_scope(data)
        if not self.errors and self.names == self.ledger.form:  # one field of many rows says nothing of the others
            values = self.values()
            found = self.ledger.clean(values, self.record) or uniqueness.faults(
                self.ledger, self.actor, values, self.record
            )
            for field_name, message in found.items():
                self.add_error(field_name or None, message)
        return data

    def _check_scope(self, data: dict[str, Any]) -> None:
        name = self.ledger.scope_from or self.ledger.scope
        chosen = data.get(name) if name in self.names else None
        place = getattr(chosen, self.ledger.parent_scope) if chosen and self.ledger.scope_from else chosen
        allowed = self.actor.scope(Act.EDIT, self.ledger.edited_by)
        units = self.actor.units(Act.EDIT, self.ledger.edited_by)
        if place is None or place.pk in allowed:
            return
        if not units:
            self.add_error(name, f"{place.full_name} 不在您的工作范围内，请选择您负责的地方")
        for wrong, message in self.ledger.unit_faults(data, units).items() if units else ():
            self.add_error(wrong, message)

    def values(self) -> dict[str, Any]:
        """What is to be written: model field → value, nulls as the column wants them."""
        found = {}
        for item in all_shown(self.ledger, self.names):
            value = self.cleaned_data.get(item.name)
            empty_text = (
                value in (None, "")
                and isinstance(item.field, (models.CharField, models.TextField))
                and not item.field.null
            )
            found[item.name] = "" if empty_text else (None if value == "" else value)
        return found
