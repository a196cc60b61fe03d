"""Runs the examples of guideline/examples/: given → expected, in words that an officer can check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from bangfu.kernel import periods
from bangfu.policy import guideline, holidays, source
from bangfu.policy.code_lists import CodeListError, code_list
from bangfu.policy.parameter import Parameter, ParameterMissing, Value
from bangfu.policy.source import Entry


def read(root: Path = source.ROOT) -> Iterator[Entry]:
    """Every example of every file; its `file` and `path` say where it stands."""
    for file in sorted((root / "examples").glob("*.yaml")):
        yield from source.read(file).entries("examples")


def outcome(example: Entry, root: Path = source.ROOT) -> tuple[object, object]:
    """(what is expected, what our code says). Errors: PolicyError for an example of unknown shape."""
    for key, run in _SHAPES.items():
        if key in example.data:
            return run(example, root)
    raise example.fault("", f"例子应有其中一个键：{'、'.join(_SHAPES)}")


def _parameter(example: Entry, root: Path) -> tuple[object, object]:
    example.only("says", "parameter", "day", "start", "due", "division", "overrides", "expected")
    day = example.set_day("start" if "due" in example.data else "day")
    parameter = guideline.in_force(day, root).parameter(example.text("parameter"))
    overrides = [_override(parameter, item) for item in example.entries("overrides")]
    try:
        value = parameter.at(day, example.division("division", None), overrides)
    except ParameterMissing:
        return example.data.get("expected"), "missing"
    if "due" in example.data:
        return example.set_day("due"), value.due_on(day, holidays.table(root))
    return example.data.get("expected"), value.value


def _override(parameter: Parameter, entry: Entry) -> Value:
    entry.only("value", "division", "from", "to", "document")
    return parameter.override(
        entry.data["value"],
        entry.set_division("division"),
        entry.set_day("from"),
        entry.day("to", None),
        entry.text("document"),
    )


def _income_period(example: Entry, root: Path) -> tuple[object, object]:
    example.only("says", "income_period_of", "first", "last")
    day = example.set_day("income_period_of")
    months = guideline.in_force(day, root).parameter("income_window_months").at(day).value
    period = periods.full_months_before(day, int(months))
    return (example.set_day("first"), example.set_day("last")), (period.first, period.last)


def _collection_year(example: Entry, root: Path) -> tuple[object, object]:
    example.only("says", "collection_year", "first", "last")
    last = example.set_day("last")
    month = guideline.in_force(last, root).parameter("collection_year_first_month").at(last).value
    period = periods.collection_year(example.integer("collection_year"), int(month))
    return (example.set_day("first"), last), (period.first, period.last)


def _code(example: Entry, root: Path) -> tuple[object, object]:
    example.only("says", "code_list", "text", "expected")
    try:
        return example.data.get("expected"), code_list(example.text("code_list"), root).value_of(example.text("text"))
    except CodeListError:
        return example.data.get("expected"), "unknown"


_SHAPES: dict[str, Callable[[Entry, Path], tuple[object, object]]] = {
    "parameter": _parameter,
    "income_period_of": _income_period,
    "collection_year": _collection_year,
    "code_list": _code,
}
