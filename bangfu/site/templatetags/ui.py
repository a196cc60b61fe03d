"""What templates need to draw the interface: icons, form controls, numbers, dates and states in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
    Select,
    SelectMultiple,
)
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bangfu.accounts.actor import Actor
from bangfu.accounts.roles import Act
from bangfu.ledger import registry
from bangfu.ledger.complaints import of_field
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.rows import Related

register = template.Library()

NO_CLASS = (RadioSelect, CheckboxSelectMultiple)
DASHES = "---------"  # Django's words for "nothing chosen"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; without a label it is decoration and hidden from screen readers."""
    address = f"{static('dist/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
def siblings(ledger: Ledger, actor: Actor) -> list[Ledger]:
    """The other ledgers of the same article that the actor may read."""
    others = [other for other in registry.all_ledgers() if other.article == ledger.article and other.in_menu]
    return [other for other in others if other is not ledger and other.may(actor, Act.READ)]


@register.filter
def control(field: BoundField) -> SafeString:
    """The widget of a form field with the class of its kind."""
    widget = field.field.widget
    if isinstance(widget, NO_CLASS):
        return field.as_widget()
    kind = "form-control"
    if isinstance(widget, CheckboxInput):
        kind = "form-check-input"
    elif isinstance(widget, Select):
        kind = "form-select"
        widget.choices = [(value, "未选" if label == DASHES else label) for value, label in widget.choices]
    own = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{kind} {own}".strip()})


@register.filter
def as_taps(field: BoundField) -> BoundField:
    """A list box that takes several values needs a key held down; boxes to tap say the same to everyone."""
    widget = field.field.widget
    if isinstance(widget, SelectMultiple):
        field.field.widget = CheckboxSelectMultiple(attrs=widget.attrs, choices=widget.choices)
    return field


complaints = register.filter("complaints", of_field)


@register.simple_tag
def grouped_fields(form: Any, groups: Mapping[str, tuple[str, ...]]) -> list[tuple[str, list[BoundField]]]:
    """The visible fields of a form under the headings of its ledger; what no heading names comes last."""
    left = {field.name: field for field in form.visible()}
    found = [(title, [left.pop(name) for name in names if name in left]) for title, names in groups.items()]
    found.append(("其他" if any(fields for _, fields in found) else "", list(left.values())))
    return [(title, fields) for title, fields in found if fields]


@register.filter
def without_rows(related: list[Related]) -> list[Related]:
    """Ledgers that the reader may see and that have nothing of this record yet."""
    return [other for other in related if other.headers and not other.rows]


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_file(field: BoundField) -> bool:
    return isinstance(field.field.widget, FileInput)


@register.filter
def of(table: Mapping[Any, Any], key: Any) -> Any:
    """What the table holds for the key; nothing when it holds nothing."""
    return table.get(key)


@register.filter
def grouped(value: Any) -> str:
    """26842 → 26,842; texts and texts of numbers pass, decimals keep their digits."""
    if value is None or value == "":
        return ""
    try:
        number = value if isinstance(value, int | Decimal) else Decimal(str(value))
    except ArithmeticError:
        return str(value)
    return f"{number:,}"


@register.filter
def day(value: date | datetime | None) -> str:
    """2025-10-09, in local time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return value.strftime("%Y-%m-%d")


@register.filter
def moment(value: date | datetime | None) -> str:
    """2025-10-09 14:32, in local time; a day stays a day."""
    if value is None or not isinstance(value, datetime):
        return day(value)
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


@register.filter
def days_left(value: date | None) -> str:
    """还有 3 天 · 今天到期 · 已过 2 天."""
    if value is None:
        return ""
    left = (value - timezone.localdate()).days
    if left == 0:
        return "今天到期"
    return f"还有 {left} 天" if left > 0 else f"已过 {-left} 天"
