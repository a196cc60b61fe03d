"""Values of the rules' parameters on a day in a division. What has no value leaves its rules out, and says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from bangfu.policy import guideline, source
from bangfu.policy.parameter import ParameterMissing
from bangfu.screening.doubts.rules import Rule
from bangfu.screening.expressions import Scalar

Values = Mapping[str, Scalar]


def built_in(as_of: date) -> dict[str, Scalar]:
    return {"as_of": as_of.isoformat(), "as_of_year": as_of.year, "as_of_month": as_of.year * 12 + as_of.month - 1}


def values_on(
    rules: Iterable[Rule], as_of: date, division: int | None, own: Values, root: Path = source.ROOT
) -> tuple[dict[str, Scalar], dict[str, str]]:
    """(values, parameter → why it has none). `own`: values that the caller knows better, such as a county's override."""
    declared = guideline.in_force(as_of, root)
    values, missing = built_in(as_of), {}
    for code in sorted({parameter for rule in rules for parameter in rule.parameters}):
        if code in own:
            values[code] = own[code]
            continue
        try:
            values[code] = declared.parameter(code).at(as_of, division).value
        except ParameterMissing as error:
            missing[code] = str(error)
    return values, missing
