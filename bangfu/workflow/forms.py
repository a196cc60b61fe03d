"""Small forms: what one step asks for, who is to go on, who acts for whom, who takes over."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from bangfu.accounts.actor import Actor
from bangfu.accounts.models import User
from bangfu.kernel.text import clean
from bangfu.workflow.acts import REASON_LENGTH
from bangfu.workflow.colleagues import circle, named
from bangfu.workflow.declaration import Asked, Evidence
from bangfu.workflow.models import Flow
from bangfu.workflow.openings import Opening

ACCEPTED = "image/jpeg,image/png,application/pdf"


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FilesInput(forms.FileInput):
    """Several files at once; the field keeps none, the view hands them to the workflow's papers."""

    allow_multiple_selected = True


class StepForm(forms.Form):
    """The day, the papers and the reason of one step. Empty required papers are refused by the act, all at once."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, opening: Opening, flow: Flow, today: date, data: Any = None) -> None:
        initial = {"version": flow.version, "client_uuid": uuid.uuid4(), "on": today}
        super().__init__(data, initial=initial, prefix=opening.step.code)
        self.opening, step = opening, opening.step
        for asked in step.evidence:
            if asked.kind is not Asked.RECORD:
                self.fields[f"given_{asked.code}"] = _field(asked)
            if asked.kind is Asked.FILE:
                self.fields[f"kept_{asked.code}"] = forms.CharField(required=False, widget=forms.HiddenInput)
        if step.asks_reason:
            label = "其他原因" if step.reasons else "原因"
            self.fields["reason"] = forms.CharField(
                label=label, required=False, max_length=REASON_LENGTH, widget=forms.TextInput
            )
        self.fields["on"] = forms.DateField(label="办理日期", widget=DayInput(), help_text="补录时填实际办理的日子")

    @property
    def papers(self) -> list[Evidence]:
        return [asked for asked in self.opening.step.evidence if asked.kind is Asked.FILE]

    def retype(self, name: str, value: str) -> None:
        """Another value in a hidden field, for when the form is shown again."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix(name)] = value  # type: ignore[index]

    def given(self) -> dict[str, Any]:
        """Evidence without files: code → text."""
        texts = [a for a in self.opening.step.evidence if a.kind not in (Asked.RECORD, Asked.FILE)]
        return {asked.code: self.cleaned_data.get(f"given_{asked.code}") for asked in texts}


def _field(asked: Evidence) -> forms.Field:
    label = asked.label if asked.is_required else f"{asked.label}（可不填）"
    given: dict[str, Any] = {"label": label, "help_text": asked.says, "required": False}
    match asked.kind:
        case Asked.FILE:
            return forms.Field(widget=FilesInput(attrs={"multiple": True, "accept": ACCEPTED}), **given)
        case Asked.DATE:
            return forms.CharField(widget=DayInput(), **given)
        case Asked.NUMBER:
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **given)
    return forms.CharField(max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 2}), **given)


class AssignForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    to = forms.TypedChoiceField(label="经办人", coerce=int)

    def __init__(self, people: Sequence[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(user.pk, str(user)) for user in people]  # type: ignore[attr-defined]


class ColleagueWidget(forms.TextInput):
    """Typed: name, role or account; the person's number travels in a hidden input, without JavaScript the text itself."""

    template_name = "workflow/widgets/colleague.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        pk, text = value if isinstance(value, tuple) else ("", "")
        context = super().get_context(name, text, {"class": "form-control"} | (attrs or {}))
        context["widget"] |= {"chosen": pk, "text": text}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        return data.get(name, ""), data.get(f"{name}-text", "")

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}-text" not in data


class ColleagueField(forms.Field):
    """Cleans to a user of the actor's place or unit."""

    widget = ColleagueWidget

    def __init__(self, actor: Actor, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.actor = actor

    def prepare_value(self, value: Any) -> Any:
        return (value.pk, str(value)) if isinstance(value, User) else value

    def clean(self, value: tuple[str, str]) -> User:
        pk, text = value[0], clean(value[1])
        today = timezone.localdate()
        if str(pk).isdecimal() and len(str(pk)) < 10:
            chosen = User.objects.filter(pk=pk, pk__in=circle(self.actor, today).values("user")).first()
            if chosen:
                return chosen
        found = named(self.actor, text or clean(str(pk)), today) if text or pk else []
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(f"叫“{text}”的不止一位，请输入姓名后从提示里点选，或填账号")
        if not (text or pk):
            raise forms.ValidationError("请选择一位同事")
        raise forms.ValidationError(f"本地、本单位没有叫“{text or pk}”的同事，请输入姓名后从提示里点选")


class DelegationForm(forms.Form):
    from_on = forms.DateField(label="从哪天", widget=DayInput())
    to_on = forms.DateField(label="到哪天（含）", widget=DayInput())
    reason = forms.CharField(label="原因", max_length=200)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"to": ColleagueField(actor, label="代办人"), **self.fields}


class HandOverForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=200)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = {"person": ColleagueField(actor, label="交出的人"), "to": ColleagueField(actor, label="接手的人")}
        self.fields = people | self.fields
