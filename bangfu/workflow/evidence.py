"""What a step asks for: checked, and stored as plain text or references."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bangfu.kernel.dates import DateError, parse_date
from bangfu.kernel.text import clean
from bangfu.workflow.declaration import Asked, Evidence, Step
from bangfu.workflow.models import Flow
from bangfu.workflow.openings import Refusal


def collect(step: Step, flow: Flow, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Refusal]]:
    """What is kept, and what is missing or malformed. What `find` reports as missing is among `refusals` already."""
    if unknown := given.keys() - {asked.code for asked in step.evidence if asked.kind is not Asked.RECORD}:
        raise LookupError(f"step {step.code!r} asks for no {sorted(unknown)}")
    source, kept, faults = f"指引 {flow.workflow.article_of(step)}", {}, []
    for asked in step.evidence:
        try:
            value = asked.find(flow) if asked.find else plain(asked, given.get(asked.code))
        except ValueError as error:
            faults.append(Refusal(f"“{asked.label}”：{error}", source))
            continue
        if value:
            kept[asked.code] = value
        elif asked.is_required and not asked.find:
            faults.append(Refusal(f"还缺“{asked.label}”", source))
    return kept, faults


def plain(asked: Evidence, value: Any) -> Any:
    """As it is stored. Errors: ValueError with a sentence."""
    if value in (None, "", [], ()):
        return ""
    match asked.kind:
        case Asked.FILE:
            return list(value)
        case Asked.DATE:
            try:
                return parse_date(value).isoformat()
            except DateError as error:
                raise ValueError(str(error)) from None
        case Asked.NUMBER:
            try:
                number = Decimal(str(value).replace(",", ""))
            except InvalidOperation:
                number = Decimal("nan")
            if not number.is_finite():
                raise ValueError(f"应为数字，现在是“{value}”")
            return f"{number:f}"
    return clean(str(value))
