"""The division picker as a form field: by typing (Chinese, initials, code) or level by level; also without JavaScript.

The page carries one text input with the field's name. Typed text is resolved here. `picker.js` moves the name to a
hidden input that holds the code.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from bangfu.divisions import lookup
from bangfu.divisions.models import Division
from bangfu.divisions.scope import Scope
from bangfu.kernel.codes import Level


class DivisionWidget(forms.TextInput):
    template_name = "divisions/widgets/picker.html"

    def __init__(self, levels: Iterable[int], within: Scope | None, act: str) -> None:
        super().__init__()
        self.levels = sorted(int(level) for level in levels)
        self.within, self.act = within, act

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, {"class": "form-control"} | (attrs or {}))
        text = "" if value is None else str(value)
        chosen = Division.objects.filter(code=text).first() if text.isdigit() and len(text) == 12 else None
        roots = [low for low, _ in self.within.ranges] if self.within is not None else []
        context["widget"] |= {
            "chosen": chosen,
            "text": chosen.full_name if chosen else text,
            "levels": ",".join(map(str, self.levels)),
            "within": ",".join(map(str, roots)),
            "act": self.act,
            "words": lookup.level_words(self.levels),
        }
        return context


class DivisionField(forms.Field):
    """Cleans to a Division in force.

    level: one level, several, or None for any. within: a code or a Scope that the choice must lie in.
    act: the suggestions show what the actor may do this act in.
    """

    def __init__(
        self,
        *,
        level: int | Iterable[int] | None = None,
        within: int | Scope | None = None,
        act: str = "read",
        **kwargs: Any,
    ) -> None:
        levels = tuple(Level) if level is None else (level,) if isinstance(level, int) else tuple(level)
        self.levels = frozenset(int(each) for each in levels)
        self.within = Scope.of([within]) if isinstance(within, int) else within
        super().__init__(widget=DivisionWidget(self.levels, self.within, act), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.code if isinstance(value, Division) else value

    def to_python(self, value: Any) -> Division | None:
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return lookup.resolve(str(value), self.levels, self.within)
        except lookup.DivisionError as error:
            raise ValidationError(str(error), code="division") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "")
