"""What only one kind of activity has (学时, 意向金额): a JSON column by name, read and written as “学时：4；授课人：张三”."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from bangfu.policy.activity_kind import Detail, details

_PARTS = re.compile(r"[；;\n]+")
_NAMED = re.compile(r"\s*([^：:]+)[：:]\s*(.+)")


def words(values: Mapping[str, Any]) -> str:
    """By the labels of the declaration; a name that is no longer declared keeps its name."""
    known = details()
    told = [(known[n].label, f"{v}{known[n].unit}") if n in known else (n, str(v)) for n, v in values.items()]
    return "；".join(f"{label}：{value}" for label, value in told)


def read(text: str) -> dict[str, Any]:
    """The same back. Errors: ValueError in Chinese."""
    by_label = {detail.label: detail for detail in details().values()}
    return dict(sorted(_read(text, by_label)))


def _read(text: str, by_label: Mapping[str, Detail]) -> Iterator[tuple[str, Any]]:
    for part in filter(str.strip, _PARTS.split(text)):
        found = _NAMED.fullmatch(part)
        detail = by_label.get(found[1].strip()) if found else None
        if found is None or detail is None:
            raise ValueError(
                f"“{part.strip()}”看不懂，请写成“学时：4；授课人：张三”；可用的栏目：{'、'.join(by_label)}"
            )
        yield detail.name, detail.value_of(found[2])


def _legible(text: str) -> None:
    try:
        read(text)
    except ValueError as error:
        raise ValidationError(str(error)) from None


class DetailsField(models.TextField):
    """JSON in the database, so that figures may count it; words in Python, so that pages, workbooks and history show it."""

    default_validators = [_legible]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fixed = {"blank": True, "default": "", "db_default": models.Value("{}")}
        super().__init__(*args, **kwargs | fixed)

    def db_type(self, connection: Any) -> str:
        return "jsonb"

    def get_internal_type(self) -> str:
        return "JSONField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value if value is None else words(json.loads(value) if isinstance(value, str) else value)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or (isinstance(value, str) and value.startswith("{")):
            return value
        return json.dumps(value if isinstance(value, dict) else read(value), ensure_ascii=False)

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "%s::jsonb"

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"max_length": 500} | kwargs)
