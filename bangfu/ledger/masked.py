"""The form field of what is shown masked: the page never carries the clear value; blank keeps it, a box empties it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from bangfu.kernel.masks import has_mask

STARRED = "带星号的是遮盖后的内容，不能登记。不改就空着；要改请填写完整内容"
BOTH = "填写了新内容，又勾选了清除，请只选一样"


class Choice(Enum):
    """What the box says, in place of a text."""

    CLEAR = "clear"


def not_masked(value: str) -> None:
    """A form validator: stars copied from a page or an export must not be written over what they hide."""
    if has_mask(str(value)):
        raise ValidationError(STARRED, code="masked")


class MaskedInput(forms.TextInput):
    """A text box that begins empty, and beside it, where the column may be empty, the box that clears it."""

    template_name = "ledger/widgets/masked.html"

    def __init__(self, *, masked: str, may_clear: bool) -> None:
        super().__init__({"autocomplete": "off"})
        self.masked, self.may_clear = masked, may_clear

    @staticmethod
    def box(name: str) -> str:
        """Under which name the box is sent."""
        return f"{name}-clear"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        is_cleared = value is Choice.CLEAR
        context = super().get_context(name, "" if is_cleared else value, attrs)
        context["widget"] |= {"box": self.box(name), "is_cleared": is_cleared}
        context |= {"masked": self.masked, "may_clear": self.may_clear}
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        if not self.may_clear or not data.get(self.box(name)):
            return typed
        return [typed, Choice.CLEAR] if typed else Choice.CLEAR


class MaskedField(forms.CharField):
    """Of a row that has a value. Cleaned: what is typed, or what is stored when nothing is, or "" when it is cleared."""

    def __init__(self, *, stored: str, masked: str, required: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"required": False, "widget": MaskedInput(masked=masked, may_clear=not required)})
        self.stored = stored
        self.validators.append(not_masked)

    def clean(self, value: Any) -> str:
        if value is Choice.CLEAR:
            return ""
        if isinstance(value, list):
            raise ValidationError(BOTH, code="both")
        typed: str = super().clean(value)
        return typed or self.stored

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data[0] if isinstance(data, list) else data

    def kept(self, name: str, draft: Mapping[str, list[str]]) -> Any:
        """What a draft says. A draft that was kept when forms still carried the clear value gives it back to nobody."""
        if draft.get(MaskedInput.box(name)):
            return Choice.CLEAR
        typed = next(iter(draft.get(name, [])), "")
        return "" if typed == self.stored else typed
